#include "chart_impl.h"

#include <math.h>
#include <string.h>

static bool suits(const mn_results *r, const mn_chart_look *l, char *why, size_t size)
{
    return mn_chart_has_runs(r, why, size);
}

/* Columns of text: characters, not bytes. */
static int columns_of(const char *text)
{
    int n = 0;
    for (; text && *text; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}

static int width_of(const mn_table *t)
{
    int all = 0;
    for (int c = 0; c < t->n_cols; c++) {
        int width = 0;
        for (int r = 0; r < t->n_rows; r++) {
            int n = columns_of(t->texts[(size_t)r * (size_t)t->n_cols + (size_t)c]);
            width = n > width ? n : width;
        }
        all += width + (c ? 2 : 0);
    }
    return all;
}

/* Less is said where there is little room. */
static mn_table *fit(const mn_survey *s, const mn_chart_look *l, int cols)
{
    mn_table *t = NULL;
    for (int detail = MN_DETAIL_FULL; detail <= MN_DETAIL_MEANS; detail++)
        if (!(t = mn_tabulate(s, l, (mn_detail)detail)) || width_of(t) <= cols)
            break;
    return t;
}

static void make(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f)
{
    mn_survey s = mn_survey_of(r, f);
    mn_table *t = f->full ? NULL : fit(&s, l, room.cols);
    if (!t)
        return;
    mn_survey_head(&s, "Methods");
    mn_figure_status(f, "%s, %s", mn_objective_title(r), mn_survey_runs(&s, true));
    mn_figure_add(f, MN_MARK_TABLE, t);
}

const mn_chart_ops mn_chart_table = {
    .name = "table",
    .title = "Table",
    .about = "methods by the next axis: the best point of every cell, with the settings that "
             "were found",
    .key = '4',
    .suits = suits,
    .make = make,
};

static const char *text_at(const mn_table *t, int row, int col)
{
    const char *text = t->texts[(size_t)row * (size_t)t->n_cols + (size_t)col];
    return text ? text : "";
}

static void add_padded(mn_text *out, const char *text, int width, bool right)
{
    int spare = width - columns_of(text);
    spare = spare > 0 ? spare : 0;
    mn_text_add(out, "%*s%s%*s", right ? spare : 0, "", text, right ? 0 : spare, "");
}

static void add_plain(const mn_table *t, mn_text *out)
{
    for (int r = 0; r < t->n_rows; r++) {
        int all = 0;
        for (int c = 0; c < t->n_cols; c++) {
            int width = 0;
            for (int k = 0; k < t->n_rows; k++) {
                int n = columns_of(text_at(t, k, c));
                width = n > width ? n : width;
            }
            mn_text_add(out, "%s", c ? "  " : "");
            add_padded(out, text_at(t, r, c), width, c > 0);
            all += width + (c ? 2 : 0);
        }
        mn_text_add(out, "\n");
        for (int i = 0; r == t->n_head - 1 && i < all; i++)
            mn_text_add(out, "-%s", i + 1 == all ? "\n" : "");
    }
}

/* Names come from files: what Markdown would take for its own is escaped. */
static void add_escaped(mn_text *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\n' || *text == '\r')
            mn_text_add(out, " ");
        else
            mn_text_add(out, strchr("|*_`<>[]\\", *text) ? "\\%c" : "%c", *text);
}

/* The notes of a method go below its numbers, in the same cell. */
static void add_markdown_row(const mn_table *t, int row, mn_text *out)
{
    int notes = 0;
    while (row + notes + 1 < t->n_rows && mn_table_is_note(t, row + notes + 1))
        notes++;
    for (int c = 0; c < t->n_cols; c++) {
        bool strong = c && row >= t->n_head &&
                      t->tones[(size_t)row * (size_t)t->n_cols + (size_t)c] == MN_STRONG;
        mn_text_add(out, "| %s", strong ? "**" : "");
        add_escaped(out, text_at(t, row, c));
        mn_text_add(out, "%s", strong ? "**" : "");
        for (int i = 1; c && i <= notes; i++) {
            const char *value = text_at(t, row + i, c);
            if (!*value)
                continue;
            mn_text_add(out, "<br>");
            add_escaped(out, text_at(t, row + i, 0) + strspn(text_at(t, row + i, 0), " "));
            mn_text_add(out, " ");
            add_escaped(out, value);
        }
        mn_text_add(out, " ");
    }
    mn_text_add(out, "|\n");
}

static void add_markdown(const mn_table *t, mn_text *out)
{
    for (int r = 0; r < t->n_rows; r++) {
        if (mn_table_is_note(t, r))
            continue;
        add_markdown_row(t, r, out);
        for (int c = 0; r == t->n_head - 1 && c < t->n_cols; c++)
            mn_text_add(out, c ? "---:|%s" : "|:---|%s", c + 1 == t->n_cols ? "\n" : "");
    }
}

static void add_table(const mn_survey *s, const mn_table *t, bool markdown, mn_text *out)
{
    const char *title = s->results->title;
    if (*title && markdown) {
        mn_text_add(out, "**");
        add_escaped(out, title);
        mn_text_add(out, "**\n\n");
    } else if (*title) {
        mn_text_add(out, "%s\n\n", title);
    }
    if (markdown)
        add_markdown(t, out);
    else
        add_plain(t, out);
    mn_text_add(out, "\n%s, %s%s\n", mn_objective_title(s->results), mn_survey_runs(s, true),
                markdown ? "; the best of a column is bold" : "");
}

mn_status mn_chart_table_text(const mn_results *r, bool markdown, mn_text *out, mn_err *err)
{
    mn_figure f = {0};
    mn_chart_look l;
    char why[256];
    mn_chart_look_defaults(&l);
    if (!suits(r, &l, why, sizeof why)) {
        mn_text_add(out, "%s\n", why);
    } else {
        mn_status status = mn_figure_init(&f, err);
        if (status != MN_OK)
            return status;
        size_t before = out->length;
        do {
            mn_figure_reset(&f);
            out->length = before; /* a frame that was too small left half a table */
            mn_survey s = mn_survey_of(r, &f);
            mn_table *t = f.full ? NULL : mn_tabulate(&s, &l, MN_DETAIL_FULL);
            if (t)
                add_table(&s, t, markdown, out);
        } while (f.full && mn_figure_grow(&f));
    }
    bool failed = out->failed || f.full;
    mn_figure_finish(&f);
    return failed ? mn_fail(err, MN_ENOMEM, "cannot allocate the table of the results") : MN_OK;
}

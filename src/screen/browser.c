#include "mnemoscope/browser.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browser_impl.h"
#include "mnemoscope/screen.h"
#include "toned.h"

enum { BETWEEN = 2 };

static mn_status take_points(mn_browser *b, mn_err *err)
{
    b->points.r = b->r;
    b->points.at = calloc(b->r->n + 1, sizeof *b->points.at);
    if (!b->points.at)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the points of %zu runs", b->r->n);
    b->points.n = (int)mn_results_points(b->r, b->r->n, b->points.at);
    b->look.point = mn_points_best(&b->points);
    if (b->look.point < 0 && b->points.n)
        b->look.point = 0;
    return MN_OK;
}

mn_status mn_browser_create(mn_browser **out, const mn_results *r, const mn_style *style,
                            const mn_browser_hooks *hooks, mn_err *err)
{
    mn_browser *b = calloc(1, sizeof *b);
    if (!b)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a browser");
    b->r = r;
    b->style = *style;
    b->hooks = *hooks;
    mn_chart_look_defaults(&b->look);
    for (int i = 0; mn_charts[i]; i++)
        if (!strcmp(mn_charts[i]->name, r->figure))
            b->chart = i;
    mn_status s = take_points(b, err);
    if (s == MN_OK)
        s = mn_figure_init(&b->figure, err);
    if (s == MN_OK)
        s = mn_cells_painter_create(&b->painter, err);
    if (s != MN_OK) {
        mn_browser_destroy(b);
        return s;
    }
    *out = b;
    return MN_OK;
}

void mn_browser_destroy(mn_browser *b)
{
    if (!b)
        return;
    mn_cells_painter_destroy(b->painter);
    mn_figure_finish(&b->figure);
    free(b->points.at);
    free(b);
}

mn_style *mn_browser_style(mn_browser *b)
{
    return &b->style;
}

int mn_browser_point(const mn_browser *b)
{
    return b->look.point;
}

const char *mn_browser_chart(const mn_browser *b)
{
    return mn_charts[b->chart] ? mn_charts[b->chart]->name : "";
}

void mn_browser_redraw(mn_browser *b)
{
    mn_cells_painter_forget(b->painter);
}

void mn_browser_say(mn_browser *b, bool bad, const char *text)
{
    mn_browser_note(b, bad, "%s", text);
}

/* "20 points, 60 of 120 runs, 2 failed": as much of the plan as is there. */
static void count(const mn_browser *b, char *out, size_t size, int *failed)
{
    const mn_results *r = b->r;
    double planned = (double)r->n_cells * r->n_trials * r->n_seeds;
    *failed = 0;
    for (int i = 0; i < b->points.n; i++)
        *failed += b->points.at[i].n_failed;
    if ((double)r->n < planned)
        snprintf(out, size, "%d point%s, %zu of %.0f runs", b->points.n,
                 b->points.n == 1 ? "" : "s", r->n, planned);
    else
        snprintf(out, size, "%d point%s, %zu run%s", b->points.n, b->points.n == 1 ? "" : "s",
                 r->n, r->n == 1 ? "" : "s");
}

static void draw_header(const mn_browser *b, mn_canvas *c)
{
    char trained[112], counts[96], seeds[32], failures[32];
    int failed, x = 1;
    count(b, counts, sizeof counts, &failed);
    snprintf(seeds, sizeof seeds, "%d seed%s", b->r->n_seeds, b->r->n_seeds == 1 ? "" : "s");
    snprintf(failures, sizeof failures, "%d failed", failed);
    snprintf(trained, sizeof trained, "%s on %s", b->r->model, b->r->data);
    int wanted = mn_canvas_columns(c, counts) + mn_canvas_columns(c, seeds) + 2 * BETWEEN +
                 (failed ? mn_canvas_columns(c, failures) + BETWEEN : 0);
    int room = c->cols - 2 - wanted > 12 ? c->cols - 2 - wanted : 12;
    x += mn_toned_text(&b->style, c, x, 0, room, MN_STRONG, 0, trained) + BETWEEN;
    x += mn_toned_text(&b->style, c, x, 0, c->cols - x, MN_PLAIN, 0, counts) + BETWEEN;
    x += mn_toned_text(&b->style, c, x, 0, c->cols - x, MN_DIM, 0, seeds) + BETWEEN;
    if (failed)
        mn_toned_text(&b->style, c, x, 0, c->cols - x, MN_BAD, 0, failures);
}

static const char *measure_name(const char *objective)
{
    if (!strcmp(objective, "acc"))
        return "accuracy";
    if (!strcmp(objective, "f1"))
        return "F1";
    if (!strcmp(objective, "exceptional"))
        return "of an exception comes back";
    return !strcmp(objective, "min-task") ? "worst new task" : objective;
}

/* "n" for "vertex", where the configuration behind the run has such a letter. */
static const char *short_name(mn_config *c, const char *name)
{
    const mn_param *p;
    mn_config_table table;
    return mn_config_find(c, name, &p, &table, NULL) == MN_OK && p->alias ? p->alias : name;
}

/* What was searched has nine digits, of which four say enough here. */
static void add_value(const mn_axis *a, const char *value, mn_text *out)
{
    char *end;
    double number = strtod(value, &end);
    if (a->kind == MN_AXIS_STOPS || end == value || *end)
        mn_text_add(out, "%s", value);
    else
        mn_text_add(out, "%.4g", number);
}

static void add_settings(const mn_results *r, const mn_point *p, mn_text *out)
{
    mn_config c;
    if (mn_results_config(r, p->first, &c, NULL) != MN_OK)
        mn_config_defaults(&c);
    for (int i = 0; i < r->n_axes; i++) {
        bool variant = !strcmp(r->axes[i].name, "variant");
        mn_text_add(out, "%s%s%s", i ? " " : "", variant ? "" : short_name(&c, r->axes[i].name),
                    variant ? "" : " ");
        add_value(&r->axes[i], r->at[p->first].values[i], out);
    }
}

void mn_browser_describe(const mn_results *r, const mn_point *p, mn_text *out)
{
    add_settings(r, p, out);
    mn_text_add(out, "%s%s ", r->n_axes ? ": " : "", measure_name(r->objective));
    if (!p->n)
        mn_text_add(out, "unknown");
    else if (p->n > 1 && isfinite(p->sd))
        mn_text_add(out, "%.1f ± %.1f %%", 100.0 * p->mean, 100.0 * p->sd);
    else
        mn_text_add(out, "%.1f %%", 100.0 * p->mean);
    mn_text_add(out, " (%d seed%s", p->n, p->n == 1 ? "" : "s");
    if (p->n_failed)
        mn_text_add(out, ", %d failed", p->n_failed);
    mn_text_add(out, ")");
}

/* The point in words, and the digest of the run that Enter opens. */
static void describe(const mn_browser *b, mn_text *out)
{
    const mn_point *p = &b->points.at[b->look.point];
    const mn_result *one = &b->r->at[p->first];
    mn_browser_describe(b->r, p, out);
    if (one->ok)
        mn_text_add(out, "  seed %d #%08" PRIx64, one->seed, one->digest >> 32);
    else
        mn_text_add(out, "  seed %d failed: %s", one->seed, one->error);
}

static void draw_caption(const mn_browser *b, mn_canvas *c)
{
    mn_text text = {0};
    mn_tone tone = MN_PLAIN;
    if (*b->note) {
        mn_text_add(&text, "%s%s", b->note_bad ? "! " : "", b->note);
        tone = b->note_bad ? MN_BAD : MN_PLAIN;
    } else if (b->look.point < 0) {
        mn_text_add(&text, "nothing has run yet");
        tone = MN_DIM;
    } else {
        describe(b, &text);
    }
    if (text.length)
        mn_toned_text(&b->style, c, 1, c->rows - 2, c->cols - 2, tone, 0, text.data);
    mn_text_finish(&text);
}

static int hint_columns(const mn_canvas *c, const mn_browser_key_row *k)
{
    return mn_canvas_columns(c, k->name) + 1 + mn_canvas_columns(c, k->hint) + BETWEEN;
}

/* From left to right what fits; help is always there. Keys with the hint of the row before
 * share it in the help only. */
static void draw_footer(const mn_browser *b, mn_canvas *c)
{
    int x = 1, right = c->cols - 8, y = c->rows - 1;
    for (const mn_browser_key_row *k = mn_browser_keys; k->name; k++) {
        bool shared =
            k > mn_browser_keys && k->hint && k[-1].hint && !strcmp(k->hint, k[-1].hint);
        if (!k->hint || shared || !strcmp(k->name, "?") || x + hint_columns(c, k) > right)
            continue;
        x += mn_toned_text(&b->style, c, x, y, right - x, MN_STRONG, 0, k->name) + 1;
        x += mn_toned_text(&b->style, c, x, y, right - x, MN_DIM, 0, k->hint) + BETWEEN;
    }
    x = right + 1;
    x += mn_toned_text(&b->style, c, x, y, c->cols - x, MN_STRONG, 0, "?") + 1;
    mn_toned_text(&b->style, c, x, y, c->cols - x, MN_DIM, 0, "help");
}

static void make_help(mn_figure *f)
{
    int n = 0;
    mn_figure_reset(f);
    while (mn_browser_keys[n].name)
        n++;
    mn_run_of_text *lines = mn_figure_room(f, (size_t)n, sizeof *lines);
    mn_text_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    if (!lines || !mark)
        return;
    for (int i = 0; i < n; i++)
        lines[i].text =
            mn_figure_text(f, "%-11s %s", mn_browser_keys[i].name, mn_browser_keys[i].help);
    *mark = (mn_text_lines){n, lines};
    mn_figure_title(f, "Keys");
    mn_figure_add(f, MN_MARK_TEXT, mark);
}

/* What is measured, over how many runs: into the border's foot where the title leaves it no
 * room at the head. */
static const char *take_status(mn_browser *b, const mn_canvas *c)
{
    const int dashes = 9; /* and blanks and corners */
    const char *status = b->figure.status;
    if (mn_canvas_columns(c, b->figure.title) + mn_canvas_columns(c, status) + dashes <=
        c->cols)
        return "";
    b->figure.status = "";
    return status;
}

static void draw_status(const mn_browser *b, mn_canvas *c, const char *status)
{
    if (!*status)
        return;
    int x = 3, y = c->rows - 3;
    mn_toned_text(&b->style, c, x - 1, y, 1, MN_PLAIN, 0, " ");
    x += mn_toned_text(&b->style, c, x, y, c->cols - 6, MN_PLAIN, 0, status);
    mn_toned_text(&b->style, c, x, y, 1, MN_PLAIN, 0, " ");
}

static mn_status draw_body(mn_browser *b, mn_canvas *c, mn_err *err)
{
    mn_rect box = {0, 1, c->cols, c->rows - 3};
    mn_status s = MN_OK;
    if (b->helping)
        make_help(&b->figure);
    else if (mn_charts[b->chart])
        s = mn_chart_make(mn_charts[b->chart], b->r, &b->look, mn_cells_room(&b->style, box),
                          &b->figure, err);
    if (s != MN_OK)
        return s;
    const char *status = take_status(b, c);
    mn_paint_cells(b->painter, &b->style, &b->figure, box, true, c);
    draw_status(b, c, status);
    return MN_OK;
}

mn_status mn_browser_draw(mn_browser *b, mn_canvas *c, mn_err *err)
{
    char text[64];
    b->too_small = c->cols < MN_COLS_LEAST || c->rows < MN_ROWS_LEAST;
    c->ascii = !b->style.utf8;
    mn_canvas_clear(c);
    if (b->too_small) {
        snprintf(text, sizeof text, "terminal %dx%d is too small", c->cols, c->rows);
        mn_toned_text(&b->style, c, 0, 0, c->cols, MN_PLAIN, 0, text);
        snprintf(text, sizeof text, "need %dx%d; q leaves", MN_COLS_LEAST, MN_ROWS_LEAST);
        mn_toned_text(&b->style, c, 0, 1, c->cols, MN_PLAIN, 0, text);
        return MN_OK;
    }
    mn_status s = draw_body(b, c, err);
    if (s != MN_OK)
        return s;
    draw_header(b, c);
    draw_caption(b, c);
    draw_footer(b, c);
    c->cursor_x = 1; /* where screen readers and magnifiers look */
    c->cursor_y = c->rows - 2;
    return MN_OK;
}

#include "chart_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A setting said below a method's numbers: of a dimension, or what an earlier study found. */
typedef struct {
    int dimension; /* MN_NO_DIMENSION: found earlier */
    const char *name;
} note;

/* What lies where, and which point is in which cell. */
typedef struct {
    const mn_survey *s;
    int rows, cols;     /* dimensions, or MN_NO_DIMENSION */
    int n_rows, n_cols; /* their stops, at least one */
    long *best;         /* (n_rows, n_cols) points; -1 = none ended well */
    int *failed;        /* (n_rows, n_cols) runs */
    note notes[MN_DIMENSIONS_MAX + MN_PINS_SHOWN];
    int n_notes;
    bool uniform; /* as many runs in every cell: said once is enough */
    int n_extra;  /* columns of other measures, where there is one column otherwise: */
    int extra[4]; /* which */
    mn_detail detail;
} plan;

/* What is worth a column beside the objective. */
static const struct {
    const char *title;
    size_t offset;
    double unit;
    const char *format;
} extras[] = {
    {"dead units (%)", offsetof(mn_result, dead), 100.0, "%.1f"},
    {"mean weighted entropy", offsetof(mn_result, mwe), 1.0, "%.2f"},
    {"regular loss", offsetof(mn_result, regular), 1.0, "%.3f"},
    {"exceptional loss", offsetof(mn_result, exceptional), 1.0, "%.3f"},
};
enum { N_EXTRAS = sizeof extras / sizeof *extras };
_Static_assert(N_EXTRAS == sizeof((plan *)0)->extra / sizeof(int), "a place for each");

static double extra_of(const mn_result *one, int extra)
{
    const char *at = (const char *)one + extras[extra].offset;
    double value;
    memcpy(&value, at, sizeof value);
    return one->ok ? value : (double)NAN;
}

/* Whether any run was measured so. */
static bool is_measured(const mn_results *r, int extra)
{
    for (size_t i = 0; i < r->n; i++)
        if (isfinite(extra_of(&r->at[i], extra)))
            return true;
    return false;
}

static void choose_extras(plan *p)
{
    for (int e = 0; e < N_EXTRAS; e++)
        if (is_measured(p->s->results, e))
            p->extra[p->n_extra++] = e;
}

static int first_row(const mn_survey *s)
{
    for (int d = 0; d < s->n_dimensions; d++)
        if (s->dimensions[d].open && s->dimensions[d].variant)
            return d;
    return mn_survey_free(s, NULL, 0, MN_WISH_ANY);
}

static int with_stops(const mn_survey *s, int wanted)
{
    int d = mn_survey_wanted(s, wanted);
    return d >= 0 && s->dimensions[d].n_stops ? d : MN_NO_DIMENSION;
}

static void choose(plan *p, const mn_chart_look *l)
{
    const mn_survey *s = p->s;
    p->rows = with_stops(s, l->by);
    p->cols = with_stops(s, l->x);
    if (p->rows < 0 && first_row(s) != p->cols)
        p->rows = first_row(s);
    if (p->rows < 0)
        p->rows = mn_survey_free(s, &p->cols, 1, MN_WISH_ANY);
    if (p->cols < 0 || p->cols == p->rows)
        p->cols = mn_survey_free(s, &p->rows, 1, MN_WISH_ANY);
    p->n_rows = p->rows < 0 ? 1 : s->dimensions[p->rows].n_stops;
    p->n_cols = p->cols < 0 ? 1 : s->dimensions[p->cols].n_stops;
    if (p->cols < 0 && p->detail != MN_DETAIL_MEANS)
        choose_extras(p);
    for (int d = 0; d < s->n_dimensions; d++)
        if (d != p->rows && d != p->cols && s->dimensions[d].open)
            p->notes[p->n_notes++] = (note){d, s->dimensions[d].name};
    const char *pins[MN_PINS_SHOWN];
    for (int i = 0, n = mn_survey_pins(s, pins); i < n; i++)
        p->notes[p->n_notes++] = (note){MN_NO_DIMENSION, pins[i]};
}

static void place_points(plan *p)
{
    const mn_survey *s = p->s;
    int runs = -1;
    for (int i = 0; i < p->n_rows * p->n_cols; i++)
        p->best[i] = -1;
    for (size_t i = 0; i < s->n; i++) {
        int row = p->rows < 0 ? 0 : mn_survey_at(s, i, p->rows);
        int col = p->cols < 0 ? 0 : mn_survey_at(s, i, p->cols);
        if (row < 0 || col < 0)
            continue;
        int at = row * p->n_cols + col;
        p->failed[at] += s->points[i].n_failed;
        if (mn_survey_is_better(s, i, p->best[at]))
            p->best[at] = (long)i;
    }
    p->uniform = true;
    for (int i = 0; i < p->n_rows * p->n_cols; i++) {
        int n = p->best[i] < 0 ? runs : s->points[p->best[i]].n;
        p->uniform = p->uniform && (runs < 0 || n == runs);
        runs = n;
    }
}

/* "87.3 ± 1.2 (2 of 3)", "3 failed", "·". */
static const char *cell_text(const plan *p, int at)
{
    mn_figure *f = p->s->figure;
    if (p->best[at] < 0)
        return p->failed[at] ? mn_figure_text(f, "%d failed", p->failed[at]) : "·";
    const mn_point *k = &p->s->points[p->best[at]];
    const char *mean = mn_figure_text(f, "%.1f", 100.0 * k->mean), *sd = "", *n = "";
    if (p->detail != MN_DETAIL_MEANS && !isnan(k->sd))
        sd = mn_figure_text(f, " ± %.1f", 100.0 * k->sd);
    if (p->detail == MN_DETAIL_FULL && k->n_failed)
        n = mn_figure_text(f, " (%d of %d)", k->n, k->n + k->n_failed);
    else if (p->detail == MN_DETAIL_FULL && !p->uniform)
        n = mn_figure_text(f, " (%d)", k->n);
    return mn_figure_text(f, "%s%s%s", mean, sd, n);
}

/* The mean over the runs of a row's best point in which it is defined. */
static const char *extra_text(const plan *p, int row, int extra)
{
    const mn_results *r = p->s->results;
    double sum = 0.0;
    int n = 0;
    if (p->best[row] < 0)
        return "";
    const mn_point *k = &p->s->points[p->best[row]];
    for (size_t i = k->first; i < k->first + (size_t)(k->n + k->n_failed); i++) {
        const double value = extra_of(&r->at[i], extra);
        n += isfinite(value);
        sum += isfinite(value) ? value : 0.0;
    }
    if (!n)
        return "·";
    char text[32];
    snprintf(text, sizeof text, extras[extra].format, extras[extra].unit * sum / n);
    return mn_figure_text(p->s->figure, "%s", text);
}

static bool is_best_of_column(const plan *p, int row, int col)
{
    long mine = p->best[row * p->n_cols + col];
    for (int i = 0; i < p->n_rows; i++)
        if (mine < 0 ||
            (i != row && p->best[i * p->n_cols + col] >= 0 &&
             p->s->points[p->best[i * p->n_cols + col]].mean > p->s->points[mine].mean))
            return false;
    return p->n_rows > 1;
}

static const char *note_text(const plan *p, const note *k, int cell)
{
    long point = p->best[cell];
    if (point < 0)
        return "";
    return mn_survey_brief(p->s, k->dimension < 0
                                     ? mn_survey_pinned(p->s, (size_t)point, k->name)
                                     : mn_survey_setting(p->s, (size_t)point, k->dimension));
}

/* A note is worth its row where any of the row's points has the setting. */
static void add_note(const plan *p, int row, const note *k, mn_table *t, const char **texts,
                     mn_tone *tones)
{
    size_t at = (size_t)t->n_rows * (size_t)t->n_cols;
    bool any = false;
    for (int c = 0; c < p->n_cols; c++) {
        texts[at + (size_t)c + 1] = note_text(p, k, row * p->n_cols + c);
        tones[at + (size_t)c + 1] = MN_DIM;
        any = any || *texts[at + (size_t)c + 1];
    }
    for (int e = 0; e < p->n_extra; e++)
        texts[at + (size_t)(p->n_cols + e) + 1] = "";
    texts[at] = mn_figure_text(p->s->figure, "  %s", k->name);
    tones[at] = MN_DIM;
    t->n_rows += any;
}

static void add_headings(const plan *p, const char **texts, mn_tone *tones)
{
    const mn_survey *s = p->s;
    bool bare = p->detail == MN_DETAIL_MEANS && p->cols >= 0;
    const char *rows = p->rows < 0 ? "" : s->dimensions[p->rows].title;
    texts[0] = bare ? mn_figure_text(s->figure, "%s by %s", s->dimensions[p->rows].name,
                                     s->dimensions[p->cols].name)
                    : rows;
    for (int c = 0; c < p->n_cols; c++) {
        const char *stop = mn_survey_stop(s, p->cols < 0 ? 0 : p->cols, c);
        texts[c + 1] = p->cols < 0 ? (p->rows < 0 ? "" : mn_objective_title(s->results))
                       : bare      ? mn_survey_brief(s, stop)
                                   : mn_survey_words(s, p->cols, stop);
    }
    for (int e = 0; e < p->n_extra; e++)
        texts[p->n_cols + e + 1] = extras[p->extra[e]].title;
    for (int c = 0; c <= p->n_cols + p->n_extra; c++)
        tones[c] = MN_STRONG;
}

static void add_method(const plan *p, int row, const mn_chart_look *l, mn_table *t,
                       const char **texts, mn_tone *tones)
{
    size_t at = (size_t)t->n_rows * (size_t)t->n_cols;
    tones[at] = MN_PLAIN; /* a note that was not worth its row may have been here */
    texts[at] = p->rows < 0
                    ? mn_objective_title(p->s->results)
                    : mn_survey_words(p->s, p->rows, mn_survey_stop(p->s, p->rows, row));
    for (int c = 0; c < p->n_cols; c++) {
        int cell = row * p->n_cols + c;
        texts[at + (size_t)c + 1] = cell_text(p, cell);
        tones[at + (size_t)c + 1] = is_best_of_column(p, row, c)           ? MN_STRONG
                                    : p->best[cell] < 0 && p->failed[cell] ? MN_BAD
                                                                           : MN_PLAIN;
        if (l->point >= 0 && p->best[cell] == l->point)
            t->cursor = t->n_rows * t->n_cols + c + 2;
    }
    for (int e = 0; e < p->n_extra; e++) {
        texts[at + (size_t)(p->n_cols + e) + 1] = extra_text(p, row, p->extra[e]);
        tones[at + (size_t)(p->n_cols + e) + 1] = MN_PLAIN;
    }
    t->n_rows++;
    for (int i = 0; i < p->n_notes; i++)
        add_note(p, row, &p->notes[i], t, texts, tones);
}

mn_table *mn_tabulate(const mn_survey *s, const mn_chart_look *l, mn_detail detail)
{
    plan p = {.s = s, .detail = detail};
    choose(&p, l);
    size_t n = (size_t)p.n_rows * (size_t)p.n_cols;
    size_t wide = (size_t)(p.n_cols + 1 + p.n_extra);
    size_t all = (1 + (size_t)p.n_rows * (size_t)(p.n_notes + 1)) * wide;
    p.best = mn_figure_room(s->figure, n, sizeof *p.best);
    p.failed = mn_figure_room(s->figure, n, sizeof *p.failed);
    mn_table *t = mn_figure_room(s->figure, 1, sizeof *t);
    const char **texts = mn_figure_room(s->figure, all, sizeof *texts);
    mn_tone *tones = mn_figure_room(s->figure, all, sizeof *tones);
    if (!p.best || !p.failed || !t || !texts || !tones)
        return NULL;
    place_points(&p);
    *t = (mn_table){
        .n_rows = 1, .n_cols = (int)wide, .n_head = 1, .texts = texts, .tones = tones};
    add_headings(&p, texts, tones);
    for (int r = 0; r < p.n_rows; r++)
        add_method(&p, r, l, t, texts, tones);
    return t;
}

bool mn_table_is_note(const mn_table *t, int row)
{
    const char *text = t->texts[(size_t)row * (size_t)t->n_cols];
    return row >= t->n_head && text && *text == ' ';
}

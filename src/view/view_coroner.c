#include "view_impl.h"

#include <math.h>

enum { BESIDE_COLS = 70, WORDS_LEAST = 4, ITEMS_LEAST_ROWS = 4 };

static bool is_known(const mn_snapshot *s)
{
    return s->cause && s->units.items[MN_EPOCH] > 0;
}

static int count_dead(const mn_snapshot *s)
{
    int n = 0;
    for (int i = 0; i < s->units.n; i++)
        n += mn_view_dead(s, i);
    return n;
}

static const mn_autopsy *report_of(const mn_snapshot *s, int unit)
{
    bool made = s->autopsy.unit == unit && s->autopsy.cause > MN_ALIVE &&
                s->autopsy.cause < MN_N_CAUSES;
    return made ? &s->autopsy : NULL;
}

/* How many units died of what; causes that nobody died of are left out. */
static void add_causes(const mn_snapshot *s, mn_cause current, int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, MN_N_CAUSES, sizeof *bars);
    int n = 0, most = 1;
    if (!mark || !bars)
        return;
    for (int c = MN_ALIVE + 1; c < MN_N_CAUSES; c++) {
        if (!s->causes[c])
            continue;
        bars[n++] = (mn_bar){.label = mn_cause_name((mn_cause)c),
                             .value = s->causes[c],
                             .text = mn_figure_text(f, "%d", s->causes[c]),
                             .current = c == (int)current,
                             .tone = c == (int)current ? MN_STRONG : MN_PLAIN,
                             .class = -1};
        most = s->causes[c] > most ? s->causes[c] : most;
    }
    if (!n)
        return;
    *mark = (mn_bars){.n = n, .bars = bars, .hi = most};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->title = mn_figure_text(f, "dead of %d by cause", s->n_units);
    p->column = column;
    p->rows = n;
    p->min_rows = 1;
}

static void write_age(const mn_snapshot *s, const mn_evidence *e, mn_writer *w)
{
    if (e->last_fired < 0)
        mn_writer_line(w, MN_PLAIN, "never fired");
    else
        mn_writer_line(w, MN_PLAIN, "last fired at step %lld, %s", (long long)e->last_fired,
                       mn_view_age(w->figure, s->step, e->last_fired));
}

/* "then -> now", where both are known. */
static void write_change(const char *what, double then, double now, mn_writer *w)
{
    if (isnan(now))
        return;
    if (isnan(then))
        mn_writer_line(w, MN_PLAIN, "%s %.4g", what, now);
    else
        mn_writer_line(w, MN_PLAIN, "%s %.4g then, %.4g now", what, then, now);
}

static void write_evidence(const mn_snapshot *s, const mn_evidence *e, mn_writer *w)
{
    write_age(s, e, w);
    write_change("k", e->k_then, e->k_now, w);
    write_change("norm", e->norm_then, e->norm_now, w);
    if (!isnan(e->moved))
        mn_writer_line(w, MN_PLAIN, "moved %.3g %% of its norm since", 100.0 * e->moved);
    if (!isnan(e->moved_step))
        mn_writer_line(w, MN_PLAIN, "the optimiser moved it %.2g %% of it",
                       100.0 * e->moved_step);
    if (e->rival >= 0 && !isnan(e->rival_items)) {
        mn_writer_line(w, MN_PLAIN, "%s %d wins %.0f %% of its last items", s->unit_noun,
                       e->rival, 100.0 * e->rival_items);
        if (!isnan(e->rival_share))
            mn_writer_line(w, MN_PLAIN, "and fires %.1f times the mean", e->rival_share);
    }
}

static void write_report(const mn_snapshot *s, const mn_autopsy *a, int cols, mn_writer *w)
{
    mn_figure *f = w->figure;
    mn_writer_line(w, MN_BAD, "%s", mn_cause_name(a->cause));
    mn_writer_wrap(w, MN_STRONG, cols - 1, a->finding);
    write_evidence(s, &a->evidence, w);
    mn_writer_wrap(w, MN_DIM, cols - 1, mn_cause_about(a->cause));
    mn_writer_wrap(
        w, MN_DIM, cols - 1,
        mn_figure_text(f, "x goes on to the next dead %s, X revives this one", s->unit_noun));
}

/* Of a unit that is alive, or of one whose report is under way. */
static void write_none(const mn_snapshot *s, int unit, int cols, mn_writer *w)
{
    char units[MN_NOUN_MAX];
    mn_figure *f = w->figure;
    if (!is_known(s)) {
        mn_writer_wrap(w, MN_STRONG, cols - 1,
                       mn_figure_text(f, "which %s are dead is known after the first epoch",
                                      mn_view_units(s, units)));
        return;
    }
    if (mn_view_dead(s, unit)) {
        mn_writer_line(w, MN_BAD, "%s", mn_cause_name((mn_cause)s->cause[unit]));
        mn_writer_line(w, MN_DIM, "the report on %s %d is on its way", s->unit_noun, unit);
        return;
    }
    if (mn_view_unit(s, unit))
        mn_writer_line(w, MN_GOOD, "%s %d is alive", s->unit_noun, unit);
    int dead = count_dead(s);
    if (dead)
        mn_writer_line(w, MN_PLAIN, "x goes to the next of %d dead", dead);
    else
        mn_writer_line(w, MN_PLAIN, "none of the %d %s is dead", s->n_units,
                       mn_view_units(s, units));
}

static void add_items(const mn_snapshot *s, const mn_autopsy *a, mn_room room, int column,
                      mn_figure *f)
{
    const mn_items items = {
        .n = a->n_last, .pixels = s->last_items, .label = a->last_label, .task = a->last_task};
    if (a->n_last > 0 && a->n_last <= MN_LAST_ITEMS && s->width > 0 && s->height > 0)
        mn_view_items(s, &items, "last items it fired for, latest first", room, column, f);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    const mn_autopsy *a = report_of(s, l->cursor);
    bool beside = room.cols >= BESIDE_COLS;
    int cols = beside ? (room.cols - MN_COLUMN_GAP) / 2 : room.cols;
    if (mn_view_unit(s, l->cursor))
        mn_figure_title(f, "Coroner  %s %02d", s->unit_noun, l->cursor);
    else
        mn_figure_title(f, "Coroner");
    if (is_known(s))
        mn_figure_status(f, "dead %d/%d", count_dead(s), s->n_units);
    mn_writer w = mn_writer_begin(f, room.rows);
    if (a)
        write_report(s, a, cols, &w);
    else
        write_none(s, l->cursor, cols, &w);
    mn_writer_end(&w, 0);
    if (f->full)
        return;
    int before = f->n_parts, left = beside ? room.rows : room.rows - w.n;
    mn_room rest = {cols, left, room.dots_x, room.dots_y};
    mn_cause current = a ? a->cause : MN_ALIVE;
    if (left >= 2 + ITEMS_LEAST_ROWS && is_known(s))
        add_causes(s, current, beside, f);
    if (f->full)
        return;
    for (int i = before; i < f->n_parts; i++)
        rest.rows -= f->parts[i].rows + 1;
    if (a && rest.rows >= ITEMS_LEAST_ROWS)
        add_items(s, a, rest, beside, f);
}

const mn_view_ops mn_view_coroner = {
    .name = "coroner",
    .title = "Coroner",
    .about = "why the unit under the cursor has died: cause, evidence, the last items it fired "
             "for",
    .make = make,
};

#include "view_impl.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/stale.h"

/* Figure 17 of Bricken et al. 2023: nothing of the run is shown, but the optimiser it uses is
 * set off. */

enum { BESIDE_COLS = 66, WORDS_LEAST_ROWS = 8, CHART_LEAST_ROWS = 4 };
enum { FIRST_GAP = 9, N_GAPS = MN_STALE_STEPS - FIRST_GAP }; /* published up to 98 */

typedef struct toy {
    const mn_snapshot *s;
    mn_stale p;
    double *x; /* steps 0 .. 99 */
    mn_stale_step steps[MN_N_MEMORIES][MN_STALE_STEPS];
    mn_stale_step again[MN_N_MEMORIES][MN_STALE_STEPS];
    double excess[MN_N_MEMORIES][N_GAPS];
} toy;

static toy *run(const mn_snapshot *s, mn_figure *f)
{
    toy *t = mn_figure_room(f, 1, sizeof *t);
    double *x = mn_figure_room(f, MN_STALE_STEPS, sizeof *x);
    if (!t || !x)
        return NULL;
    t->s = s;
    t->p = mn_stale_published();
    t->x = x;
    for (int i = 0; i < MN_STALE_STEPS; i++)
        x[i] = i;
    for (int m = 0; m < MN_N_MEMORIES; m++) {
        mn_stale_run(&t->p, (mn_memory)m, mn_stale_pulses, MN_STALE_PULSES, MN_STALE_STEPS,
                     t->steps[m]);
        mn_stale_run(&t->p, (mn_memory)m, mn_stale_again, MN_STALE_AGAIN, MN_STALE_STEPS,
                     t->again[m]);
        for (int i = 0; i < N_GAPS; i++)
            t->excess[m][i] = mn_stale_excess(&t->p, (mn_memory)m, FIRST_GAP + i);
    }
    return t;
}

/* The run uses one of the three, and not this one. */
static bool aside(const toy *t, mn_memory m)
{
    bool known = false;
    for (int i = 0; i < MN_N_MEMORIES; i++)
        known = known || !strcmp(t->s->optimiser, mn_memory_name((mn_memory)i));
    return known && strcmp(t->s->optimiser, mn_memory_name(m)) != 0;
}

typedef struct chart {
    mn_lines mark;
    mn_series series[4];
} chart;

static chart *start(const char *x_name, double y_lo, double y_hi, bool log, mn_figure *f)
{
    chart *c = mn_figure_room(f, 1, sizeof *c);
    if (!c)
        return NULL;
    c->mark = (mn_lines){.series = c->series,
                         .x_hi = MN_STALE_STEPS - 1,
                         .y_lo = y_lo,
                         .y_hi = y_hi,
                         .x_name = x_name,
                         .y_log = log};
    return c;
}

/* A series of the steps from..99, whose numbers are the caller's to write; NULL when the frame
 * is full. */
static double *extend(const toy *t, chart *c, const char *name, mn_memory m, int from,
                      mn_figure *f)
{
    const int n = MN_STALE_STEPS - from;
    double *y = mn_figure_room(f, (size_t)n, sizeof *y);
    c->series[c->mark.n_series++] = (mn_series){
        .name = name, .n = n, .x = t->x + from, .y = y, .class = (int)m, .dim = aside(t, m)};
    return y;
}

static void add(const chart *c, const char *title, int column, mn_figure *f)
{
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, &c->mark);
    p->title = title;
    p->column = column;
    p->column_weight = 1.0;
    p->weight = 1.0;
    p->min_rows = CHART_LEAST_ROWS;
}

/* A logarithmic axis has no 0: where nothing moves there is no line. */
static double shown(double v, double least)
{
    return v >= least ? v : (double)NAN;
}

static void add_updates(const toy *t, mn_figure *f)
{
    const double least = 1e-3;
    chart *c = start("steps", least, 10.0, true, f);
    for (int m = 0; c && m < MN_N_MEMORIES; m++) {
        double *y = extend(t, c, mn_memory_name((mn_memory)m), (mn_memory)m, 0, f);
        if (!y)
            return;
        for (int i = 0; i < MN_STALE_STEPS; i++)
            y[i] = shown(t->steps[m][i].update, least);
        c->series[m].points = m == MN_RMSPROP; /* moves at single steps */
    }
    if (c)
        add(c, "update (log): gradients at 0 1 20 22-25 50 90", 0, f);
}

static void add_quotients(const toy *t, int column, mn_figure *f)
{
    static const char *const names[][2] = {{"adam m", "adam sqrt v"},
                                           {"rmsprop g", "rmsprop sqrt v"}};
    chart *c = start("steps", 0.0, 0.4, false, f);
    for (int k = 0; c && k < 4; k++) {
        const mn_memory m = k < 2 ? MN_ADAM : MN_RMSPROP;
        double *y = extend(t, c, names[k / 2][k % 2], m, 0, f);
        if (!y)
            return;
        c->series[k].class = k + 1;
        for (int i = 0; i < MN_STALE_STEPS; i++)
            y[i] = k % 2 ? t->again[m][i].root : t->again[m][i].mean;
    }
    if (c)
        add(c, "what is divided, by what: gradients at 0 1 50", column, f);
}

static void add_excess(const toy *t, int column, mn_figure *f)
{
    const double least = 1e-5;
    chart *c = start("step of a gradient after 0 and 1", least, 10.0, true, f);
    for (int m = 0; c && m < MN_N_MEMORIES; m++) {
        double *y = extend(t, c, mn_memory_name((mn_memory)m), (mn_memory)m, FIRST_GAP, f);
        if (!y)
            return;
        for (int i = 0; i < N_GAPS; i++)
            y[i] = shown(t->excess[m][i], least);
    }
    if (c)
        add(c, "its update less the gradient (log)", column, f);
}

static void write_words(const toy *t, int cols, mn_writer *w)
{
    const double g = t->p.gradient, *rms = t->excess[MN_RMSPROP];
    const double last = rms[N_GAPS - 1] + g;
    mn_figure *f = w->figure;
    mn_writer_wrap(
        w, MN_PLAIN, cols - 1,
        mn_figure_text(
            f,
            "One weight meets a gradient of %g at a few steps and none between. "
            "Momentum and Adam go on moving it, by %.0f %% less at every next step: so "
            "silent neurons are moved. RMSProp waits, and answers a gradient after "
            "%d steps of silence with %.0f times plain descent's update, Adam with "
            "%.1f times.",
            g, 100.0 * (1.0 - t->p.gamma), MN_STALE_STEPS - 1 - MN_STALE_PAIR, last / g,
            (t->excess[MN_ADAM][N_GAPS - 1] + g) / g));
    mn_writer_wrap(w, MN_DIM, cols - 1,
                   "Bricken et al. 2023, figure 17: Adam's bias corrections are constant.");
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    const bool beside = room.cols >= BESIDE_COLS && room.rows >= WORDS_LEAST_ROWS;
    const int cols = beside ? (room.cols - MN_COLUMN_GAP) / 2 : room.cols;
    mn_figure_title(f, "Stale momentum");
    mn_figure_status(f, "%s", *s->optimiser ? s->optimiser : "optimisers");
    if (room.rows <= CHART_LEAST_ROWS) { /* no chart would be seen */
        mn_view_say(f, room, "optimisers that remember move what is silent");
        return;
    }
    const toy *t = run(s, f);
    if (!t)
        return;
    mn_writer w = mn_writer_begin(f, room.rows - (beside ? CHART_LEAST_ROWS + 2 : 3 * 7));
    add_updates(t, f);
    write_words(t, cols, &w);
    mn_writer_end(&w, 0);
    if (beside || room.rows >= 3 * WORDS_LEAST_ROWS)
        add_quotients(t, beside, f);
    if (beside || room.rows >= 2 * WORDS_LEAST_ROWS)
        add_excess(t, beside, f);
}

const mn_view_ops mn_view_stale = {
    .name = "stale",
    .title = "Stale momentum",
    .about = "how optimisers that remember move a silent neuron, and how hard they hit it when "
             "it wakes: a toy of one weight",
    .make = make,
};

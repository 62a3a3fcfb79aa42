#include "view_impl.h"

#include <math.h>

/* Where dots are fine, bars and rows of the matrix may be two rows of text high. */
enum { FINE_DOTS = 4, TITLED_COLS = 58, TEXT_ROWS = 8 };
enum { HEAT_CELL = 6, HEAT_LABEL = 4, BARS_LEAST_COLS = 28 };

static int n_tasks_of(const mn_snapshot *s)
{
    return s->n_tasks < MN_TASKS_MAX ? s->n_tasks : MN_TASKS_MAX;
}

/* The latest probe; NAN where the task has not been measured (before it is trained). */
static double latest(const mn_snapshot *s, int task)
{
    bool measured = s->probe_step >= 0 && s->now[task].n > 0;
    return measured ? s->now[task].accuracy : (double)NAN;
}

static double matrix(const mn_snapshot *s, int after, int on)
{
    return s->R[after * s->n_tasks + on];
}

/* "61.4 -33.2": the latest score, and the change since the task's own training ended. */
static const char *score_text(const mn_snapshot *s, int task, mn_figure *f)
{
    double now = latest(s, task);
    double then = task < s->n_trained ? matrix(s, task, task) : (double)NAN;
    if (isnan(now))
        return "";
    if (isnan(then) || (task == s->n_trained - 1 && task == s->task))
        return mn_figure_text(f, "%5.1f", 100.0 * now);
    return mn_figure_text(f, "%5.1f %+5.1f", 100.0 * now, 100.0 * (now - then));
}

static void add_bars(const mn_snapshot *s, int rows, mn_figure *f)
{
    int n = n_tasks_of(s), first = 0;
    if (n > rows) { /* a window around the task in training */
        first = s->task - rows / 2;
        first = first < 0 ? 0 : first > n - rows ? n - rows : first;
        n = rows;
    }
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    if (!mark || !bars)
        return;
    for (int i = 0; i < n; i++) {
        int task = first + i;
        bars[i] = (mn_bar){.label = mn_figure_text(f, "T%d", task + 1),
                           .value = 100.0 * latest(s, task),
                           .text = score_text(s, task, f),
                           .tone = task == s->task       ? MN_STRONG
                                   : task < s->n_trained ? MN_PLAIN
                                                         : MN_DIM,
                           .current = task == s->task,
                           .class = task};
    }
    *mark = (mn_bars){.n = n, .bars = bars, .lo = 0.0, .hi = 100.0};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->rows = n;
    p->min_rows = 1;
}

/* Half the width of the 95 % interval of a share near one half: what a probe can be wrong by at
 * most, in points. */
static double margin(size_t n)
{
    return n ? 98.0 / sqrt((double)n) : (double)NAN;
}

static void write_probe(const mn_snapshot *s, int cols, mn_writer *w)
{
    size_t n = 0;
    for (int i = 0; i < n_tasks_of(s); i++)
        n = s->now[i].n > n ? s->now[i].n : n;
    if (s->probe_step < 0)
        mn_writer_line(w, MN_DIM, "first measured after epoch 1");
    else if (cols < 50)
        mn_writer_line(w, MN_DIM, "%zu items, %s", n,
                       mn_view_age(w->figure, s->step, s->probe_step));
    else
        mn_writer_line(w, MN_DIM, "probe of %zu items (±%.0f at most), %s", n, margin(n),
                       mn_view_age(w->figure, s->step, s->probe_step));
}

/* The same of the share p that was found. */
static double margin_at(double p, size_t n)
{
    return n ? 196.0 * sqrt(p * (1.0 - p) / (double)n) : (double)NAN;
}

/* What R rests on; the tasks of some streams differ in size. */
static void write_items(const mn_snapshot *s, mn_writer *w)
{
    size_t least = s->R_items[0], most = least;
    for (int t = 1; t < s->n_tasks; t++) {
        least = s->R_items[t] < least ? s->R_items[t] : least;
        most = s->R_items[t] > most ? s->R_items[t] : most;
    }
    if (most > least)
        mn_writer_line(w, MN_DIM, "R: %zu to %zu test items", least, most);
    else if (most)
        mn_writer_line(w, MN_DIM, "R: %zu test items each", most);
}

/* One task: its numbers with what they rest on. */
static void write_single(const mn_snapshot *s, int cols, mn_writer *w)
{
    const mn_score *now = &s->now[0];
    if (isnan(latest(s, 0)))
        mn_writer_line(w, MN_DIM, "first measured after epoch 1");
    else {
        const char *age = mn_view_age(w->figure, s->step, s->probe_step);
        mn_writer_line(w, MN_STRONG,
                       cols < 44 ? "±%.1f of %zu items, %s"
                                 : "±%.1f (95 %%) by %zu test items, %s",
                       margin_at(now->accuracy, now->n), now->n, age);
        mn_writer_line(w, MN_PLAIN, "macro F1 %.3f", now->macro_f1);
    }
    if (!isnan(s->loss))
        mn_writer_line(w, MN_PLAIN, "training loss %.3g per item", s->loss);
    if (s->n_trained > 0) {
        mn_writer_line(w, MN_PLAIN, "ACC %.1f by all %zu items", 100.0 * s->summary.acc,
                       s->R_items[0]);
        mn_writer_line(w, MN_DIM, "BWT undefined for one task");
    }
    mn_writer_line(w, MN_DIM, "learning rate %.3g", s->rate);
    mn_writer_line(w, MN_DIM, "%lld steps an epoch", (long long)s->step_per_epoch);
}

/* In points, signed; "undefined" is said, with the reason on the line that follows. */
static const char *points(mn_figure *f, double v, bool sign)
{
    return isnan(v) ? "undefined" : mn_figure_text(f, sign ? "%+.1f" : "%.1f", 100.0 * v);
}

static void write_summary(const mn_snapshot *s, int cols, mn_writer *w)
{
    const mn_summary *m = &s->summary;
    mn_figure *f = w->figure;
    if (s->n_trained < 1) {
        mn_writer_line(w, MN_DIM, "ACC, BWT: after the first task");
        return;
    }
    if (s->n_trained < 2 && cols < 60) {
        mn_writer_line(w, MN_STRONG, "ACC %s", points(f, m->acc, false));
        mn_writer_line(w, MN_DIM, "BWT undefined for one task");
        return;
    }
    if (cols < 50) {
        mn_writer_line(w, MN_STRONG, "ACC %s  BWT %s", points(f, m->acc, false),
                       points(f, m->bwt, true));
        mn_writer_line(w, MN_PLAIN, "FWT %s  forgot %s", points(f, m->fwt, true),
                       points(f, m->forgetting, false));
        return;
    }
    mn_writer_line(w, MN_STRONG, "ACC %s  BWT %s  FWT %s  forgetting %s",
                   points(f, m->acc, false), points(f, m->bwt, true), points(f, m->fwt, true),
                   points(f, m->forgetting, false));
    if (s->n_trained < 2)
        mn_writer_line(w, MN_DIM, "transfer and forgetting are undefined for one task");
}

static void write_forgetting(const mn_snapshot *s, mn_writer *w)
{
    for (int j = 0; j < s->n_trained && j < n_tasks_of(s); j++)
        if (!isnan(s->forgetting[j]) && s->forgetting[j] > 0.0005)
            mn_writer_line(w, MN_PLAIN, "T%d forgot %.1f (%.1f at best)", j + 1,
                           100.0 * s->forgetting[j],
                           100.0 * (matrix(s, s->n_trained - 1, j) + s->forgetting[j]));
}

/* Rows: after training task i. Untrained rows are undefined and painted so. */
static void add_matrix(const mn_snapshot *s, int column, mn_figure *f)
{
    int n = n_tasks_of(s);
    mn_heat *mark = mn_figure_room(f, 1, sizeof *mark);
    float *values = mn_figure_room(f, (size_t)(n * n), sizeof *values);
    const char **names = mn_figure_room(f, (size_t)n, sizeof *names);
    if (!mark || !values || !names)
        return;
    for (int i = 0; i < n; i++) {
        names[i] = mn_figure_text(f, "T%d", i + 1);
        for (int j = 0; j < n; j++)
            values[i * n + j] = i < s->n_trained ? (float)(100.0 * matrix(s, i, j)) : NAN;
    }
    *mark = (mn_heat){.n_rows = n,
                      .n_cols = n,
                      .values = values,
                      .row_labels = names,
                      .col_labels = names,
                      .scale = MN_UNSIGNED,
                      .lo = 0.0f,
                      .hi = 100.0f,
                      .format = "%5.1f"};
    mn_part *p = mn_figure_add(f, MN_MARK_HEAT, mark);
    p->title = "R: after task (row), on task (%)";
    p->column = column;
    p->rows = n + 1;
    p->min_rows = 3;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    int n = n_tasks_of(s), heat_cols = HEAT_LABEL + HEAT_CELL * n;
    mn_figure_title(f, "Tasks");
    mn_figure_status(f, room.cols < 40 ? "test acc %%" : "test accuracy %%, %s", s->strategy);
    if (n < 1) {
        mn_view_say(f, room, "no tasks");
        return;
    }
    bool beside = n > 1 && room.cols >= heat_cols + BARS_LEAST_COLS && room.rows >= 4;
    bool below = n > 1 && !beside && room.cols >= heat_cols && room.rows >= 2 * n + 6;
    int left = beside ? room.cols - heat_cols - MN_COLUMN_GAP : room.cols;
    int text = room.rows - n - (below ? n + 2 : 0);
    add_bars(s, text < 1 && room.rows > 2 ? room.rows - 1 : room.rows, f);
    if (f->full)
        return;
    bool fine = room.dots_y >= FINE_DOTS && room.rows >= 3 * n + TEXT_ROWS;
    if (fine)
        f->parts[0].rows = 2 * n;
    if (n > 1 && left >= TITLED_COLS && room.rows >= n + TEXT_ROWS)
        f->parts[0].title = "accuracy now, and the change since its training (points)";
    if (beside)
        f->parts[0].column_weight = left;
    if (below)
        add_matrix(s, 0, f);
    mn_writer w = mn_writer_begin(f, text < 1 ? room.rows > 2 : text);
    if (n == 1) {
        write_single(s, left, &w);
        mn_writer_end(&w, 0);
        return;
    }
    if (text < 2 && s->n_trained > 0) /* one line: the result rather than the sample */
        write_summary(s, left, &w);
    write_probe(s, left, &w);
    if (w.n < 2)
        write_summary(s, left, &w);
    write_forgetting(s, &w);
    write_items(s, &w);
    mn_writer_end(&w, 0);
    if (beside && !f->full) {
        int at = f->n_parts;
        add_matrix(s, 1, f);
        if (f->full)
            return;
        f->parts[at].column_weight = heat_cols;
        if (fine)
            f->parts[at].rows = 2 * n + 3; /* the scale's row too */
    }
}

const mn_view_ops mn_view_tasks = {
    .name = "tasks",
    .title = "Tasks",
    .about =
        "test accuracy on every task now and after each task's training, with transfer and "
        "forgetting",
    .key = '2',
    .make = make,
};

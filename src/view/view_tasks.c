#include "view_impl.h"

#include <math.h>

/* Where dots are fine, bars and rows of the matrix may be two rows of text high. */
enum { FINE_DOTS = 4, TITLED_COLS = 58, TEXT_ROWS = 8 };
enum { HEAT_CELL = 6, HEAT_LABEL = 4, BARS_LEAST_COLS = 28 };
/* The course of accuracies: with fewer rows it is left to the timeline. */
enum { COURSE_ROWS = 8, SIDE_WORDS = 5, WORDS_MOST = 8 };

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

/* Where the parts go. Beside each other: bars and their course to the left, matrix and words to
 * the right; else one column. */
typedef struct mn_places {
    bool beside, matrix, course, fine, titled;
    bool words_right;
    int left, heat_cols; /* columns of the left and of the right */
    int bars, heat;      /* rows with headings */
    int text;            /* rows that are left for words */
} mn_places;

static mn_places place(const mn_snapshot *s, mn_room room)
{
    int n = n_tasks_of(s);
    mn_places p = {.heat_cols = HEAT_LABEL + HEAT_CELL * n, .left = room.cols};
    bool several = n > 1;
    p.beside = several && room.cols >= p.heat_cols + BARS_LEAST_COLS && room.rows >= 4;
    if (p.beside)
        p.left = room.cols - p.heat_cols - MN_COLUMN_GAP;
    p.fine = room.dots_y >= FINE_DOTS && room.rows >= 3 * n + TEXT_ROWS;
    p.titled = several && p.left >= TITLED_COLS && room.rows >= n + TEXT_ROWS;
    p.bars = (p.fine ? 2 * n : n) + p.titled;
    p.heat = (p.beside && p.fine ? 2 * n + 3 : n + 1) + 1; /* 3: the scale's row too */
    p.matrix = p.beside || (several && room.cols >= p.heat_cols && room.rows >= 2 * n + 6);
    int beside = room.rows - p.heat, left = room.rows - p.bars;
    p.words_right = p.beside && beside >= SIDE_WORDS && left >= COURSE_ROWS;
    if (p.words_right) {
        p.text = beside;
        p.course = s->n_moments > 1;
        return p;
    }
    p.text = left - (p.matrix && !p.beside ? p.heat : 0);
    p.course = s->n_moments > 1 && p.text >= COURSE_ROWS + WORDS_MOST;
    return p;
}

static void write_words(const mn_snapshot *s, int rows, int cols, mn_writer *w)
{
    if (rows < 2 && s->n_trained > 0) /* one line: the result rather than the sample */
        write_summary(s, cols, w);
    write_probe(s, cols, w);
    if (w->n < 2)
        write_summary(s, cols, w);
    if (rows > 3)
        mn_writer_wrap(w, MN_PLAIN, cols - 1, mn_view_method(s, w->figure));
    write_forgetting(s, w);
    write_items(s, w);
}

static void add_course(const mn_snapshot *s, mn_figure *f)
{
    const double *x = mn_view_steps(s, f);
    mn_part *p = x ? mn_view_course(s, x, false, 0, f) : NULL;
    if (p)
        p->title = "accuracy over time (%)";
}

static void add_words(const mn_snapshot *s, mn_places p, mn_room room, int column, mn_figure *f)
{
    int most = p.course && !column ? WORDS_MOST : p.text;
    mn_writer w = mn_writer_begin(f, most < 1 ? room.rows > 2 : most);
    if (n_tasks_of(s) == 1)
        write_single(s, p.left, &w);
    else
        write_words(s, p.text, column ? p.heat_cols : p.left, &w);
    mn_writer_end(&w, column);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, "Tasks");
    mn_figure_status(f, room.cols < 40 ? "test acc %%" : "test accuracy %%, %s", s->strategy);
    if (n_tasks_of(s) < 1) {
        mn_view_say(f, room, "no tasks");
        return;
    }
    mn_places p = place(s, room);
    add_bars(s, p.text < 1 && room.rows > 2 ? room.rows - 1 : room.rows, f);
    if (f->full)
        return;
    if (p.fine)
        f->parts[0].rows = 2 * n_tasks_of(s);
    if (p.titled)
        f->parts[0].title = "accuracy now, and the change since its training (points)";
    if (p.beside)
        f->parts[0].column_weight = p.left;
    if (p.matrix && !p.beside)
        add_matrix(s, 0, f);
    if (!p.words_right && !f->full)
        add_words(s, p, room, 0, f);
    if (p.course && !f->full)
        add_course(s, f);
    if (!p.beside || f->full)
        return;
    int at = f->n_parts;
    add_matrix(s, 1, f);
    if (f->full)
        return;
    f->parts[at].column_weight = p.heat_cols;
    if (p.fine)
        f->parts[at].rows = p.heat - 1;
    if (p.words_right)
        add_words(s, p, room, 1, f);
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

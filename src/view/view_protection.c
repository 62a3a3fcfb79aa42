#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { SIDE_COLS = 40, SIDE_BY_SIDE_COLS = 70, SMALLEST = 6, GALLERY_LEAST_ROWS = 4 };
enum { TEXT_MOST = 7, CONSTRAINTS_MOST = 12 };

static int n_classes_of(const mn_snapshot *s)
{
    return s->n_classes < MN_CLASSES_MAX ? s->n_classes : MN_CLASSES_MAX;
}

static void write_buffer(const mn_snapshot *s, mn_writer *w)
{
    const char *what = s->dreams_are_used ? "pseudoitems" : "items";
    if (!s->buffer_items) {
        mn_writer_line(w, MN_DIM, "the buffer is empty: a task's end fills it");
        return;
    }
    mn_writer_line(w, MN_STRONG, "%zu %s in the buffer", s->buffer_items, what);
    if (!s->buffer_replays)
        mn_writer_line(w, MN_PLAIN, "their gradients bound every step's");
    else if (s->buffer_replayed < s->buffer_items)
        mn_writer_line(w, MN_PLAIN, "%zu of them join every epoch", s->buffer_replayed);
    else
        mn_writer_line(w, MN_PLAIN, "all of them join every epoch");
}

static void write_constraints(const mn_snapshot *s, mn_writer *w)
{
    const mn_constraints *c = &s->constraints;
    if (!c->steps) {
        mn_writer_line(w, MN_DIM, "no step has been compared with an old task yet");
        return;
    }
    mn_writer_line(w, c->per_hundred > 50.0 ? MN_BAD : MN_PLAIN,
                   "%.0f of 100 steps projected lately", c->per_hundred);
    mn_writer_line(w, MN_PLAIN, "%.0f %% of all %llu compared",
                   100.0 * (double)c->violated / (double)c->steps,
                   (unsigned long long)c->steps);
}

static void write_importance(const mn_snapshot *s, mn_writer *w)
{
    if (!s->importance_terms) {
        mn_writer_line(w, MN_DIM, "%s: measured when a task ends", s->importance_name);
        return;
    }
    mn_writer_line(w, MN_STRONG, "%s of %d task%s", s->importance_name, s->importance_terms,
                   s->importance_terms == 1 ? "" : "s");
    mn_writer_line(w, s->strength > 0.0 ? MN_PLAIN : MN_BAD, "strength %.4g%s", s->strength,
                   s->strength > 0.0 ? "" : ": protects nothing");
    mn_writer_line(w, MN_PLAIN, "90 %% of it in %.1f %% of weights (7)",
                   100.0 * s->importance_share90);
}

static void write_all(const mn_snapshot *s, int cols, mn_writer *w)
{
    if (mn_view_has_buffer(s))
        write_buffer(s, w);
    if (s->has_constraints)
        write_constraints(s, w);
    if (s->has_importance)
        write_importance(s, w);
    if (!w->n)
        mn_writer_wrap(
            w, MN_PLAIN, cols - 2,
            mn_figure_text(w->figure,
                           "%s protects no old task. a chooses a strategy: items "
                           "kept (rehearsal, gem, agem), dreams (pseudorehearsal) or "
                           "weights held in place (l2, ewc, mas, si)",
                           s->strategy));
}

/* Counts, `noun` before the number; `last` names what is beyond the last one. */
static void add_counts(const size_t *counts, int n, const char *noun, const char *last,
                       const char *title, int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    double most = 1.0;
    if (!mark || !bars)
        return;
    for (int i = 0; i < n; i++) {
        bool named = last && i == n - 1;
        bars[i] =
            (mn_bar){.label = named ? last : mn_figure_text(f, "%s%d", noun, *noun ? i + 1 : i),
                     .value = (double)counts[i],
                     .text = mn_figure_text(f, "%zu", counts[i]),
                     .class = named ? -1 : i};
        most = fmax(most, (double)counts[i]);
    }
    *mark = (mn_bars){.n = n, .bars = bars, .hi = most};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->title = title;
    p->column = column;
    p->rows = n;
    p->min_rows = 2;
}

static void add_cosines(const mn_snapshot *s, int column, mn_figure *f)
{
    const mn_constraints *c = &s->constraints;
    int n = c->n < CONSTRAINTS_MOST ? c->n : CONSTRAINTS_MOST;
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    if (!mark || !bars)
        return;
    for (int i = 0; i < n; i++) {
        double v = c->cosine[i];
        bars[i] =
            (mn_bar){.label = c->task[i] < 0 ? "all" : mn_figure_text(f, "T%d", c->task[i] + 1),
                     .value = v,
                     .text = isnan(v) ? "-" : mn_figure_text(f, "%+.2f", v),
                     .tone = v < 0.0 ? MN_BAD : MN_PLAIN,
                     .class = c->task[i] < 0 ? -1 : c->task[i]};
    }
    *mark = (mn_bars){.n = n, .bars = bars, .lo = -1.0, .hi = 1.0};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->title = "cosine of the step with old tasks";
    p->column = column;
    p->rows = n;
    p->min_rows = 1;
}

/* Histograms as far as they fit into `rows`. */
static void add_histograms(const mn_snapshot *s, int rows, int column, mn_figure *f)
{
    int tasks = 0, classes = n_classes_of(s);
    for (int t = 0; t < s->n_tasks && t < MN_TASKS_MAX; t++)
        if (s->buffer_by_task[t])
            tasks = t + 1;
    bool others = s->buffer_by_class[classes] > 0;
    if (s->has_constraints && s->constraints.n > 0 && rows >= s->constraints.n + 1) {
        add_cosines(s, column, f);
        rows -= s->constraints.n + 1;
    }
    if (!s->buffer_items || f->full)
        return;
    if (tasks && rows >= tasks + 1) {
        add_counts(s->buffer_by_task, tasks, "T", NULL, "stored after task", column, f);
        rows -= tasks + 1;
    }
    if (classes > 0 && rows >= classes + others + 1 && !f->full)
        add_counts(s->buffer_by_class, classes + others, "", others ? "none" : NULL, "of class",
                   column, f);
}

static const char *label_of(const mn_snapshot *s, int i, int cols, mn_figure *f)
{
    int task = s->kept_task[i] + 1, class = s->kept_class[i];
    if (cols < 6)
        return class < 0 ? mn_figure_text(f, "T%d", task)
                         : mn_figure_text(f, "%.*s", cols, mn_view_class(s, class, f));
    return class < 0 ? mn_figure_text(f, "T%d ?", task)
                     : mn_figure_text(f, "T%d \"%s\"", task, mn_view_class(s, class, f));
}

static mn_fit fit_gallery(const mn_snapshot *s, mn_room room)
{
    mn_fit fit = mn_tiles_fit(s->n_kept, s->width, s->height, 0, true, room);
    for (int side = fit.size_x - 1; !fit.shown && side >= SMALLEST; side--)
        fit = mn_tiles_fit(s->n_kept, s->width, s->height, side, true, room);
    /* pictures, unlike weights, need no whole multiples: they may fill the room */
    for (int side = fit.size_x + 1; side <= room.cols * room.dots_x; side++) {
        mn_fit larger = mn_tiles_fit(s->n_kept, s->width, s->height, side, true, room);
        if (larger.shown < s->n_kept)
            break;
        fit = larger;
    }
    return fit;
}

/* Items of the buffer, oldest first, so that columns of tasks can be told apart. */
static void add_gallery(const mn_snapshot *s, mn_room room, int column, mn_figure *f)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    mn_fit fit = fit_gallery(s, room);
    int n = fit.shown;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    float *pixels = mn_figure_room(f, (size_t)(n > 0 ? n : 1) * size, sizeof *pixels);
    const char **labels = mn_figure_room(f, (size_t)(n > 0 ? n : 1), sizeof *labels);
    int *classes = mn_figure_room(f, (size_t)(n > 0 ? n : 1), sizeof *classes);
    if (n < 1 || !t || !pixels || !labels || !classes)
        return;
    for (int i = 0; i < n; i++) {
        int at = n > 1 ? i * (s->n_kept - 1) / (n - 1) : 0;
        memcpy(pixels + (size_t)i * size, s->kept + (size_t)at * size, size * sizeof *pixels);
        labels[i] = label_of(s, at, fit.tile_cols, f);
        classes[i] = s->kept_class[at];
    }
    *t = (mn_tiles){.n = n,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = pixels,
                    .scale = MN_UNSIGNED,
                    .lo = s->item_lo,
                    .hi = s->item_hi,
                    .size = fit.size_x,
                    .labels = labels,
                    .classes = classes,
                    .cursor = -1};
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->title = mn_figure_text(f, "%d of %zu, oldest first", n, s->buffer_items);
    p->column = column;
    p->weight = 1.0;
    p->min_rows = 3;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, "Protection");
    mn_figure_status(f, "%s", s->strategy);
    bool wall = s->n_kept > 0 && s->width > 0 && s->height > 0;
    bool beside = room.cols >= SIDE_BY_SIDE_COLS;
    int cols = beside ? SIDE_COLS : room.cols;
    mn_writer w = mn_writer_begin(f, room.rows < TEXT_MOST ? room.rows : TEXT_MOST);
    write_all(s, mn_view_has_buffer(s) || s->has_importance ? cols : room.cols, &w);
    mn_writer_end(&w, 0);
    int rows = room.rows - w.n;
    if (f->full)
        return;
    if (!beside && wall && rows >= 2 * GALLERY_LEAST_ROWS) {
        mn_room part = {room.cols, rows / 2 - 1, room.dots_x, room.dots_y};
        add_gallery(s, part, 0, f);
        rows -= rows / 2;
    }
    if (!f->full)
        add_histograms(s, rows, 0, f);
    if (!beside || !wall || f->full)
        return;
    f->parts[0].column_weight = SIDE_COLS;
    int before = f->n_parts;
    room.cols -= SIDE_COLS + MN_COLUMN_GAP;
    room.rows -= 1;
    add_gallery(s, room, 1, f);
    if (!f->full && f->n_parts > before)
        f->parts[before].column_weight = room.cols;
}

const mn_view_ops mn_view_protection = {
    .name = "protection",
    .title = "Protection",
    .about =
        "what the strategy holds against forgetting: the buffer's items by task and class, "
        "gradient constraints, importance",
    .key = '8',
    .make = make,
};

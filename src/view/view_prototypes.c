#include "view_impl.h"

#include <math.h>

/* The definition under the strip, in a room of at least this many rows. */
enum { WORDS_LEAST_ROWS = 8, WORDS_MOST = 3 };

static void write_definition(mn_index index, mn_writer *w, int cols)
{
    const char *text =
        mn_figure_text(w->figure, "%s: %s", mn_index_name(index), mn_index_about(index));
    mn_writer_wrap(w, MN_DIM, cols - 1, text);
}

static int count_defined(const mn_snapshot *s, mn_index index)
{
    int n = 0;
    for (int i = 0; i < s->units.n; i++)
        n += !isnan(s->units.index[index][i]);
    return n;
}

static void head(const mn_snapshot *s, mn_index index, int cols, mn_figure *f)
{
    double mean = s->index_mean[index];
    char units[MN_NOUN_MAX];
    mn_figure_title(f, cols < 50 ? "Prototypes" : "Features and prototypes");
    if (isnan(mean))
        mn_figure_status(f, "%s", mn_index_name(index));
    else if (cols < 50)
        mn_figure_status(f, "mean %.2f", mean);
    else
        mn_figure_status(f, "%s %.2f, mean of %d %s", mn_index_name(index), mean,
                         count_defined(s, index), mn_view_units(s, units));
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    head(s, l->index, room.cols, f);
    if (s->n_moments < 2) {
        char units[MN_NOUN_MAX];
        double n;
        mn_writer w = mn_writer_begin(f, room.rows);
        mn_writer_wrap(
            &w, MN_STRONG, room.cols - 2,
            mn_figure_text(f, "how %s turn from features into prototypes: Space trains%s",
                           mn_view_units(s, units),
                           mn_view_vertex(s, &n) ? ", n raises the vertex" : ""));
        write_definition(l->index, &w, room.cols);
        mn_writer_end(&w, 0);
        return;
    }
    mn_view_strip(s, l->index, room, 0, f);
    if (room.rows < WORDS_LEAST_ROWS || f->full)
        return;
    mn_writer w = mn_writer_begin(f, WORDS_MOST);
    write_definition(l->index, &w, room.cols);
    mn_writer_end(&w, 0);
}

const mn_view_ops mn_view_prototypes = {
    .name = "prototypes",
    .title = "Features and prototypes",
    .about = "how many units are features and how many prototypes, over time, with the "
             "changes of the vertex",
    .key = '6',
    .make = make,
};

#include "chart_impl.h"

enum { PANELS_MAX = 6 };

/* As many across as are as wide as they need, but no row of panels with holes to spare. */
static int across(int n, mn_room room, int least_cols)
{
    int most = (room.cols + MN_COLUMN_GAP) / (least_cols + MN_COLUMN_GAP);
    most = most > 3 ? 3 : most < 1 ? 1 : most;
    if (n == 4 && most >= 2)
        return 2;
    return n < most ? n : most;
}

mn_panels mn_panels_of(const mn_survey *s, int dimension, int point, mn_room room,
                       int least_cols, int least_rows)
{
    mn_panels p = {.dimension = dimension, .n = 1, .across = 1};
    if (dimension == MN_NO_DIMENSION)
        return p;
    int n = s->dimensions[dimension].n_stops, wide = across(n, room, least_cols);
    long chosen = mn_survey_chosen(s, point);
    if (n <= PANELS_MAX && (n + wide - 1) / wide * (least_rows + 1) <= room.rows)
        p.n = n, p.across = wide;
    else if (chosen >= 0)
        p.first = mn_survey_at(s, (size_t)chosen, dimension);
    return p;
}

bool mn_panels_hold(const mn_survey *s, const mn_panels *p, int panel, size_t point)
{
    return p->dimension == MN_NO_DIMENSION ||
           mn_survey_at(s, point, p->dimension) == p->first + panel;
}

mn_part *mn_panels_add(const mn_survey *s, const mn_panels *p, int panel, mn_mark_kind kind,
                       const void *mark)
{
    mn_part *part = mn_figure_add(s->figure, kind, mark);
    part->column = panel % p->across;
    if (p->dimension != MN_NO_DIMENSION) {
        const char *setting = mn_survey_stop(s, p->dimension, p->first + panel);
        int n = s->dimensions[p->dimension].n_stops;
        const char *words = mn_survey_words(s, p->dimension, setting);
        part->title = p->n == n
                          ? words
                          : mn_figure_text(s->figure, "%s (%d of %d)", words, p->first + 1, n);
    }
    return part;
}

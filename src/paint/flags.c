#include "flags.h"

typedef struct {
    int x, at, width, lane; /* of the vertical; of the text, lane -1 = no room for it */
    const char *text;
    uint32_t rgb;
} placed_flag;

enum { LANES = 3, FLAGS_MAX = 128 };

/* The text right of its vertical, or left of the right edge, in the lowest lane that is free.
 */
static placed_flag place_flag(const mn_pen *p, const mn_flag *f, int x, mn_rect plot,
                              int taken[LANES])
{
    int room = plot.w * 2 / 5, width = mn_pen_width(p, f->text);
    placed_flag placed = {
        .x = x, .width = width < room ? width : room, .lane = -1, .text = f->text};
    int right = plot.x + plot.w + mn_pen_column(p) - placed.width;
    placed.at = x < right ? x : right;
    placed.rgb = f->tone == MN_PLAIN ? p->grey : mn_pen_tone(p, f->tone);
    for (int lane = 0; lane < LANES && placed.lane < 0 && width > 0; lane++)
        if (placed.at >= taken[lane])
            placed.lane = lane;
    if (placed.lane >= 0)
        taken[placed.lane] = placed.at + placed.width + mn_pen_column(p);
    return placed;
}

static int place_flags(const mn_pen *p, const mn_lines *m, const mn_ruler *axis, mn_rect plot,
                       placed_flag out[FLAGS_MAX], int *lanes)
{
    int taken[LANES] = {0}, n = 0;
    *lanes = 0;
    for (int i = 0; i < m->n_flags && n < FLAGS_MAX; i++) {
        double t = mn_ruler_place(axis, m->flags[i].x);
        if (!(t >= 0.0 && t <= 1.0))
            continue;
        out[n] =
            place_flag(p, &m->flags[i], plot.x + (int)(t * (plot.w - 1) + 0.5), plot, taken);
        *lanes = out[n].lane >= *lanes ? out[n].lane + 1 : *lanes;
        n++;
    }
    return n;
}

int mn_flags_rows(const mn_pen *p, const mn_lines *m, const mn_ruler *axis, mn_rect plot)
{
    placed_flag placed[FLAGS_MAX];
    int lanes;
    place_flags(p, m, axis, plot, placed, &lanes);
    return lanes;
}

/* Verticals first; the texts, lowest lane next to the plot, on paper of their own. */
void mn_flags_paint(const mn_pen *p, const mn_lines *m, const mn_ruler *axis, mn_rect plot)
{
    placed_flag placed[FLAGS_MAX];
    int lanes, n = place_flags(p, m, axis, plot, placed, &lanes);
    int row = mn_pen_row(p), s = p->scale;
    for (int i = 0; i < n; i++)
        for (int y = plot.y - (placed[i].lane < 0 ? 0 : placed[i].lane * row + s);
             y < plot.y + plot.h; y += 4 * s)
            mn_pen_fill(p, (mn_rect){placed[i].x, y, (s + 1) / 2, 2 * s}, placed[i].rgb);
    for (int i = 0; i < n; i++) {
        const placed_flag *f = &placed[i];
        int y = plot.y - (f->lane + 1) * row - s;
        if (f->lane < 0)
            continue;
        mn_pen_fill(p, (mn_rect){f->at, y, f->width + s, row}, p->paper);
        mn_pen_text(p, f->at, y, f->width, f->text, f->rgb, false);
    }
}

#include "mark.h"

#include <string.h>

#define MN_MARK(kind, id) extern const mn_mark_ops mn_mark_##id;
#include "marks.def"
#undef MN_MARK
static const mn_mark_ops *const marks[MN_N_MARKS] = {
#define MN_MARK(kind, id) [MN_MARK_##kind] = &mn_mark_##id,
#include "marks.def"
#undef MN_MARK
};

const mn_mark_ops *mn_mark_of(mn_mark_kind kind)
{
    return kind < MN_N_MARKS ? marks[kind] : NULL;
}

static int heading_of(const mn_part *p)
{
    return p->title ? 1 : 0;
}

static double positive(double weight)
{
    return weight > 0.0 ? weight : 1.0;
}

/* Rows of the parts of one column; `left_out` ones get none. False when a part got less than it
 * needs: then it is marked as left out. */
static bool share(const mn_figure *f, int column, int rows, bool left_out[], mn_rect out[])
{
    double weights = 0.0;
    int left = rows;
    for (int i = 0; i < f->n_parts; i++) {
        const mn_part *p = &f->parts[i];
        if (p->column != column || left_out[i])
            continue;
        int wanted = p->rows < rows ? p->rows : rows;
        int fixed = heading_of(p) + (wanted > 0 ? wanted : 0);
        out[i].h = fixed < left ? fixed : left;
        left -= out[i].h;
        if (p->rows <= 0)
            weights += positive(p->weight);
    }
    for (int i = 0; i < f->n_parts && weights > 0.0; i++) {
        const mn_part *p = &f->parts[i];
        if (p->column != column || left_out[i] || p->rows > 0)
            continue;
        int more = (int)(left * positive(p->weight) / weights + 0.5);
        more = more < left ? more : left;
        out[i].h += more;
        left -= more;
        weights -= positive(p->weight);
        if (weights < 1e-9)
            break;
    }
    for (int i = f->n_parts - 1; i >= 0; i--) {
        const mn_part *p = &f->parts[i];
        int least = heading_of(p) + (p->min_rows > 1 ? p->min_rows : 1);
        if (p->column == column && !left_out[i] && out[i].h < least) {
            left_out[i] = true;
            return false;
        }
    }
    return true;
}

static void stack(const mn_figure *f, int column, mn_rect inside, mn_rect out[])
{
    bool left_out[MN_PARTS_MAX] = {false};
    while (!share(f, column, inside.h, left_out, out))
        ;
    int y = inside.y;
    for (int i = 0; i < f->n_parts; i++) {
        if (f->parts[i].column != column)
            continue;
        int h = left_out[i] ? 0 : out[i].h;
        out[i] = (mn_rect){inside.x, y, inside.w, h};
        y += h;
    }
}

/* The first part of a column decides its weight; 0 = no such column. */
static double column_weight(const mn_figure *f, int column)
{
    for (int i = 0; i < f->n_parts; i++)
        if (f->parts[i].column == column)
            return positive(f->parts[i].column_weight);
    return 0.0;
}

void mn_parts_layout(const mn_figure *f, mn_rect inside, int gap, mn_rect out[MN_PARTS_MAX])
{
    double weights = 0.0;
    int columns = 0;
    memset(out, 0, MN_PARTS_MAX * sizeof *out);
    for (int c = 0; c < MN_PARTS_MAX; c++) {
        weights += column_weight(f, c);
        columns += column_weight(f, c) > 0.0;
    }
    int x = inside.x, left = inside.w - gap * (columns - 1);
    for (int c = 0; c < MN_PARTS_MAX && left > 0 && inside.h > 0; c++) {
        double weight = column_weight(f, c);
        if (!(weight > 0.0))
            continue;
        int w = --columns ? (int)(left * weight / weights + 0.5) : left;
        stack(f, c, (mn_rect){x, inside.y, w, inside.h}, out);
        x += w + gap;
        left -= w;
        weights -= weight;
    }
}

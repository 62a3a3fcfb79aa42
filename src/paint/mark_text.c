#include "mark.h"

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_text_lines *t = mark;
    for (int i = 0; i < t->n && i < box.h; i++)
        mn_brush_text(b, box.x, box.y + i, box.w, t->lines[i].text, t->lines[i].tone);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_text_lines *t = mark;
    int row = mn_pen_row(p);
    for (int i = 0; i < t->n && (i + 1) * row <= box.h; i++)
        mn_pen_text(p, box.x, box.y + i * row, box.w, t->lines[i].text,
                    mn_pen_tone(p, t->lines[i].tone), mn_tone_attr(t->lines[i].tone) & MN_BOLD);
}

const mn_mark_ops mn_mark_text = {cells, pixels};

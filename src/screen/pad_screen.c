/* The pad on the screen: over the panels, two columns a dot, so that dots are square. */
#include "looks_impl.h"

#include <stdio.h>
#include <string.h>

enum { DOT_COLS = 2, BORDER = 1 };

static mn_rect box_of(const mn_pad *p, mn_rect body)
{
    const int w = p->cols * DOT_COLS + 2 * BORDER, h = p->rows + 2 * BORDER;
    return (mn_rect){body.x + (body.w > w ? (body.w - w) / 2 : 0),
                     body.y + (body.h > h ? (body.h - h) / 2 : 0), w < body.w ? w : body.w,
                     h < body.h ? h : body.h};
}

/* Header, caption and footer are a line each. */
static mn_rect body_of(const mn_screen *s)
{
    return (mn_rect){0, 1, s->cols, s->rows - 3};
}

static void draw_dot(const mn_screen *s, int x, int y, mn_canvas *c, int at_x, int at_y)
{
    const mn_pad *p = &s->pad;
    const bool pen = x == p->x && y == p->y, on = p->dot[y][x];
    const uint8_t attr = pen ? MN_REVERSE : 0;
    const uint32_t ink = s->style.utf8 ? 0x2588 : '#', paper = s->style.utf8 ? 0xB7 : '.';
    for (int i = 0; i < DOT_COLS; i++) {
        const uint32_t ch = on && !pen ? ink : on ? '#' : i ? ' ' : paper;
        mn_canvas_put(c, at_x + i, at_y,
                      (mn_cell){ch, MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, attr});
    }
}

void mn_pad_draw(const mn_screen *s, mn_rect body, mn_canvas *c)
{
    const mn_pad *p = &s->pad;
    const mn_rect b = box_of(p, body);
    mn_screen_box(s, b, p->down ? " draw a cue: pen down " : " draw a cue ", c);
    for (int y = 0; y < p->rows && y < b.h - 2 * BORDER; y++)
        for (int x = 0; x < p->cols && x * DOT_COLS < b.w - 2 * BORDER - 1; x++)
            draw_dot(s, x, y, c, b.x + BORDER + x * DOT_COLS, b.y + BORDER + y);
    if (p->y < b.h - 2 * BORDER && p->x * DOT_COLS < b.w - 2 * BORDER) {
        c->cursor_x = b.x + BORDER + p->x * DOT_COLS;
        c->cursor_y = b.y + BORDER + p->y;
    }
}

mn_status mn_look_pad(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    const mn_rect body = body_of(s);
    (void)a;
    if (!snap->recalls)
        return mn_fail(err, MN_EINVAL, "the model %s has no recall, so it cannot relax a cue",
                       snap->model);
    if (!mn_pad_open(&s->pad, snap->width, snap->height, (body.w - 2 * BORDER) / DOT_COLS,
                     body.h - 2 * BORDER))
        return mn_fail(err, MN_EINVAL, "pad: items of %dx%d have no room to be drawn here",
                       snap->width, snap->height);
    s->mode = MN_DRAWING;
    return MN_OK;
}

/* What is drawn becomes one line of the language: a log or a script repeats it. */
static void send(mn_screen *s)
{
    char drawn[MN_PAD_TEXT_MAX], line[MN_PAD_TEXT_MAX + 16];
    if (mn_pad_blank(&s->pad)) {
        mn_screen_say(s, false, "nothing is drawn yet: Space sets a dot, d puts the pen down");
        return;
    }
    snprintf(line, sizeof line, "recall drawn %s", mn_pad_write(&s->pad, drawn));
    if (!s->hooks.post(s->hooks.ctx, line)) {
        mn_screen_say(s, true, "busy: the drawing was not taken, try again");
        return;
    }
    s->note[0] = '\0';
    s->mode = MN_LOOKING;
    for (int i = 0; mn_views[i]; i++)
        if (!strcmp(mn_views[i]->name, "recall"))
            s->focus = i;
    mn_cells_painter_forget(s->painter);
}

void mn_pad_press(mn_screen *s, int key)
{
    char name[12];
    if (key == MN_KEY_ENTER)
        send(s);
    else if (!mn_pad_key(&s->pad, key))
        mn_screen_say(s, false, "%s does nothing while drawing: Esc closes the pad",
                      mn_key_name(key, name, sizeof name));
    else
        s->note[0] = '\0';
}

void mn_screen_mouse(mn_screen *s, int x, int y, bool first)
{
    if (s->mode != MN_DRAWING || s->too_small)
        return;
    const mn_rect b = box_of(&s->pad, body_of(s));
    if (x > b.x && y > b.y && x < b.x + b.w - BORDER && y < b.y + b.h - BORDER)
        mn_pad_touch(&s->pad, (x - b.x - BORDER) / DOT_COLS, y - b.y - BORDER, first);
}

bool mn_screen_wants_mouse(const mn_screen *s)
{
    return s->mode == MN_DRAWING && s->mouse;
}

mn_status mn_look_mouse(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)snap;
    const mn_status status = mn_look_choose_truth(a, &s->mouse, err);
    if (status == MN_OK)
        mn_screen_say(s, false,
                      s->mouse ? "the mouse draws on the pad"
                               : "the mouse is the terminal's: it selects text");
    return status;
}

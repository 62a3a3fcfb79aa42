#include "screen_impl.h"

#include <stdio.h>
#include <string.h>

enum { KEY_COLS = 8, WHAT_COLS = 26, HELP_LEAST_COLS = 24, LIST_COLS_MAX = 120 };

void mn_screen_box(const mn_screen *s, mn_rect b, const char *title, mn_canvas *c)
{
    for (int y = 0; y < b.h; y++)
        for (int x = 0; x < b.w; x++) {
            bool side = x == 0 || x == b.w - 1, edge = y == 0 || y == b.h - 1;
            uint32_t ch = side && edge ? (y == 0 ? (x == 0 ? 0x250C : 0x2510)
                                                 : (x == 0 ? 0x2514 : 0x2518))
                          : edge       ? 0x2500
                          : side       ? 0x2502
                                       : ' ';
            mn_canvas_put(c, b.x + x, b.y + y,
                          (mn_cell){ch, MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, 0});
        }
    if (title && b.w > 6)
        mn_screen_text(s, c, b.x + 2, b.y, b.w - 4, MN_STRONG, 0, title);
}

static mn_rect list_box(mn_rect body)
{
    mn_rect b = body;
    if (body.w >= 80 && body.h >= 16) {
        b.w = body.w - 4 < LIST_COLS_MAX ? body.w - 4 : LIST_COLS_MAX;
        b.x = body.x + (body.w - b.w) / 2;
        b.y++;
        b.h -= 2;
    }
    return b;
}

static int explain_rows(mn_rect body)
{
    return body.h >= 12 ? 2 : 1;
}

/* Rows of the list itself: without borders, the line typed and the lines that explain. */
static int page_of(mn_rect body)
{
    int rows = list_box(body).h - 3 - explain_rows(body);
    return rows > 1 ? rows : 1;
}

int mn_topics_page(const mn_screen *s)
{
    return page_of((mn_rect){0, 1, s->cols, s->rows - 3});
}

static void draw_row(const mn_screen *s, const mn_topic *t, int x, int y, int w, bool chosen,
                     mn_canvas *c)
{
    uint8_t attr = chosen ? MN_REVERSE : 0;
    int what = w - KEY_COLS - 2 < WHAT_COLS ? w - KEY_COLS - 2 : WHAT_COLS;
    for (int i = 0; chosen && i < w; i++)
        mn_canvas_put(c, x + i, y, (mn_cell){' ', MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, attr});
    mn_screen_text(s, c, x, y, 1, MN_STRONG, attr, chosen ? "▸" : " ");
    mn_screen_text(s, c, x + 2, y, KEY_COLS - 1, MN_STRONG, attr, t->key);
    mn_screen_text(s, c, x + 2 + KEY_COLS, y, what, MN_PLAIN, attr, t->what);
    int used = 2 + KEY_COLS + what + 2;
    if (w - used >= HELP_LEAST_COLS)
        mn_screen_text(s, c, x + used, y, w - used, chosen ? MN_PLAIN : MN_DIM, attr, t->help);
}

/* The whole help of the chosen row, broken at blanks. */
static void explain(const mn_screen *s, const mn_topic *chosen, int x, int y, int width,
                    int rows, mn_canvas *c)
{
    const char *text =
        chosen ? chosen->help : "nothing has these words: Backspace takes one back";
    for (int i = 0; i < rows && *text; i++) {
        char line[256];
        size_t n = strlen(text), most = (size_t)width < sizeof line ? (size_t)width : 255;
        if (n > most && i + 1 < rows)
            for (n = most; n > 1 && text[n] != ' '; n--)
                ;
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        mn_screen_text(s, c, x, y + i, width, chosen ? MN_ACCENT : MN_DIM, 0, line);
        text += n;
        text += strspn(text, " ");
    }
}

void mn_topics_draw(const mn_screen *s, mn_rect body, mn_canvas *c)
{
    const mn_topics *t = &s->topics;
    mn_rect b = list_box(body);
    char line[128];
    int page = page_of(body), top = t->top, inside = b.w - 4;
    if (t->at < top)
        top = t->at;
    if (t->at >= top + page)
        top = t->at - page + 1;
    snprintf(line, sizeof line, " %s: %d of %d ", t->title, t->n_shown, t->n);
    mn_screen_box(s, b, line, c);
    int x = b.x + 2 + mn_screen_text(s, c, b.x + 2, b.y + 1, inside, MN_DIM, 0, "search: ");
    x += mn_screen_text(s, c, x, b.y + 1, b.x + b.w - 2 - x, MN_STRONG, 0, t->filter);
    for (int i = 0; i < page && top + i < t->n_shown; i++)
        draw_row(s, &t->rows[t->shown[top + i]], b.x + 2, b.y + 2 + i, inside, top + i == t->at,
                 c);
    const mn_topic *chosen = mn_topics_chosen(t);
    explain(s, chosen, b.x + 2, b.y + b.h - 1 - explain_rows(body), inside, explain_rows(body),
            c);
    c->cursor_x = x < b.x + b.w - 1 ? x : b.x + b.w - 2;
    c->cursor_y = b.y + 1;
}

void mn_prompt_draw(const mn_screen *s, mn_rect box, mn_canvas *c)
{
    const mn_prompt *p = &s->prompt;
    char before[MN_PROMPT_MAX];
    int width = box.w - 2;
    size_t from = 0;
    snprintf(before, sizeof before, "%.*s", (int)p->cursor, p->line);
    /* Long lines scroll, a character at a time, so that the cursor is in view. */
    while (mn_canvas_columns(c, before + from) > width - 1)
        do
            from++;
        while (((unsigned char)p->line[from] & 0xC0) == 0x80);
    for (int x = 0; x < box.w; x++)
        mn_canvas_put(c, box.x + x, box.y,
                      (mn_cell){' ', MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, 0});
    mn_screen_text(s, c, box.x, box.y, 1, MN_STRONG, 0, ":");
    mn_screen_text(s, c, box.x + 1, box.y, width, MN_PLAIN, 0, p->line + from);
    c->cursor_x = box.x + 1 + mn_canvas_columns(c, before + from);
    c->cursor_y = box.y;
}

/* Says what is the matter, as far as that fits. */
void mn_small_draw(const mn_screen *s, const mn_snapshot *snap, mn_canvas *c)
{
    char lines[5][64];
    int n = 0, boxed = c->rows >= 7 && c->cols >= 20;
    snprintf(lines[n++], sizeof *lines, "terminal %dx%d is too small", c->cols, c->rows);
    snprintf(lines[n++], sizeof *lines, "need %dx%d (best 80x24)", MN_COLS_LEAST,
             MN_ROWS_LEAST);
    if (s->mode == MN_QUITTING)
        snprintf(lines[n++], sizeof *lines, "quit? [y]es [s]ave [N]o");
    else
        snprintf(lines[n++], sizeof *lines,
                 snap->state == MN_RUNNING ? "training goes on: step %lld"
                                           : "training is not running: step %lld",
                 (long long)snap->step);
    snprintf(lines[n++], sizeof *lines, "keys are ignored but q and C-c");
    if (boxed)
        mn_screen_box(s, (mn_rect){0, 0, c->cols, n + 2 < c->rows ? n + 2 : c->rows}, NULL, c);
    for (int i = 0; i < n && i + boxed < c->rows - boxed; i++)
        mn_screen_text(s, c, boxed ? 2 : 0, i + boxed, c->cols - 4 * boxed, MN_PLAIN, 0,
                       lines[i]);
}

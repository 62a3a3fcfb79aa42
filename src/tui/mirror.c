#include "mirror.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "pairs.h"

struct mn_mirror {
    mn_terminal *terminal;
    mn_pairs pairs;
    int colours;    /* of curses; 0 = none */
    mn_cell *shown; /* (rows, cols) what curses was told last */
    int cols, rows;
    int cursor_x, cursor_y;
    bool known; /* `shown` can be relied on */
};

mn_status mn_mirror_create(mn_mirror **out, mn_terminal *t, mn_err *err)
{
    mn_mirror *m = calloc(1, sizeof *m);
    if (!m)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the screen's mirror");
    m->terminal = t;
    m->colours = mn_terminal_colours(t);
    mn_status s = mn_pairs_init(&m->pairs, m->colours ? COLOR_PAIRS : 0, err);
    if (s != MN_OK) {
        free(m);
        return s;
    }
    *out = m;
    return MN_OK;
}

void mn_mirror_destroy(mn_mirror *m)
{
    if (!m)
        return;
    mn_pairs_finish(&m->pairs);
    free(m->shown);
    free(m);
}

void mn_mirror_forget(mn_mirror *m)
{
    m->known = false;
    clearok(curscr, TRUE);
}

static mn_status fit(mn_mirror *m, const mn_canvas *c, mn_err *err)
{
    if (m->shown && m->cols == c->cols && m->rows == c->rows)
        return MN_OK;
    mn_cell *cells = calloc((size_t)c->cols * (size_t)c->rows, sizeof *cells);
    if (!cells)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a mirror of %dx%d cells", c->cols,
                       c->rows);
    free(m->shown);
    m->shown = cells;
    m->cols = c->cols;
    m->rows = c->rows;
    mn_mirror_forget(m);
    return MN_OK;
}

static bool same(const mn_cell *a, const mn_cell *b)
{
    return a->ch == b->ch && a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

/* curses reads 0 to 7 as the terminal's own eight colours even where numbers are RGB. A
 * terminal of eight colours gets the dark one; for text `brighter` says that it should be bold.
 */
static int32_t fit_colour(const mn_mirror *m, int32_t colour, bool *brighter)
{
    if (colour < 0 || m->colours <= 0)
        return MN_DEFAULT_COLOUR;
    if (m->colours > 256)
        return colour < 8 ? 8 : colour & 0xffffff;
    if (colour < m->colours)
        return colour;
    *brighter = colour < 16;
    return colour % 8;
}

static attr_t attributes(const mn_cell *cell)
{
    attr_t a = A_NORMAL;
    if (cell->attr & MN_BOLD)
        a |= A_BOLD;
    if (cell->attr & MN_FAINT)
        a |= A_DIM;
    if (cell->attr & MN_REVERSE)
        a |= A_REVERSE;
    if (cell->attr & MN_UNDERLINE)
        a |= A_UNDERLINE;
    return a;
}

/* The locale may be unable to write a character, or need two columns for it. */
static bool set_cell(cchar_t *out, uint32_t ch, attr_t attr, int pair)
{
    wchar_t text[2] = {(wchar_t)ch, L'\0'};
    if (ch < 32)
        text[0] = L' ';
    else if (ch > 126 && wcwidth((wchar_t)ch) != 1)
        return false;
    return setcchar(out, text, attr, 0, &pair) != ERR;
}

/* False when the pairs are used up. */
static bool put(mn_mirror *m, int x, int y, const mn_cell *cell, bool last_chance)
{
    bool bold = false, ignored = false;
    int32_t fg = fit_colour(m, cell->fg, &bold), bg = fit_colour(m, cell->bg, &ignored);
    int pair = 0;
    if (fg >= 0 || bg >= 0)
        pair = mn_pairs_find(&m->pairs, fg, bg);
    if (pair < 0 && !last_chance)
        return false;
    if (pair < 0)
        pair = 0;
    attr_t attr = attributes(cell) | (bold ? A_BOLD : A_NORMAL);
    cchar_t out;
    if (!set_cell(&out, cell->ch, attr, pair) && !set_cell(&out, '?', attr, pair))
        return true;
    mvadd_wch(y, x, &out); /* ERR in the last corner, where the cell is set all the same */
    return true;
}

/* Returns the number of cells told to curses, or -1 when the pairs ran out on the way. */
static long put_changes(mn_mirror *m, const mn_canvas *c, bool last_chance)
{
    long n = 0;
    for (int y = 0; y < c->rows; y++)
        for (int x = 0; x < c->cols; x++) {
            size_t i = (size_t)y * (size_t)c->cols + (size_t)x;
            if (m->known && same(&m->shown[i], &c->cells[i]))
                continue;
            if (!put(m, x, y, &c->cells[i], last_chance))
                return -1;
            m->shown[i] = c->cells[i];
            n++;
        }
    return n;
}

/* Past stdio and curses' own buffer, both of which would deliver it too late. */
static void bracket(const mn_mirror *m, const char *mode)
{
    if (mn_terminal_modern(m->terminal) && write(STDOUT_FILENO, mode, strlen(mode)) < 0)
        return; /* the frame itself will tell */
}

static void place_cursor(mn_mirror *m, const mn_canvas *c)
{
    bool visible =
        c->cursor_x >= 0 && c->cursor_y >= 0 && c->cursor_x < c->cols && c->cursor_y < c->rows;
    curs_set(visible ? 1 : 0);
    if (visible)
        move(c->cursor_y, c->cursor_x);
    m->cursor_x = c->cursor_x;
    m->cursor_y = c->cursor_y;
}

mn_status mn_mirror_show(mn_mirror *m, const mn_canvas *c, mn_err *err)
{
    mn_status s = fit(m, c, err);
    if (s != MN_OK)
        return s;
    bool moved = !m->known || m->cursor_x != c->cursor_x || m->cursor_y != c->cursor_y;
    long n = put_changes(m, c, false);
    if (n < 0) {
        mn_pairs_reset(&m->pairs);
        mn_mirror_forget(m);
        n = put_changes(m, c, true);
    }
    m->known = true;
    if (n == 0 && !moved)
        return MN_OK;
    if (n)
        bracket(m, "\033[?2026h");
    place_cursor(m, c);
    refresh();
    if (n)
        bracket(m, "\033[?2026l");
    return MN_OK;
}

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "browser_impl.h"
#include "mnemoscope/screen.h"

const mn_browser_key_row mn_browser_keys[] = {
    {"1-4", "chart", "a chart: curve, tasks, heat map, table"},
    {"Tab", NULL, "the next chart; S-Tab the one before"},
    {"Left Right", "along", "the next point along the chart's x axis"},
    {"Up Down", "across", "the next series or row"},
    {"PgUp PgDn", NULL, "the same point of the panel before or after"},
    {"< >", NULL, "the point before or after, in the order of the file"},
    {"b", "best", "the best point"},
    {"Enter", "open", "open the point's first run in the explorer, from its start"},
    {"x", "axes", "another axis to look along"},
    {"y", "axes", "another axis for the series, or the rows"},
    {"s", "PNG", "save this chart as a PNG"},
    {"c", "colours", "the next palette"},
    {"?", "help", "these lines; any key closes them"},
    {"q", "quit", "leave"},
    {NULL, NULL, NULL}};

void mn_browser_note(mn_browser *b, bool bad, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(b->note, sizeof b->note, fmt, args);
    va_end(args);
    b->note_bad = bad;
}

static void show_chart(mn_browser *b, int chart)
{
    b->chart = chart;
    mn_cells_painter_forget(b->painter);
}

static void turn(mn_browser *b, int by)
{
    int n = 0;
    while (mn_charts[n])
        n++;
    if (n)
        show_chart(b, (b->chart + n + by) % n);
}

static bool by_key(mn_browser *b, int key)
{
    for (int i = 0; mn_charts[i]; i++)
        if (mn_charts[i]->key == key) {
            show_chart(b, i);
            return true;
        }
    return false;
}

static void go(mn_browser *b, int point, const char *otherwise)
{
    if (point >= 0 && point < b->points.n)
        b->look.point = point;
    else
        mn_browser_note(b, false, "%s", otherwise);
}

enum { ALONG, ACROSS, BEYOND };

static void move(mn_browser *b, int way, int direction)
{
    if (b->look.point < 0)
        return;
    mn_ways w = mn_points_ways(&b->points, b->look.x, b->look.by);
    int axis = way == ALONG ? w.x : way == ACROSS ? w.by : w.beyond;
    int loose = way == ALONG ? -1 : w.x;
    if (axis < 0)
        mn_browser_note(b, false, "there is no axis that way");
    else
        go(b, mn_points_next(&b->points, b->look.point, axis, loose, direction),
           "no point further that way");
}

/* Through all axes, and back to the chart's own choice. */
static void choose_axis(mn_browser *b, bool across)
{
    int *chosen = across ? &b->look.by : &b->look.x;
    int other = across ? b->look.x : b->look.by;
    do
        *chosen = *chosen + 1 < b->r->n_axes ? *chosen + 1 : -1;
    while (*chosen >= 0 && *chosen == other);
    mn_browser_note(b, false, "%s: %s", across ? "series or rows" : "along",
                    *chosen < 0 ? "as the chart chooses" : b->r->axes[*chosen].name);
    mn_cells_painter_forget(b->painter);
}

static void next_palette(mn_browser *b)
{
    int n = 0, now = 0;
    for (; mn_palettes[n]; n++)
        if (mn_palettes[n] == b->style.unsigned_palette)
            now = n;
    do
        now = (now + 1) % n;
    while (!mn_palettes[now]->unsigned_map);
    b->style.unsigned_palette = mn_palettes[now];
    mn_browser_note(b, false, "palette %s: %s", mn_palettes[now]->name,
                    mn_palettes[now]->about);
    mn_cells_painter_forget(b->painter);
}

static void save(mn_browser *b)
{
    mn_text made = {0};
    mn_err err = {0};
    if (!mn_charts[b->chart] || !b->hooks.picture)
        return;
    if (b->hooks.picture(b->hooks.ctx, mn_charts[b->chart], &b->look, &b->style, &made, &err) !=
        MN_OK)
        mn_browser_note(b, true, "%s", err.msg);
    else
        mn_browser_note(b, false, "saved %s", made.length ? made.data : "");
    mn_text_finish(&made);
}

static void open_run(mn_browser *b)
{
    if (b->look.point < 0)
        mn_browser_note(b, false, "nothing has run yet");
    else if (b->hooks.open)
        b->hooks.open(b->hooks.ctx, b->points.at[b->look.point].first);
}

static void act(mn_browser *b, int key)
{
    char name[12];
    switch (key) {
    case MN_KEY_LEFT: move(b, ALONG, -1); break;
    case MN_KEY_RIGHT: move(b, ALONG, 1); break;
    case MN_KEY_UP: move(b, ACROSS, -1); break;
    case MN_KEY_DOWN: move(b, ACROSS, 1); break;
    case MN_KEY_PAGE_UP: move(b, BEYOND, -1); break;
    case MN_KEY_PAGE_DOWN: move(b, BEYOND, 1); break;
    case '<': go(b, b->look.point - 1, "this is the first point"); break;
    case '>': go(b, b->look.point + 1, "this is the last point"); break;
    case MN_KEY_HOME: go(b, 0, "nothing has run yet"); break;
    case MN_KEY_END: go(b, b->points.n - 1, "nothing has run yet"); break;
    case MN_KEY_TAB: turn(b, 1); break;
    case MN_KEY_BACK_TAB: turn(b, -1); break;
    case MN_KEY_ENTER: open_run(b); break;
    case 'b': go(b, mn_points_best(&b->points), "no run has ended well"); break;
    case 'x': choose_axis(b, false); break;
    case 'y': choose_axis(b, true); break;
    case 's': save(b); break;
    case 'c': next_palette(b); break;
    case '?':
    case '/':
    case MN_KEY_F1: b->helping = true; break;
    default:
        if (!by_key(b, key))
            mn_browser_note(b, false, "%s does nothing: ? lists the keys",
                            mn_key_name(key, name, sizeof name));
    }
}

void mn_browser_key(mn_browser *b, int key)
{
    enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26 };
    b->note[0] = '\0';
    if (key == CTRL_C || (key == 'q' && !b->helping))
        b->hooks.quit(b->hooks.ctx);
    else if (key == CTRL_Z && b->hooks.suspend)
        b->hooks.suspend(b->hooks.ctx);
    else if (key == CTRL_L)
        mn_browser_redraw(b);
    else if (b->helping) {
        b->helping = false;
        mn_cells_painter_forget(b->painter);
    } else if (!b->too_small && key != MN_KEY_ESCAPE) {
        act(b, key);
    }
}

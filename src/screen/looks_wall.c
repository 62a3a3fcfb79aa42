/* Looks at the units: order, page, cursor, size. */
#include "looks_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *order_name(int i)
{
    return i < MN_N_ORDERS ? mn_order_name((mn_order)i) : NULL;
}

static const char *index_name(int i)
{
    return i < MN_N_INDICES ? mn_index_name((mn_index)i) : NULL;
}

static const char *window_name(int i)
{
    return i < MN_N_WINDOWS ? mn_window_name((mn_window)i) : NULL;
}

static bool parse_number(const char *text, long lo, long hi, int *out)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end || n < lo || n > hi)
        return false;
    *out = (int)n;
    return true;
}

mn_status mn_look_sort(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    mn_status status = mn_look_choose(a, order_name, (int)s->look.order, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.order = (mn_order)chosen;
    s->look.first = 0;
    char units[MN_NOUN_MAX];
    mn_screen_say(s, false, "%s by %s", mn_view_units(snap, units),
                  mn_order_name(s->look.order));
    return MN_OK;
}

mn_status mn_look_index(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = mn_look_choose(a, index_name, (int)s->look.index, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.index = (mn_index)chosen;
    mn_screen_say(s, false, "%s: %s", mn_index_name(s->look.index),
                  mn_index_about(s->look.index));
    return MN_OK;
}

mn_status mn_look_window(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = mn_look_choose(a, window_name, (int)s->look.window, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.window = (mn_window)chosen;
    mn_screen_say(s, false, "win rates and counts of the last %s",
                  mn_window_name(s->look.window));
    return MN_OK;
}

/* Stops of the keys: sizes that show something, in dots. */
static int next_size(int now, bool up)
{
    static const int stops[] = {6, 8, 10, 12, 14, 20, 28, 42, 56, 84, 112};
    enum { N = sizeof stops / sizeof *stops };
    if (up)
        for (int i = 0; i < N; i++)
            if (stops[i] > now)
                return stops[i];
    for (int i = N - 1; !up && i >= 0; i--)
        if (stops[i] < now)
            return stops[i];
    return up ? stops[N - 1] : stops[0];
}

mn_status mn_look_tile_size(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                            mn_err *err)
{
    const char *how = a->word[1];
    int size = 0, now = s->look.tile_size ? s->look.tile_size : s->fit.size_x;
    (void)snap;
    if (!strcmp(how, "+") || !strcmp(how, "-"))
        size = next_size(now ? now : 14, *how == '+');
    else if (strcmp(how, "auto") && !parse_number(how, 2, 1024, &size))
        return mn_look_refuse(a, "+, -, auto, or 2 to 1024 dots", err);
    s->look.tile_size = size;
    mn_cells_painter_forget(s->painter);
    if (size)
        mn_screen_say(s, false, "tiles of %d dots", size);
    else
        mn_screen_say(s, false, "tiles as large as the room allows");
    return MN_OK;
}

static void turn_to(mn_screen *s, long long first, int n_units)
{
    int page = s->fit.shown > 0 ? s->fit.shown : 1;
    long long last = n_units > page ? n_units - page : 0;
    s->look.first = (uint32_t)(first < 0 ? 0 : first > last ? last : first);
    mn_cells_painter_forget(s->painter);
}

mn_status mn_look_page(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int page = s->fit.shown > 0 ? s->fit.shown : 1;
    long long first = s->look.first;
    if (!strcmp(a->word[1], "+1"))
        first += page;
    else if (!strcmp(a->word[1], "-1"))
        first -= page;
    else if (!strcmp(a->word[1], "first"))
        first = 0;
    else if (!strcmp(a->word[1], "last"))
        first = snap->n_units;
    else
        return mn_look_refuse(a, "+1, -1, first or last", err);
    turn_to(s, first, snap->n_units);
    return MN_OK;
}

/* The place of a unit in the snapshot's order, or -1. */
static int place_of(const mn_snapshot *snap, int unit)
{
    for (int i = 0; snap->order && i < snap->n_units; i++)
        if ((int)snap->order[i] == unit)
            return i;
    return -1;
}

/* Moves along the order; a cursor out of view comes to the page's first unit, one that leaves
 * the page takes the page with it. */
static void move_cursor(mn_screen *s, int by, const mn_snapshot *snap)
{
    int page = s->fit.shown > 0 ? s->fit.shown : 1, first = (int)s->look.first;
    int at = place_of(snap, s->look.cursor);
    if (snap->n_units < 1 || !snap->order)
        return;
    if (!s->look.inspect && (at < first || at >= first + page))
        at = first;
    else if (at + by >= 0 && at + by < snap->n_units)
        at += by;
    at = at < 0 ? 0 : at >= snap->n_units ? snap->n_units - 1 : at;
    s->look.cursor = (int)snap->order[at];
    int row = s->fit.across > 0 ? s->fit.across : 1;
    if (at < first)
        turn_to(s, first - (first - at + row - 1) / row * row, snap->n_units);
    if (at >= first + page)
        turn_to(s, first + (at - first - page + row) / row * row, snap->n_units);
}

static void set_cursor(mn_screen *s, int unit, const mn_snapshot *snap)
{
    int at = place_of(snap, unit), page = s->fit.shown > 0 ? s->fit.shown : 1;
    s->look.cursor = unit;
    if (at >= 0 && (at < (int)s->look.first || at >= (int)s->look.first + page))
        turn_to(s, at - at % page, snap->n_units);
}

mn_status mn_look_cursor(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    static const char *const ways[] = {"left", "right", "up", "down"};
    int row = s->fit.across > 0 ? s->fit.across : 1;
    static const int right[] = {-1, 1, 0, 0}, up[] = {0, 0, 1, -1};
    int by[] = {-1, 1, -row, row}, unit;
    for (int i = 0; i < 4; i++)
        if (!strcmp(a->word[1], ways[i])) {
            if (mn_look_on_map(s, snap))
                set_cursor(s, mn_look_step_on_map(snap, s->look.cursor, right[i], up[i]), snap);
            else
                move_cursor(s, by[i], snap);
            return MN_OK;
        }
    if (!parse_number(a->word[1], 0, snap->n_units - 1, &unit))
        return mn_fail(err, MN_EINVAL,
                       "cursor '%.40s': wanted left, right, up, down or 0 to %d", a->word[1],
                       snap->n_units - 1);
    set_cursor(s, unit, snap);
    return MN_OK;
}

mn_status mn_look_next_dead(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                            mn_err *err)
{
    int at = place_of(snap, s->look.cursor);
    (void)a;
    for (int i = 1; snap->order && i <= snap->n_units; i++) {
        int unit = (int)snap->order[(at + i) % snap->n_units];
        if (!mn_view_dead(snap, unit))
            continue;
        set_cursor(s, unit, snap);
        const char *cause = snap->cause ? mn_cause_name((mn_cause)snap->cause[unit]) : NULL;
        mn_screen_say(s, false, "%s %d is dead%s%s", snap->unit_noun, unit, cause ? ": " : "",
                      cause ? cause : "");
        return MN_OK;
    }
    return mn_fail(err, MN_EINVAL, "next-dead: no %s is dead", snap->unit_noun);
}

mn_status mn_look_revive_here(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    char line[32];
    (void)a;
    snprintf(line, sizeof line, "revive %d", s->look.cursor);
    return mn_screen_do(s, line, snap, err);
}

mn_status mn_look_inspect(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)snap;
    mn_status status = mn_look_choose_truth(a, &s->look.inspect, err);
    if (status == MN_OK && s->look.inspect)
        s->focus = 0;
    mn_cells_painter_forget(s->painter);
    return status;
}

mn_status mn_look_lens(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int lens = s->look.lens, n = snap->n_tasks;
    char units[MN_NOUN_MAX];
    if (!strcmp(a->word[1], "off"))
        lens = MN_LENS_OFF;
    else if (!strcmp(a->word[1], "auto"))
        lens = MN_LENS_AUTO;
    else if (!strcmp(a->word[1], "+"))
        lens = lens + 1 < n ? lens + 1 : MN_LENS_OFF;
    else if (!strcmp(a->word[1], "-"))
        lens = lens > MN_LENS_OFF ? lens - 1 : n - 1;
    else if (parse_number(a->word[1], 1, n, &lens))
        lens--;
    else
        return mn_fail(err, MN_EINVAL,
                       "lens '%.40s': wanted +, -, auto, off or a task from 1 to %d",
                       a->word[1], n);
    s->look.lens = lens;
    mn_cells_painter_forget(s->painter);
    if (lens == MN_LENS_OFF)
        mn_screen_say(s, false, "%s as they are stored", mn_view_units(snap, units));
    else if (lens == MN_LENS_AUTO)
        mn_screen_say(s, false, "%s as the task at hand sees its pixels",
                      mn_view_units(snap, units));
    else
        mn_screen_say(s, false, "%s as task %d sees its pixels", mn_view_units(snap, units),
                      lens + 1);
    return MN_OK;
}

#include "screen_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"

/* A name per number; NULL past the last: what the tables of names have in common. */
typedef const char *(*mn_naming)(int i);

static const char *view_name(int i)
{
    int n = 0;
    while (mn_views[n])
        n++;
    return i < n ? mn_views[i]->name : NULL;
}

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

static const char *glyphs_name(int i)
{
    return i < MN_N_GLYPHS ? mn_glyphs_name((mn_glyphs)i) : NULL;
}

static const char *strokes_name(int i)
{
    return i < MN_N_STROKES ? mn_strokes_name((mn_strokes)i) : NULL;
}

static const char *palette_name(int i)
{
    int n = 0;
    while (mn_palettes[n])
        n++;
    return i < n ? mn_palettes[i]->name : NULL;
}

/* The one named by the only argument, or the one after `now` without arguments. */
static mn_status choose(const mn_words *a, mn_naming name, int now, int *out, mn_err *err)
{
    mn_text all = {0};
    if (a->n < 2) {
        *out = name(now + 1) ? now + 1 : 0;
        return MN_OK;
    }
    for (int i = 0; name(i); i++) {
        if (!strcmp(name(i), a->word[1])) {
            *out = i;
            mn_text_finish(&all);
            return MN_OK;
        }
        mn_text_add(&all, "%s%s", i ? ", " : "", name(i));
    }
    mn_fail(err, MN_EINVAL, "no %s '%.40s': wanted %.160s", a->word[0], a->word[1],
            all.failed ? "another one" : all.data);
    mn_text_finish(&all);
    return MN_EINVAL;
}

/* yes, no, or the other truth value without arguments. */
static mn_status choose_truth(const mn_words *a, bool *value, mn_err *err)
{
    if (a->n < 2)
        *value = !*value;
    else if (!strcmp(a->word[1], "yes") || !strcmp(a->word[1], "no"))
        *value = a->word[1][0] == 'y';
    else
        return mn_fail(err, MN_EINVAL, "%s '%.40s': wanted yes or no", a->word[0], a->word[1]);
    return MN_OK;
}

static mn_status refuse(const mn_words *a, const char *wanted, mn_err *err)
{
    return mn_fail(err, MN_EINVAL, "%s '%.40s': wanted %s", a->word[0], a->word[1], wanted);
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

static void forget(mn_screen *s)
{
    mn_cells_painter_forget(s->painter);
}

static mn_status look_focus(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                            mn_err *err)
{
    (void)snap;
    mn_status status = choose(a, view_name, s->focus, &s->focus, err);
    forget(s);
    return status;
}

static mn_status look_next_panel(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                                 mn_err *err)
{
    int n = 0, step = 1;
    (void)snap;
    if (a->n > 1 && strcmp(a->word[1], "back"))
        return refuse(a, "back, or nothing", err);
    while (mn_views[n])
        n++;
    if (a->n > 1)
        step = n - 1;
    s->focus = (s->focus + step) % n;
    forget(s);
    return MN_OK;
}

static mn_status look_zoom(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
{
    (void)snap;
    forget(s);
    return choose_truth(a, &s->zoomed, err);
}

static mn_status look_sort(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, order_name, (int)s->look.order, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.order = (mn_order)chosen;
    s->look.first = 0;
    mn_screen_say(s, false, "memories by %s", mn_order_name(s->look.order));
    return MN_OK;
}

static mn_status look_index(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                            mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, index_name, (int)s->look.index, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.index = (mn_index)chosen;
    mn_screen_say(s, false, "%s: %s", mn_index_name(s->look.index),
                  mn_index_about(s->look.index));
    return MN_OK;
}

static mn_status look_window(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, window_name, (int)s->look.window, &chosen, err);
    if (status != MN_OK)
        return status;
    s->look.window = (mn_window)chosen;
    mn_screen_say(s, false, "win rates over the last %s", mn_window_name(s->look.window));
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

static mn_status look_tile_size(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                                mn_err *err)
{
    const char *how = a->word[1];
    int size = 0, now = s->look.tile_size ? s->look.tile_size : s->fit.size_x;
    (void)snap;
    if (!strcmp(how, "+") || !strcmp(how, "-"))
        size = next_size(now ? now : 14, *how == '+');
    else if (strcmp(how, "auto") && !parse_number(how, 2, 1024, &size))
        return refuse(a, "+, -, auto, or 2 to 1024 dots", err);
    s->look.tile_size = size;
    forget(s);
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
    forget(s);
}

static mn_status look_page(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
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
        return refuse(a, "+1, -1, first or last", err);
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

/* Moves along the order; a cursor out of view comes to the page's first memory, one that leaves
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

static mn_status look_cursor(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    static const char *const ways[] = {"left", "right", "up", "down"};
    int row = s->fit.across > 0 ? s->fit.across : 1;
    int by[] = {-1, 1, -row, row}, unit;
    for (int i = 0; i < 4; i++)
        if (!strcmp(a->word[1], ways[i])) {
            move_cursor(s, by[i], snap);
            return MN_OK;
        }
    if (!parse_number(a->word[1], 0, snap->n_units - 1, &unit))
        return mn_fail(err, MN_EINVAL,
                       "cursor '%.40s': wanted left, right, up, down or 0 to %d", a->word[1],
                       snap->n_units - 1);
    s->look.cursor = unit;
    int at = place_of(snap, unit), page = s->fit.shown > 0 ? s->fit.shown : 1;
    if (at >= 0 && (at < (int)s->look.first || at >= (int)s->look.first + page))
        turn_to(s, at - at % page, snap->n_units);
    return MN_OK;
}

static mn_status look_inspect(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    (void)snap;
    mn_status status = choose_truth(a, &s->look.inspect, err);
    if (status == MN_OK && s->look.inspect)
        s->focus = 0;
    forget(s);
    return status;
}

static mn_status look_lens(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
{
    int lens = s->look.lens, n = snap->n_tasks;
    if (!strcmp(a->word[1], "off"))
        lens = -1;
    else if (!strcmp(a->word[1], "+"))
        lens = lens + 1 < n ? lens + 1 : -1;
    else if (!strcmp(a->word[1], "-"))
        lens = lens < 0 ? n - 1 : lens - 1;
    else if (parse_number(a->word[1], 1, n, &lens))
        lens--;
    else
        return mn_fail(err, MN_EINVAL, "lens '%.40s': wanted +, -, off or a task from 1 to %d",
                       a->word[1], n);
    s->look.lens = lens;
    forget(s);
    if (lens < 0)
        mn_screen_say(s, false, "memories as they are stored");
    else
        mn_screen_say(s, false, "memories as task %d sees its pixels", lens + 1);
    return MN_OK;
}

static int palette_number(const mn_palette *p)
{
    for (int i = 0; mn_palettes[i]; i++)
        if (mn_palettes[i] == p)
            return i;
    return -1;
}

static mn_status look_palette(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, palette_name, palette_number(s->style.palette), &chosen, err);
    if (status != MN_OK)
        return status;
    s->style.palette = mn_palettes[chosen];
    forget(s);
    mn_screen_say(s, false, "palette %s: %s", s->style.palette->name, s->style.palette->about);
    return MN_OK;
}

static mn_status look_glyphs(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, glyphs_name, (int)s->style.glyphs, &chosen, err);
    if (status != MN_OK)
        return status;
    if (!s->style.utf8 && chosen != MN_ASCII) {
        if (a->n > 1)
            return mn_fail(err, MN_EINVAL, "glyphs '%.40s': this terminal shows ASCII only",
                           a->word[1]);
        chosen = MN_ASCII;
    }
    s->style.glyphs = (mn_glyphs)chosen;
    forget(s);
    mn_screen_say(s, false, "glyphs: %s", mn_glyphs_name(s->style.glyphs));
    return MN_OK;
}

static mn_status look_strokes(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = choose(a, strokes_name, (int)s->style.strokes, &chosen, err);
    if (status != MN_OK)
        return status;
    if (!s->style.utf8 && chosen != MN_ASCII_LINES) {
        if (a->n > 1)
            return mn_fail(err, MN_EINVAL, "strokes '%.40s': this terminal shows ASCII only",
                           a->word[1]);
        chosen = MN_ASCII_LINES;
    }
    s->style.strokes = (mn_strokes)chosen;
    forget(s);
    mn_screen_say(s, false, "strokes: %s", mn_strokes_name(s->style.strokes));
    return MN_OK;
}

static mn_status look_hints(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                            mn_err *err)
{
    bool shown = s->bare;
    (void)snap;
    if (a->n > 1)
        shown = !shown;
    mn_status status = choose_truth(a, &shown, err);
    if (a->n < 2)
        shown = s->bare;
    if (status == MN_OK)
        s->bare = !shown;
    return status;
}

static mn_status look_picture(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    char line[64];
    (void)a;
    snprintf(line, sizeof line, "snapshot %s", mn_views[s->focus]->name);
    return mn_screen_do(s, line, snap, err);
}

static mn_status look_chooser(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    (void)a, (void)snap, (void)err;
    mn_topics_fill_saving(&s->topics);
    s->mode = MN_READING;
    return MN_OK;
}

static void join(const mn_words *a, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 1; i < a->n; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", i > 1 ? " " : "", a->word[i]);
    }
}

static mn_status look_help(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
{
    char filter[MN_FILTER_MAX];
    (void)err;
    join(a, filter, sizeof filter);
    mn_topics_fill_help(&s->topics, snap->model);
    mn_topics_filter(&s->topics, filter);
    s->mode = MN_READING;
    return MN_OK;
}

/* A line that ends in a word wants the next one: "prompt set" types "set ". */
static mn_status look_prompt(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    char line[MN_PROMPT_MAX];
    (void)snap, (void)err;
    join(a, line, sizeof line - 1);
    if (*line && line[strlen(line) - 1] != '=')
        strcat(line, " ");
    mn_prompt_start(&s->prompt, line);
    s->mode = MN_PROMPTING;
    return MN_OK;
}

static mn_status look_redraw(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    (void)a, (void)snap, (void)err;
    forget(s);
    return MN_OK;
}

static mn_status look_save_display(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                                   mn_err *err)
{
    char made[512];
    mn_status status = mn_display_save(s, snap, a->word[1], made, sizeof made, err);
    if (status == MN_OK)
        mn_screen_say(s, false, "the screen is in '%.200s'", made);
    return status;
}

/* One thing at a time, the latest first; never quits. */
static mn_status look_escape(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    (void)a, (void)snap, (void)err;
    if (s->mode != MN_LOOKING)
        s->mode = MN_LOOKING;
    else if (s->look.inspect)
        s->look.inspect = false;
    else if (s->zoomed)
        s->zoomed = false;
    else if (s->look.lens >= 0)
        s->look.lens = -1;
    forget(s);
    return MN_OK;
}

static mn_status look_suspend(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                              mn_err *err)
{
    (void)a, (void)snap;
    if (!s->hooks.suspend)
        return mn_fail(err, MN_EINVAL, "suspend: there is no shell to go back to");
    s->hooks.suspend(s->hooks.ctx);
    return MN_OK;
}

static mn_status look_quit(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                           mn_err *err)
{
    bool risk = mn_screen_at_risk(s, snap), save = a->n > 1 && !strcmp(a->word[1], "save");
    if (a->n > 1 && !save && strcmp(a->word[1], "now"))
        return refuse(a, "save, now, or nothing", err);
    if (a->n < 2 && risk) {
        s->mode = MN_QUITTING;
        return MN_OK;
    }
    s->mode = MN_LOOKING;
    s->hooks.quit(s->hooks.ctx, save && risk);
    return MN_OK;
}

#define MN_LOOK(id, called, words, about, least, most)                                         \
    static const mn_command_ops ops_##id = {.name = called,                                    \
                                            .usage = words,                                    \
                                            .help = about,                                     \
                                            .kind = MN_LOOK,                                   \
                                            .min_args = least,                                 \
                                            .max_args = most};
#include "looks.def"
#undef MN_LOOK

const mn_command_ops *const mn_looks[] = {
#define MN_LOOK(id, called, words, about, least, most) &ops_##id,
#include "looks.def"
#undef MN_LOOK
    NULL};

static mn_status (*const runs[])(mn_screen *, const mn_words *, const mn_snapshot *,
                                 mn_err *) = {
#define MN_LOOK(id, called, words, about, least, most) look_##id,
#include "looks.def"
#undef MN_LOOK
};

const mn_command_ops *mn_look_find(const char *name)
{
    for (int i = 0; mn_looks[i]; i++)
        if (!strcmp(mn_looks[i]->name, name))
            return mn_looks[i];
    return NULL;
}

mn_status mn_look_run(mn_screen *s, const mn_command_ops *look, const mn_words *args,
                      const mn_snapshot *snap, mn_err *err)
{
    int i = 0;
    while (mn_looks[i] != look)
        i++;
    if (args->n - 1 < look->min_args || args->n - 1 > look->max_args)
        return mn_fail(err, MN_EINVAL, "%s: %d words found, wanted: %s %s", look->name,
                       args->n - 1, look->name, look->usage);
    return runs[i](s, args, snap, err);
}

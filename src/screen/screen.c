#include "mnemoscope/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen_impl.h"
#include "toned.h"

/* Steps of training that are not worth a question on leaving. */
enum { RISK_STEPS = 100, COLS_AT_FIRST = 80, ROWS_AT_FIRST = 24 };

mn_status mn_screen_create(mn_screen **out, const mn_style *style, const mn_screen_hooks *hooks,
                           mn_err *err)
{
    mn_screen *s = calloc(1, sizeof *s);
    if (!s || !(s->topics.rows = calloc(MN_TOPICS_MAX, sizeof *s->topics.rows))) {
        free(s);
        return mn_fail(err, MN_ENOMEM, "cannot allocate a screen");
    }
    s->style = *style;
    s->hooks = *hooks;
    s->cols = COLS_AT_FIRST;
    s->rows = ROWS_AT_FIRST;
    s->mouse = true;
    mn_look_defaults(&s->look);
    mn_status status = mn_figure_init(&s->figure, err);
    if (status == MN_OK)
        status = mn_cells_painter_create(&s->painter, err);
    if (status != MN_OK) {
        mn_screen_destroy(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

void mn_screen_destroy(mn_screen *s)
{
    if (!s)
        return;
    mn_cells_painter_destroy(s->painter);
    mn_figure_finish(&s->figure);
    free(s->topics.rows);
    free(s);
}

mn_style *mn_screen_style(mn_screen *s)
{
    return &s->style;
}

const mn_look *mn_screen_look(const mn_screen *s)
{
    return &s->look;
}

void mn_screen_say(mn_screen *s, bool bad, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(s->note, sizeof s->note, fmt, args);
    va_end(args);
    s->note_bad = bad;
}

bool mn_screen_at_risk(const mn_screen *s, const mn_snapshot *snap)
{
    return snap->step - s->safe_step >= RISK_STEPS || snap->step < s->safe_step;
}

int mn_screen_text(const mn_screen *s, mn_canvas *c, int x, int y, int width, mn_tone tone,
                   uint8_t attr, const char *text)
{
    return mn_toned_text(&s->style, c, x, y, width, tone, attr, text);
}

/* A new message of the session takes the place of the screen's own words. */
static void take_message(mn_screen *s, const mn_snapshot *snap)
{
    if (snap->message_id != s->message_id) {
        s->message_id = snap->message_id;
        s->note[0] = '\0';
    }
}

/* The look of another experiment may point past the end of this one. */
static void keep_in_range(mn_screen *s, const mn_snapshot *snap)
{
    if (s->look.cursor >= snap->n_units)
        s->look.cursor = snap->n_units > 0 ? snap->n_units - 1 : 0;
    if (s->look.first >= (uint32_t)(snap->n_units > 0 ? snap->n_units : 1))
        s->look.first = 0;
    if (s->look.lens >= snap->n_tasks)
        s->look.lens = MN_LENS_AUTO;
}

/* Asks the trainer for what is in view, when that has changed. */
static void post_viewport(mn_screen *s)
{
    char line[128];
    if (s->page == 0) /* no wall in view: the last one's page stays wanted */
        s->page = s->fit.shown > 0 ? s->fit.shown : 0;
    mn_viewport v = {.order = s->look.order,
                     .index = s->look.index,
                     .first = s->look.first,
                     .count = (uint32_t)s->page,
                     .cursor = s->look.cursor,
                     .lens = s->look.lens,
                     .inspect = s->look.inspect};
    const mn_viewport *w = &s->view;
    if (s->posted && v.order == w->order && v.index == w->index && v.first == w->first &&
        v.count == w->count && v.cursor == w->cursor && v.lens == w->lens &&
        v.inspect == w->inspect)
        return;
    snprintf(line, sizeof line, "viewport %s %s %u %u %d %d %d", mn_order_name(v.order),
             mn_index_name(v.index), v.first, v.count, v.cursor, v.lens, v.inspect);
    s->posted = s->hooks.post(s->hooks.ctx, line);
    if (s->posted)
        s->view = v;
}

/* Of several walls in view the cursor moves by the focused one's page; what is asked for is
 * enough for all of them. */
static void take_page(mn_screen *s, const mn_snapshot *snap, int view, mn_room room)
{
    if (!mn_views[view]->fit)
        return;
    mn_fit fit = mn_views[view]->fit(snap, &s->look, room);
    if (view == s->focus || !mn_views[s->focus]->fit)
        s->fit = fit;
    if (fit.shown > s->page)
        s->page = fit.shown;
}

static mn_status draw_panel(mn_screen *s, const mn_snapshot *snap, int view, mn_rect box,
                            mn_canvas *c, mn_err *err)
{
    mn_room room = mn_cells_room(&s->style, box);
    take_page(s, snap, view, room);
    mn_status status = mn_view_make(mn_views[view], snap, &s->look, room, &s->figure, err);
    if (status != MN_OK)
        return status;
    bool focused = view == s->focus;
    mn_paint_cells(s->painter, &s->style, &s->figure, box, focused, c);
    if (focused && c->cursor_x < 0) { /* where screen readers and magnifiers look */
        c->cursor_x = box.x + 1;
        c->cursor_y = box.y;
    }
    return MN_OK;
}

static mn_status draw_panels(mn_screen *s, const mn_snapshot *snap, const mn_layout *l,
                             mn_canvas *c, mn_err *err)
{
    mn_status status = MN_OK;
    for (int i = 0; i < l->n_panels && status == MN_OK; i++)
        status = draw_panel(s, snap, l->panels[i].view, l->panels[i].box, c, err);
    return status;
}

mn_status mn_screen_draw(mn_screen *s, const mn_snapshot *snap, mn_canvas *c, mn_err *err)
{
    mn_layout l = mn_layout_of(c->cols, c->rows, s->focus, s->zoomed);
    s->cols = c->cols;
    s->rows = c->rows;
    s->colours = c->colours;
    s->too_small = l.too_small;
    s->page = 0;
    c->ascii = !s->style.utf8;
    mn_canvas_clear(c);
    take_message(s, snap);
    keep_in_range(s, snap);
    if (l.too_small) {
        mn_small_draw(s, snap, c);
        return MN_OK;
    }
    mn_rect body = {0, l.header.h, c->cols, c->rows - l.header.h - l.caption.h - l.footer.h};
    mn_status status =
        s->mode == MN_READING && body.w < 80 ? MN_OK : draw_panels(s, snap, &l, c, err);
    mn_header_draw(s, snap, l.header, c);
    mn_caption_draw(s, snap, l.caption, c);
    mn_footer_draw(s, snap, l.footer, c);
    if (s->mode == MN_READING)
        mn_topics_draw(s, body, c);
    if (s->mode == MN_DRAWING)
        mn_pad_draw(s, body, c);
    if (s->mode == MN_PROMPTING)
        mn_prompt_draw(s, l.footer, c);
    post_viewport(s);
    return status;
}

static const char *nearest(const char *word)
{
    const char *names[256];
    int n = 0;
    for (int i = 0; mn_commands[i] && n < 255; i++)
        names[n++] = mn_commands[i]->name;
    for (int i = 0; mn_looks[i] && n < 255; i++)
        names[n++] = mn_looks[i]->name;
    names[n] = NULL;
    return mn_text_closest(word, names);
}

static mn_status refuse(const char *word, mn_err *err)
{
    const char *close = nearest(word);
    if (close)
        return mn_fail(err, MN_EINVAL, "no command '%.40s': did you mean '%s'?", word, close);
    return mn_fail(err, MN_EINVAL, "no command '%.40s': ? lists them", word);
}

static mn_status post(mn_screen *s, const char *line, const mn_words *words,
                      const mn_snapshot *snap, mn_err *err)
{
    if (!s->hooks.post(s->hooks.ctx, line))
        return mn_fail(err, MN_ELATER, "busy: '%.80s' was not taken, try again", line);
    if (!strcmp(words->word[0], "save"))
        s->safe_step = snap->step;
    return MN_OK;
}

mn_status mn_screen_do(mn_screen *s, const char *line, const mn_snapshot *snap, mn_err *err)
{
    mn_words words;
    mn_status status = mn_words_split(&words, line, err);
    if (status != MN_OK || !words.n)
        return status;
    const mn_command_ops *look = mn_look_find(words.word[0]);
    if (look)
        return mn_look_run(s, look, &words, snap, err);
    if (!mn_command_find(words.word[0]))
        return refuse(words.word[0], err);
    return post(s, line, &words, snap, err);
}

static void run(mn_screen *s, const char *line, const mn_snapshot *snap)
{
    mn_err err;
    s->note[0] = '\0';
    if (mn_screen_do(s, line, snap, &err) != MN_OK)
        mn_screen_say(s, true, "%s", err.msg);
}

const mn_binding *mn_screen_panel_binding(const mn_screen *s, int key)
{
    const mn_binding *b;
    for (int i = 0; (b = mn_panel_bindings(mn_views[s->focus]->name, i)); i++)
        if (b->key == key)
            return b;
    return NULL;
}

static const mn_binding *find_binding(const mn_screen *s, int key)
{
    const mn_binding *own = mn_screen_panel_binding(s, key);
    if (own)
        return own;
    for (const mn_binding *b = mn_bindings; b->key; b++)
        if (b->key == key)
            return b;
    return NULL;
}

static void key_looking(mn_screen *s, int key, const mn_snapshot *snap)
{
    char name[12], why[192];
    const mn_binding *b = find_binding(s, key);
    if (b && mn_screen_lacks(snap, b->line, why, sizeof why))
        mn_screen_say(s, false, "%s", why);
    else if (b)
        run(s, b->line, snap);
    else
        mn_screen_say(s, false, "%s does nothing: ? lists the keys",
                      mn_key_name(key, name, sizeof name));
}

static void key_prompting(mn_screen *s, int key, const mn_snapshot *snap)
{
    if (key != MN_KEY_ENTER) {
        if (key == MN_KEY_BACKSPACE && !s->prompt.length)
            s->mode = MN_LOOKING;
        else
            mn_prompt_key(&s->prompt, key, snap->model);
        return;
    }
    char line[MN_PROMPT_MAX];
    s->mode = MN_LOOKING;
    mn_prompt_remember(&s->prompt);
    memcpy(line, s->prompt.line, sizeof line);
    run(s, line, snap);
}

static void key_reading(mn_screen *s, int key, const mn_snapshot *snap)
{
    if (key != MN_KEY_ENTER) {
        mn_topics_key(&s->topics, key, mn_topics_page(s));
        return;
    }
    const mn_topic *chosen = mn_topics_chosen(&s->topics);
    if (!chosen)
        return;
    mn_topic topic = *chosen; /* running may fill the list anew */
    s->mode = MN_LOOKING;
    if (topic.complete) {
        run(s, topic.line, snap);
        return;
    }
    mn_prompt_start(&s->prompt, topic.line);
    s->mode = MN_PROMPTING;
}

static void key_quitting(mn_screen *s, int key, const mn_snapshot *snap)
{
    s->mode = MN_LOOKING;
    if (key == 'y' || key == 'Y')
        run(s, "quit now", snap);
    else if (key == 's' || key == 'S')
        run(s, "quit save", snap);
}

/* What terminals send for keys that have a name. */
static int named(int key)
{
    switch (key) {
    case '\r':
    case '\n': return MN_KEY_ENTER;
    case '\t': return MN_KEY_TAB;
    case '\b':
    case 127: return MN_KEY_BACKSPACE;
    case 27: return MN_KEY_ESCAPE;
    default: return key;
    }
}

void mn_screen_key(mn_screen *s, int key, const mn_snapshot *snap)
{
    enum { CTRL_C = 3 };
    key = named(key);
    if (key == CTRL_C)
        run(s, "quit save", snap);
    else if (s->mode == MN_QUITTING)
        key_quitting(s, key, snap);
    else if (s->too_small) { /* nobody sees what keys would do */
        if (key == 'q')
            run(s, "quit", snap);
    } else if (key == MN_KEY_ESCAPE && s->mode != MN_LOOKING)
        run(s, "escape", snap);
    else if (s->mode == MN_PROMPTING)
        key_prompting(s, key, snap);
    else if (s->mode == MN_DRAWING)
        mn_pad_press(s, key);
    else if (s->mode == MN_READING)
        key_reading(s, key, snap);
    else
        key_looking(s, key, snap);
}

/* Looks at the screen itself: panels, style, overlays, leaving. */
#include "looks_impl.h"

#include <stdio.h>
#include <string.h>

#include "display.h"

static const char *view_name(int i)
{
    int n = 0;
    while (mn_views[n])
        n++;
    return i < n ? mn_views[i]->name : NULL;
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

mn_status mn_look_focus(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)snap;
    mn_status status = mn_look_choose(a, view_name, s->focus, &s->focus, err);
    mn_cells_painter_forget(s->painter);
    return status;
}

mn_status mn_look_next_panel(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                             mn_err *err)
{
    int n = 0, step = 1;
    (void)snap;
    if (a->n > 1 && strcmp(a->word[1], "back"))
        return mn_look_refuse(a, "back, or nothing", err);
    while (mn_views[n])
        n++;
    if (a->n > 1)
        step = n - 1;
    s->focus = (s->focus + step) % n;
    mn_cells_painter_forget(s->painter);
    return MN_OK;
}

mn_status mn_look_zoom(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)snap;
    mn_cells_painter_forget(s->painter);
    return mn_look_choose_truth(a, &s->zoomed, err);
}

static int palette_number(const mn_palette *p)
{
    for (int i = 0; mn_palettes[i]; i++)
        if (mn_palettes[i] == p)
            return i;
    return -1;
}

mn_status mn_look_palette(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status =
        mn_look_choose(a, palette_name, palette_number(s->style.palette), &chosen, err);
    if (status != MN_OK)
        return status;
    s->style.palette = mn_palettes[chosen];
    mn_cells_painter_forget(s->painter);
    mn_screen_say(s, false, "palette %s: %s", s->style.palette->name, s->style.palette->about);
    return MN_OK;
}

mn_status mn_look_glyphs(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = mn_look_choose(a, glyphs_name, (int)s->style.glyphs, &chosen, err);
    if (status != MN_OK)
        return status;
    if (!s->style.utf8 && chosen != MN_ASCII) {
        if (a->n > 1)
            return mn_fail(err, MN_EINVAL, "glyphs '%.40s': this terminal shows ASCII only",
                           a->word[1]);
        chosen = MN_ASCII;
    }
    s->style.glyphs = (mn_glyphs)chosen;
    mn_cells_painter_forget(s->painter);
    mn_screen_say(s, false, "glyphs: %s", mn_glyphs_name(s->style.glyphs));
    return MN_OK;
}

mn_status mn_look_strokes(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    int chosen = 0;
    (void)snap;
    mn_status status = mn_look_choose(a, strokes_name, (int)s->style.strokes, &chosen, err);
    if (status != MN_OK)
        return status;
    if (!s->style.utf8 && chosen != MN_ASCII_LINES) {
        if (a->n > 1)
            return mn_fail(err, MN_EINVAL, "strokes '%.40s': this terminal shows ASCII only",
                           a->word[1]);
        chosen = MN_ASCII_LINES;
    }
    s->style.strokes = (mn_strokes)chosen;
    mn_cells_painter_forget(s->painter);
    mn_screen_say(s, false, "strokes: %s", mn_strokes_name(s->style.strokes));
    return MN_OK;
}

mn_status mn_look_hints(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    bool shown = s->bare;
    (void)snap;
    if (a->n > 1)
        shown = !shown;
    mn_status status = mn_look_choose_truth(a, &shown, err);
    if (a->n < 2)
        shown = s->bare;
    if (status == MN_OK)
        s->bare = !shown;
    return status;
}

mn_status mn_look_picture(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    char line[64];
    (void)a;
    snprintf(line, sizeof line, "snapshot %s", mn_views[s->focus]->name);
    return mn_screen_do(s, line, snap, err);
}

mn_status mn_look_chooser(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    if (a->n < 2)
        mn_topics_fill_saving(&s->topics);
    else if (!strcmp(a->word[1], "strategy"))
        mn_topics_fill_strategies(&s->topics, snap->strategy);
    else if (!strcmp(a->word[1], "view"))
        mn_topics_fill_views(&s->topics, s->focus);
    else
        return mn_look_refuse(a, "strategy, view, or nothing", err);
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

mn_status mn_look_help(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
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
mn_status mn_look_prompt(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
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

mn_status mn_look_redraw(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)a, (void)snap, (void)err;
    mn_cells_painter_forget(s->painter);
    return MN_OK;
}

mn_status mn_look_save_display(mn_screen *s, const mn_words *a, const mn_snapshot *snap,
                               mn_err *err)
{
    char made[512];
    mn_status status = mn_display_save(s, snap, a->word[1], made, sizeof made, err);
    if (status == MN_OK)
        mn_screen_say(s, false, "the screen is in '%.200s'", made);
    return status;
}

/* One thing at a time, the latest first; never quits. */
mn_status mn_look_escape(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)a, (void)snap, (void)err;
    if (s->mode != MN_LOOKING)
        s->mode = MN_LOOKING;
    else if (s->look.inspect)
        s->look.inspect = false;
    else if (s->zoomed)
        s->zoomed = false;
    else
        s->look.lens = MN_LENS_AUTO;
    mn_cells_painter_forget(s->painter);
    return MN_OK;
}

mn_status mn_look_suspend(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    (void)a, (void)snap;
    if (!s->hooks.suspend)
        return mn_fail(err, MN_EINVAL, "suspend: there is no shell to go back to");
    s->hooks.suspend(s->hooks.ctx);
    return MN_OK;
}

mn_status mn_look_quit(mn_screen *s, const mn_words *a, const mn_snapshot *snap, mn_err *err)
{
    bool risk = mn_screen_at_risk(s, snap), save = a->n > 1 && !strcmp(a->word[1], "save");
    if (a->n > 1 && !save && strcmp(a->word[1], "now"))
        return mn_look_refuse(a, "save, now, or nothing", err);
    if (a->n < 2 && risk) {
        s->mode = MN_QUITTING;
        return MN_OK;
    }
    s->mode = MN_LOOKING;
    s->hooks.quit(s->hooks.ctx, save && risk);
    return MN_OK;
}

#include "experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "subcommand.h"

static mn_status apply_on_top(const mn_call *c, mn_session *s, mn_err *err)
{
    mn_status status = MN_OK;
    mn_text line = {0};
    for (int i = 0; i < c->n_assigns && status == MN_OK; i++) {
        mn_text word = {0};
        mn_text_add(&word, "%s=%s", c->assigns[i].name, c->assigns[i].value);
        mn_text_reset(&line);
        mn_text_add(&line, "set ");
        if (!word.failed)
            mn_words_quote(&line, word.data);
        status = line.failed || word.failed ? mn_fail(err, MN_ENOMEM, "no memory for a command")
                                            : mn_session_do(s, line.data, NULL, err);
        mn_text_finish(&word);
    }
    mn_text_finish(&line);
    return status;
}

/* A checkpoint says whether tasks follow each other by themselves; what the subcommand is used
 * to comes before that: a run that was explored ends when it is run. */
static mn_status match_advance(const mn_call *c, mn_session *s, mn_err *err)
{
    const char *wanted = c->subcommand->advance;
    char line[32];
    if (!wanted || mn_session_config(s)->run.advance == !strcmp(wanted, "yes"))
        return MN_OK;
    snprintf(line, sizeof line, "set advance=%s", wanted);
    return mn_session_do(s, line, NULL, err);
}

/* A result must not be lost at the end of a long run because of what was visible before. */
static mn_status check_targets(const mn_call *c, mn_err *err)
{
    if (mn_call_has(c, MN_OPT_REPLACE))
        return MN_OK;
    const char *save = c->value[MN_OPT_SAVE];
    if (save && mn_file_exists(save))
        return mn_fail(err, MN_EIO, "cannot save '%s': it exists (--replace allows it)", save);
    for (int i = 0; i < c->n_pictures; i++)
        if (mn_file_exists(c->pictures[i].path))
            return mn_fail(err, MN_EIO, "cannot write '%s': it exists (--replace allows it)",
                           c->pictures[i].path);
    return MN_OK;
}

/* As a command, so that the log tells of it and replays it. */
static mn_status take_weights(mn_session *s, const char *path, mn_err *err)
{
    mn_text line = {0};
    mn_text_add(&line, "weights ");
    mn_words_quote(&line, path);
    mn_status status = line.failed ? mn_fail(err, MN_ENOMEM, "no memory for a command")
                                   : mn_session_do(s, line.data, NULL, err);
    mn_text_finish(&line);
    return status;
}

static mn_status dress(const mn_call *c, mn_session *s, mn_err *err)
{
    mn_status status = MN_OK;
    if (mn_call_has(c, MN_OPT_RESUME))
        status = match_advance(c, s, err);
    if (status == MN_OK && mn_call_has(c, MN_OPT_RESUME))
        status = apply_on_top(c, s, err);
    if (status == MN_OK && mn_call_has(c, MN_OPT_WEIGHTS))
        status = take_weights(s, c->value[MN_OPT_WEIGHTS], err);
    if (status == MN_OK && mn_call_has(c, MN_OPT_METRICS))
        status = mn_session_metrics(s, c->value[MN_OPT_METRICS], err);
    return status;
}

/* Every file of the data set that was left out, whatever becomes of the run. */
static void list_skipped(const mn_call *c, const mn_session *s)
{
    for (const char *line = mn_session_skipped(s); *line && !mn_call_has(c, MN_OPT_QUIET);) {
        int n = (int)strcspn(line, "\n");
        fprintf(stderr, "left out: %.*s\n", n, line);
        line += n + (line[n] == '\n');
    }
}

mn_status mn_experiment_open(const mn_call *c, mn_picture_maker *maker, mn_session **out,
                             mn_err *err)
{
    mn_session *s = NULL;
    mn_session_hooks hooks = {maker, mn_picture_hook, c->command_line.data};
    mn_status status = check_targets(c, err);
    if (status != MN_OK || (status = mn_experiment_style(c, maker, err)) != MN_OK)
        return status;
    status = mn_call_has(c, MN_OPT_RESUME)
                 ? mn_session_resume(&s, c->value[MN_OPT_RESUME], &hooks, err)
                 : mn_session_create(&s, &c->config, &hooks, err);
    if (status != MN_OK)
        return status;
    if ((status = dress(c, s, err)) != MN_OK) {
        mn_session_destroy(s);
        return status;
    }
    list_skipped(c, s);
    *out = s;
    return MN_OK;
}

mn_status mn_experiment_deliver(const mn_call *c, const mn_picture_maker *maker, mn_session *s,
                                mn_text *said, mn_err *err)
{
    bool replace = mn_call_has(c, MN_OPT_REPLACE);
    mn_status status = MN_OK;
    if (mn_call_has(c, MN_OPT_SAVE)) {
        status = mn_session_save(s, c->value[MN_OPT_SAVE], replace, err);
        if (status == MN_OK && said)
            mn_text_add(said, "saved %s\n", c->value[MN_OPT_SAVE]);
    }
    if (!c->n_pictures || status != MN_OK)
        return status;
    mn_snapshot *snap = mn_snapshot_create();
    if (!snap)
        return mn_fail(err, MN_ENOMEM, "no memory for a picture");
    status = mn_session_snapshot(s, snap, true, err);
    mn_text configuration = {0};
    if (status == MN_OK)
        status = mn_session_log(s, &configuration, err);
    for (int i = 0; i < c->n_pictures && status == MN_OK; i++) {
        const mn_view_file *p = &c->pictures[i];
        status =
            mn_picture_write(maker, snap, p->view, p->path, configuration.data, replace, err);
        if (status == MN_OK && said)
            mn_text_add(said, "painted %s: %s\n", p->view, p->path);
    }
    mn_text_finish(&configuration);
    mn_snapshot_destroy(snap);
    return status;
}

/* The index of `word` among `names`; "auto" and NULL give `otherwise`. */
static mn_status pick(const char *flag, const char *word, const char *const *names,
                      int otherwise, int *out, mn_err *err)
{
    *out = otherwise;
    if (!word || !strcmp(word, "auto"))
        return MN_OK;
    mn_text list = {0};
    for (int i = 0; names[i]; i++) {
        if (!strcmp(names[i], word)) {
            *out = i;
            mn_text_finish(&list);
            return MN_OK;
        }
        mn_text_add(&list, ", %s", names[i]);
    }
    mn_status s = mn_fail(err, MN_EINVAL, "--%s cannot be '%.40s': wanted auto%s", flag, word,
                          list.failed ? "" : list.data);
    mn_text_finish(&list);
    return s;
}

mn_status mn_experiment_style(const mn_call *c, mn_picture_maker *maker, mn_err *err)
{
    static const char *const colours[] = {"direct", "256", "16", "mono", NULL},
                             *const backgrounds[] = {"dark", "light", NULL};
    const char *glyphs[MN_N_GLYPHS + 1] = {NULL}, *strokes[MN_N_STROKES + 1] = {NULL};
    for (int i = 0; i < MN_N_GLYPHS; i++)
        glyphs[i] = mn_glyphs_name((mn_glyphs)i);
    for (int i = 0; i < MN_N_STROKES; i++)
        strokes[i] = mn_strokes_name((mn_strokes)i);
    bool ascii = mn_call_has(c, MN_OPT_ASCII);
    const char *colour = mn_call_has(c, MN_OPT_NO_COLOUR) ? "mono" : c->value[MN_OPT_COLOUR];
    int mode, glyph, stroke, light;
    mn_status s;
    if ((s = pick("colour", colour, colours, MN_DIRECT, &mode, err)) != MN_OK ||
        (s = pick("glyphs", ascii ? "ascii" : c->value[MN_OPT_GLYPHS], glyphs, MN_HALF, &glyph,
                  err)) != MN_OK ||
        (s = pick("lines", ascii ? "ascii" : c->value[MN_OPT_LINES], strokes, MN_BRAILLE,
                  &stroke, err)) != MN_OK ||
        (s = pick("bg", c->value[MN_OPT_BG], backgrounds, 0, &light, err)) != MN_OK)
        return s;
    *maker = (mn_picture_maker){c->command_line.data, {0}, (mn_colours)mode};
    maker->style = (mn_style){.palette = mn_palette_find("rdbu"),
                              .unsigned_palette = mn_palette_find("magma"),
                              .glyphs = (mn_glyphs)glyph,
                              .strokes = (mn_strokes)stroke,
                              .utf8 = !ascii,
                              .light = light != 0,
                              .levels = 128};
    return MN_OK;
}

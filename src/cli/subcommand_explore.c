/* explore: the full screen, or lines where there is none. */
#include <stdlib.h>

#include "experiment.h"
#include "plain.h"
#include "results_reader.h"
#include "subcommand.h"

static mn_status read_fps(const mn_call *c, int *fps, mn_err *err)
{
    const char *text = c->value[MN_OPT_FPS];
    *fps = 20;
    if (!text)
        return MN_OK;
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1 || value > 60)
        return mn_fail(err, MN_EINVAL,
                       "--fps cannot be '%.40s': wanted a whole number from 1 "
                       "to 60",
                       text);
    *fps = (int)value;
    return MN_OK;
}

static const char *or_auto(const char *value)
{
    return value ? value : "auto";
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    mn_session *s = NULL;
    mn_picture_maker maker;
    const mn_explorer *e = c->explorer;
    bool ascii = mn_call_has(c, MN_OPT_ASCII);
    const char *colour =
        mn_call_has(c, MN_OPT_NO_COLOUR) ? "mono" : or_auto(c->value[MN_OPT_COLOUR]);
    const char *glyphs = ascii ? "ascii" : or_auto(c->value[MN_OPT_GLYPHS]);
    const char *strokes = ascii ? "ascii" : or_auto(c->value[MN_OPT_LINES]);
    const char *background = or_auto(c->value[MN_OPT_BG]), *why = NULL;
    int fps;
    if (read_fps(c, &fps, &err) != MN_OK || mn_experiment_style(c, &maker, &err) != MN_OK)
        return mn_call_fail(&err);
    if (mn_call_has(c, MN_OPT_DOCTOR)) {
        if (e && e->doctor)
            return e->doctor(colour, glyphs, strokes, background);
        mn_fail(&err, MN_EIO, "this program was built without the full screen");
        return mn_call_fail(&err);
    }
    if (c->n_words) {
        const mn_reader_looks looks = {colour, glyphs, strokes, background, fps};
        return mn_results_reader(c, c->word[0], &maker, &looks);
    }
    if (mn_experiment_open(c, &maker, &s, &err) != MN_OK)
        return mn_call_fail(&err);
    bool paused = mn_call_has(c, MN_OPT_PAUSED);
    if (!mn_call_has(c, MN_OPT_PLAIN)) {
        if (e && e->possible && e->possible(&why))
            return e->run(s, colour, glyphs, strokes, background, paused, fps);
        if (!e || !e->possible)
            why = "this program was built without the full screen";
    }
    return mn_plain_run(c, &maker, s, why);
}

const mn_subcommand mn_subcommand_explore = {
    .name = "explore",
    .usage = "[RESULTS] [FLAGS]",
    .help = "train and look, live (the default); or look at a sweep's results",
    .bit = MN_FOR_EXPLORE,
    .parameters = true,
    .max_words = 1,
    .advance = "no", /* a person decides when a task is over */
    .run = run,
};

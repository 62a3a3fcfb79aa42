/* What the experiment at hand has no use for: keys that would only be refused are not offered,
 * and say why when they are pressed. */
#include "screen_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/config.h"

static bool has_parameter(mn_config *c, const char *name)
{
    const mn_param *p;
    mn_config_table table;
    return mn_config_find(c, name, &p, &table, NULL) == MN_OK;
}

/* Any other model that has it. */
static const char *model_with(mn_config *c, const char *parameter)
{
    for (int i = 0; mn_models[i]; i++) {
        mn_config_defaults(c);
        if (mn_config_set(c, "model", mn_model_name(mn_models[i]), NULL) == MN_OK &&
            has_parameter(c, parameter))
            return mn_model_name(mn_models[i]);
    }
    return NULL;
}

/* "the model mlp has no vertex: dam has one". A name that no model has is left to the session's
 * own words. */
static bool lacks_parameter(const mn_snapshot *snap, const char *name, char *out, size_t size)
{
    mn_config *c = malloc(sizeof *c);
    if (!c)
        return false;
    mn_config_defaults(c);
    bool known = mn_config_set(c, "model", snap->model, NULL) == MN_OK;
    bool lacking = known && !has_parameter(c, name);
    const char *other = lacking ? model_with(c, name) : NULL;
    if (other)
        snprintf(out, size, "the model %s has no %s: %s has one (set model=%s)", snap->model,
                 name, other, other);
    free(c);
    return other;
}

static bool lacks_strength(const mn_snapshot *snap, char *out, size_t size)
{
    if (snap->has_importance)
        return false;
    snprintf(out, size, "%s has no strength: ewc, l2, mas and si have one (a chooses)",
             snap->strategy);
    return true;
}

static bool lacks_recall(const mn_snapshot *snap, const char *verb, char *out, size_t size)
{
    if (snap->recalls)
        return false;
    snprintf(out, size, "the model %s has no recall, so it cannot %s", snap->model, verb);
    return true;
}

/* Whom `x` looks for and `X` revives. */
static bool lacks_dead(const mn_snapshot *snap, char *out, size_t size)
{
    char units[MN_NOUN_MAX];
    for (int i = 0; i < snap->units.n; i++)
        if (mn_view_dead(snap, i))
            return false;
    if (snap->units.items[MN_EPOCH])
        snprintf(out, size, "none of the %d %s is dead", snap->n_units,
                 mn_view_units(snap, units));
    else
        snprintf(out, size, "which %s are dead is known after the first epoch",
                 mn_view_units(snap, units));
    return true;
}

/* The parameter that "up vertex" or "prompt set temperature=" is about; false: none. */
static bool parameter_of(const mn_words *w, char *out, size_t size)
{
    bool nudge = w->n == 2 && (!strcmp(w->word[0], "up") || !strcmp(w->word[0], "down"));
    bool set = w->n == 3 && !strcmp(w->word[0], "prompt") && !strcmp(w->word[1], "set");
    if (nudge || set)
        snprintf(out, size, "%.*s", (int)strcspn(w->word[w->n - 1], "="), w->word[w->n - 1]);
    return nudge || set;
}

bool mn_screen_lacks(const mn_snapshot *snap, const char *line, char *out, size_t size)
{
    mn_words w;
    char name[48];
    if (mn_words_split(&w, line, NULL) != MN_OK || !w.n)
        return false;
    if (!strcmp(w.word[0], "dream"))
        return lacks_recall(snap, "dream", out, size);
    if (!strcmp(w.word[0], "recall") || !strcmp(w.word[0], "pad") ||
        (w.n > 1 && !strcmp(w.word[0], "prompt") && !strcmp(w.word[1], "recall")))
        return lacks_recall(snap, "relax a cue", out, size);
    if (!strcmp(w.word[0], "next-dead") || !strcmp(w.word[0], "revive-here"))
        return lacks_dead(snap, out, size);
    if (!parameter_of(&w, name, sizeof name))
        return false;
    return strcmp(name, "strength") ? lacks_parameter(snap, name, out, size)
                                    : lacks_strength(snap, out, size);
}

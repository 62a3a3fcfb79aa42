/* What the memory makes of one cue, at once or step by step; nothing of it changes the run. */
#include "session_impl.h"

#include <string.h>

#include "cue.h"

enum {
    NOISE_STEP = 10, /* percent that `noise` without a number adds, */
    NOISE_MOST = 50, /* and from where it begins again: the cue's inverse comes from above */
    OCCLUDE_STEP = 25,
    BASIN_ITEMS = 40,
    BASIN_ITEMS_MOST = 500
};

typedef struct options {
    int64_t noise, occlude; /* percent */
    mn_update update;
    bool held;
} options;

static mn_status read_percent(const mn_words *args, int at, int64_t *out, mn_err *err)
{
    const char *name = args->word[at];
    if (at + 1 == args->n)
        return mn_fail(err, MN_EINVAL, "%s wants a number from 0 to 100 behind it", name);
    return mn_number_of(name, args->word[at + 1], 0, 100, out, err);
}

static mn_status read_options(const mn_words *args, int at, options *o, mn_err *err)
{
    mn_status status = MN_OK;
    while (at < args->n && status == MN_OK) {
        const char *word = args->word[at];
        const bool noise = !strcmp(word, "noise");
        if (noise || !strcmp(word, "occlude")) {
            status = read_percent(args, at, noise ? &o->noise : &o->occlude, err);
            at += 2;
        } else if (!strcmp(word, "asynchronous")) {
            o->update = MN_ASYNCHRONOUS;
            at++;
        } else if (!strcmp(word, "held")) {
            o->held = true;
            at++;
        } else
            status = mn_fail(err, MN_EINVAL,
                             "recall cannot be '%.40s': wanted noise, occlude, asynchronous or "
                             "held",
                             word);
    }
    return status;
}

static void say_end(const mn_session *s, mn_text *say)
{
    const mn_dream_record *d = &s->dream;
    const mn_shape *shape = mn_model_shape(s->model);
    const float *class = s->dream_states +
                         (size_t)(d->n_states - 1) * (size_t)mn_model_n_state(s->model) +
                         shape->n_visible + shape->n_extra;
    /* a class as a share of what the memories answered, or on and off */
    const float on = mn_model_reconstructs(mn_model_kind(s->model)) ? 0.5f : 0.0f;
    int n_on = 0;
    mn_text_add(say, "recalled %s: %s %s %d update%s, field share %.2f, reads as ", d->cue,
                mn_verdict_name(d->verdict), d->verdict == MN_UNSETTLED ? "after" : "in",
                d->n_updates, d->n_updates == 1 ? "" : "s", d->share);
    for (int k = 0; k < shape->n_classes; k++)
        if (class[k] > on && ++n_on <= 4)
            mn_text_add(say, "%s\"%d\"", n_on > 1 ? " and " : "", k);
    mn_text_add(say, "%s", n_on > 4 ? " and more" : n_on ? "" : "nothing");
}

/* The cue alone, as damaged as is asked for: with the same noise until other noise is dealt. */
static void lay_down(mn_session *s)
{
    mn_recall *r = &s->recall;
    mn_dream_record *d = &s->dream;
    float *v = s->dream_states;
    memcpy(v, r->clean, (size_t)mn_model_n_state(s->model) * sizeof *v);
    r->rng = r->dealt;
    mn_cue_flip(s, v, r->r.noise, &r->rng);
    mn_cue_hide(s, v, r->r.occluded);
    *d = (mn_dream_record){.states = s->dream_states, .n_states = 1, .verdict = MN_UNSETTLED};
    d->energy[0] = mn_model_energy(s->model, v);
    memcpy(d->cue, r->name, sizeof d->cue);
}

/* One sweep on. A record that is full keeps its first states and the last. */
static mn_status update(mn_session *s, bool *settled, mn_err *err)
{
    mn_dream_record *d = &s->dream, one = {.states = s->recall.next};
    const size_t n_state = (size_t)mn_model_n_state(s->model);
    const float *from = s->dream_states + (size_t)(d->n_states - 1) * n_state;
    const mn_status status =
        mn_dream_follow(s->model, from, s->recall.update, 1, &s->recall.rng, &one, err);
    if (status != MN_OK)
        return status;
    *settled = one.n_updates == 0;
    if (*settled) {
        d->verdict = one.verdict;
        return MN_OK;
    }
    if (d->n_states < MN_DREAM_STATES)
        d->n_states++;
    memcpy(s->dream_states + (size_t)(d->n_states - 1) * n_state, one.states + n_state,
           n_state * sizeof *one.states);
    d->energy[d->n_states - 1] = one.energy[1];
    d->changed[d->n_states - 1] = one.changed[1];
    d->n_updates++;
    return MN_OK;
}

static mn_status go_on(mn_session *s, int sweeps, mn_text *say, mn_err *err)
{
    bool settled = s->dream.verdict != MN_UNSETTLED;
    mn_status status = MN_OK;
    for (int i = 0; i < sweeps && !settled && status == MN_OK; i++)
        status = update(s, &settled, err);
    if (status == MN_OK)
        status = mn_session_recollect(s, err);
    if (status != MN_OK)
        return status;
    s->recall.r.held = !settled;
    if (settled || sweeps > 1)
        say_end(s, say);
    else
        mn_text_add(say, "update %d of %s: energy %.4g, %d units changed", s->dream.n_updates,
                    s->dream.cue, s->dream.energy[s->dream.n_states - 1],
                    s->dream.changed[s->dream.n_states - 1]);
    return MN_OK;
}

static mn_status recall(mn_session *s, mn_text *say, mn_err *err)
{
    const bool held = s->recall.r.held;
    lay_down(s);
    if (!held)
        return go_on(s, s->config.strategy.max_sweeps, say, err);
    const mn_status status = mn_session_recollect(s, err);
    if (status == MN_OK)
        mn_text_add(say, "holding %s with %d %% noise and %d %% occluded: recall step goes on",
                    s->dream.cue, s->recall.r.noise, s->recall.r.occluded);
    return status;
}

static mn_status start(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_rng rng;
    options o = {.update = MN_SYNCHRONOUS};
    mn_cue c = {.s = s,
                .rng = &rng,
                .graded = mn_model_reconstructs(mn_model_kind(s->model)),
                .v = s->work.state};
    mn_model_range(mn_model_kind(s->model), &c.lo, &c.hi);
    mn_rng_seed(&rng, (uint64_t)s->config.run.seed, "cue");
    mn_status status = mn_cue_words(&c, args->word + 1, args->n - 1, err);
    if (status == MN_OK)
        status = read_options(args, 1 + c.n_words, &o, err);
    if (status == MN_OK)
        status = mn_cue_put(&c, err);
    if (status != MN_OK)
        return status;
    const mn_basin basin = s->recall.r.basin;
    memcpy(s->recall.clean, c.v, (size_t)mn_model_n_state(s->model) * sizeof *c.v);
    memcpy(s->recall.name, c.name, sizeof s->recall.name);
    s->recall.update = o.update;
    s->recall.dealt = rng;
    s->recall.r = (mn_recollection){.there = true,
                                    .held = o.held,
                                    .noise = (int)o.noise,
                                    .occluded = (int)o.occlude,
                                    .basin = basin};
    return recall(s, say, err);
}

static mn_status need_cue(const mn_session *s, mn_err *err)
{
    return mn_session_recalling(s)
               ? MN_OK
               : mn_fail(err, MN_EINVAL,
                         "there is no cue: recall test 0 is one, a class, a "
                         "memory or a drawing are others");
}

/* Without a number: a step more, and none after the most. */
static mn_status damage(mn_session *s, const mn_words *args, int *percent, int step, int most,
                        mn_text *say, mn_err *err)
{
    int64_t wanted = *percent + step > most ? 0 : *percent + step;
    mn_status status = need_cue(s, err);
    if (status == MN_OK && args->n > 2)
        status = mn_number_of(args->word[1], args->word[2], 0, 100, &wanted, err);
    if (status != MN_OK)
        return status;
    *percent = (int)wanted;
    return recall(s, say, err);
}

static mn_status add_noise(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    s->recall.dealt = s->recall.rng;
    return damage(s, args, &s->recall.r.noise, NOISE_STEP, NOISE_MOST, say, err);
}

static mn_status occlude(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    return damage(s, args, &s->recall.r.occluded, OCCLUDE_STEP, 100 - OCCLUDE_STEP, say, err);
}

/* What has settled begins again, so that its steps can be watched. */
static mn_status step(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    (void)args;
    const mn_status status = need_cue(s, err);
    if (status != MN_OK || s->recall.r.held)
        return status == MN_OK ? go_on(s, 1, say, err) : status;
    s->recall.r.held = true;
    return recall(s, say, err);
}

static mn_status finish(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    (void)args;
    const mn_status status = need_cue(s, err);
    return status == MN_OK ? go_on(s, s->config.strategy.max_sweeps, say, err) : status;
}

static mn_status measure(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    int64_t n = BASIN_ITEMS;
    mn_status status = args->n > 2 ? mn_number_of("the items of a basin", args->word[2], 1,
                                                  BASIN_ITEMS_MOST, &n, err)
                                   : MN_OK;
    if (status == MN_OK)
        status = mn_session_measure_basin(s, (int)n, &s->recall.r.basin, err);
    if (status != MN_OK)
        return status;
    const mn_basin *b = &s->recall.r.basin;
    const int tenth = 10 / MN_BASIN_STEP;
    mn_text_add(say,
                "of %d items %.0f %% stay what they are; of those with 10 %% flipped %.0f %% "
                "are recalled, %.0f %% end where the item does",
                b->n_items, 100.0 * b->recalled[0], 100.0 * b->recalled[tenth],
                100.0 * b->returned[tenth]);
    return MN_OK;
}

static const struct verb {
    const char *name;
    int most; /* words behind it */
    mn_status (*run)(mn_session *s, const mn_words *args, mn_text *say, mn_err *err);
} verbs[] = {{"noise", 1, add_noise},
             {"occlude", 1, occlude},
             {"step", 0, step},
             {"run", 0, finish},
             {"basin", 1, measure}};

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    if (!mn_model_recalls(s->model))
        return mn_fail(err, MN_EINVAL, "cannot recall: '%s' has no attractors",
                       mn_model_name(mn_model_kind(s->model)));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, args->word[1]))
            continue;
        if (args->n - 2 > verbs[i].most)
            return mn_fail(err, MN_EINVAL, "recall %s cannot have '%.40s' behind it",
                           verbs[i].name, args->word[2 + verbs[i].most]);
        return verbs[i].run(s, args, say, err);
    }
    return start(s, args, say, err);
}

const mn_command_ops mn_command_recall = {
    .name = "recall",
    .usage = "CUE [noise P] [occlude P] [held] | step|run|noise|occlude|basin [N]",
    .help = "relax a cue: test, train, class or unit N, blend A B [P], drawn WxH:DIGITS, a "
            "picture (light on dark); then a sweep, noise, or N items' basin; P is percent",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 10,
    .run = run,
};

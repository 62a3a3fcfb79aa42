/* What the memory makes of one cue: an item, a memory, or a picture from a file. */
#include "session_impl.h"

#include <string.h>

#include "mnemoscope/image_file.h"

typedef struct mn_cue {
    mn_session *s;
    const char *source, *which; /* "test" "5"; a file has no `which` */
    int64_t noise, occlude;     /* percent */
    mn_update update;
    mn_rng rng;
    const float *place; /* (n_visible): where the task has each pixel of a picture */
    float *v;           /* (n_state) */
    bool graded;        /* units are not +-1, but in the model's range: */
    float lo, hi;
    char name[48];
} mn_cue;

/* Pixels and task units to +-1 by the middle of their range, or as they are in a model that
 * gives items back; no class is on. */
static void settle_levels(mn_cue *c)
{
    const mn_shape *shape = mn_model_shape(c->s->model);
    int n_inputs = shape->n_visible + shape->n_extra;
    for (int i = 0; i < n_inputs && !c->graded; i++)
        c->v[i] = c->v[i] > (c->lo + c->hi) / 2.0f ? 1.0f : -1.0f;
    for (int k = 0; k < shape->n_classes; k++)
        c->v[n_inputs + k] = c->graded ? 0.0f : -1.0f;
}

static void put_item(mn_cue *c, mn_split split, size_t i)
{
    mn_session *s = c->s;
    mn_stream_gather(s->stream, s->task, split, &(uint32_t){(uint32_t)i}, 1, c->lo, c->hi,
                     c->v);
    settle_levels(c);
    snprintf(c->name, sizeof c->name, "%s %zu \"%d\"", split == MN_TEST ? "test" : "train", i,
             mn_stream_label(s->stream, s->task, split, i));
}

static mn_status numbered_item(mn_cue *c, mn_split split, const char *what, mn_err *err)
{
    int64_t i, n = (int64_t)mn_stream_items(c->s->stream, c->s->task, split);
    mn_status status = mn_number_of(what, c->which, 0, n - 1, &i, err);
    if (status == MN_OK)
        put_item(c, split, (size_t)i);
    return status;
}

static mn_status put_test(mn_cue *c, mn_err *err)
{
    return numbered_item(c, MN_TEST, "the test item", err);
}

static mn_status put_train(mn_cue *c, mn_err *err)
{
    return numbered_item(c, MN_TRAIN, "the training item", err);
}

static mn_status put_class(mn_cue *c, mn_err *err)
{
    mn_session *s = c->s;
    int64_t class, n_classes = mn_stream_classes(s->stream);
    mn_status status = mn_number_of("the class", c->which, 0, n_classes - 1, &class, err);
    if (status != MN_OK)
        return status;
    size_t n = mn_stream_items(s->stream, s->task, MN_TEST), i = 0;
    while (i < n && mn_stream_label(s->stream, s->task, MN_TEST, i) != class)
        i++;
    if (i == n)
        return mn_fail(err, MN_EINVAL, "no test item of task %d is of class %lld among %zu",
                       s->task + 1, (long long)class, n);
    put_item(c, MN_TEST, i);
    return MN_OK;
}

/* All of the memory, its class too: does it stay what it is? */
static mn_status put_unit(mn_cue *c, mn_err *err)
{
    mn_model *m = c->s->model;
    const mn_shape *shape = mn_model_shape(m);
    const char *noun = mn_model_unit_noun(mn_model_kind(m));
    char what[32];
    int64_t unit;
    snprintf(what, sizeof what, "the %s", noun);
    mn_status status = mn_number_of(what, c->which, 0, mn_model_n_units(m) - 1, &unit, err);
    if (status != MN_OK)
        return status;
    mn_model_tile(m, (int)unit, c->v, c->v + shape->n_visible,
                  c->v + shape->n_visible + shape->n_extra);
    for (int i = 0; i < mn_model_n_state(m) && !c->graded; i++)
        c->v[i] = c->v[i] > 0.0f ? 1.0f : -1.0f;
    snprintf(c->name, sizeof c->name, "%s %lld", noun, (long long)unit);
    return MN_OK;
}

/* The pixels go where the task at hand has them, beside its task units. */
static mn_status put_file(mn_cue *c, mn_err *err)
{
    mn_session *s = c->s;
    const mn_shape *shape = mn_model_shape(s->model);
    float *picture = s->work.X;
    if (shape->channels != 1 && shape->channels != 3)
        return mn_fail(err, MN_EINVAL,
                       "items have %d planes: a picture can be recalled with 1 or 3",
                       shape->channels);
    mn_status status = mn_image_file_read(c->source, shape->width, shape->height,
                                          shape->channels, picture, err);
    if (status != MN_OK)
        return status;
    put_item(c, MN_TEST, 0); /* for its task units */
    for (int i = 0; i < shape->n_visible; i++)
        c->v[(size_t)c->place[i]] = c->graded           ? c->lo + picture[i] * (c->hi - c->lo)
                                    : picture[i] > 0.5f ? 1.0f
                                                        : -1.0f;
    const char *slash = strrchr(c->source, '/');
    snprintf(c->name, sizeof c->name, "'%.40s'", slash ? slash + 1 : c->source);
    return MN_OK;
}

static const struct source {
    const char *name;
    mn_status (*put)(mn_cue *c, mn_err *err);
} sources[] = {
    {"test", put_test}, {"train", put_train}, {"class", put_class}, {"unit", put_unit}};

static const struct source *find_source(const char *name)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (!strcmp(sources[i].name, name))
            return &sources[i];
    return NULL;
}

/* Numbers every place of a picture and lets the task's own inverse carry the numbers home. The
 * batch and the probe items are free between two steps. */
static void find_places(mn_cue *c)
{
    mn_session *s = c->s;
    for (int i = 0; i < mn_model_shape(s->model)->n_visible; i++)
        s->work.X[i] = (float)i;
    mn_stream_restore(s->stream, s->task, s->work.X, s->work.probe_X);
    c->place = s->work.probe_X;
}

static mn_status read_percent(const mn_words *args, int at, int64_t *out, mn_err *err)
{
    const char *name = args->word[at];
    if (at + 1 == args->n)
        return mn_fail(err, MN_EINVAL, "%s wants a number from 0 to 100 behind it", name);
    return mn_number_of(name, args->word[at + 1], 0, 100, out, err);
}

static mn_status read_options(const mn_words *args, int at, mn_cue *c, mn_err *err)
{
    mn_status status = MN_OK;
    while (at < args->n && status == MN_OK) {
        const char *word = args->word[at];
        bool noise = !strcmp(word, "noise");
        if (noise || !strcmp(word, "occlude")) {
            status = read_percent(args, at, noise ? &c->noise : &c->occlude, err);
            at += 2;
        } else if (!strcmp(word, "asynchronous")) {
            c->update = MN_ASYNCHRONOUS;
            at++;
        } else {
            status = mn_fail(err, MN_EINVAL,
                             "recall cannot be '%.40s': wanted noise, occlude or asynchronous",
                             word);
        }
    }
    return status;
}

/* Exactly the share asked for: pixel i is among them with the chance (still wanted) / (still
 * to come). */
static void add_noise(mn_cue *c)
{
    int64_t n = mn_model_shape(c->s->model)->n_visible;
    int64_t wanted = (n * c->noise + 50) / 100;
    for (int64_t i = 0; i < n; i++)
        if ((int64_t)mn_rng_below(&c->rng, (uint64_t)(n - i)) < wanted) {
            c->v[i] = c->graded ? c->lo + c->hi - c->v[i] : -c->v[i];
            wanted--;
        }
}

static void hide_lower_rows(mn_cue *c)
{
    const mn_shape *shape = mn_model_shape(c->s->model);
    int64_t hidden = (shape->height * c->occlude + 50) / 100;
    int64_t first = (shape->height - hidden) * shape->width,
            n = (int64_t)shape->width * shape->height;
    for (int64_t i = 0; i < shape->n_visible; i++)
        if (i % n >= first)
            c->v[(size_t)c->place[i]] = c->graded ? c->lo : -1.0f;
}

static mn_status make_cue(mn_cue *c, const mn_words *args, mn_err *err)
{
    const struct source *source = find_source(args->word[1]);
    c->source = args->word[1];
    if (source && args->n < 3)
        return mn_fail(err, MN_EINVAL, "recall %s wants a number behind it", source->name);
    c->which = source ? args->word[2] : NULL;
    mn_status status = read_options(args, source ? 3 : 2, c, err);
    if (status != MN_OK)
        return status;
    find_places(c);
    if ((status = source ? source->put(c, err) : put_file(c, err)) != MN_OK)
        return status;
    add_noise(c);
    hide_lower_rows(c);
    return MN_OK;
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

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    const mn_model_ops *ops = mn_model_kind(s->model);
    mn_cue c = {.s = s,
                .update = MN_SYNCHRONOUS,
                .graded = mn_model_reconstructs(ops),
                .v = s->work.state};
    mn_model_range(ops, &c.lo, &c.hi);
    mn_rng_seed(&c.rng, (uint64_t)s->config.run.seed, "cue");
    mn_status status = make_cue(&c, args, err);
    if (status != MN_OK)
        return status;
    s->dream.states = s->dream_states;
    if ((status = mn_dream_follow(s->model, c.v, c.update, s->config.strategy.max_sweeps,
                                  &c.rng, &s->dream, err)) != MN_OK)
        return status;
    memcpy(s->dream.cue, c.name, sizeof s->dream.cue);
    say_end(s, say);
    return MN_OK;
}

const mn_command_ops mn_command_recall = {
    .name = "recall",
    .usage = "FILE|test|train|class|unit [N] [noise P] [occlude P] [asynchronous]",
    .help = "relax a cue: item N, a memory, a picture (light on dark); P is percent",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 7,
    .run = run,
};

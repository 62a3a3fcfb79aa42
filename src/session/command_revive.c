#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS_MAX = 1000 }; /* training items that are looked at, spread over the task */

/* A training item, and by how much its class leads the others. */
typedef struct answer {
    uint32_t item;
    double lead;
} answer;

static int compare(const void *a, const void *b)
{
    const answer *x = a, *y = b;
    if (x->lead < y->lead || x->lead > y->lead)
        return x->lead < y->lead ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static double lead(const float *z, int n_classes, int label, int exponent)
{
    double best = -(double)INFINITY;
    for (int c = 0; c < n_classes; c++)
        if (c != label && (double)z[c] > best)
            best = (double)z[c];
    return isfinite(best) ? ldexp((double)z[label] - best, exponent) : (double)z[label];
}

static void fetch(mn_session *s, const uint32_t *item, size_t n)
{
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    mn_stream_gather(s->stream, s->task, MN_TRAIN, item, n, lo, hi, s->work.X);
}

/* The answers to n items of the task at hand, the worst first. */
static void rank(mn_session *s, answer *out, size_t n)
{
    mn_work *w = &s->work;
    const mn_shape *shape = mn_model_shape(s->model);
    const size_t all = mn_stream_items(s->stream, s->task, MN_TRAIN);
    for (size_t at = 0; at < n; at += (size_t)shape->batch) {
        const size_t m = n - at < (size_t)shape->batch ? n - at : (size_t)shape->batch;
        for (size_t i = 0; i < m; i++)
            w->own[i] = (uint32_t)((at + i) * all / n);
        fetch(s, w->own, m);
        mn_model_forward(s->model, w->X, (int)m, w->logits, w->exponent);
        for (size_t i = 0; i < m; i++)
            out[at + i] = (answer){
                w->own[i],
                lead(w->logits + i * (size_t)shape->n_classes, shape->n_classes,
                     mn_stream_label(s->stream, s->task, MN_TRAIN, w->own[i]), w->exponent[i])};
    }
    qsort(out, n, sizeof *out, compare);
}

/* Each of the units starts from an item of its own, as far as there are some. */
static bool revive(mn_session *s, const int *unit, int n, const answer *worst, size_t n_worst)
{
    const size_t size = mn_model_size(s->model) * sizeof(float);
    memcpy(s->morgue.before, mn_model_theta(s->model), size);
    for (int i = 0; i < n; i++) {
        fetch(s, &worst[(size_t)i % n_worst].item, 1);
        if (!mn_model_revive(s->model, unit[i], s->work.X))
            return false;
    }
    mn_optimiser_forget(s->optimiser, s->morgue.before);
    for (int i = 0; i < n; i++)
        mn_session_remember_unit(s, unit[i]);
    return true;
}

static mn_status choose(mn_session *s, const char *word, int *unit, int *n, mn_err *err)
{
    int64_t number;
    const char *noun = mn_model_unit_noun(mn_model_kind(s->model));
    *n = 0;
    if (!strcmp(word, "dead")) {
        for (int u = 0; u < s->units.n; u++)
            if (mn_units_dead(&s->units, u))
                unit[(*n)++] = u;
        return *n ? MN_OK
                  : mn_fail(err, MN_EINVAL, "nothing to revive: every %s fired in %s", noun,
                            s->units.items[MN_EPOCH] ? "the last epoch"
                                                     : "what there was, no whole epoch yet");
    }
    mn_status status = mn_number_of(noun, word, 0, s->units.n - 1, &number, err);
    if (status == MN_OK)
        unit[(*n)++] = (int)number;
    return status;
}

static void tell(const mn_session *s, const int *unit, int n, const answer *worst, mn_text *say)
{
    const char *noun = mn_model_unit_noun(mn_model_kind(s->model));
    if (n == 1)
        mn_text_add(say, "%s %d starts anew: near training item %u of task %d", noun, unit[0],
                    worst[0].item, s->task + 1);
    else
        mn_text_add(say, "%d dead units start anew: near the worst answered items of task %d",
                    n, s->task + 1);
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    const size_t all = mn_stream_items(s->stream, s->task, MN_TRAIN),
                 n_worst = all < ANSWERS_MAX ? all : ANSWERS_MAX;
    int n = 0, *unit = calloc((size_t)s->units.n, sizeof *unit);
    answer *worst = calloc(n_worst, sizeof *worst);
    mn_status status = unit && worst
                           ? choose(s, args->word[1], unit, &n, err)
                           : mn_fail(err, MN_ENOMEM, "no memory for the items to start from");
    if (status == MN_OK) {
        rank(s, worst, n_worst);
        if (revive(s, unit, n, worst, n_worst))
            tell(s, unit, n, worst, say);
        else
            status = mn_fail(err, MN_EINVAL, "the model %s has no way to revive a %s",
                             mn_model_name(mn_model_kind(s->model)),
                             mn_model_unit_noun(mn_model_kind(s->model)));
    }
    free(unit);
    free(worst);
    return status;
}

const mn_command_ops mn_command_revive = {
    .name = "revive",
    .usage = "UNIT|dead",
    .help = "start a unit, or all dead ones, anew near the worst answered training items",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};

#include "session_impl.h"

#include <string.h>

#include "mnemoscope/kernel.h"

enum { DREAMS_MAX = 100000 }; /* at a time; all of them are held in memory, twice */

/* Whether the strategy trains on answers to probes, and attractors are for looking at only. */
static bool answers(const mn_session *s)
{
    return mn_strategy_dreams(mn_strategy_kind(s->strategy)) &&
           s->config.strategy.pseudoitems == MN_HETEROGENEOUS;
}

/* The strategy gets pseudoitems of its own kind; what is relaxed is looked at in any case. */
static mn_status dream(mn_session *s, size_t n, mn_err *err)
{
    const bool used = mn_strategy_dreams(mn_strategy_kind(s->strategy));
    const mn_dream_plan plan = {.max_sweeps = s->config.strategy.max_sweeps,
                                .ink = 0.5,
                                .distinct = used && !s->config.strategy.duplicates};
    const mn_rng before = s->dream_rng;
    mn_buffer *buffer = mn_strategy_buffer(s->strategy);
    const size_t held = buffer->n;
    mn_status status = MN_OK;
    if (answers(s))
        status =
            mn_dream_answer(s->model, n, &plan, s->loss, &s->dream_rng, s->task, buffer, err);
    else if (used)
        status = mn_buffer_reserve(buffer, n, err);
    if (status != MN_OK)
        return status;
    mn_buffer_reset(&s->dreamt);
    s->dream.states = s->dream_states;
    status = mn_dream(s->model, n, &plan, &s->dream_rng, s->task, &s->dreamt, &s->dream,
                      mn_strategy_tally(s->strategy), err);
    if (status != MN_OK) {
        buffer->n = held;
        s->dream_rng = before;
    } else if (used && !answers(s))
        mn_buffer_add(buffer, s->dreamt.X, s->dreamt.Y, s->dreamt.n, s->task);
    mn_session_strategy_changed(s);
    return status;
}

/* The first attractors of the batch, as a person may look at them. */
static void fill_gallery(mn_session *s)
{
    const mn_buffer *b = &s->dreamt;
    const mn_shape *shape = mn_model_shape(s->model);
    size_t n_inputs = (size_t)b->n_inputs, n_classes = (size_t)b->n_classes,
           n_visible = (size_t)shape->n_visible;
    const bool graded = mn_model_reconstructs(mn_model_kind(s->model));
    float lo, hi, *v = s->work.state;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    s->n_gallery = b->n < MN_GALLERY_MAX ? (int)b->n : MN_GALLERY_MAX;
    for (int i = 0; i < s->n_gallery; i++) {
        const float *x = b->X + (size_t)i * n_inputs, *y = b->Y + (size_t)i * n_classes;
        mn_session_restore(s, x, s->task, s->gallery + (size_t)i * n_visible);
        for (size_t j = 0; j < n_inputs; j++)
            v[j] = graded ? x[j] : x[j] > (lo + hi) / 2.0f ? 1.0f : -1.0f;
        for (size_t c = 0; c < n_classes; c++)
            v[n_inputs + c] = y[c] > 0.5f ? 1.0f : -1.0f;
        s->gallery_verdict[i] = mn_dream_judge(s->model, v, true, s->work.share).verdict;
        s->gallery_class[i] = mn_sole_above(n_classes, y, 0.5f);
    }
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    int64_t n = 64;
    mn_status status =
        args->n > 1 ? mn_number_of("dreams", args->word[1], 1, DREAMS_MAX, &n, err) : MN_OK;
    if (status != MN_OK)
        return status;
    if (!mn_model_recalls(s->model))
        return mn_fail(err, MN_EINVAL, "the model %s has no recall, so it cannot dream",
                       mn_model_name(mn_model_kind(s->model)));
    if ((status = dream(s, (size_t)n, err)) != MN_OK)
        return status;
    const mn_dream_tally *t = mn_strategy_tally(s->strategy);
    fill_gallery(s);
    /* what becomes of them first: a narrow screen cuts the end */
    mn_text_add(say,
                "dreamt %lld, %s; %zu so far: %zu memories, %zu mixtures, %zu spurious, %zu "
                "repeats",
                (long long)n,
                !mn_strategy_dreams(mn_strategy_kind(s->strategy))
                    ? "only looked at (D trains on them)"
                : answers(s) ? "only looked at (as many answers are trained on)"
                             : "trained on from the next epoch",
                t->n, t->verdicts[MN_MEMORY], t->verdicts[MN_MIXTURE], t->verdicts[MN_SPURIOUS],
                t->repeats);
    return MN_OK;
}

const mn_command_ops mn_command_dream = {
    .name = "dream",
    .usage = "[N]",
    .help = "relax N (64) random probes to attractors; pseudorehearsal trains on them",
    .kind = MN_INTERVENTION,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};

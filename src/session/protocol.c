/* The protocol of a run: steps make epochs, epochs make tasks, tasks make the run. */
#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"

mn_status mn_session_shuffle(mn_session *s, mn_err *err)
{
    size_t n_task = mn_stream_items(s->stream, s->task, MN_TRAIN);
    size_t n = n_task + mn_strategy_items(s->strategy);
    if (n > s->index_capacity) {
        uint32_t *index = realloc(s->index, n * sizeof *index);
        if (!index)
            return mn_fail(err, MN_ENOMEM, "cannot allocate the order of %zu items", n);
        s->index = index;
        s->index_capacity = n;
    }
    for (size_t i = 0; i < n_task; i++)
        s->index[i] = (uint32_t)i;
    mn_strategy_choose(s->strategy, &s->order_rng, s->index + n_task);
    for (size_t i = n_task; i < n; i++)
        s->index[i] += (uint32_t)n_task;
    mn_rng_shuffle(&s->order_rng, s->index, n);
    s->n_index = n;
    s->at = 0;
    return MN_OK;
}

static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const mn_session *s = ctx;
    float lo, hi;
    size_t n_classes = (size_t)mn_stream_classes(s->stream);
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    mn_stream_gather(s->stream, s->task, MN_TRAIN, index, n, lo, hi, X);
    memset(Y, 0, n * n_classes * sizeof *Y);
    for (size_t i = 0; i < n; i++)
        Y[i * n_classes + (size_t)mn_stream_label(s->stream, s->task, MN_TRAIN, index[i])] =
            1.0f;
}

/* The next batch: the task's own items first, then the replayed ones. Returns its size. */
static int gather(mn_session *s)
{
    mn_work *w = &s->work;
    const mn_shape *shape = mn_model_shape(s->model);
    size_t n_inputs = (size_t)(shape->n_visible + shape->n_extra),
           n_classes = (size_t)shape->n_classes;
    size_t n = s->n_index - s->at, n_task = mn_stream_items(s->stream, s->task, MN_TRAIN);
    size_t n_own = 0, n_replayed = 0;
    if (n > (size_t)shape->batch)
        n = (size_t)shape->batch;
    for (size_t i = 0; i < n; i++) {
        uint32_t item = s->index[s->at + i];
        if (item < n_task)
            w->own[n_own++] = item;
        else
            w->replayed[n_replayed++] = item - (uint32_t)n_task;
    }
    if (mn_strategy_draws(mn_strategy_kind(s->strategy)))
        mn_strategy_draw(s->strategy, s->returns.ledger, &s->strategy_rng, n_own, w->own,
                         s->returns.odds);
    fetch(s, w->own, n_own, w->X, w->Y);
    if (n_replayed)
        mn_strategy_fetch(s->strategy, w->replayed, n_replayed, w->X + n_own * n_inputs,
                          w->Y + n_own * n_classes);
    for (size_t i = 0; i < n; i++)
        w->label[i] = (int)mn_argmax(n_classes, w->Y + i * n_classes);
    w->n_own = (int)n_own;
    s->at += n;
    return (int)n;
}

void mn_session_tell_progress(mn_session *s)
{
    const double fraction = s->n_index ? (double)s->at / (double)s->n_index : 0.0;
    const mn_progress p = {.step = s->step,
                           .task_step = s->task_step,
                           .task = s->task,
                           .epoch = (double)s->epoch + fraction,
                           .run_epoch = (double)s->epochs_done + fraction};
    mn_model_progress(s->model, &p);
}

/* The optimiser's part of a step, with the gradient that there is. */
static void update(mn_session *s)
{
    mn_work *w = &s->work;
    mn_strategy_shape(s->strategy, s->model, &w->grad);
    const bool looked_at = mn_session_looked_at(s);
    if (looked_at)
        mn_session_look_before(s);
    const mn_rows moved = mn_optimiser_step(s->optimiser, s->model, &w->grad, s->epoch);
    if (looked_at)
        mn_session_look_after(s);
    mn_model_project_rows(s->model, &moved);
    mn_strategy_stepped(s->strategy, s->model, &w->grad);
}

/* The update of a step, after its forward. */
static void learn(mn_session *s, int n)
{
    mn_work *w = &s->work;
    if (mn_model_has_rule(mn_model_kind(s->model))) {
        mn_model_own(s->model, w->n_own);
        mn_model_learn(s->model, w->X, w->Y, n);
        return;
    }
    mn_strategy_answered(
        s->strategy, s->model,
        &(mn_answers){
            .n = n, .X = w->X, .Y = w->Y, .logits = w->logits, .exponent = w->exponent});
    mn_model_backward(s->model, w->X, n, w->dlogits, &w->grad);
    update(s);
}

/* Who fired, for which classes, and for which items. Replayed ones are not the task's. */
static void tally(mn_session *s, int n)
{
    mn_work *w = &s->work;
    mn_units *u = &s->units;
    mn_tally t = {.fired = w->fired, .by_class = u->running_by_class, .last = w->last_of_unit};
    memset(w->fired, 0, (size_t)u->n * sizeof *w->fired);
    mn_model_tally(s->model, n, w->label, &t);
    mn_units_batch(u, w->fired, (uint64_t)n, s->step);
    for (int i = 0; i < u->n; i++)
        if (w->fired[i] && w->last_of_unit[i] < w->n_own)
            mn_units_item(u, i, s->task, (int)w->own[w->last_of_unit[i]]);
}

/* A step's loss in the answers that are wanted. */
static double answer(mn_session *s, int n)
{
    mn_work *w = &s->work;
    mn_model_train(s->model);
    mn_model_forward(s->model, w->X, n, w->logits, w->exponent);
    const double loss = s->loss->eval(&s->config.loss, n, mn_stream_classes(s->stream),
                                      w->logits, w->exponent, w->Y, w->dlogits);
    learn(s, n);
    return loss;
}

/* A step's loss in what is given back. Replayed items are not in the ledger, and count 1. */
static double give_back(mn_session *s, int n)
{
    mn_work *w = &s->work;
    mn_returns *r = &s->returns;
    const size_t n_own = (size_t)w->n_own;
    mn_signals measured = r->signals;
    double loss = 0.0;
    measured.cue = measured.retrieved = NULL;
    mn_model_reconstruct(s->model, w->X, n, &r->damage, &measured);
    mn_ledger_note(r->ledger, w->own, n_own, &measured);
    if (n_own)
        mn_strategy_weigh(s->strategy, r->ledger, w->own, n_own, r->weight);
    for (int i = w->n_own; i < n; i++)
        r->weight[i] = 1.0f;
    for (int i = 0; i < n; i++)
        loss += (double)r->signals.loss[i];
    mn_model_reconstruct_back(s->model, w->X, n, r->weight, &w->grad);
    update(s);
    mn_model_told(s->model, n, w->label);
    return loss;
}

static void train(mn_session *s)
{
    const bool looked_at = mn_session_looked_at(s);
    mn_strategy_before(s->strategy, s->model, &s->strategy_rng);
    int n = gather(s);
    const double loss = s->returns.ledger ? give_back(s, n) : answer(s, n);
    s->step++;
    s->task_step++;
    tally(s, n);
    if (looked_at)
        mn_session_look_at_fired(s);
    s->scores.loss = loss / n;
    s->scores.loss_sum += loss;
    s->scores.loss_items += (uint64_t)n;
    mn_session_tell_progress(s);
}

static mn_source task_items(const mn_session *s)
{
    return (mn_source){
        .ctx = s, .n = mn_stream_items(s->stream, s->task, MN_TRAIN), .fetch = fetch};
}

/* What the model is told of the task at hand. */
static mn_lesson lesson(mn_session *s)
{
    mn_work *w = &s->work;
    const mn_source items = task_items(s);
    memset(w->classes, 0, (size_t)mn_stream_classes(s->stream) * sizeof *w->classes);
    for (size_t i = 0; i < items.n; i++)
        w->classes[mn_stream_label(s->stream, s->task, MN_TRAIN, i)] = true;
    return (mn_lesson){.task = s->task, .classes = w->classes, .items = items};
}

/* The rest of an epoch, if any, was ordered for the buffer as it was. */
static mn_status end_for_strategy(mn_session *s, mn_err *err)
{
    const mn_source items = task_items(s);
    size_t held = mn_strategy_buffer(s->strategy)->n;
    mn_status status =
        mn_strategy_task_end(s->strategy, s->model, s->task, &items, &s->strategy_rng, err);
    if (status != MN_OK)
        return status;
    if (mn_strategy_buffer(s->strategy)->n < held)
        s->n_index = s->at = 0;
    mn_session_strategy_changed(s);
    return MN_OK;
}

/* The strategy ends a task once, before anything is measured: what can fail comes first. A
 * task that went on after its end is measured again. */
mn_status mn_session_task_end(mn_session *s, mn_err *err)
{
    mn_status status = MN_OK;
    if (s->ended_task != s->task)
        status = end_for_strategy(s, err);
    if (status != MN_OK)
        return status;
    s->ended_task = s->task;
    mn_session_evaluate_row(s, s->task);
    mn_session_record(s, "task");
    return MN_OK;
}

mn_status mn_session_task_begin(mn_session *s, int task, mn_err *err)
{
    mn_session_leave_task(s);
    s->task = task;
    s->task_step = 0;
    s->epoch = 0;
    s->ended_task = -1;
    mn_optimiser_reset(s->optimiser);
    mn_units_task(&s->units);
    const mn_lesson l = lesson(s);
    mn_status status = mn_session_begin_returns(s, err);
    if (status == MN_OK)
        status = mn_model_begin(s->model, &l, &s->model_rng, err);
    if (status == MN_OK)
        status = mn_strategy_task_begin(s->strategy, s->model, task, err);
    if (status == MN_OK)
        status = mn_session_shuffle(s, err);
    mn_session_tell_progress(s);
    return status;
}

/* The run goes on to the next task by itself; `task next` is an intervention with a mark of its
 * own. */
static mn_status go_on(mn_session *s, mn_err *err)
{
    char text[56];
    mn_status status = mn_session_task_begin(s, s->task + 1, err);
    snprintf(text, sizeof text, "task %d of %d", s->task + 1, mn_stream_tasks(s->stream));
    mn_history_event(&s->history, s->step, false, text);
    return status;
}

static mn_status after_epochs(mn_session *s, mn_err *err)
{
    if (!s->config.run.advance || s->epoch < s->config.run.epochs)
        return mn_session_shuffle(s, err);
    mn_status status = mn_session_task_end(s, err);
    if (status != MN_OK)
        return status;
    if (s->task + 1 < mn_stream_tasks(s->stream))
        return go_on(s, err);
    /* so that it can go on when a person says so */
    if ((status = mn_session_shuffle(s, err)) != MN_OK)
        return status;
    s->finished = true;
    mn_session_say(s, false, "the run is finished");
    return MN_OK;
}

static mn_status end_epoch(mn_session *s, mn_err *err)
{
    s->epoch++;
    s->epochs_done++;
    if (!mn_finite(mn_model_size(s->model), mn_model_theta(s->model)))
        return mn_fail(
            err, MN_EDIVERGED,
            "a weight is not finite any more at step %lld: lower the rate (it is %g) or undo",
            (long long)s->step, mn_optimiser_rate(s->optimiser, s->epoch));
    const mn_lesson l = lesson(s);
    const mn_status status = mn_model_epoch(s->model, &l, &s->model_rng, err);
    if (status != MN_OK)
        return status;
    mn_units_epoch(&s->units, s->step);
    mn_session_read_gauges(s);
    mn_session_take_census(s);
    mn_session_examine(s);
    mn_session_probe(s);
    return after_epochs(s, err);
}

static bool goal_is_named(const mn_goal *g)
{
    return g->step != GOAL_NONE || g->epochs != GOAL_NONE || g->task != GOAL_NONE;
}

static bool goal_is_reached(const mn_session *s)
{
    const mn_goal *g = &s->goal;
    return (g->step != GOAL_NONE && s->step >= g->step) ||
           (g->epochs != GOAL_NONE && s->epochs_done >= g->epochs) ||
           (g->task != GOAL_NONE && s->task >= g->task);
}

static bool reached(const mn_session *s)
{
    int limit = s->config.run.steps;
    return (s->finished && !goal_is_named(&s->goal)) || goal_is_reached(s) ||
           (limit && s->step >= limit);
}

mn_status mn_session_go(mn_session *s, mn_err *err)
{
    int limit = s->config.run.steps;
    if (s->failure.code != MN_OK)
        return mn_fail(err, MN_ELATER, "training has failed: `undo` or `reset` first");
    if (s->finished && !goal_is_named(&s->goal))
        return mn_fail(err, MN_ELATER,
                       "the run is finished after %d epochs: `epoch N`, `run until epoch N` or "
                       "`set epochs=N` go on",
                       s->config.run.epochs);
    if (limit && s->step >= limit && !goal_is_reached(s))
        return mn_fail(err, MN_ELATER,
                       "the run has come to its limit of %d steps: `set steps=0` lifts it",
                       limit);
    s->running = true;
    return MN_OK;
}

static bool fail(mn_session *s)
{
    s->running = false;
    mn_session_say(s, true, s->failure.msg);
    return false;
}

static mn_status train_once(mn_session *s, mn_err *err)
{
    train(s);
    if (!isfinite(s->scores.loss))
        return mn_fail(err, MN_EDIVERGED,
                       "the loss is not finite any more at step %lld: undo, or lower the rate",
                       (long long)s->step);
    return s->at >= s->n_index ? end_epoch(s, err) : MN_OK;
}

bool mn_session_advance(mn_session *s)
{
    if (!s->running || s->failure.code != MN_OK)
        return false;
    if (reached(s)) {
        s->running = false;
        return false;
    }
    /* With no item left what is due after an epoch has failed before: it is tried again. */
    mn_status status =
        s->at < s->n_index ? train_once(s, &s->failure) : after_epochs(s, &s->failure);
    if (status != MN_OK)
        return fail(s);
    if (reached(s))
        s->running = false;
    return true;
}

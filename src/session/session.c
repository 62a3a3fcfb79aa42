#include "session_impl.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/blas.h"

void mn_session_say(mn_session *s, bool bad, const char *text)
{
    snprintf(s->message, sizeof s->message, "%s", text);
    s->message_bad = bad;
    s->message_undoes = false;
    s->message_id++;
}

const char *mn_session_skipped(const mn_session *s)
{
    return mn_dataset_skipped(s->dataset);
}

void mn_session_tell_skipped(const mn_session *s, mn_text *say)
{
    const char *lines = mn_session_skipped(s);
    int n = 0;
    for (const char *at = lines; (at = strchr(at, '\n')); at++)
        n++;
    if (n)
        mn_text_add(say, "%s%d %s left out: %.*s%s", say->length ? "; " : "", n,
                    n == 1 ? "file" : "files", (int)strcspn(lines, "\n"), lines,
                    n == 1 ? "" : ", ...");
}

static size_t largest_test_set(const mn_session *s)
{
    size_t most = 1;
    for (int t = 0; t < mn_stream_tasks(s->stream); t++) {
        size_t n = mn_stream_items(s->stream, t, MN_TEST);
        most = n > most ? n : most;
    }
    return most;
}

static void layout_work(mn_session *s)
{
    mn_work *w = &s->work;
    mn_arena *a = &w->arena;
    const mn_shape *shape = mn_model_shape(s->model);
    size_t batch = (size_t)shape->batch, n_inputs = (size_t)(shape->n_visible + shape->n_extra);
    size_t n_classes = (size_t)shape->n_classes, n_test = largest_test_set(s);
    size_t probe = batch < 500 ? batch : 500; /* the unit measures take one call of the model */
    if (probe > n_test)
        probe = n_test;
    w->n_probe = (int)probe;
    w->X = mn_arena_floats(a, batch * n_inputs);
    w->Y = mn_arena_floats(a, batch * n_classes);
    w->logits = mn_arena_floats(a, batch * n_classes);
    w->dlogits = mn_arena_floats(a, batch * n_classes);
    w->exponent = mn_arena_ints(a, batch);
    w->grad.g = mn_arena_floats(a, mn_model_size(s->model));
    w->grad.exponent = mn_arena_ints(a, (size_t)mn_model_n_rows(s->model));
    w->grad.touched.list = mn_arena_ints(a, (size_t)mn_model_n_rows(s->model));
    w->fired = mn_arena_bytes(a, (size_t)mn_model_n_units(s->model), sizeof *w->fired);
    w->last_of_unit = mn_arena_ints(a, (size_t)mn_model_n_units(s->model));
    w->label = mn_arena_ints(a, batch);
    w->own = mn_arena_bytes(a, batch, sizeof *w->own);
    w->replayed = mn_arena_bytes(a, batch, sizeof *w->replayed);
    w->probe_X = mn_arena_floats(a, probe * n_inputs);
    w->probe_work = mn_arena_floats(a, mn_prototype_work(s->model, (int)probe));
    w->probe_label = mn_arena_ints(a, probe);
    w->classes = mn_arena_bytes(a, n_classes, sizeof *w->classes);
    w->truth = mn_arena_ints(a, n_test);
    w->predicted = mn_arena_ints(a, n_test);
    w->confusion = mn_arena_bytes(a, n_classes * n_classes, sizeof *w->confusion);
    w->range = mn_arena_bytes(a, n_test, sizeof *w->range);
    w->state = mn_arena_floats(a, (size_t)mn_model_n_state(s->model));
    w->share = mn_arena_floats(a, (size_t)mn_model_n_units(s->model));
    mn_session_layout_returns(s, a);
    s->dream_states =
        mn_arena_floats(a, (size_t)MN_DREAM_STATES *
                               (size_t)(shape->n_visible + shape->n_extra + shape->n_classes));
    s->gallery = mn_arena_floats(a, (size_t)MN_GALLERY_MAX * (size_t)shape->n_visible);
    s->holdings.kept = mn_arena_floats(a, (size_t)MN_GALLERY_MAX * (size_t)shape->n_visible);
    mn_session_layout_recall(s, a);
}

static void layout_units(mn_session *s)
{
    mn_units_layout(&s->units, mn_model_n_units(s->model), mn_stream_classes(s->stream),
                    &s->units_arena);
    mn_session_layout_poll(s, &s->units_arena);
    mn_session_layout_morgue(s, &s->units_arena);
}

static mn_status allocate_work(mn_session *s, mn_err *err)
{
    layout_work(s);
    mn_status status = mn_arena_allocate(&s->work.arena, "the work space of a run", err);
    if (status != MN_OK)
        return status;
    layout_work(s);
    size_t n_test = largest_test_set(s);
    for (size_t i = 0; i < n_test; i++)
        s->work.range[i] = (uint32_t)i;
    layout_units(s);
    if ((status = mn_arena_allocate(&s->units_arena, "the statistics of units", err)) != MN_OK)
        return status;
    layout_units(s);
    mn_units_reset(&s->units);
    mn_session_reset_poll(s);
    mn_session_reset_morgue(s);
    mn_buffer_init(&s->dreamt, mn_stream_visible(s->stream) + mn_stream_extra(s->stream),
                   mn_stream_classes(s->stream));
    return MN_OK;
}

static mn_status load_data(mn_session *s, mn_err *err)
{
    const mn_config *c = &s->config;
    uint64_t seed = (uint64_t)c->run.seed;
    mn_status status = mn_dataset_load(&s->dataset, c->run.data, &c->data, seed, err);
    if (status != MN_OK)
        return status;
    const mn_stream_source source = {.data = s->dataset, .cfg = &c->data, .seed = seed};
    if ((status = mn_stream_create(&s->stream, c->run.tasks, &c->tasks, &source, err)) != MN_OK)
        return status;
    if (mn_stream_tasks(s->stream) > MN_TASKS_MAX ||
        mn_stream_classes(s->stream) > MN_CLASSES_MAX)
        return mn_fail(err, MN_EINVAL,
                       "%d tasks and %d classes found: at most %d and %d wanted",
                       mn_stream_tasks(s->stream), mn_stream_classes(s->stream), MN_TASKS_MAX,
                       MN_CLASSES_MAX);
    return MN_OK;
}

static mn_status make_learner(mn_session *s, mn_err *err)
{
    const mn_config *c = &s->config;
    const mn_data_shape *d = mn_dataset_shape(s->dataset);
    const mn_shape shape = {.n_visible = mn_stream_visible(s->stream),
                            .n_extra = mn_stream_extra(s->stream),
                            .n_classes = mn_stream_classes(s->stream),
                            .width = d->width,
                            .height = d->height,
                            .channels = d->channels,
                            .batch = c->run.batch};
    mn_status status =
        mn_model_create(&s->model, mn_model_find(c->run.model), &shape, &c->model, err);
    if (status != MN_OK)
        return status;
    s->loss = mn_loss_find(c->run.loss);
    if ((status = mn_optimiser_create(&s->optimiser, mn_optimiser_find(c->run.optimiser),
                                      s->model, &c->optimiser, err)) != MN_OK)
        return status;
    return mn_strategy_create(&s->strategy, mn_strategy_find(c->run.strategy), s->model,
                              s->loss, &c->loss, &c->strategy, err);
}

static void seed_streams(mn_session *s)
{
    mn_rng init;
    uint64_t seed = (uint64_t)s->config.run.seed;
    mn_rng_seed(&init, seed, "init");
    mn_rng_seed(&s->order_rng, seed, "order");
    mn_rng_seed(&s->strategy_rng, seed, "strategy");
    mn_rng_seed(&s->dream_rng, seed, "dream");
    mn_rng_seed(&s->model_rng, seed, "model");
    mn_rng_seed(&s->returns.damage, seed, "damage");
    mn_model_init(s->model, &init);
}

static void forget_scores(mn_session *s)
{
    s->scores = (mn_scores){.probe_step = -1, .loss = (double)NAN};
    for (int i = 0; i < MN_TASKS_MAX * MN_TASKS_MAX; i++)
        s->scores.R[i] = s->scores.R_f1[i] = (double)NAN;
    for (int t = 0; t < MN_TASKS_MAX; t++)
        s->scores.untrained[t] = (double)NAN;
    for (int i = 0; i < MN_N_INDICES; i++)
        s->scores.index_mean[i] = (double)NAN;
    for (int i = 0; i < MN_GAUGES_MAX; i++)
        s->scores.gauge[i] = (double)NAN;
    s->scores.moved_silent = s->scores.moved_firing = (double)NAN;
    for (int k = 0; k < MN_N_RARITIES; k++)
        s->scores.returned[k] = (double)NAN;
}

/* Frees the experiment; history, marks, log and hooks stay. */
static void tear_down(mn_session *s)
{
    mn_strategy_destroy(s->strategy);
    mn_optimiser_destroy(s->optimiser);
    mn_model_destroy(s->model);
    mn_stream_free(s->stream);
    mn_dataset_free(s->dataset);
    mn_arena_finish(&s->work.arena);
    mn_arena_finish(&s->units_arena);
    mn_arena_finish(&s->protection.arena);
    mn_ledger_destroy(s->returns.ledger);
    mn_buffer_finish(&s->dreamt);
    mn_atlas_destroy(s->atlas);
    mn_lookup_finish(&s->lookup);
    mn_sample_finish(&s->sample);
    free(s->index);
    mn_history_finish(&s->history);
    mn_log_finish(&s->log);
}

static mn_status build(mn_session *s, mn_err *err)
{
    mn_status status;
    mn_blas_threads(s->config.run.threads);
    if ((status = load_data(s, err)) != MN_OK || (status = make_learner(s, err)) != MN_OK ||
        (status = allocate_work(s, err)) != MN_OK ||
        (status = mn_history_init(&s->history, err)) != MN_OK)
        return status;
    forget_scores(s);
    seed_streams(s);
    s->goal = (mn_goal){GOAL_NONE, GOAL_NONE, GOAL_NONE};
    if ((status = mn_session_task_begin(s, 0, err)) != MN_OK)
        return status;
    mn_session_evaluate_untrained(s);
    mn_session_probe(s);
    return MN_OK;
}

/* The part of a session that a new experiment does not touch. */
static void keep(mn_session *to, const mn_session *from)
{
    to->hooks = from->hooks;
    to->command_line = from->command_line;
    to->undo = from->undo;
    to->redo = from->redo;
    to->pace = from->pace;
    to->running = from->running;
    to->viewport = from->viewport;
    to->map_colour = from->map_colour;
    memcpy(to->message, from->message, sizeof to->message);
    to->message_bad = from->message_bad;
    to->message_undoes = from->message_undoes;
    to->message_id = from->message_id;
    to->metrics = from->metrics;
    to->metrics_csv = from->metrics_csv;
    to->metrics_tasks = from->metrics_tasks;
}

void mn_session_adopt(mn_session *s, mn_session *adopted)
{
    free(adopted->command_line);
    mn_session old = *s;
    keep(adopted, s);
    *s = *adopted;
    *adopted = old;
    tear_down(adopted);
    free(adopted);
}

/* Builds a whole new experiment beside the old one and swaps only when it stands: a failure
 * changes nothing. */
mn_status mn_session_build(mn_session *s, const mn_config *config, mn_err *err)
{
    mn_session *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a session");
    fresh->config = fresh->initial = *config;
    fresh->absorbed = true;
    mn_status status = build(fresh, err);
    if (status != MN_OK) {
        tear_down(fresh);
        free(fresh);
        mn_blas_threads(s->config.run.threads ? s->config.run.threads : 1);
        return status;
    }
    mn_session_adopt(s, fresh);
    return MN_OK;
}

mn_status mn_session_create(mn_session **out, const mn_config *config,
                            const mn_session_hooks *hooks, mn_err *err)
{
    mn_session *s = calloc(1, sizeof *s);
    if (!s)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a session");
    s->viewport = (mn_viewport){.count = 0, .cursor = -1, .lens = -1};
    if (hooks)
        s->hooks = *hooks;
    s->command_line = strdup(hooks && hooks->command_line ? hooks->command_line : "");
    mn_status status = s->command_line ? mn_session_build(s, config, err)
                                       : mn_fail(err, MN_ENOMEM, "cannot allocate a session");
    if (status != MN_OK) {
        mn_session_destroy(s);
        return status;
    }
    mn_text skipped = {0};
    mn_session_tell_skipped(s, &skipped);
    if (skipped.length)
        mn_session_say(s, true, skipped.data);
    mn_text_finish(&skipped);
    *out = s;
    return MN_OK;
}

void mn_session_destroy(mn_session *s)
{
    if (!s)
        return;
    tear_down(s);
    mn_marks_clear(&s->undo);
    mn_marks_clear(&s->redo);
    if (s->metrics)
        fclose(s->metrics);
    free(s->command_line);
    free(s);
}

/* Pushes the live parameters into the parts that hold a copy of them. */
void mn_session_apply_live(mn_session *s)
{
    const mn_model_ops *ops = mn_model_kind(s->model);
    memcpy(mn_model_cfg(s->model), &s->config.model, mn_model_cfg_size(ops));
    *mn_optimiser_config(s->optimiser) = s->config.optimiser;
    *mn_strategy_config(s->strategy) = s->config.strategy;
    s->loss = mn_loss_find(s->config.run.loss);
    mn_strategy_loss(s->strategy, s->loss, &s->config.loss);
    mn_blas_threads(s->config.run.threads);
    mn_session_tell_progress(s);
}

static bool hold_alike(const mn_strategy_ops *a, const mn_strategy_ops *b)
{
    return (mn_strategy_keeps(a) && mn_strategy_keeps(b)) ||
           (mn_strategy_dreams(a) && mn_strategy_dreams(b));
}

/* Puts another strategy in the place of the session's, which comes back in *strategy. The
 * buffer goes along when both hold items of the same kind. */
static void exchange(mn_session *s, mn_strategy **strategy)
{
    mn_strategy *old = s->strategy, *fresh = *strategy;
    if (hold_alike(mn_strategy_kind(fresh), mn_strategy_kind(old))) {
        mn_buffer buffer = *mn_strategy_buffer(fresh);
        *mn_strategy_buffer(fresh) = *mn_strategy_buffer(old);
        *mn_strategy_buffer(old) = buffer;
    }
    s->strategy = fresh;
    *strategy = old;
    mn_session_strategy_changed(s);
}

/* What a strategy needs that is switched on within a task. With as many replayed items as
 * before, which are the same or none, the epoch goes on in its order; else it starts anew with
 * what is replayed now. */
static mn_status begin_within(mn_session *s, size_t n_replayed, mn_err *err)
{
    mn_status status = mn_strategy_task_begin(s->strategy, s->model, s->task, err);
    if (status == MN_OK && mn_strategy_items(s->strategy) != n_replayed)
        status = mn_session_shuffle(s, err);
    return status;
}

static mn_status change_strategy(mn_session *s, const mn_config *changed, mn_err *err)
{
    const mn_strategy_ops *ops = mn_strategy_find(changed->run.strategy);
    if (ops == mn_strategy_kind(s->strategy))
        return mn_strategy_check(ops, s->model, &changed->strategy, err);
    mn_strategy *other = NULL;
    mn_status status =
        mn_strategy_create(&other, ops, s->model, mn_loss_find(changed->run.loss),
                           &changed->loss, &changed->strategy, err);
    if (status != MN_OK)
        return status;
    size_t n_replayed = mn_strategy_items(s->strategy);
    exchange(s, &other);
    if ((status = begin_within(s, n_replayed, err)) != MN_OK)
        exchange(s, &other);
    else if (!mn_strategy_buffer(s->strategy)->n)
        s->ended_task = -1; /* it has not seen the end of this task, should that have been */
    mn_strategy_destroy(other);
    return status;
}

bool mn_session_same_parts(mn_session *s, const mn_config *changed)
{
    mn_config a = s->config, b = *changed;
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table ta = mn_config_table_at(&a, i), tb = mn_config_table_at(&b, i);
        if (ta.params.rows != tb.params.rows)
            return false;
        for (size_t j = 0; j < ta.params.n; j++) {
            const mn_param *p = &ta.params.rows[j];
            char va[MN_SPEC_MAX], vb[MN_SPEC_MAX];
            if (p->flags & MN_LIVE || !strcmp(p->name, "preset"))
                continue;
            if (strcmp(mn_param_print(p, ta.block, va, sizeof va),
                       mn_param_print(p, tb.block, vb, sizeof vb)))
                return false;
        }
    }
    return true;
}

mn_status mn_session_change(mn_session *s, const mn_config *changed, mn_err *err)
{
    if (!mn_session_same_parts(s, changed))
        return mn_session_build(s, changed, err);
    mn_status status = mn_model_check(mn_model_kind(s->model), &changed->model, err);
    if (status == MN_OK)
        status = change_strategy(s, changed, err);
    if (status != MN_OK)
        return status;
    s->config = *changed;
    mn_session_apply_live(s);
    if (s->step == 0 && s->log.n == 0) {
        s->initial = s->config;
        s->absorbed = true;
    }
    if (s->epoch < s->config.run.epochs)
        s->finished = false;
    return MN_OK;
}

bool mn_session_running(const mn_session *s)
{
    return s->running;
}

int64_t mn_session_step(const mn_session *s)
{
    return s->step;
}

const mn_config *mn_session_config(const mn_session *s)
{
    return &s->config;
}

mn_status mn_session_failure(const mn_session *s, mn_err *err)
{
    if (s->failure.code != MN_OK && err)
        *err = s->failure;
    return s->failure.code;
}

mn_model *mn_session_model(mn_session *s)
{
    return s->model;
}

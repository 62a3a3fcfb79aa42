#include "mnemoscope/snapshot.h"

#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"

mn_snapshot *mn_snapshot_create(void)
{
    return calloc(1, sizeof(mn_snapshot));
}

void mn_snapshot_destroy(mn_snapshot *s)
{
    if (!s)
        return;
    free(s->store);
    free(s);
}

int mn_snapshot_tile(const mn_snapshot *s, uint32_t unit)
{
    for (int i = 0; i < s->n_tiles; i++)
        if (s->tile_unit[i] == unit)
            return i;
    return -1;
}

static void layout(mn_snapshot *o, size_t n_tiles, mn_arena *a)
{
    size_t n_units = (size_t)o->n_units,
           n_pixels = (size_t)o->width * (size_t)o->height * (size_t)o->channels;
    size_t n_state = n_pixels + (size_t)o->n_extra + (size_t)o->n_classes;
    mn_units_layout(&o->units, o->n_units, 0, a);
    for (int c = 0; c < MN_N_CENSUSES; c++) {
        mn_mixture_layout(&o->mixture[c], o->n_units, a);
        o->tile_firings[c] =
            mn_arena_bytes(a, n_tiles * (size_t)o->n_classes, sizeof *o->tile_firings[c]);
    }
    o->cause = mn_arena_bytes(a, n_units, sizeof *o->cause);
    o->last_items = mn_arena_floats(a, MN_LAST_ITEMS * n_pixels);
    o->order = mn_arena_bytes(a, n_units, sizeof *o->order);
    o->tile_unit = mn_arena_bytes(a, n_tiles, sizeof *o->tile_unit);
    o->tile_pixels = mn_arena_floats(a, n_tiles * n_pixels);
    o->tile_extra = mn_arena_floats(a, n_tiles * (size_t)o->n_extra);
    o->tile_classes = mn_arena_floats(a, n_tiles * (size_t)o->n_classes);
    o->moments = mn_arena_bytes(a, MN_HISTORY_MAX, sizeof *o->moments);
    o->events = mn_arena_bytes(a, MN_EVENTS_MAX, sizeof *o->events);
    o->dream.states = mn_arena_floats(a, MN_DREAM_STATES * n_state);
    o->gallery = mn_arena_floats(a, MN_GALLERY_MAX * n_pixels);
    o->recall_items = mn_arena_floats(a, MN_RECALL_ITEMS * n_pixels);
    o->kept = mn_arena_floats(a, MN_GALLERY_MAX * n_pixels);
    o->top_items = mn_arena_floats(a, MN_TOP_ITEMS * n_pixels);
    o->nearest_item = mn_arena_floats(a, n_pixels);
    mn_map_layout(&o->map, a);
    o->shown_pixels =
        o->gives_back ? mn_arena_floats(a, MN_RETURNED_MAX * MN_N_SIDES * n_pixels) : NULL;
    if (o->has_importance) {
        o->tile_importance = mn_arena_floats(a, n_tiles * n_pixels);
        o->unit_importance = mn_arena_floats(a, n_units);
    } else
        o->tile_importance = o->unit_importance = NULL;
}

/* The store only grows, and only here, where the writer owns the snapshot. */
static mn_status reserve(mn_snapshot *o, size_t n_tiles, mn_err *err)
{
    mn_arena a = {0};
    layout(o, n_tiles, &a);
    if (a.overflowed || a.size > o->store_size) {
        free(o->store);
        o->store = NULL;
        o->store_size = 0;
        mn_status status = mn_arena_allocate(&a, "a snapshot", err);
        if (status != MN_OK)
            return status;
        o->store = a.base;
        o->store_size = a.size;
    }
    a = (mn_arena){.base = o->store, .size = o->store_size};
    layout(o, n_tiles, &a);
    return MN_OK;
}

/* Cut between characters. A class without a name is shown by its number. */
static void name_classes(const mn_session *s, mn_snapshot *o)
{
    for (int k = 0; k < mn_stream_classes(s->stream) && k < MN_CLASSES_MAX; k++) {
        const char *name = mn_stream_class(s->stream, k);
        char *to = o->class_name[k];
        size_t n = name ? strnlen(name, MN_CLASS_NAME_MAX) : 0;
        if (n == MN_CLASS_NAME_MAX)
            for (n--; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80;)
                n--;
        if (n)
            memcpy(to, name, n);
        to[n] = '\0';
    }
}

static void describe(mn_session *s, mn_snapshot *o)
{
    const mn_model_ops *model = mn_model_kind(s->model);
    const mn_shape *shape = mn_model_shape(s->model);
    snprintf(o->model, sizeof o->model, "%s", mn_model_name(model));
    snprintf(o->title, sizeof o->title, "%s", mn_model_title(model));
    snprintf(o->unit_noun, sizeof o->unit_noun, "%s", mn_model_unit_noun(model));
    snprintf(o->preset, sizeof o->preset, "%s", s->config.run.preset);
    snprintf(o->data, sizeof o->data, "%s", mn_dataset_name(s->dataset));
    snprintf(o->stream, sizeof o->stream, "%s", mn_stream_name(s->stream));
    snprintf(o->strategy, sizeof o->strategy, "%s", mn_strategy_kind(s->strategy)->name);
    snprintf(o->optimiser, sizeof o->optimiser, "%s",
             mn_model_has_rule(model) ? "" : s->config.run.optimiser);
    mn_stream_describe(s->stream, s->task, o->task_text, sizeof o->task_text);
    o->recalls = mn_model_recalls(s->model);
    o->gives_back = s->returns.ledger;
    o->n_tasks = mn_stream_tasks(s->stream);
    o->task = s->task;
    o->n_classes = shape->n_classes;
    o->n_units = mn_model_n_units(s->model);
    o->width = shape->width, o->height = shape->height, o->channels = shape->channels;
    name_classes(s, o);
    mn_model_range(model, &o->item_lo, &o->item_hi);
    o->n_extra = shape->n_extra;
    o->seed = (uint64_t)s->config.run.seed;
    o->has_importance = mn_strategy_penalty(s->strategy);
    mn_atlas_describe(s->atlas, &o->map);
    o->map.colour = s->map_colour;
}

/* Parameters that have a letter in the papers: "K 100  n 20  T 0.3  m 2". */
static void write_headline(mn_session *s, char *out, size_t size)
{
    size_t used = 0;
    mn_config *c = &s->config;
    *out = '\0';
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        for (size_t j = 0; j < t.params.n && used < size; j++) {
            const mn_param *p = &t.params.rows[j];
            char value[32];
            if (p->alias && (t.block != &c->loss || s->loss->has_exponent))
                used +=
                    (size_t)snprintf(out + used, size - used, "%s%s %s", used ? "  " : "",
                                     p->alias, mn_param_print(p, t.block, value, sizeof value));
        }
    }
}

static double share_done(const mn_session *s)
{
    const mn_run_cfg *r = &s->config.run;
    if (s->finished)
        return 1.0;
    if (r->steps)
        return fmin(1.0, (double)s->step / r->steps);
    if (!r->advance)
        return (double)NAN;
    double epoch = (double)s->epoch + (s->n_index ? (double)s->at / (double)s->n_index : 0.0);
    return fmin(1.0, ((double)s->task + epoch / r->epochs) / mn_stream_tasks(s->stream));
}

static void place(mn_session *s, mn_snapshot *o)
{
    o->step = s->step;
    o->epoch = (double)s->epoch + (s->n_index ? (double)s->at / (double)s->n_index : 0.0);
    o->step_per_epoch = ((int64_t)s->n_index + s->config.run.batch - 1) / s->config.run.batch;
    o->rate = mn_optimiser_rate(s->optimiser, s->epoch);
    o->loss = s->scores.loss;
    o->progress = share_done(s);
    o->state = s->failure.code != MN_OK ? MN_FAILED
               : s->running             ? MN_RUNNING
               : s->finished            ? MN_FINISHED
                                        : MN_PAUSED;
    o->pace = s->pace;
    if (!s->running || s->epoch == 0 || s->at == 0)
        mn_session_digest(s);
    o->digest = s->digest;
    o->digest_step = s->digest_step;
    snprintf(o->message, sizeof o->message, "%s", s->message);
    o->message_bad = s->message_bad;
    o->message_undoes = s->message_undoes;
    o->message_id = s->message_id;
    o->n_undo = s->undo.n;
    o->n_redo = s->redo.n;
}

static void copy_scores(const mn_session *s, mn_snapshot *o)
{
    const mn_scores *sc = &s->scores;
    size_t n = (size_t)o->n_tasks;
    memcpy(o->now, sc->now, sizeof o->now);
    o->probe_step = sc->probe_step;
    o->n_trained = sc->n_trained;
    memcpy(o->R, sc->R, n * n * sizeof *o->R);
    memcpy(o->R_f1, sc->R_f1, n * n * sizeof *o->R_f1);
    for (int t = 0; t < o->n_tasks; t++)
        o->R_items[t] = mn_stream_items(s->stream, t, MN_TEST);
    memcpy(o->untrained, sc->untrained, sizeof o->untrained);
    o->summary = mn_summary_of(o->R, o->untrained, o->n_tasks, o->n_trained, o->forgetting);
    memcpy(o->index_mean, sc->index_mean, sizeof o->index_mean);
    o->n_moments = s->history.n_moments;
    o->n_events = s->history.n_events;
    memcpy(o->moments, s->history.moments, (size_t)o->n_moments * sizeof *o->moments);
    memcpy(o->events, s->history.events, (size_t)o->n_events * sizeof *o->events);
}

/* What the dynamics stood at when they were looked at last; what the model shows is as it is.
 */
static void copy_dynamics(mn_session *s, mn_snapshot *o)
{
    mn_gauge g;
    o->n_gauges = 0;
    for (int i = 0; mn_model_gauge(s->model, i, &g); i++) {
        snprintf(o->gauge_name[i], sizeof o->gauge_name[i], "%s", g.name);
        snprintf(o->gauge_about[i], sizeof o->gauge_about[i], "%s", g.about);
        o->gauge[i] = s->scores.gauge[i];
        o->n_gauges++;
    }
    o->has_portrait = mn_model_portrait(s->model, &o->portrait);
}

/* The task whose places pixels are shown in, or MN_LENS_OFF. */
static int lens_of(const mn_session *s, const mn_snapshot *o)
{
    int lens = s->viewport.lens;
    if (lens == MN_LENS_AUTO)
        lens = o->n_tasks > 1 ? s->task : MN_LENS_OFF;
    return lens < o->n_tasks ? lens : MN_LENS_OFF;
}

/* The states of a dream as its own task sees them: the one whose task unit is on at the end (of
 * a recall: in the cue), else the one through which memories are looked at. */
static void copy_states(mn_session *s, mn_snapshot *o)
{
    const mn_shape *shape = mn_model_shape(s->model);
    size_t n_state = (size_t)mn_model_n_state(s->model), n = (size_t)s->dream.n_states;
    size_t n_visible = (size_t)shape->n_visible;
    const float *telling = s->dream_states + (n > 1 && !*s->dream.cue ? n - 1 : 0) * n_state;
    int own = n > 0 ? mn_sole_above((size_t)shape->n_extra, telling + n_visible, 0.0f) : -1;
    o->dream_lens = s->viewport.lens == MN_LENS_AUTO && own >= 0 ? own : lens_of(s, o);
    memcpy(o->dream.states, s->dream_states, n * n_state * sizeof *o->dream.states);
    for (size_t i = 0; i < n && o->dream_lens >= 0; i++)
        mn_stream_restore(s->stream, o->dream_lens, s->dream_states + i * n_state,
                          o->dream.states + i * n_state);
}

static void copy_dreams(mn_session *s, mn_snapshot *o)
{
    const mn_dream_tally *t = mn_strategy_tally(s->strategy);
    size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    float *states = o->dream.states;
    o->dream = s->dream;
    o->dream.states = states;
    copy_states(s, o);
    o->dreamt = *t;
    o->dreamt.by_class = o->by_class;
    o->dreamt.by_task = o->by_task;
    memcpy(o->by_class, t->by_class, (size_t)o->n_classes * sizeof *o->by_class);
    memcpy(o->by_task, t->by_task, (size_t)(o->n_extra + 1) * sizeof *o->by_task);
    o->n_gallery = s->n_gallery;
    memcpy(o->gallery, s->gallery, (size_t)s->n_gallery * n_visible * sizeof *o->gallery);
    memcpy(o->gallery_verdict, s->gallery_verdict, sizeof o->gallery_verdict);
    memcpy(o->gallery_class, s->gallery_class, sizeof o->gallery_class);
    o->dreams_are_used = mn_strategy_dreams(mn_strategy_kind(s->strategy));
    o->answers_are_used =
        o->dreams_are_used && s->config.strategy.pseudoitems == MN_HETEROGENEOUS;
}

static void copy_holdings(mn_session *s, mn_snapshot *o)
{
    const mn_holdings *h = &s->holdings;
    const mn_strategy_ops *ops = mn_strategy_kind(s->strategy);
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    mn_session_count_holdings(s);
    o->buffer_items = mn_strategy_buffer(s->strategy)->n;
    o->buffer_replayed = mn_strategy_items(s->strategy);
    o->buffer_replays = ops->replays;
    memcpy(o->buffer_by_task, h->by_task, sizeof o->buffer_by_task);
    memcpy(o->buffer_by_class, h->by_class, sizeof o->buffer_by_class);
    o->n_kept = h->n_kept;
    memcpy(o->kept, h->kept, (size_t)h->n_kept * n_visible * sizeof *o->kept);
    memcpy(o->kept_task, h->kept_task, sizeof o->kept_task);
    memcpy(o->kept_class, h->kept_class, sizeof o->kept_class);
}

static mn_status copy_protection(mn_session *s, mn_snapshot *o, mn_err *err)
{
    const mn_protection *p = &s->protection;
    const char *name = mn_strategy_kind(s->strategy)->importance;
    const mn_constraints *constraints = mn_strategy_constraints(s->strategy);
    mn_status status = mn_session_measure_protection(s, err);
    if (status != MN_OK)
        return status;
    const bool some = p->n_terms > 0;
    snprintf(o->importance_name, sizeof o->importance_name, "%s", name ? name : "");
    o->importance_terms = p->n_terms;
    o->strength = s->config.strategy.strength;
    o->importance_limit = some ? p->limit : 0.0f;
    o->importance_gini = some ? p->gini : (double)NAN;
    o->importance_share90 = some ? p->share90 : (double)NAN;
    for (int u = 0; o->has_importance && u < o->n_units; u++)
        o->unit_importance[u] = some ? p->unit[u] : 0.0f;
    o->has_constraints = constraints;
    o->constraints = constraints ? *constraints : (mn_constraints){0};
    return MN_OK;
}

/* The same unit's importance, in the same places. */
static void copy_importance(mn_session *s, mn_snapshot *o, int i, uint32_t unit, float *scratch)
{
    const size_t n_pixels = (size_t)mn_model_shape(s->model)->n_visible;
    float *tile = o->tile_importance + (size_t)i * n_pixels;
    const bool lens = o->viewport.lens >= 0;
    if (!o->importance_terms) {
        memset(tile, 0, n_pixels * sizeof *tile);
        return;
    }
    mn_model_tile_of(s->model, s->protection.importance, (int)unit, lens ? scratch : tile, NULL,
                     NULL);
    if (lens)
        mn_stream_restore(s->stream, o->viewport.lens, scratch, tile);
}

/* One unit's tile, its pixels where a person expects them when looked at through a task. */
static void copy_tile(mn_session *s, mn_snapshot *o, int i, uint32_t unit, float *scratch)
{
    size_t n_pixels = (size_t)mn_model_shape(s->model)->n_visible;
    float *pixels = o->tile_pixels + (size_t)i * n_pixels;
    bool lens = o->viewport.lens >= 0;
    o->tile_unit[i] = unit;
    mn_model_tile(s->model, (int)unit, lens ? scratch : pixels,
                  o->tile_extra + (size_t)i * (size_t)o->n_extra,
                  o->tile_classes + (size_t)i * (size_t)o->n_classes);
    if (lens)
        mn_stream_restore(s->stream, o->viewport.lens, scratch, pixels);
    if (o->has_importance)
        copy_importance(s, o, i, unit, scratch);
}

static float weight_limit(mn_session *s, float *scratch)
{
    float limit = 0.0f;
    for (int u = 0; u < mn_model_n_units(s->model); u++) {
        mn_model_tile(s->model, u, scratch, NULL, NULL);
        float most = mn_max_abs((size_t)mn_model_shape(s->model)->n_visible, scratch);
        limit = most > limit ? most : limit;
    }
    return limit;
}

static size_t tiles_wanted(const mn_session *s, bool all)
{
    const mn_viewport *v = &s->viewport;
    size_t n_units = (size_t)mn_model_n_units(s->model);
    if (all)
        return n_units;
    size_t left = v->first < n_units ? n_units - v->first : 0;
    return (v->count < left ? v->count : left) + 1; /* and the cursor's */
}

static void copy_tiles(mn_session *s, mn_snapshot *o, size_t wanted, bool all)
{
    float *scratch =
        s->work.probe_X; /* free between evaluations; a probe item is larger than a tile */
    size_t first = all ? 0 : s->viewport.first;
    size_t n = all ? wanted : wanted - 1;
    o->viewport = s->viewport;
    o->viewport.lens = lens_of(s, o);
    mn_units_copy(&o->units, &s->units);
    mn_units_rank(&o->units, o->viewport.order, o->viewport.index, o->order);
    o->n_tiles = 0;
    for (size_t i = 0; i < n; i++)
        copy_tile(s, o, o->n_tiles++, o->order[first + i], scratch);
    int cursor = o->viewport.cursor;
    if (cursor >= 0 && cursor < o->n_units && mn_snapshot_tile(o, (uint32_t)cursor) < 0)
        copy_tile(s, o, o->n_tiles++, (uint32_t)cursor, scratch);
    o->tile_limit = weight_limit(s, scratch);
}

mn_status mn_session_snapshot(mn_session *s, mn_snapshot *o, bool all_tiles, mn_err *err)
{
    size_t wanted = tiles_wanted(s, all_tiles);
    describe(s, o);
    mn_status status = reserve(o, wanted, err);
    if (status != MN_OK)
        return status;
    write_headline(s, o->headline, sizeof o->headline);
    place(s, o);
    copy_scores(s, o);
    copy_dreams(s, o);
    mn_session_copy_recall(s, o);
    copy_holdings(s, o);
    if ((status = copy_protection(s, o, err)) != MN_OK)
        return status;
    copy_tiles(s, o, wanted, all_tiles);
    copy_dynamics(s, o);
    mn_session_copy_census(s, o);
    mn_session_copy_deaths(s, o);
    mn_session_copy_returns(s, o);
    mn_atlas_copy(s->atlas, &o->map);
    return mn_session_copy_dossier(s, o, err);
}

/* The state of a run as named arrays: one description that is walked to write a checkpoint, to
 * check one and to fill a session from it. */
#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TALLY_FIELDS = 2 + MN_N_VERDICTS + 3 };

typedef enum mn_walk { WRITING, CHECKING, FILLING } mn_walk;

typedef struct mn_io {
    mn_walk walk;
    mn_tensors_out *out;
    const mn_tensors *in;
    const char *name; /* of the file, for messages */
    mn_status status;
    mn_err *err;
} mn_io;

/* The state that is not kept as arrays, as arrays; and what a session is to be filled with. */
struct mn_image {
    mn_strategy *strategy; /* the session's, or a new one with room for the buffer found */
    uint32_t *index;       /* (n_order) the same */
    mn_ledger *ledger;     /* the same, or NULL */
    int64_t position[POSITION_FIELDS];
    double loss[3];
    double now[MN_TASKS_MAX * 3];
    double *moments; /* (n_moments, MOMENT_FIELDS) */
    int64_t tally[TALLY_FIELDS];
    double sweeps;
    mn_image_size size;
    bool made; /* strategy, index and ledger are this state's own */
};

static size_t dtype_size(mn_dtype t)
{
    return t == MN_F32 || t == MN_I32 ? 4 : 8;
}

static void check(mn_io *io, const mn_entry *e, const char *name, mn_dtype dtype, size_t rows,
                  size_t cols)
{
    if (!e)
        io->status =
            mn_fail(io->err, MN_EFORMAT, "checkpoint '%s' has no tensor '%s'", io->name, name);
    else if (e->dtype != dtype || e->n_dims != 2 || e->dims[0] != rows || e->dims[1] != cols)
        io->status = mn_fail(io->err, MN_EFORMAT,
                             "checkpoint '%s': tensor '%s' is %s with %d dimensions and %zu "
                             "numbers, wanted %zu x %zu",
                             io->name, name, e->dtype_name, e->n_dims, e->n, rows, cols);
}

/* One array of the state, rows x cols. */
static void array(mn_io *io, const char *name, mn_dtype dtype, size_t rows, size_t cols,
                  void *data)
{
    if (io->status != MN_OK)
        return;
    const size_t dims[2] = {rows, cols};
    if (io->walk == WRITING) {
        mn_tensors_add(io->out, name, dtype, 2, dims, data);
        return;
    }
    const mn_entry *e = mn_tensors_find(io->in, name);
    if (io->walk == CHECKING)
        check(io, e, name, dtype, rows, cols);
    else if (rows && cols)
        memcpy(data, e->data, rows * cols * dtype_size(dtype));
}

static void state_array(mn_io *io, const mn_state_array *a)
{
    array(io, a->name, a->f ? MN_F32 : MN_I32, (size_t)a->rows, (size_t)a->cols,
          a->f ? (void *)a->f : (void *)a->i);
}

static void walk_learner(mn_session *s, mn_io *io)
{
    mn_state_array a;
    for (int i = 0; i < mn_model_n_tensors(s->model); i++) {
        mn_tensor t = mn_model_tensor(s->model, i);
        array(io, t.name, MN_F32, (size_t)t.rows, (size_t)t.cols, t.data);
    }
    for (int i = 0; mn_model_state(s->model, i, &a); i++)
        state_array(io, &a);
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        state_array(io, &a);
    array(io, "random.order", MN_U64, 1, 4, s->order_rng.s);
    array(io, "random.strategy", MN_U64, 1, 4, s->strategy_rng.s);
    array(io, "random.dream", MN_U64, 1, 4, s->dream_rng.s);
    array(io, "random.model", MN_U64, 1, 4, s->model_rng.s);
}

static void walk_returns(mn_session *s, mn_image *p, mn_io *io)
{
    mn_state_array a;
    array(io, "scores.returned", MN_F64, 1, MN_N_RARITIES, s->scores.returned);
    if (!p->ledger)
        return;
    for (int i = 0; mn_ledger_state(p->ledger, i, &a); i++)
        state_array(io, &a);
    array(io, "random.damage", MN_U64, 1, 4, s->returns.damage.s);
}

static void walk_units(mn_session *s, mn_io *io)
{
    mn_units *u = &s->units;
    size_t n = (size_t)u->n;
    char name[32];
    for (int w = 0; w < MN_N_WINDOWS; w++) {
        snprintf(name, sizeof name, "units.fired.%d", w);
        array(io, name, MN_I32, 1, n, u->fired[w]);
    }
    for (int i = 0; i < MN_N_INDICES; i++) {
        snprintf(name, sizeof name, "units.index.%d", i);
        array(io, name, MN_F32, 1, n, u->index[i]);
    }
    array(io, "units.items", MN_U64, 1, MN_N_WINDOWS, u->items);
    array(io, "units.running", MN_I32, 1, n, u->running);
    array(io, "units.running_items", MN_U64, 1, 1, &u->running_items);
    array(io, "units.last_fired", MN_I64, 1, n, u->last_fired);
    array(io, "units.share", MN_F32, 1, n, u->share);
    array(io, "units.norm", MN_F32, 1, n, u->norm);
    array(io, "units.label", MN_I32, 1, n, u->label);
    array(io, "units.epoch_step", MN_I64, 1, 1, &u->epoch_step);
}

static void walk_census(mn_session *s, mn_io *io)
{
    mn_units *u = &s->units;
    mn_poll *p = &s->poll;
    const size_t n = (size_t)u->n, n_classes = (size_t)u->n_classes;
    array(io, "units.by_class.running", MN_I32, n, n_classes, u->running_by_class);
    array(io, "units.by_class.epoch", MN_I32, n, n_classes, u->epoch_by_class);
    array(io, "units.by_class.run", MN_I32, n, n_classes, u->run_by_class);
    array(io, "units.by_class.test", MN_I32, n, n_classes, p->tested);
    array(io, "units.test_items", MN_U64, 1, 1, &p->tested_items);
    array(io, "units.test_step", MN_I64, 1, 1, &p->tested_step);
    array(io, "units.last_task", MN_I32, n, MN_LAST_ITEMS, u->last_task);
    array(io, "units.last_item", MN_I32, n, MN_LAST_ITEMS, u->last_item);
    array(io, "units.counts", MN_I32, MN_TASKS_MAX, MN_COUNT_BINS, p->counts);
    array(io, "units.never", MN_I32, 1, MN_TASKS_MAX, p->never);
}

static void walk_morgue(mn_session *s, mn_io *io)
{
    mn_morgue *m = &s->morgue;
    const size_t n = (size_t)s->units.n;
    array(io, "deaths.weights", MN_F32, n, (size_t)m->n_weights, m->weights);
    array(io, "deaths.norm", MN_F32, 1, n, m->norm);
    array(io, "deaths.k_then", MN_F32, 1, n, m->k_then);
    array(io, "deaths.k_silent", MN_F32, 1, n, m->k_silent);
    array(io, "deaths.moved", MN_F32, 1, n, m->moved);
    array(io, "deaths.cause", MN_I32, 1, n, m->cause);
}

static void walk_scores(mn_session *s, mn_image *p, mn_io *io)
{
    mn_scores *sc = &s->scores;
    array(io, "position", MN_I64, 1, POSITION_FIELDS, p->position);
    array(io, "scores.R", MN_F64, MN_TASKS_MAX, MN_TASKS_MAX, sc->R);
    array(io, "scores.R_f1", MN_F64, MN_TASKS_MAX, MN_TASKS_MAX, sc->R_f1);
    array(io, "scores.untrained", MN_F64, 1, MN_TASKS_MAX, sc->untrained);
    array(io, "scores.index_mean", MN_F64, 1, MN_N_INDICES, sc->index_mean);
    array(io, "scores.now", MN_F64, MN_TASKS_MAX, 3, p->now);
    array(io, "scores.loss", MN_F64, 1, 3, p->loss);
    array(io, "scores.gauge", MN_F64, 1, MN_GAUGES_MAX, sc->gauge);
    array(io, "scores.moved_silent", MN_F64, 1, 1, &sc->moved_silent);
    array(io, "scores.moved_firing", MN_F64, 1, 1, &sc->moved_firing);
    array(io, "history", MN_F64, p->size.n_moments, MOMENT_FIELDS, p->moments);
    array(io, "dreams.tally", MN_I64, 1, TALLY_FIELDS, p->tally);
    array(io, "dreams.sweeps", MN_F64, 1, 1, &p->sweeps);
}

static void walk_dreams_by(mn_session *s, mn_image *p, mn_io *io)
{
    mn_dream_tally *t = mn_strategy_tally(p->strategy);
    size_t n_classes = (size_t)mn_stream_classes(s->stream),
           n_extra = (size_t)mn_stream_extra(s->stream);
    array(io, "dreams.by_class", MN_U64, 1, n_classes, t->by_class);
    array(io, "dreams.by_task", MN_U64, 1, n_extra + 1, t->by_task);
}

static void walk_strategy(mn_image *p, mn_io *io)
{
    mn_buffer *b = mn_strategy_buffer(p->strategy);
    mn_state_array a;
    for (int i = 0; mn_strategy_state(p->strategy, i, &a); i++)
        state_array(io, &a);
    array(io, "buffer.x", MN_F32, p->size.n_buffer, (size_t)b->n_inputs, b->X);
    array(io, "buffer.y", MN_F32, p->size.n_buffer, (size_t)b->n_classes, b->Y);
    array(io, "buffer.task", MN_I32, 1, p->size.n_buffer, b->task);
}

static void walk_rest(mn_session *s, mn_image *p, mn_io *io)
{
    walk_learner(s, io);
    walk_units(s, io);
    walk_census(s, io);
    walk_morgue(s, io);
    walk_scores(s, p, io);
    walk_returns(s, p, io);
    walk_dreams_by(s, p, io);
    array(io, "order", MN_I32, 1, p->size.n_order, p->index);
}

static void pack_moment(const mn_moment *m, double *out)
{
    *out++ = (double)m->step;
    *out++ = m->loss;
    *out++ = m->index_mean;
    *out++ = m->dead;
    memcpy(out, m->score, sizeof m->score);
    memcpy(out + MN_TASKS_MAX, m->f1, sizeof m->f1);
    out += 2 * MN_TASKS_MAX;
    for (int i = 0; i < MN_N_INDICES * MN_STRIP_BINS; i++)
        out[i] = (double)m->strip[i / MN_STRIP_BINS][i % MN_STRIP_BINS];
    out += MN_N_INDICES * MN_STRIP_BINS;
    for (int i = 0; i < MN_GAUGES_MAX; i++)
        *out++ = (double)m->gauge[i];
    *out++ = (double)m->entropy;
    *out++ = (double)m->moved_silent;
    *out++ = (double)m->moved_firing;
    for (int k = 0; k < MN_N_RARITIES; k++)
        *out++ = (double)m->returned[k];
    for (int i = 0; i < MN_N_SIGNALS * MN_N_RARITIES * MN_N_QUANTILES; i++)
        *out++ = (double)(&m->signal[0][0][0])[i];
}

static void unpack_moment(mn_moment *m, const double *in)
{
    m->step = (int64_t)*in++;
    m->loss = *in++;
    m->index_mean = *in++;
    m->dead = (int)*in++;
    memcpy(m->score, in, sizeof m->score);
    memcpy(m->f1, in + MN_TASKS_MAX, sizeof m->f1);
    in += 2 * MN_TASKS_MAX;
    for (int i = 0; i < MN_N_INDICES * MN_STRIP_BINS; i++)
        m->strip[i / MN_STRIP_BINS][i % MN_STRIP_BINS] = (float)in[i];
    in += MN_N_INDICES * MN_STRIP_BINS;
    for (int i = 0; i < MN_GAUGES_MAX; i++)
        m->gauge[i] = (float)*in++;
    m->entropy = (float)*in++;
    m->moved_silent = (float)*in++;
    m->moved_firing = (float)*in++;
    for (int k = 0; k < MN_N_RARITIES; k++)
        m->returned[k] = (float)*in++;
    for (int i = 0; i < MN_N_SIGNALS * MN_N_RARITIES * MN_N_QUANTILES; i++)
        (&m->signal[0][0][0])[i] = (float)*in++;
}

static mn_status pack(mn_session *s, mn_image *p, mn_err *err)
{
    mn_dream_tally *t = mn_strategy_tally(s->strategy);
    const int64_t position[POSITION_FIELDS] = {s->step,
                                               s->task_step,
                                               s->epoch,
                                               s->epochs_done,
                                               s->task,
                                               s->ended_task,
                                               (int64_t)s->at,
                                               s->finished,
                                               s->scores.n_trained,
                                               s->scores.probe_step,
                                               s->history.spacing,
                                               s->history.since,
                                               s->history.n_moments,
                                               0};
    const double loss[3] = {s->scores.loss_sum, (double)s->scores.loss_items, s->scores.loss};
    memcpy(p->position, position, sizeof position);
    memcpy(p->loss, loss, sizeof loss);
    for (int i = 0; i < MN_TASKS_MAX; i++) {
        p->now[3 * i] = s->scores.now[i].accuracy;
        p->now[3 * i + 1] = s->scores.now[i].macro_f1;
        p->now[3 * i + 2] = (double)s->scores.now[i].n;
    }
    p->tally[0] = (int64_t)t->n;
    p->tally[1] = (int64_t)t->repeats;
    for (int i = 0; i < MN_N_VERDICTS; i++)
        p->tally[2 + i] = (int64_t)t->verdicts[i];
    for (int i = 0; i < 3; i++)
        p->tally[2 + MN_N_VERDICTS + i] = (int64_t)t->n_classes_on[i];
    p->sweeps = t->sweeps;
    p->strategy = s->strategy;
    p->index = s->index;
    p->ledger = s->returns.ledger;
    p->size.n_order = s->n_index;
    p->size.n_buffer = mn_strategy_buffer(s->strategy)->n;
    p->size.n_moments = (size_t)s->history.n_moments;
    p->moments = calloc(p->size.n_moments + 1, MOMENT_FIELDS * sizeof *p->moments);
    if (!p->moments)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint");
    for (size_t i = 0; i < p->size.n_moments; i++)
        pack_moment(&s->history.moments[i], p->moments + i * MOMENT_FIELDS);
    return MN_OK;
}

static void unpack(mn_session *s, const mn_image *p)
{
    mn_dream_tally *t = mn_strategy_tally(p->strategy);
    const int64_t *at = p->position;
    s->step = at[0], s->task_step = at[1], s->epoch = at[2], s->epochs_done = at[3];
    s->task = (int)at[4], s->ended_task = (int)at[5], s->at = (size_t)at[6],
    s->finished = at[7] != 0;
    s->scores.n_trained = (int)at[8], s->scores.probe_step = at[9];
    s->history.spacing = at[10], s->history.since = at[11],
    s->history.n_moments = (int)p->size.n_moments;
    s->scores.loss_sum = p->loss[0], s->scores.loss_items = (uint64_t)p->loss[1],
    s->scores.loss = p->loss[2];
    for (int i = 0; i < MN_TASKS_MAX; i++)
        s->scores.now[i] =
            (mn_score){p->now[3 * i], p->now[3 * i + 1], (size_t)p->now[3 * i + 2]};
    t->n = (size_t)p->tally[0];
    t->repeats = (size_t)p->tally[1];
    for (int i = 0; i < MN_N_VERDICTS; i++)
        t->verdicts[i] = (size_t)p->tally[2 + i];
    for (int i = 0; i < 3; i++)
        t->n_classes_on[i] = (size_t)p->tally[2 + MN_N_VERDICTS + i];
    t->sweeps = p->sweeps;
    for (size_t i = 0; i < p->size.n_moments; i++)
        unpack_moment(&s->history.moments[i], p->moments + i * MOMENT_FIELDS);
}

mn_status mn_image_of(mn_image **out, mn_session *s, mn_err *err)
{
    mn_image *p = calloc(1, sizeof *p);
    if (!p)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint");
    mn_status status = pack(s, p, err);
    if (status == MN_OK)
        *out = p;
    else
        mn_image_destroy(p);
    return status;
}

void mn_image_add(mn_image *p, mn_session *s, mn_tensors_out *out)
{
    mn_io io = {.walk = WRITING, .out = out};
    walk_rest(s, p, &io);
    walk_strategy(p, &io);
}

static size_t found_rows(const mn_tensors *t, const char *name, int dim)
{
    const mn_entry *e = mn_tensors_find(t, name);
    return e && e->n_dims == 2 ? e->dims[dim] : 0;
}

/* Of the task that the file says it is at; 0 where it makes no sense, which is found later. */
static int found_task(const mn_tensors *t, const mn_stream *stream)
{
    const mn_entry *e = mn_tensors_find(t, "position");
    if (!e || e->dtype != MN_I64 || e->n < POSITION_FIELDS)
        return 0;
    const int64_t task = ((const int64_t *)e->data)[4];
    return task >= 0 && task < mn_stream_tasks(stream) ? (int)task : 0;
}

/* Room for what the file holds, beside what the session has. */
static mn_status make_room(mn_image *p, mn_session *s, const mn_config *c, const mn_tensors *t,
                           mn_err *err)
{
    p->made = true;
    p->size.n_order = found_rows(t, "order", 1);
    p->size.n_buffer = found_rows(t, "buffer.x", 0);
    p->size.n_moments = found_rows(t, "history", 0);
    p->moments = calloc(p->size.n_moments + 1, MOMENT_FIELDS * sizeof *p->moments);
    p->index = calloc(p->size.n_order + 1, sizeof *p->index);
    if (!p->moments || !p->index)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint's state");
    mn_status status =
        mn_strategy_create(&p->strategy, mn_strategy_find(c->run.strategy), s->model,
                           mn_loss_find(c->run.loss), &c->loss, &c->strategy, err);
    if (status == MN_OK)
        status = mn_buffer_reserve(mn_strategy_buffer(p->strategy), p->size.n_buffer, err);
    if (status == MN_OK && s->returns.ledger)
        status = mn_returns_ledger(&p->ledger, s->stream, found_task(t, s->stream), err);
    return status;
}

/* The new strategy as the file has it; the session's own is as it was. */
static mn_status fill_strategy(mn_image *p, mn_session *s, const mn_tensors *t, mn_err *err)
{
    mn_io io = {.walk = FILLING, .in = t};
    walk_strategy(p, &io);
    mn_strategy_buffer(p->strategy)->n = p->size.n_buffer;
    return mn_strategy_ready(p->strategy, s->model, err);
}

mn_status mn_image_read(mn_image **out, mn_session *s, const mn_config *c, const mn_tensors *t,
                        const char *name, mn_err *err)
{
    mn_image *p = calloc(1, sizeof *p);
    if (!p)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint's state");
    mn_io io = {.walk = CHECKING, .in = t, .name = name, .err = err};
    mn_status status = make_room(p, s, c, t, err);
    if (status == MN_OK) {
        walk_rest(s, p, &io);
        walk_strategy(p, &io);
        status = io.status;
    }
    if (status == MN_OK && !mn_image_makes_sense(&p->size, s, p->strategy, t))
        status = mn_fail(err, MN_EFORMAT,
                         "checkpoint '%s' contradicts itself: its position, order, counts or "
                         "labels lead outside the data",
                         name);
    if (status == MN_OK)
        status = fill_strategy(p, s, t, err);
    if (status == MN_OK)
        *out = p;
    else
        mn_image_destroy(p);
    return status;
}

void mn_image_fill(mn_image *p, mn_session *s, const mn_tensors *t)
{
    mn_io io = {.walk = FILLING, .in = t};
    walk_rest(s, p, &io);
    unpack(s, p);
    mn_strategy *strategy = s->strategy;
    uint32_t *index = s->index;
    mn_ledger *ledger = s->returns.ledger;
    s->strategy = p->strategy;
    s->index = p->index;
    s->returns.ledger = p->ledger;
    s->n_index = p->size.n_order;
    s->index_capacity = p->size.n_order + 1;
    p->strategy = strategy;
    p->index = index;
    p->ledger = ledger;
    mn_session_show_returns(s);
    mn_session_take_census(s);
    mn_session_strategy_changed(s);
}

void mn_image_destroy(mn_image *p)
{
    if (!p)
        return;
    if (p->made) {
        mn_strategy_destroy(p->strategy);
        free(p->index);
        mn_ledger_destroy(p->ledger);
    }
    free(p->moments);
    free(p);
}

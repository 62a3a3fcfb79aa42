/* Checkpoints: one description of the state that is walked to write, to check and to fill. */
#include "session_impl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "mnemoscope 1"

enum {
    MOMENT_FIELDS = 4 + 2 * MN_TASKS_MAX + MN_N_INDICES * MN_STRIP_BINS,
    POSITION_FIELDS = 14,
    TALLY_FIELDS = 2 + MN_N_VERDICTS + 3
};

typedef enum mn_walk { WRITING, CHECKING, FILLING } mn_walk;

typedef struct mn_io {
    mn_walk walk;
    mn_tensors_out *out;
    const mn_tensors *in;
    const char *name; /* of the file, for messages */
    mn_status status;
    mn_err *err;
} mn_io;

/* The state that is not kept as arrays, as arrays. */
typedef struct mn_packed {
    int64_t position[POSITION_FIELDS];
    double loss[3];
    double now[MN_TASKS_MAX * 3];
    double *moments; /* (n_moments, MOMENT_FIELDS) */
    int64_t tally[TALLY_FIELDS];
    double sweeps;
    size_t n_order, n_buffer, n_moments; /* sizes found in the file */
} mn_packed;

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

static void walk_learner(mn_session *s, mn_io *io)
{
    mn_state_array a;
    for (int i = 0; i < mn_model_n_tensors(s->model); i++) {
        mn_tensor t = mn_model_tensor(s->model, i);
        array(io, t.name, MN_F32, (size_t)t.rows, (size_t)t.cols, t.data);
    }
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        array(io, a.name, a.f ? MN_F32 : MN_I32, (size_t)a.rows, (size_t)a.cols,
              a.f ? (void *)a.f : (void *)a.i);
    array(io, "random.order", MN_U64, 1, 4, s->order_rng.s);
    array(io, "random.strategy", MN_U64, 1, 4, s->strategy_rng.s);
    array(io, "random.dream", MN_U64, 1, 4, s->dream_rng.s);
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
}

static void walk_scores(mn_session *s, mn_packed *p, mn_io *io)
{
    mn_scores *sc = &s->scores;
    array(io, "position", MN_I64, 1, POSITION_FIELDS, p->position);
    array(io, "scores.R", MN_F64, MN_TASKS_MAX, MN_TASKS_MAX, sc->R);
    array(io, "scores.R_f1", MN_F64, MN_TASKS_MAX, MN_TASKS_MAX, sc->R_f1);
    array(io, "scores.untrained", MN_F64, 1, MN_TASKS_MAX, sc->untrained);
    array(io, "scores.index_mean", MN_F64, 1, MN_N_INDICES, sc->index_mean);
    array(io, "scores.now", MN_F64, MN_TASKS_MAX, 3, p->now);
    array(io, "scores.loss", MN_F64, 1, 3, p->loss);
    array(io, "history", MN_F64, p->n_moments, MOMENT_FIELDS, p->moments);
    array(io, "dreams.tally", MN_I64, 1, TALLY_FIELDS, p->tally);
    array(io, "dreams.sweeps", MN_F64, 1, 1, &p->sweeps);
}

static void walk_dreams_by(mn_session *s, mn_io *io)
{
    mn_dream_tally *t = mn_strategy_tally(s->strategy);
    size_t n_classes = (size_t)mn_stream_classes(s->stream),
           n_extra = (size_t)mn_stream_extra(s->stream);
    array(io, "dreams.by_class", MN_U64, 1, n_classes, t->by_class);
    array(io, "dreams.by_task", MN_U64, 1, n_extra + 1, t->by_task);
}

static void walk_buffer(mn_session *s, mn_packed *p, mn_io *io)
{
    mn_buffer *b = mn_strategy_buffer(s->strategy);
    array(io, "order", MN_I32, 1, p->n_order, s->index);
    array(io, "buffer.x", MN_F32, p->n_buffer, (size_t)b->n_inputs, b->X);
    array(io, "buffer.y", MN_F32, p->n_buffer, (size_t)b->n_classes, b->Y);
    array(io, "buffer.task", MN_I32, 1, p->n_buffer, b->task);
}

static void walk(mn_session *s, mn_packed *p, mn_io *io)
{
    walk_learner(s, io);
    walk_units(s, io);
    walk_scores(s, p, io);
    walk_dreams_by(s, io);
    walk_buffer(s, p, io);
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
}

static mn_status pack(mn_session *s, mn_packed *p, mn_err *err)
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
    p->n_order = s->n_index;
    p->n_buffer = mn_strategy_buffer(s->strategy)->n;
    p->n_moments = (size_t)s->history.n_moments;
    p->moments = calloc(p->n_moments + 1, MOMENT_FIELDS * sizeof *p->moments);
    if (!p->moments)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint");
    for (size_t i = 0; i < p->n_moments; i++)
        pack_moment(&s->history.moments[i], p->moments + i * MOMENT_FIELDS);
    return MN_OK;
}

static void unpack(mn_session *s, const mn_packed *p)
{
    mn_dream_tally *t = mn_strategy_tally(s->strategy);
    const int64_t *at = p->position;
    s->step = at[0], s->task_step = at[1], s->epoch = at[2], s->epochs_done = at[3];
    s->task = (int)at[4], s->ended_task = (int)at[5], s->at = (size_t)at[6],
    s->finished = at[7] != 0;
    s->scores.n_trained = (int)at[8], s->scores.probe_step = at[9];
    s->history.spacing = at[10], s->history.since = at[11],
    s->history.n_moments = (int)p->n_moments;
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
    for (size_t i = 0; i < p->n_moments; i++)
        unpack_moment(&s->history.moments[i], p->moments + i * MOMENT_FIELDS);
    s->n_index = p->n_order;
    mn_strategy_buffer(s->strategy)->n = p->n_buffer;
}

/* "table.name=value" lines: every parameter, so that a checkpoint does not depend on later
 * defaults. */
static void write_config(mn_config *c, mn_text *out)
{
    mn_text_add(out, "run.model=%s\n", c->run.model);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            const mn_param *p = &t.params.rows[j];
            char value[MN_SPEC_MAX];
            if (strcmp(p->name, "model"))
                mn_text_add(out, "%s.%s=%s\n", t.name, p->name,
                            mn_param_print(p, t.block, value, sizeof value));
        }
    }
}

static mn_status assign_line(mn_config *c, const char *line, mn_err *err)
{
    /* A preset's settings are all there one by one; choosing it again would undo the changes
     * made since. */
    if (!strncmp(line, "run.preset=", 11)) {
        snprintf(c->run.preset, sizeof c->run.preset, "%.*s", MN_NAME_MAX - 1, line + 11);
        return MN_OK;
    }
    return mn_config_assign(c, line, err);
}

static mn_status read_config(const mn_tensors *t, const char *key, const char *name,
                             mn_config *c, mn_err *err)
{
    const char *text = mn_tensors_meta(t, key);
    if (!text)
        return mn_fail(err, MN_EFORMAT,
                       "checkpoint '%s' has no %s: was it written by mnemoscope?", name, key);
    mn_config_defaults(c);
    while (*text) {
        char line[MN_SPEC_MAX + 64];
        size_t n = strcspn(text, "\n");
        if (n >= sizeof line)
            return mn_fail(err, MN_EFORMAT, "checkpoint '%s': a line of its %s is too long",
                           name, key);
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        mn_status s = *line ? assign_line(c, line, err) : MN_OK;
        if (s != MN_OK)
            return s;
        text += n + (text[n] == '\n');
    }
    return MN_OK;
}

static void write_log(const mn_session *s, mn_text *out)
{
    for (size_t i = 0; i < s->n_log; i++)
        mn_text_add(out, "%" PRId64 " %s\n", s->log[i].step, s->log[i].text);
}

static void write_events(const mn_session *s, mn_text *out)
{
    for (int i = 0; i < s->history.n_events; i++) {
        const mn_event *e = &s->history.events[i];
        mn_text_add(out, "%" PRId64 " %c %s\n", e->step, e->intervention ? '!' : '.', e->text);
    }
}

/* The number at the start of a line, and what follows it; the next line, or NULL at the end. */
static const char *take_line(const char *text, long long *step, char *rest, size_t size)
{
    size_t n = strcspn(text, "\n");
    char *end;
    if (!*text)
        return NULL;
    *step = strtoll(text, &end, 10);
    size_t used = (size_t)(end - text);
    if (used < n && *end == ' ')
        used++;
    snprintf(rest, size, "%.*s", (int)(used < n ? n - used : 0), text + used);
    return text + n + (text[n] == '\n');
}

static mn_status read_log(mn_session *s, const char *text, mn_err *err)
{
    char rest[LOG_TEXT_MAX];
    long long step;
    int64_t here = s->step;
    mn_status status = MN_OK;
    s->n_log = 0;
    while (status == MN_OK && text && (text = take_line(text, &step, rest, sizeof rest))) {
        s->step = step;
        status = mn_session_log_add(s, rest, err);
    }
    s->step = here;
    return status;
}

static void read_events(mn_session *s, const char *text)
{
    char rest[80];
    long long step;
    s->history.n_events = 0;
    while (text && (text = take_line(text, &step, rest, sizeof rest)))
        if (strlen(rest) > 2)
            mn_history_event(&s->history, step, rest[0] == '!', rest + 2);
}

static void add_meta(mn_session *s, mn_tensors_out *out)
{
    mn_text text = {0};
    char digest[17];
    mn_tensors_add_meta(out, "format", FORMAT);
    mn_tensors_add_meta(out, "command_line", s->command_line);
    snprintf(digest, sizeof digest, "%016" PRIx64, mn_session_digest(s));
    mn_tensors_add_meta(out, "digest", digest);
    write_config(&s->config, &text);
    mn_tensors_add_meta(out, "configuration", text.data);
    mn_text_reset(&text);
    write_config(&s->initial, &text);
    mn_tensors_add_meta(out, "initial", text.data);
    mn_text_reset(&text);
    write_log(s, &text);
    mn_tensors_add_meta(out, "log", text.data ? text.data : "");
    mn_text_reset(&text);
    write_events(s, &text);
    mn_tensors_add_meta(out, "events", text.data ? text.data : "");
    mn_text_finish(&text);
}

mn_status mn_checkpoint_write(mn_session *s, mn_text *bytes, mn_err *err)
{
    mn_packed p = {0};
    mn_io io = {.walk = WRITING, .err = err};
    mn_status status = pack(s, &p, err);
    if (status == MN_OK && (status = mn_tensors_begin(&io.out, err)) == MN_OK) {
        walk(s, &p, &io);
        add_meta(s, io.out);
        status = mn_tensors_serialise(io.out, bytes, err);
        mn_tensors_end(io.out);
    }
    free(p.moments);
    return status;
}

static size_t found_rows(const mn_tensors *t, const char *name, int dim)
{
    const mn_entry *e = mn_tensors_find(t, name);
    return e && e->n_dims == 2 ? e->dims[dim] : 0;
}

/* Positions and indices of a checked file that would lead outside arrays. */
static mn_status check_sense(mn_session *s, const mn_packed *p, const mn_tensors *t,
                             const char *name, mn_err *err)
{
    const int64_t *at = mn_tensors_find(t, "position")->data;
    int n_tasks = mn_stream_tasks(s->stream);
    bool ok = at[0] >= 0 && at[4] >= 0 && at[4] < n_tasks && at[6] >= 0 &&
              (size_t)at[6] <= p->n_order && at[8] >= 0 && at[8] <= n_tasks && at[10] >= 1 &&
              p->n_moments <= MN_HISTORY_MAX;
    size_t n_items = ok ? mn_stream_items(s->stream, (int)at[4], MN_TRAIN) + p->n_buffer : 0;
    const uint32_t *order = mn_tensors_find(t, "order")->data;
    for (size_t i = 0; ok && i < p->n_order; i++)
        ok = order[i] < n_items;
    const int32_t *label = mn_tensors_find(t, "units.label")->data;
    for (int i = 0; ok && i < s->units.n; i++)
        ok = label[i] >= -1 && label[i] < mn_stream_classes(s->stream);
    return ok ? MN_OK
              : mn_fail(err, MN_EFORMAT,
                        "checkpoint '%s' contradicts itself: its position, order or labels "
                        "lead outside the data",
                        name);
}

/* Room for what the file holds, before anything of the state is touched. */
static mn_status make_room(mn_session *s, mn_packed *p, const mn_tensors *t, mn_err *err)
{
    mn_buffer *b = mn_strategy_buffer(s->strategy);
    p->n_order = found_rows(t, "order", 1);
    p->n_buffer = found_rows(t, "buffer.x", 0);
    p->n_moments = found_rows(t, "history", 0);
    p->moments = calloc(p->n_moments + 1, MOMENT_FIELDS * sizeof *p->moments);
    uint32_t *index =
        realloc(s->index, (p->n_order > s->index_capacity ? p->n_order : s->index_capacity) *
                              sizeof *index);
    if (index)
        s->index = index;
    if (!p->moments || !index)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a checkpoint's state");
    if (p->n_order > s->index_capacity)
        s->index_capacity = p->n_order;
    return p->n_buffer > b->n ? mn_buffer_reserve(b, p->n_buffer - b->n, err) : MN_OK;
}

static mn_status fill(mn_session *s, const mn_tensors *t, const char *name, mn_err *err)
{
    mn_packed p = {0};
    mn_io io = {.walk = CHECKING, .in = t, .name = name, .err = err};
    mn_status status = make_room(s, &p, t, err);
    if (status == MN_OK) {
        walk(s, &p, &io);
        status = io.status;
    }
    if (status == MN_OK)
        status = check_sense(s, &p, t, name, err);
    if (status == MN_OK) {
        io.walk = FILLING;
        walk(s, &p, &io);
        unpack(s, &p);
        status = read_log(s, mn_tensors_meta(t, "log"), err);
        read_events(s, mn_tensors_meta(t, "events"));
        s->digest = s->buffer_digest = 0;
    }
    free(p.moments);
    return status;
}

mn_status mn_checkpoint_read(mn_session *s, const mn_tensors *t, const char *name, mn_err *err)
{
    mn_config config, initial;
    const char *format = mn_tensors_meta(t, "format");
    if (!format || strcmp(format, FORMAT))
        return mn_fail(
            err, MN_EFORMAT,
            "'%s' is no checkpoint of this program: its format is '%.40s', wanted '%s'", name,
            format ? format : "not given", FORMAT);
    mn_status status = read_config(t, "configuration", name, &config, err);
    if (status == MN_OK)
        status = read_config(t, "initial", name, &initial, err);
    if (status == MN_OK)
        status = mn_session_change(s, &config, err);
    if (status == MN_OK)
        status = fill(s, t, name, err);
    if (status != MN_OK)
        return status;
    s->initial = initial;
    s->failure.code = MN_OK;
    s->goal = (mn_goal){GOAL_NONE, GOAL_NONE, GOAL_NONE};
    const mn_progress p = {.step = s->step,
                           .task_step = s->task_step,
                           .task = s->task,
                           .epoch = (double)s->epoch +
                                    (s->n_index ? (double)s->at / (double)s->n_index : 0.0)};
    mn_model_progress(s->model, &p);
    return MN_OK;
}

mn_status mn_session_save(mn_session *s, const char *path, bool replace, mn_err *err)
{
    mn_text bytes = {0};
    mn_status status = mn_checkpoint_write(s, &bytes, err);
    if (status == MN_OK)
        status = mn_file_replace(path, bytes.data, bytes.length, replace, err);
    mn_text_finish(&bytes);
    return status;
}

static mn_status open_beside(mn_session **out, const mn_tensors *t, const char *name,
                             const mn_session_hooks *hooks, mn_err *err)
{
    mn_session *s = NULL;
    mn_config config;
    mn_status status = read_config(t, "configuration", name, &config, err);
    if (status == MN_OK)
        status = mn_session_create(&s, &config, hooks, err);
    if (status == MN_OK)
        status = mn_checkpoint_read(s, t, name, err);
    if (status != MN_OK) {
        mn_session_destroy(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

mn_status mn_session_resume(mn_session **out, const char *path, const mn_session_hooks *hooks,
                            mn_err *err)
{
    mn_tensors *t = NULL;
    mn_status status = mn_tensors_open(&t, path, err);
    if (status == MN_OK)
        status = open_beside(out, t, path, hooks, err);
    mn_tensors_close(t);
    return status;
}

mn_status mn_checkpoint_load(mn_session *s, const mn_tensors *t, const char *name, mn_err *err)
{
    mn_session *fresh = NULL;
    mn_status status = open_beside(&fresh, t, name, NULL, err);
    if (status != MN_OK)
        return status;
    free(fresh->command_line);
    mn_session_adopt(s, fresh);
    s->absorbed = true; /* its log came with it */
    return MN_OK;
}

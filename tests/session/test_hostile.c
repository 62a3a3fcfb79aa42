/* Checkpoints that are well-formed files and lie; disks that are full; saves that are killed.
 */
#include "mnemoscope/session.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mnemoscope/file.h"
#include "mnemoscope/safetensors.h"
#include "small.h"
#include "support.h"

static const char settings[] = "memories=3 items=20 batch=10 test-items=20 "
                               "strategy=pseudorehearsal";

/* What is changed of a checkpoint: a number of a tensor, the shape or type of one, a tensor
 * left out, or a word of the configuration. */
typedef struct lie {
    const char *tensor;
    size_t at;
    double value; /* written at `at` in the tensor's own type */
    enum { VALUE, SHAPE, TYPE, ABSENT } kind;
    const char *from, *to; /* in the metadata, when `tensor` is NULL */
} lie;

static size_t size_of(mn_dtype t)
{
    return t == MN_F32 || t == MN_I32 ? 4 : 8;
}

static void put(const mn_entry *e, char *data, const lie *l)
{
    switch (e->dtype) {
    case MN_F32: ((float *)(void *)data)[l->at] = (float)l->value; break;
    case MN_F64: ((double *)(void *)data)[l->at] = l->value; break;
    case MN_I32: ((int32_t *)(void *)data)[l->at] = (int32_t)l->value; break;
    case MN_I64:
        ((int64_t *)(void *)data)[l->at] = l->value >= 0x1p63 ? INT64_MAX : (int64_t)l->value;
        break;
    default: ((uint64_t *)(void *)data)[l->at] = (uint64_t)l->value;
    }
}

static void add_entry(mn_tensors_out *o, const mn_entry *e, char *data, const lie *l)
{
    size_t dims[2] = {e->dims[0], e->dims[1]};
    mn_dtype dtype = e->dtype;
    memcpy(data, e->data, e->n * size_of(e->dtype));
    if (l->tensor && !strcmp(e->name, l->tensor)) {
        if (l->kind == ABSENT)
            return;
        if (l->kind == SHAPE)
            dims[0] = e->dims[1], dims[1] = e->dims[0];
        if (l->kind == TYPE)
            dtype = dtype == MN_F32   ? MN_I32
                    : dtype == MN_I32 ? MN_F32
                    : dtype == MN_I64 ? MN_F64
                                      : MN_I64;
        if (l->kind == VALUE)
            put(e, data, l);
    }
    mn_tensors_add(o, e->name, dtype, 2, dims, data);
}

static void add_meta(mn_tensors_out *o, const char *key, const char *value, const lie *l)
{
    mn_text text = {0};
    const char *found = l->tensor ? NULL : strstr(value, l->from);
    if (found)
        mn_text_add(&text, "%.*s%s%s", (int)(found - value), value, l->to,
                    found + strlen(l->from));
    mn_tensors_add_meta(o, key, found ? text.data : value);
    mn_text_finish(&text);
}

static void rewrite(const char *from, const char *to, const lie *l)
{
    mn_tensors *t;
    mn_tensors_out *o;
    mn_text bytes = {0};
    mn_err err;
    const char *key, *value;
    assert_ok(mn_tensors_open(&t, from, &err), &err);
    assert_ok(mn_tensors_begin(&o, &err), &err);
    char **data = calloc(mn_tensors_count(t), sizeof *data);
    for (size_t i = 0; i < mn_tensors_count(t); i++) {
        const mn_entry *e = mn_tensors_at(t, i);
        data[i] = calloc(e->n + 1, size_of(e->dtype));
        add_entry(o, e, data[i], l);
    }
    for (size_t i = 0; mn_tensors_meta_at(t, i, &key, &value); i++)
        add_meta(o, key, value, l);
    assert_ok(mn_tensors_serialise(o, &bytes, &err), &err);
    assert_ok(mn_file_replace(to, bytes.data, bytes.length, true, &err), &err);
    for (size_t i = 0; i < mn_tensors_count(t); i++)
        free(data[i]);
    free(data);
    mn_text_finish(&bytes);
    mn_tensors_end(o);
    mn_tensors_close(t);
}

static const char *path_of(const char *name)
{
    static char paths[2][256];
    static int which;
    char *path = paths[which = !which];
    snprintf(path, sizeof paths[0], "%s/%s", tests_scratch(), name);
    return path;
}

static mn_session *honest(const char *path)
{
    mn_session *s = small_session(settings);
    mn_err err;
    small_do(s, "dream 10");
    small_do(s, "step 3"), small_run(s);
    assert_ok(mn_session_save(s, path, true, &err), &err);
    return s;
}

/* Position: step, task_step, epoch, epochs_done, task, ended_task, at, finished, n_trained,
 * probe_step, spacing, since. */
static const lie refused[] = {
    {"position", 0, -1, VALUE, 0, 0},
    {"position", 0, 0x1p63, VALUE, 0, 0},
    {"position", 1, 0x1p63, VALUE, 0, 0},
    {"position", 2, 0x1p63, VALUE, 0, 0},
    {"position", 3, 0x1p63, VALUE, 0, 0},
    {"position", 4, 1, VALUE, 0, 0},
    {"position", 4, -1, VALUE, 0, 0},
    {"position", 5, 7, VALUE, 0, 0},
    {"position", 6, 31, VALUE, 0, 0},
    {"position", 6, -1, VALUE, 0, 0},
    {"position", 8, 2, VALUE, 0, 0},
    {"position", 10, 0, VALUE, 0, 0},
    {"position", 11, 0x1p63, VALUE, 0, 0},
    {"order", 3, 30, VALUE, 0, 0},
    {"order", 3, -1, VALUE, 0, 0},
    {"units.label", 0, 10, VALUE, 0, 0},
    {"units.label", 0, -2, VALUE, 0, 0},
    {"units.by_class.running", 3, 1e6, VALUE, 0, 0},
    {"units.by_class.epoch", 0, -1, VALUE, 0, 0},
    {"units.by_class.epoch", 0, 0, SHAPE, 0, 0},
    {"units.by_class.test", 0, 0, ABSENT, 0, 0},
    {"units.running", 0, 1e6, VALUE, 0, 0},
    {"units.last_task", 0, 1, VALUE, 0, 0},
    {"units.last_task", 1, -2, VALUE, 0, 0},
    {"units.epoch_step", 0, -2, VALUE, 0, 0},
    {"units.test_step", 0, -2, VALUE, 0, 0},
    {"units.counts", 5, 4, VALUE, 0, 0},
    {"units.counts", 5, -1, VALUE, 0, 0},
    {"units.never", 0, 4, VALUE, 0, 0},
    {"deaths.cause", 0, MN_N_CAUSES, VALUE, 0, 0},
    {"deaths.cause", 0, -1, VALUE, 0, 0},
    {"deaths.weights", 0, 0, ABSENT, 0, 0},
    {"momentum_exponent", 0, -2147483647.0, VALUE, 0, 0},
    {"history", 0, (double)NAN, VALUE, 0, 0},
    {"history", 3, 1e300, VALUE, 0, 0},
    {"scores.now", 2, -1, VALUE, 0, 0},
    {"scores.loss", 1, (double)INFINITY, VALUE, 0, 0},
    {"memories", 0, 0, SHAPE, 0, 0},
    {"memories", 0, 0, TYPE, 0, 0},
    {"memories", 0, 0, ABSENT, 0, 0},
    {"momentum", 0, 0, ABSENT, 0, 0},
    {"order", 0, 0, SHAPE, 0, 0},
    {"order", 0, 0, ABSENT, 0, 0},
    {"position", 0, 0, TYPE, 0, 0},
    {"buffer.x", 0, 0, SHAPE, 0, 0},
    {"buffer.y", 0, 0, ABSENT, 0, 0},
    {"history", 0, 0, SHAPE, 0, 0},
    {"random.dream", 0, 0, TYPE, 0, 0},
    {NULL, 0, 0, VALUE, "mnemoscope 1", "mnemoscope 2"},
    {NULL, 0, 0, VALUE, "model.memories=3", "model.memories=4"},
    {NULL, 0, 0, VALUE, "model.memories=3", "model.memories=x"},
    {NULL, 0, 0, VALUE, "run.strategy=pseudorehearsal", "run.strategy=vanilla"},
    {NULL, 0, 0, VALUE, "run.strategy=pseudorehearsal", "run.strategy=moon"},
    {NULL, 0, 0, VALUE, "run.model=dam", "run.model=cow"},
    {NULL, 0, 0, VALUE, "run.data=digits", "run.data=arrays:/nonexistent"},
    {NULL, 0, 0, VALUE, "data.items=20", "data.items=19"},
    {NULL, 0, 0, VALUE, "run.tasks=single", "run.tasks=permuted\ntasks.n-tasks=33"},
    {NULL, 0, 0, VALUE, "run.seed=1", "run.seed"},
    {NULL, 0, 0, VALUE, "tasks.task-units=no", "tasks.task-units=yes"},
};

/* Into a new session, and into one with the same parts, which must stay as it is. */
static void lies_are_refused_and_change_nothing(void **state)
{
    mn_session *s = honest(path_of("a.safetensors"));
    small_do(s, "step"), small_run(s);
    uint64_t before = mn_session_digest(s);
    mn_config config = *mn_session_config(s);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        mn_session *again = NULL;
        char line[300];
        mn_err err = {0};
        rewrite(path_of("a.safetensors"), path_of("b.safetensors"), &refused[i]);
        if (mn_session_resume(&again, path_of("b.safetensors"), NULL, &err) == MN_OK)
            fail_msg("lie %zu was believed", i);
        assert_true(*err.msg && !again);
        snprintf(line, sizeof line, "load %s", path_of("b.safetensors"));
        assert_true(mn_session_do(s, line, NULL, &err) != MN_OK);
        assert_true(mn_session_digest(s) == before && mn_session_step(s) == 4);
        assert_memory_equal(&config, mn_session_config(s), sizeof config);
    }
    small_do(s, "run"), small_run(s);
    mn_session_destroy(s);
}

/* Numbers that cannot be told from those of a run that went wrong: no harm may come of them. */
static void wild_numbers_do_no_harm(void **state)
{
    static const char *const names[] = {
        "memories",       "momentum",    "buffer.x",      "buffer.y",
        "history",        "units.share", "units.index.0", "scores.R",
        "scores.now",     "units.norm",  "dreams.sweeps", "scores.gauge",
        "deaths.weights", "deaths.norm", "deaths.k_then", "deaths.moved"};
    static const double values[] = {(double)NAN, (double)INFINITY, -3e38, 1e-45};
    static const char *const lines[] = {"evaluate", "dream 4", "step", "step 30", "task next"};
    mn_session_destroy(honest(path_of("c.safetensors")));
    mn_snapshot *snap = mn_snapshot_create();
    for (size_t i = 0; i < sizeof names / sizeof *names * 4; i++) {
        const lie l = {names[i / 4], 1, values[i % 4], VALUE, 0, 0};
        mn_session *s = NULL;
        mn_err err;
        rewrite(path_of("c.safetensors"), path_of("d.safetensors"), &l);
        assert_ok(mn_session_resume(&s, path_of("d.safetensors"), NULL, &err), &err);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
            mn_status status = mn_session_do(s, lines[k], NULL, &err);
            assert_true(status == MN_OK || *err.msg);
            small_run(s);
            assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
        }
        mn_session_destroy(s);
    }
    mn_snapshot_destroy(snap);
}

static int count_files(const char *folder)
{
    DIR *d = opendir(folder);
    int n = 0;
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void expect_unharmed(const char *folder, const char *path, uint64_t digest)
{
    mn_session *s = NULL;
    mn_err err;
    assert_int_equal(count_files(folder), 1);
    assert_ok(mn_session_resume(&s, path, NULL, &err), &err);
    assert_true(mn_session_digest(s) == digest);
    mn_session_destroy(s);
}

static void a_full_disk_leaves_the_old_file_and_no_other(void **state)
{
    char folder[256], path[300];
    mn_err err;
    snprintf(folder, sizeof folder, "%s/full", tests_scratch());
    snprintf(path, sizeof path, "%s/x.safetensors", folder);
    assert_int_equal(mkdir(folder, 0755), 0);
    mn_session *s = honest(path);
    uint64_t digest = mn_session_digest(s);
    struct rlimit r, all;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &all);
    for (rlim_t limit = 0; limit < 40000; limit += 9999) {
        r = (struct rlimit){limit, all.rlim_max};
        setrlimit(RLIMIT_FSIZE, &r);
        mn_status status = mn_session_save(s, path, true, &err);
        setrlimit(RLIMIT_FSIZE, &all);
        assert_failed(status, &err, MN_EIO, "cannot write");
        expect_unharmed(folder, path, digest);
    }
    mn_session_destroy(s);
}

static void a_save_that_is_killed_leaves_a_whole_file(void **state)
{
    char folder[256], path[300];
    mn_err err;
    snprintf(folder, sizeof folder, "%s/killed", tests_scratch());
    snprintf(path, sizeof path, "%s/x.safetensors", folder);
    assert_int_equal(mkdir(folder, 0755), 0);
    mn_session *s = honest(path);
    for (int i = 0; i < 30; i++) {
        int ready[2];
        assert_int_equal(pipe(ready), 0);
        pid_t child = fork();
        if (!child) {
            for (;;) {
                if (mn_session_save(s, path, true, &err) != MN_OK ||
                    write(ready[1], "", 1) != 1)
                    _exit(1);
            }
        }
        char byte;
        close(ready[1]);
        for (int saves = 0; saves <= i % 3; saves++)
            assert_int_equal(read(ready[0], &byte, 1), 1);
        usleep((useconds_t)(i * 37));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(ready[0]);
        mn_session *again = NULL;
        assert_ok(mn_session_resume(&again, path, NULL, &err), &err);
        assert_true(mn_session_digest(again) == mn_session_digest(s));
        mn_session_destroy(again);
    }
    mn_session_destroy(s);
}

static void weights_bring_their_own_exponents_or_none(void **state)
{
    mn_session *s = honest(path_of("e.safetensors")), *other = NULL;
    mn_tensors *t;
    mn_err err;
    const lie with = {"momentum_exponent", 0, 60, VALUE, 0, 0},
              without = {"momentum_exponent", 0, 0, ABSENT, 0, 0};
    rewrite(path_of("e.safetensors"), path_of("f.safetensors"), &with);
    assert_ok(mn_session_weights(s, path_of("f.safetensors"), NULL, &err), &err);
    uint64_t scaled = mn_session_digest(s);
    assert_ok(mn_session_resume(&other, path_of("f.safetensors"), NULL, &err), &err);
    assert_true(mn_session_digest(other) == scaled);
    rewrite(path_of("f.safetensors"), path_of("g.safetensors"), &without);
    assert_ok(mn_session_weights(s, path_of("g.safetensors"), NULL, &err), &err);
    assert_ok(mn_session_save(s, path_of("h.safetensors"), true, &err), &err);
    assert_ok(mn_tensors_open(&t, path_of("h.safetensors"), &err), &err);
    assert_int_equal(((const int32_t *)mn_tensors_find(t, "momentum_exponent")->data)[0], 0);
    mn_tensors_close(t);
    mn_session_destroy(s), mn_session_destroy(other);
}

/* Of every strategy's private state, and of buffers that name tasks there are not. */
static const struct {
    const char *strategy;
    lie lie;
} refused_of[] = {
    {"ewc", {"strategy.importance_exponent", 1, 2147483647.0, VALUE, 0, 0}},
    {"ewc", {"strategy.importance_exponent", 1, -2147483647.0, VALUE, 0, 0}},
    {"ewc", {"strategy.terms", 0, 2147483647.0, VALUE, 0, 0}},
    {"ewc", {"strategy.importance", 0, 0, SHAPE, 0, 0}},
    {"ewc", {"strategy.importance", 0, 0, TYPE, 0, 0}},
    {"mas", {"strategy.anchor", 0, 0, ABSENT, 0, 0}},
    {"mas", {NULL, 0, 0, VALUE, "run.strategy=mas", "run.strategy=si"}},
    {"si", {"strategy.path_exponent", 0, -2147483647.0, VALUE, 0, 0}},
    {"si", {"strategy.path_exponent", 0, 0, SHAPE, 0, 0}},
    {"si", {"strategy.start", 0, 0, ABSENT, 0, 0}},
    {"rehearsal", {"buffer.task", 2, 2, VALUE, 0, 0}},
    {"rehearsal", {"buffer.task", 2, -1, VALUE, 0, 0}},
    {"gem", {"buffer.task", 0, 2147483647.0, VALUE, 0, 0}},
    {"gem", {"buffer.task", 0, 0, SHAPE, 0, 0}},
    {"reweight model=consolidate", {"signals_seen", 3, -1, VALUE, 0, 0}},
    {"reweight model=consolidate", {"signals_noted", 1, -5, VALUE, 0, 0}},
    {"resample model=consolidate", {"signals", 0, 0, SHAPE, 0, 0}},
    {"resample model=consolidate", {"signals_least", 0, 0, TYPE, 0, 0}},
    {"vanilla model=consolidate", {"random.damage", 0, 0, ABSENT, 0, 0}},
    {"vanilla model=consolidate", {"scores.returned", 0, 0, ABSENT, 0, 0}},
    {"resample model=consolidate", {"position", 4, 1e9, VALUE, 0, 0}},
};

static mn_session *learner(const char *strategy)
{
    char all[256];
    snprintf(all, sizeof all,
             "memories=3 items=20 batch=10 test-items=20 tasks=permuted n-tasks=2 epochs=1 "
             "proportion=0.5 strategy=%s",
             strategy);
    mn_session *s = small_session(all);
    small_do(s, "run until step 3"), small_run(s);
    return s;
}

static void lies_about_strategies_are_refused(void **state)
{
    for (size_t i = 0; i < sizeof refused_of / sizeof *refused_of; i++) {
        mn_session *s = learner(refused_of[i].strategy), *again = NULL;
        char line[300];
        mn_err err = {0};
        uint64_t before = mn_session_digest(s);
        assert_ok(mn_session_save(s, path_of("i.safetensors"), true, &err), &err);
        rewrite(path_of("i.safetensors"), path_of("j.safetensors"), &refused_of[i].lie);
        if (mn_session_resume(&again, path_of("j.safetensors"), NULL, &err) == MN_OK)
            fail_msg("lie %zu about %s was believed", i, refused_of[i].strategy);
        snprintf(line, sizeof line, "load %s", path_of("j.safetensors"));
        assert_true(mn_session_do(s, line, NULL, &err) != MN_OK && *err.msg);
        assert_true(mn_session_digest(s) == before);
        small_do(s, "run"), small_run(s);
        mn_session_destroy(s);
    }
}

static bool is_float(const mn_tensors *t, const char *name)
{
    return mn_tensors_find(t, name)->dtype == MN_F32;
}

/* One wild number, or the largest exponent that is let in, in every array of every strategy. */
static void wild_states_of_strategies_do_no_harm(void **state)
{
    static const double values[] = {(double)NAN, (double)INFINITY, -3e38, 1e-45};
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    for (size_t i = 0; small_strategy(i); i++) {
        mn_tensors *t;
        mn_session *s = learner(small_strategy(i)->name);
        assert_ok(mn_session_save(s, path_of("k.safetensors"), true, &err), &err);
        mn_session_destroy(s);
        assert_ok(mn_tensors_open(&t, path_of("k.safetensors"), &err), &err);
        for (size_t e = 0; e < mn_tensors_count(t) * 4; e++) {
            const char *name = mn_tensors_at(t, e / 4)->name;
            if (strncmp(name, "strategy.", 9))
                continue;
            double value =
                is_float(t, name) ? values[e % 4] : (double)((e % 2 ? 1 : -1) * (1 << 24));
            const lie l = {name, 0, value, VALUE, 0, 0};
            rewrite(path_of("k.safetensors"), path_of("l.safetensors"), &l);
            assert_ok(mn_session_resume(&s, path_of("l.safetensors"), NULL, &err), &err);
            assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
            small_do(s, "run"), small_run(s);
            mn_status status = mn_session_do(s, "task 1", NULL, &err);
            assert_true(status == MN_OK || *err.msg);
            assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
            mn_session_destroy(s);
        }
        mn_tensors_close(t);
    }
    mn_snapshot_destroy(snap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_are_refused_and_change_nothing),
        cmocka_unit_test(wild_numbers_do_no_harm),
        cmocka_unit_test(a_full_disk_leaves_the_old_file_and_no_other),
        cmocka_unit_test(a_save_that_is_killed_leaves_a_whole_file),
        cmocka_unit_test(weights_bring_their_own_exponents_or_none),
        cmocka_unit_test(lies_about_strategies_are_refused),
        cmocka_unit_test(wild_states_of_strategies_do_no_harm),
    };
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}

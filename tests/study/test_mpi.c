/* Under mpirun: the first rank tests, the others serve it. */
#include <stdio.h>
#include <string.h>

#include "support.h"
#include "tiny.h"

typedef struct stopper {
    int n_done, after;
} stopper;

static void count(void *ctx, const mn_result *r, int n_done, int n_all, int running)
{
    stopper *s = ctx;
    s->n_done = n_done;
}

static bool is_enough(void *ctx)
{
    const stopper *s = ctx;
    return s->n_done >= s->after;
}

static void make_plan(mn_plan *p)
{
    tiny_plan(p, "over data=digits,arrays:absent.safetensors\nover vertex=2,5\n"
                 "search rate=0.01..0.2:log\ntrials 13\nround 3\nseeds 2\n");
}

static const char *path_of(char *out, const char *name)
{
    snprintf(out, 4096, "%s", tiny_path(name));
    return out;
}

static void ranks_write_the_file_that_children_write(void **state)
{
    mn_plan p;
    char own[4096];
    make_plan(&p);
    tiny_run(&p, path_of(own, "children.jsonl"), 2);
    assert_same_file(own, *state);
}

/* The ranks' part of it, on all of them: until half is done, then the rest. Every rank asks for
 * both. */
static mn_status run(const char *path, int rank, mn_err *err)
{
    mn_plan p;
    stopper s = {.after = 50};
    mn_study_watch watch = {.ctx = &s, .done = count, .stop = is_enough};
    make_plan(&p);
    mn_status status = mn_study_run_mpi(&p, path, &watch, err);
    if (status == MN_OK && rank == 0 && s.n_done != s.after)
        return mn_fail(err, MN_EINVAL, "stopped after %d results: %d wanted", s.n_done,
                       s.after);
    return status == MN_OK ? mn_study_run_mpi(&p, path, NULL, err) : status;
}

int main(int argc, char **argv)
{
    int rank, n_ranks;
    char path[4096];
    mn_err err = {0};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(ranks_write_the_file_that_children_write, path),
    };
    if (!mn_study_mpi(&argc, &argv, &rank, &n_ranks)) {
        printf("1..0 # SKIP not under mpirun\n");
        return 0;
    }
    path_of(path, "ranks.jsonl");
    mn_status status = run(path, rank, &err);
    mn_study_mpi_end();
    if (status != MN_OK)
        printf("Bail out! %s\n", err.msg);
    if (status != MN_OK || rank > 0)
        return status != MN_OK;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/session.h"
#include "support.h"
#include "tiny.h"

static void keep_path(char *out, const char *name)
{
    snprintf(out, 4096, "%s", tiny_path(name));
}

static void two_jobs_write_what_one_writes(void **state)
{
    char a[4096], b[4096];
    mn_plan p;
    tiny_plan(&p, "over vertex=2,5\nover strategy=vanilla,rehearsal\nseeds 2\n");
    keep_path(a, "one.jsonl");
    keep_path(b, "two.jsonl");
    tiny_run(&p, a, 1);
    tiny_run(&p, b, 2);
    assert_same_file(a, b);
}

/* What a person would see who runs one point by hand. */
static void a_run_is_the_session_of_its_configuration(void **state)
{
    char path[4096];
    mn_plan p;
    mn_results r;
    mn_config c;
    mn_err err;
    mn_session *s = NULL;
    char *paths[] = {path};
    tiny_plan(&p, "over vertex=2,5\nsearch rate=0.01..0.2:log\ntrials 2\nseeds 2\n");
    keep_path(path, "session.jsonl");
    tiny_run(&p, path, 2);
    mn_results_init(&r);
    assert_ok(mn_results_read(&r, 1, paths, &err), &err);
    assert_int_equal(r.n, 8);
    for (size_t i = 0; i < r.n; i++) {
        assert_ok(mn_results_config(&r, i, &c, &err), &err);
        assert_int_equal(c.run.probe_items, p.base.run.probe_items);
        assert_ok(mn_session_create(&s, &c, NULL, &err), &err);
        assert_ok(mn_session_do(s, "run until end", NULL, &err), &err);
        while (mn_session_advance(s))
            ;
        assert_true(mn_session_digest(s) == r.at[i].digest);
        assert_true(mn_session_step(s) == r.at[i].steps);
        mn_session_destroy(s);
    }
    mn_results_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_jobs_write_what_one_writes),
        cmocka_unit_test(a_run_is_the_session_of_its_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

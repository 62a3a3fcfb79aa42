#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/results.h"
#include "support.h"
#include "tiny.h"

static const char lines[] = "variant A: strategy=vanilla\n"
                            "variant B, \"b\": strategy=rehearsal\n"
                            "over vertex=2,5\n"
                            "search rate=0.01..0.1:log\n"
                            "trials 2\nround 2\nseeds 2\nsampler random\n";
enum { N_RUNS = 16 };

/* A finished study, made once; its path. */
static const char *finished(void)
{
    static char path[4096];
    if (!*path) {
        mn_plan p;
        tiny_plan(&p, lines);
        snprintf(path, sizeof path, "%s", tiny_path("finished.jsonl"));
        tiny_run(&p, path, 2);
    }
    return path;
}

static void read_one(mn_results *r, const char *path)
{
    mn_err err;
    char *paths[] = {(char *)path};
    mn_results_init(r);
    assert_ok(mn_results_read(r, 1, paths, &err), &err);
}

static void a_file_says_all_about_its_study(void **state)
{
    mn_results r;
    read_one(&r, finished());
    assert_int_equal(r.n, N_RUNS);
    assert_int_equal(r.n_cells, 4);
    assert_int_equal(r.n_axes, 3);
    assert_int_equal(r.n_over, 2);
    assert_string_equal(r.axes[0].name, "variant");
    assert_string_equal(r.axes[0].stops[1], "B, \"b\"");
    assert_string_equal(r.axes[1].name, "vertex");
    assert_string_equal(r.axes[2].name, "rate");
    assert_int_equal(r.n_variants, 2);
    assert_string_equal(r.objective, "acc");
    assert_string_equal(r.model, "dam");
    for (size_t i = 0; i < r.n; i++) {
        const mn_result *one = &r.at[i];
        assert_true(one->ok);
        assert_int_equal(one->n_tasks, 2);
        assert_string_equal(one->variant, r.variants[one->cell / 2]);
        assert_string_equal(one->values[1], one->cell % 2 ? "5" : "2");
        assert_int_equal(mn_results_stop(&r, one->cell, 0), one->cell / 2);
        assert_int_equal(mn_results_stop(&r, one->cell, 1), one->cell % 2);
        assert_near(one->acc, 0.5 * (one->R[2] + one->R[3]), 1e-15);
        assert_near(one->f1, 0.5 * (one->R_f1[2] + one->R_f1[3]), 1e-15);
        assert_near(one->min_task, fmin(one->R[0], one->R[3]), 0.0);
    }
    mn_results_finish(&r);
}

static void what_is_written_is_what_was_read(void **state)
{
    mn_results r;
    mn_err err;
    const char *copy = tiny_path("copy.jsonl");
    read_one(&r, finished());
    assert_ok(mn_results_write(&r, copy, false, &err), &err);
    assert_same_file(finished(), copy);
    assert_failed(mn_results_write(&r, copy, false, &err), &err, MN_EIO, "exists");
    mn_results_finish(&r);
}

/* By hand over what the file holds. */
static void points_are_means_over_seeds(void **state)
{
    mn_results r;
    mn_point points[20];
    read_one(&r, finished());
    assert_int_equal(mn_results_points(&r, 3, points), 3);
    assert_int_equal(mn_results_points(&r, 20, points), N_RUNS / 2);
    for (size_t i = 0; i < N_RUNS / 2; i++) {
        double a = r.at[2 * i].acc, b = r.at[2 * i + 1].acc;
        assert_int_equal(points[i].first, 2 * i);
        assert_int_equal(points[i].n, 2);
        assert_int_equal(points[i].n_failed, 0);
        assert_near(points[i].mean, 0.5 * (a + b), 1e-15);
        assert_near(points[i].sd, fabs(a - b) / sqrt(2.0), 1e-12);
    }
    mn_results_finish(&r);
}

static void spoil(mn_result *one)
{
    one->ok = false;
    snprintf(one->error, sizeof one->error, "made to fail");
}

static void the_best_point_is_one_that_did_not_fail(void **state)
{
    mn_results r;
    mn_point p;
    read_one(&r, finished());
    for (int i = 0; i < 4; i++) /* cell 0: trials 0 and 1, two seeds each */
        r.at[i].acc = i < 2 ? 0.9 : 0.5;
    assert_true(mn_results_best(&r, 0, &p));
    assert_int_equal(p.trial, 0);
    spoil(&r.at[1]);
    assert_true(isnan(mn_result_objective(&r, &r.at[1])));
    assert_true(mn_results_best(&r, 0, &p));
    assert_int_equal(p.trial, 1);
    spoil(&r.at[2]);
    spoil(&r.at[3]);
    assert_true(mn_results_best(&r, 0, &p));
    assert_int_equal(p.trial, 0);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.n_failed, 1);
    assert_true(isnan(p.sd));
    spoil(&r.at[0]);
    assert_false(mn_results_best(&r, 0, &p));
    assert_false(mn_results_best(&r, 77, &p));
    mn_results_finish(&r);
}

static void a_table_has_a_row_for_every_run(void **state)
{
    mn_results r;
    mn_text csv = {0};
    mn_err err;
    int n = 0;
    read_one(&r, finished());
    spoil(&r.at[3]);
    assert_ok(mn_results_csv(&r, &csv, &err), &err);
    for (const char *c = csv.data; *c; c++)
        n += *c == '\n';
    assert_int_equal(n, N_RUNS + 1);
    assert_ptr_equal(
        strstr(
            csv.data,
            "cell,trial,seed,variant,vertex,rate,ok,error,steps,digest,acc,f1,min_task,bwt,fwt,"
            "forgetting,dead,mwe,regular,exceptional,stable,accuracy_1,f1_1,learnt_1,stable_1,"
            "accuracy_2,f1_2,learnt_2,stable_2\n0,0,1,A,2,"
            "0."),
        csv.data);
    assert_non_null(strstr(csv.data, ",\"B, \"\"b\"\"\",5,0."));
    assert_non_null(strstr(csv.data, ",no,made to fail,,,,,,,,,,,,,,,,,,,,,\n"));
    mn_text_finish(&csv);
    mn_results_finish(&r);
}

/* The file with line `number` (from 1) replaced; the caller frees. */
static char *with_line(const char *file, int number, const char *line)
{
    const char *at = file;
    for (int i = 1; i < number; i++)
        at = strchr(at, '\n') + 1;
    const char *rest = strchr(at, '\n');
    char *out = malloc(strlen(file) + strlen(line) + 1);
    sprintf(out, "%.*s%s%s", (int)(at - file), file, line, rest);
    return out;
}

static void refuse_text(const char *text, const char *part)
{
    mn_results r;
    mn_err err = {0};
    char *paths[] = {(char *)tiny_path("hostile.jsonl")};
    tiny_write(paths[0], text);
    mn_results_init(&r);
    mn_status s = mn_results_read(&r, 1, paths, &err);
    if (s == MN_OK || !strstr(err.msg, part))
        print_message("# '%s' found, '%s' wanted\n", s ? err.msg : "no error", part);
    assert_failed(s, &err, MN_EFORMAT, part);
    assert_int_equal(r.n, 0);
}

/* Line 3 with the first `from` replaced by `to`. */
static void refuse_change(const char *from, const char *to, const char *part)
{
    char *file = tiny_read(finished()), line[4096];
    const char *at = strchr(strchr(file, '\n') + 1, '\n') + 1;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    char *found = strstr(line, from), changed[8192];
    assert_non_null(found);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(found - line), line, to,
             found + strlen(from));
    char *text = with_line(file, 3, changed), where[256];
    refuse_text(text, part);
    snprintf(where, sizeof where, "line 3");
    refuse_text(text, where);
    free(text);
    free(file);
}

static void hostile_lines_are_refused_with_their_number(void **state)
{
    refuse_change("\"cell\":0", "\"cell\":-1", "'cell' is not a whole number from 0 to 3");
    refuse_change("\"cell\":0", "\"cell\":4", "'cell'");
    refuse_change("\"cell\":0", "\"cell\":0.5", "'cell'");
    refuse_change("\"cell\":0", "\"cell\":\"0\"", "'cell'");
    refuse_change("\"cell\":0", "\"cell\":1e400", "no JSON");
    refuse_change("\"cell\":0", "\"cell\":99999999999999999999999", "no JSON");
    refuse_change("\"cell\":0", "\"sell\":0", "'cell'");
    refuse_change("\"cell\":0", "\"cell\":1", "vertex is '2' in cell 1");
    refuse_change("\"cell\":0", "\"cell\":0,\"cell\":0", "no JSON");
    refuse_change("\"trial\":0", "\"trial\":2", "'trial'");
    refuse_change("\"seed\":2", "\"seed\":3", "'seed'");
    refuse_change("\"seed\":2", "\"seed\":2147483648", "'seed'");
    refuse_change("\"variant\":\"A\"", "\"variant\":\"C\"", "'variant' is not on its axis");
    refuse_change("\"vertex\":\"2\"", "\"vertex\":2", "'vertex' is not on its axis");
    refuse_change("\"rate\":\"0.0", "\"rate\":\"7.0", "'rate' is not on its axis");
    refuse_change("\"values\":{", "\"values\":{\"more\":\"1\",",
                  "'values' is not one for each");
    refuse_change("\"values\":{", "\"values\":[],\"others\":{", "'values'");
    refuse_change("\"ok\":true", "\"ok\":1", "'ok' is neither");
    refuse_change("\"ok\":true", "\"ok\":false", "'error' is not a text");
    refuse_change("\"steps\":", "\"steps\":-", "'steps'");
    refuse_change("\"digest\":\"", "\"digest\":\"x", "16 hexadecimal");
    refuse_change("\"acc\":0", "\"acc\":7", "'acc' is neither null nor a number");
    refuse_change("\"acc\":", "\"acc\":NaN,\"ack\":", "no JSON");
    refuse_change("\"acc\":", "\"acc\":\"nan\",\"ack\":", "'acc'");
    refuse_change("\"bwt\":", "\"bwt\":[],\"b\":", "'bwt'");
    refuse_change("\"R\":[", "\"R\":[[0,0],", "'R'");
    refuse_change("\"R\":[[", "\"R\":[[0,", "'R' is not 2 rows of 2");
    refuse_change("\"R\":[", "\"R\":[],\"Q\":[", "'R' has 0 rows");
    refuse_change("\"R\":[", "\"R\":{},\"Q\":[", "'R' has 0 rows");
    refuse_change("\"R\":[[", "\"R\":[[true,0],[", "'R'");
    refuse_change("\"stable\":", "\"stable\":2,\"s\":", "'stable'");
    refuse_change("\"stable_of\":[", "\"stable_of\":[0,", "'stable_of' is not 2 numbers");
    refuse_change("\"stable_of\":[", "\"stable_of\":{},\"s\":[", "'stable_of'");
    refuse_change("\"stable_of\":[", "\"stable_of\":[1.5,0],\"s\":[", "'stable_of'");
    refuse_change("\"R_f1\":[[", "\"R_f1\":[[2,0],[", "'R_f1'");
    refuse_change("{", "", "no JSON");
    refuse_change("{", "[{", "no JSON");
}

static void a_matrix_of_any_size_is_checked_before_it_is_used(void **state)
{
    char *file = tiny_read(finished()), many[600] = "\"R\":[";
    for (int i = 0; i < 33; i++)
        strcat(many, "[0,0],");
    refuse_change("\"R\":[", many, "'R' has 35 rows: 1 to 32 wanted");
    free(file);
}

static void what_is_no_file_of_results_is_refused(void **state)
{
    char *file = tiny_read(finished());
    static const char *const heads[][2] = {
        {"{}", "no study of version 1"},
        {"{\"study\":2,\"plan\":[\"seeds 1\"]}", "no study of version 1"},
        {"{\"study\":1}", "no plan"},
        {"{\"study\":1,\"plan\":{}}", "no plan"},
        {"{\"study\":1,\"plan\":[]}", "no plan"},
        {"{\"study\":1,\"plan\":[1]}", "line 1 of the plan"},
        {"{\"study\":1,\"plan\":[\"seeds 1\\nseeds 2\"]}", "line 1 of the plan"},
        {"{\"study\":1,\"plan\":[\"seeds 1\",\"over vertx=2\"]}", "plan:2: unknown parameter"},
        {"{\"study\":1,\"plan\":[\"seeds 1000000000\"]}", "seeds cannot be"},
        {"[1]", "no JSON object"},
        {"", "no JSON"},
        {"\x89PNG", "no JSON"},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char *text = with_line(file, 1, heads[i][0]);
        refuse_text(text, heads[i][1]);
        refuse_text(text, "line 1");
        free(text);
    }
    refuse_text("", "no whole line");
    refuse_text("{\"study\":1", "no whole line");
    free(file);
}

static void a_torn_last_line_is_dropped(void **state)
{
    char *file = tiny_read(finished());
    size_t n = strlen(file), head = strcspn(file, "\n") + 1;
    for (size_t cut = head; cut < n; cut += 97) {
        mn_results r;
        size_t whole = 0;
        char *part = strdup(file);
        part[cut] = '\0';
        for (size_t i = head; i < cut; i++)
            whole += part[i] == '\n';
        tiny_write(tiny_path("torn.jsonl"), part);
        read_one(&r, tiny_path("torn.jsonl"));
        assert_int_equal(r.n, whole);
        mn_results_finish(&r);
        free(part);
    }
    free(file);
}

static void a_run_may_be_there_twice_when_it_is_the_same(void **state)
{
    char *file = tiny_read(finished()), *last = strrchr(file, '{');
    char *text = malloc(2 * strlen(file) + 1);
    mn_results r;
    while (last > file && last[-1] != '\n') /* the whole line */
        last--;
    sprintf(text, "%s%s", file, last);
    tiny_write(tiny_path("twice.jsonl"), text);
    read_one(&r, tiny_path("twice.jsonl"));
    assert_int_equal(r.n, N_RUNS);
    mn_results_finish(&r);
    char *digest = strstr(text + strlen(file), "\"digest\":\"") + 10;
    *digest = *digest == '0' ? '1' : '0';
    refuse_text(text, "cell 3, trial 1, seed 2 is there twice, with different results");
    free(text);
    free(file);
}

static void files_of_another_study_do_not_merge(void **state)
{
    mn_plan p;
    mn_results r;
    mn_err err;
    char other[4096];
    char *paths[] = {(char *)finished(), other};
    snprintf(other, sizeof other, "%s", tiny_path("other.jsonl"));
    tiny_plan(&p, "over vertex=2\n");
    tiny_run(&p, other, 1);
    mn_results_init(&r);
    assert_failed(mn_results_read(&r, 2, paths, &err), &err, MN_EINVAL,
                  "'seeds 1' found, 'seeds 2' wanted");
    assert_failed(mn_results_read(&r, 0, paths, &err), &err, MN_EINVAL, "no file");
    snprintf(other, sizeof other, "%s", tiny_path("absent.jsonl"));
    assert_failed(mn_results_read(&r, 2, paths, &err), &err, MN_EIO, "absent.jsonl");
}

/* A parameter that this program did not know then is as it would have been. */
static void a_file_of_an_older_program_is_of_the_same_study(void **state)
{
    char *file = tiny_read(finished());
    char *at = strstr(file, "\"set data.data-dir=\",");
    mn_plan p;
    tiny_plan(&p, lines);
    assert_non_null(at);
    size_t n = strlen("\"set data.data-dir=\",");
    memmove(at, at + n, strlen(at + n) + 1);
    tiny_write(tiny_path("older.jsonl"), file);
    tiny_run(&p, tiny_path("older.jsonl"), 1);
    assert_same_file(finished(), tiny_path("older.jsonl"));
    free(file);
}

static void configurations_come_from_the_file_alone(void **state)
{
    mn_results r;
    mn_config c;
    mn_err err;
    read_one(&r, finished());
    for (size_t i = 0; i < r.n; i++) {
        assert_ok(mn_results_config(&r, i, &c, &err), &err);
        assert_int_equal(c.run.seed, r.at[i].seed);
        assert_string_equal(c.run.strategy, r.at[i].cell < 2 ? "vanilla" : "rehearsal");
        assert_near(c.optimiser.rate, strtod(r.at[i].values[2], NULL), 0.0);
    }
    assert_failed(mn_results_config(&r, r.n, &c, &err), &err, MN_EINVAL, "run 16");
    free(r.plan);
    r.plan = NULL; /* results that were put together by hand */
    assert_failed(mn_results_config(&r, 0, &c, &err), &err, MN_EINVAL, "without a plan");
    mn_results_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_all_about_its_study),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(points_are_means_over_seeds),
        cmocka_unit_test(the_best_point_is_one_that_did_not_fail),
        cmocka_unit_test(a_table_has_a_row_for_every_run),
        cmocka_unit_test(hostile_lines_are_refused_with_their_number),
        cmocka_unit_test(a_matrix_of_any_size_is_checked_before_it_is_used),
        cmocka_unit_test(what_is_no_file_of_results_is_refused),
        cmocka_unit_test(a_torn_last_line_is_dropped),
        cmocka_unit_test(a_run_may_be_there_twice_when_it_is_the_same),
        cmocka_unit_test(files_of_another_study_do_not_merge),
        cmocka_unit_test(a_file_of_an_older_program_is_of_the_same_study),
        cmocka_unit_test(configurations_come_from_the_file_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

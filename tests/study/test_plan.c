#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/study.h"
#include "support.h"

static void obey(mn_plan *p, const char *line)
{
    mn_err err;
    assert_ok(mn_plan_line(p, line, false, &err), &err);
}

static void refuse(const char *line, const char *part)
{
    mn_plan p, before;
    mn_err err = {0};
    mn_plan_defaults(&p);
    obey(&p, "over vertex=2,5");
    before = p;
    mn_status s = mn_plan_line(&p, line, false, &err);
    if (s == MN_OK || !strstr(err.msg, part))
        print_message("# '%s': '%s' found, '%s' wanted\n", line, s ? err.msg : "no error",
                      part);
    assert_failed(s, &err, MN_EINVAL, part);
    assert_memory_equal(&p.base, &before.base, sizeof p.base);
    assert_int_equal(p.n_over, 1);
    assert_int_equal(p.n_variants, 0);
}

static char *text_of(const mn_plan *p)
{
    mn_text text = {0};
    mn_err err;
    assert_ok(mn_plan_text(p, &text, &err), &err);
    return text.data;
}

static const char recipe[] = "# what it is\n"
                             "title A study \n"
                             "\n"
                             "set vertex=20 epochs=7   # many\n"
                             "variant EWC, strong: strategy=vanilla strength=1e6\n"
                             "variant none: strategy=vanilla\n"
                             "over n=2,5,10\n"
                             "search strength=1e-2..1e6:log\n"
                             "search rate=0.01..0.2\n"
                             "trials 12\r\n"
                             "round 3\n"
                             "\tseeds 10\n"
                             "small seeds 2\n"
                             "small over vertex=2,10\n"
                             "sampler random\n"
                             "objective min-task\n"
                             "figure heat\n";

static void a_recipe_is_read_line_by_line(void **state)
{
    mn_plan p;
    mn_err err;
    mn_plan_defaults(&p);
    assert_ok(mn_plan_recipe(&p, "recipe", recipe, false, &err), &err);
    assert_string_equal(p.title, "A study");
    assert_string_equal(p.figure, "heat");
    assert_string_equal(p.sampler, "random");
    assert_int_equal(p.base.run.epochs, 7);
    assert_int_equal(p.n_variants, 2);
    assert_string_equal(p.variants[0].name, "EWC, strong");
    assert_int_equal(p.objective, MN_OBJECTIVE_MIN_TASK);
    assert_int_equal(mn_plan_cells(&p), 6);
    assert_int_equal(mn_plan_runs(&p), 6 * 12 * 10);
}

static void small_lines_come_after_all_others_or_not_at_all(void **state)
{
    mn_plan p;
    mn_err err;
    mn_plan_defaults(&p);
    assert_ok(mn_plan_recipe(&p, "recipe", recipe, true, &err), &err);
    assert_int_equal(p.seeds, 2);
    assert_int_equal(p.n_over, 1);
    assert_int_equal(p.over[0].n_stops, 2);
    obey(&p, "small seeds 5");
    assert_int_equal(p.seeds, 2);
    assert_ok(mn_plan_line(&p, "small seeds 5", true, &err), &err);
    assert_int_equal(p.seeds, 5);
}

static void the_text_of_a_plan_is_a_recipe_for_it(void **state)
{
    mn_plan p, again;
    mn_err err;
    mn_plan_defaults(&p);
    assert_ok(mn_plan_recipe(&p, "recipe", recipe, false, &err), &err);
    obey(&p, "set data-dir=\"/a b/#c \\\"d\"");
    char *text = text_of(&p);
    mn_plan_defaults(&again);
    assert_ok(mn_plan_recipe(&again, "text", text, false, &err), &err);
    char *second = text_of(&again);
    assert_string_equal(text, second);
    assert_memory_equal(&p.base, &again.base, sizeof p.base);
    free(text);
    free(second);
}

/* Whatever preset or model comes first, everything is said again after it. */
static void the_text_holds_for_every_preset_and_model(void **state)
{
    for (const mn_preset *preset = mn_presets; preset->name; preset++)
        for (size_t m = 0; mn_models[m]; m++) {
            char line[128];
            mn_plan p, again;
            mn_err err;
            mn_plan_defaults(&p);
            snprintf(line, sizeof line, "set preset=%s model=%s rate=0.0125", preset->name,
                     mn_model_name(mn_models[m]));
            if (mn_plan_line(&p, line, false, NULL) != MN_OK)
                obey(&p, "set model=dam");
            char *text = text_of(&p);
            mn_plan_defaults(&again);
            assert_ok(mn_plan_recipe(&again, "text", text, false, &err), &err);
            assert_memory_equal(&p.base, &again.base, sizeof p.base);
            free(text);
        }
}

static void shards_and_places_say_nothing_in_the_text(void **state)
{
    mn_plan p;
    mn_plan_defaults(&p);
    obey(&p, "over vertex=2,5,10,20");
    char *all = text_of(&p);
    p.shard = 1;
    p.n_shards = 3;
    p.base.run.advance = false;
    char *some = text_of(&p);
    assert_string_equal(all, some);
    assert_int_equal(mn_plan_runs(&p), 1);
    p.shard = 0;
    assert_int_equal(mn_plan_runs(&p), 2);
    p.shard = 2;
    p.n_shards = 7;
    assert_int_equal(mn_plan_runs(&p), 1);
    p.shard = 5;
    assert_int_equal(mn_plan_runs(&p), 0);
    free(all);
    free(some);
}

static void the_latest_axis_of_a_name_counts(void **state)
{
    mn_plan p;
    mn_plan_defaults(&p);
    obey(&p, "over vertex=2,5");
    obey(&p, "over rate=0.1,0.2");
    obey(&p, "over n=10");
    assert_int_equal(p.n_over, 2);
    assert_string_equal(p.over[0].stops[0], "10");
    obey(&p, "search model.vertex=2..20");
    assert_int_equal(p.n_over, 1);
    assert_string_equal(p.over[0].name, "rate");
    assert_int_equal(p.n_search, 1);
    obey(&p, "over vertex=3");
    assert_int_equal(p.n_search, 0);
    obey(&p, "variant A: rate=0.1");
    obey(&p, "variant A: rate=0.2");
    assert_int_equal(p.n_variants, 1);
    assert_string_equal(p.variants[0].settings, "rate=0.2");
}

static void the_seed_that_is_set_is_the_first(void **state)
{
    mn_plan p;
    mn_config c;
    mn_err err;
    mn_plan_defaults(&p);
    obey(&p, "set seed=41");
    obey(&p, "seeds 3");
    assert_int_equal(p.first_seed, 41);
    assert_ok(mn_study_config(&p, NULL, 0, 0, 43, &c, &err), &err);
    assert_int_equal(c.run.seed, 43);
    assert_true(c.run.advance);
}

/* An axis may be a parameter of the model that the variants have and the base has not. */
static void later_settings_win(void **state)
{
    mn_plan p;
    mn_config c;
    mn_err err;
    mn_plan_defaults(&p);
    obey(&p, "set rate=0.5 epochs=3");
    obey(&p, "variant slow: rate=0.01 vertex=7");
    obey(&p, "variant fast: rate=0.1");
    obey(&p, "over vertex=2,5");
    assert_ok(mn_study_config(&p, NULL, 1, 0, 1, &c, &err), &err);
    assert_near(c.optimiser.rate, 0.01, 0.0);
    assert_int_equal(c.run.epochs, 3);
    assert_ok(mn_study_config(&p, NULL, 2, 0, 1, &c, &err), &err);
    assert_near(c.optimiser.rate, 0.1, 0.0);
    assert_failed(mn_study_config(&p, NULL, 4, 0, 1, &c, &err), &err, MN_EINVAL, "4 cells");
    assert_failed(mn_study_config(&p, NULL, -1, 0, 1, &c, &err), &err, MN_EINVAL, "cell -1");
}

static void a_line_that_makes_no_sense_is_refused_and_changes_nothing(void **state)
{
    char title[200] = "title ", set[3000] = "set ";
    memset(title + 6, 'x', 180);
    for (int i = 0; i < 400; i++)
        strcat(set, "rate=1 ");
    refuse("sets rate=1", "did you mean 'set'");
    refuse("hello", "unknown line 'hello'");
    refuse("set", "nothing behind it");
    refuse("set rat=1", "did you mean 'rate'");
    refuse("set rate=1 vertex=1000", "vertex cannot be");
    refuse("set rate", "NAME=VALUE");
    refuse(set, "too long");
    refuse(title, "too long");
    refuse("over rate=0.01..0.2", "wanted a list");
    refuse("over vertex=", "0 bytes");
    refuse("search vertx=2..3", "did you mean");
    refuse("variant EWC", "NAME: SETTINGS");
    refuse("variant : rate=1", "NAME: SETTINGS");
    refuse("variant EWC: rat=1", "did you mean 'rate'");
    refuse("variant a-name-that-is-longer-than-it-may-be: rate=1", "at most 31");
    refuse("trials 0", "from 1 to");
    refuse("trials -3", "from 1 to");
    refuse("trials 1e99", "from 1 to");
    refuse("seeds 2.5", "from 1 to");
    refuse("seeds many", "from 1 to");
    refuse("sampler tpf", "did you mean 'tpe'");
    refuse("objective accuracy", "wanted acc, f1, min-task, exceptional or stable");
    refuse("pin x rate=1", "wanted CELL SETTINGS");
    refuse("pin -1 rate=1", "wanted CELL SETTINGS");
}

static void refuse_recipe(const char *text, const char *part)
{
    mn_plan p;
    mn_err err = {0};
    mn_plan_defaults(&p);
    mn_status s = mn_plan_recipe(&p, "fig9", text, true, &err);
    if (s == MN_OK || !strstr(err.msg, part))
        print_message("# '%s' found, '%s' wanted\n", s ? err.msg : "no error", part);
    assert_failed(s, &err, MN_EINVAL, part);
}

static void a_recipe_is_refused_with_its_line(void **state)
{
    refuse_recipe("title x\n\nover vertx=2\n", "fig9:3: unknown parameter 'vertx'");
    refuse_recipe("title x\nsmall seeds 0\n", "fig9:2: seeds");
    refuse_recipe("over proportion=0:1:0.02\nover rate=0.01..0.5:50\nover leak=0..0.5:50\n",
                  "more than 100000 runs");
    refuse_recipe("over vertex=2,5\nset model=mlp\n", "fig9: ");
    refuse_recipe("over vertex=2\nover rate=1\nover leak=0\nover momentum=0\nover batch=5\n"
                  "over epochs=3\nvariant A: rate=1\n",
                  "too many axes");
    refuse_recipe("over vertex=2\nover rate=1\nover leak=0\nover momentum=0\nover batch=5\n"
                  "over epochs=3\nover memories=5\n",
                  "too many axes");
    refuse_recipe("set seed=2147483647\nseeds 2\n", "seeds from");
}

static void a_plan_that_was_filled_in_by_hand_is_checked(void **state)
{
    mn_plan p;
    mn_err err;
    mn_plan_defaults(&p);
    assert_ok(mn_plan_check(&p, &err), &err);
    p.shard = 1;
    assert_failed(mn_plan_check(&p, &err), &err, MN_EINVAL, "shard 1 of 1");
    p.shard = 0;
    p.n_shards = 0;
    assert_failed(mn_plan_check(&p, &err), &err, MN_EINVAL, "shard 0 of 0");
    p.n_shards = 1;
    p.round = 0;
    assert_failed(mn_plan_check(&p, &err), &err, MN_EINVAL, "0 at a time");
    mn_text text = {0};
    mn_plan_defaults(&p);
    strcpy(p.title, "two\nlines");
    assert_failed(mn_plan_text(&p, &text, &err), &err, MN_EINVAL, "line break");
    mn_plan_defaults(&p);
    strcpy(p.base.run.data, "arrays:a\nseeds 100");
    assert_failed(mn_plan_text(&p, &text, &err), &err, MN_EINVAL, "line break");
    mn_text_finish(&text);
}

static void every_shipped_recipe_can_be_run(void **state)
{
    assert_non_null(mn_recipes[0].name);
    for (const mn_recipe *r = mn_recipes; r->name; r++) {
        int runs[2];
        for (int small = 0; small < 2; small++) {
            mn_plan p;
            mn_err err;
            mn_plan_defaults(&p);
            assert_ok(mn_plan_recipe(&p, r->name, r->text, small, &err), &err);
            assert_string_equal(p.title, r->title);
            runs[small] = mn_plan_runs(&p);
        }
        assert_true(runs[1] < runs[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recipe_is_read_line_by_line),
        cmocka_unit_test(small_lines_come_after_all_others_or_not_at_all),
        cmocka_unit_test(the_text_of_a_plan_is_a_recipe_for_it),
        cmocka_unit_test(the_text_holds_for_every_preset_and_model),
        cmocka_unit_test(shards_and_places_say_nothing_in_the_text),
        cmocka_unit_test(the_latest_axis_of_a_name_counts),
        cmocka_unit_test(the_seed_that_is_set_is_the_first),
        cmocka_unit_test(later_settings_win),
        cmocka_unit_test(a_line_that_makes_no_sense_is_refused_and_changes_nothing),
        cmocka_unit_test(a_recipe_is_refused_with_its_line),
        cmocka_unit_test(a_plan_that_was_filled_in_by_hand_is_checked),
        cmocka_unit_test(every_shipped_recipe_can_be_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

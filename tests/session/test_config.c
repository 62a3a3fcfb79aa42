#include "mnemoscope/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void every_parameter_is_described_and_its_default_is_in_range(void **state)
{
    mn_config c;
    mn_config_defaults(&c);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(&c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            const mn_param *p = &t.params.rows[j];
            assert_true(strspn(p->name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
                        strlen(p->name));
            assert_true(*p->name && p->help && *p->help && p->unit);
            assert_null(strchr(p->help, '\n'));
            assert_true(p->help[strlen(p->help) - 1] != '.');
            if (p->kind == MN_INT || p->kind == MN_REAL)
                assert_true(p->min <= p->def && p->def <= p->max);
            for (size_t k = 0; k < j; k++)
                assert_string_not_equal(p->name, t.params.rows[k].name);
        }
    }
}

static void printing_and_setting_a_parameter_is_the_identity(void **state)
{
    mn_config c;
    mn_err err;
    mn_config_defaults(&c);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(&c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            char before[MN_SPEC_MAX], after[MN_SPEC_MAX], assignment[MN_SPEC_MAX + 80];
            mn_param_print(&t.params.rows[j], t.block, before, sizeof before);
            snprintf(assignment, sizeof assignment, "%s.%s=%s", t.name, t.params.rows[j].name,
                     before);
            assert_ok(mn_config_assign(&c, assignment, &err), &err);
            assert_string_equal(mn_param_print(&t.params.rows[j], t.block, after, sizeof after),
                                before);
        }
    }
}

static void the_papers_letters_are_accepted(void **state)
{
    mn_config c;
    mn_err err;
    static const char *const letters[][2] = {
        {"n", "vertex"}, {"K", "memories"}, {"T", "temperature"}, {"m", "error-exponent"}};
    mn_config_defaults(&c);
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const mn_param *a, *b;
        mn_config_table t;
        assert_ok(mn_config_find(&c, letters[i][0], &a, &t, &err), &err);
        assert_ok(mn_config_find(&c, letters[i][1], &b, &t, &err), &err);
        assert_ptr_equal(a, b);
    }
}

static void every_preset_applies(void **state)
{
    for (const mn_preset *p = mn_presets; p->name; p++) {
        mn_config c;
        mn_err err;
        mn_config_defaults(&c);
        assert_ok(mn_config_set(&c, "preset", p->name, &err), &err);
        assert_string_equal(c.run.preset, p->name);
        assert_true(*p->about && *p->settings);
    }
}

/* So that a preset of one model can follow one of another. */
static void a_model_brings_its_loss_and_its_optimiser(void **state)
{
    mn_config c;
    mn_err err;
    mn_config_defaults(&c);
    assert_ok(mn_config_set(&c, "preset", "mlp-adam", &err), &err);
    assert_string_equal(c.run.loss, "cross-entropy");
    assert_string_equal(c.run.optimiser, "adam");
    assert_ok(mn_config_set(&c, "preset", "default", &err), &err);
    assert_string_equal(c.run.loss, "power");
    assert_string_equal(c.run.optimiser, "maxnorm");
    assert_ok(mn_config_set(&c, "model", "mlp", &err), &err);
    assert_string_equal(c.run.optimiser, "sgd");
}

static void bad_values_are_refused_and_change_nothing(void **state)
{
    static const char *const bad[][2] = {{"vertex=1", "from 2 to 100"},
                                         {"vertex=2.5", "whole number"},
                                         {"vertex=", "vertex"},
                                         {"vertex=nan", "vertex"},
                                         {"temperature=-1", "temperature"},
                                         {"seed=1e99", "seed"},
                                         {"interaction=cubic", "leaky"},
                                         {"advance=perhaps", "yes or no"},
                                         {"strategy=vanila", "'vanilla'"},
                                         {"preset=defualt", "'default'"},
                                         {"data=digit", "'digits'"},
                                         {"vertx=3", "'vertex'"},
                                         {"=3", "NAME=VALUE"},
                                         {"vertex", "NAME=VALUE"},
                                         {"model=hopfeld", "model"},
                                         {"model=dam:x", "model"},
                                         {"strategy=vanilla:", "strategy"},
                                         {"loss=power:2", "loss"},
                                         {"optimiser=maxnorm:2", "optimiser"},
                                         {"tasks=single:2", "task stream"},
                                         {"nothing.vertex=3", "unknown"},
                                         {"rate=inf", "rate"},
                                         {"batch=0", "batch"}};
    mn_config c, before;
    mn_config_defaults(&c);
    before = c;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mn_err err;
        assert_failed(mn_config_assign(&c, bad[i][0], &err), &err, MN_EINVAL, bad[i][1]);
        assert_memory_equal(&c, &before, sizeof c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_parameter_is_described_and_its_default_is_in_range),
        cmocka_unit_test(printing_and_setting_a_parameter_is_the_identity),
        cmocka_unit_test(the_papers_letters_are_accepted),
        cmocka_unit_test(every_preset_applies),
        cmocka_unit_test(a_model_brings_its_loss_and_its_optimiser),
        cmocka_unit_test(bad_values_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}

#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "mnemoscope/strategy_impl.h"

extern const mn_model_ops mn_model_consolidate;
extern const mn_strategy_ops mn_strategy_reweight, mn_strategy_resample;

enum { ITEMS = 12 };

static mn_ledger *ledger(size_t n, const bool *exceptional)
{
    mn_ledger *l = NULL;
    mn_err err;
    assert_ok(mn_ledger_create(&l, n, exceptional, &err), &err);
    return l;
}

/* Writes one number down as every signal of one item. */
static void note(mn_ledger *l, uint32_t item, float x)
{
    mn_ledger_note(l, &item, 1, &(mn_signals){&x, &x, &x, &x, &x, NULL, NULL});
}

static mn_model *memory(void)
{
    mn_model *m = NULL;
    mn_err err;
    const mn_shape shape = {4, 0, 2, 2, 2, 1, ITEMS};
    void *cfg = calloc(1, mn_model_cfg_size(&mn_model_consolidate));
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(&mn_model_consolidate), cfg);
    assert_ok(mn_model_create(&m, &mn_model_consolidate, &shape, cfg, &err), &err);
    free(cfg);
    return m;
}

static mn_strategy *strategy(const mn_strategy_ops *ops, mn_model *m, mn_signal signal,
                             double gamma, mn_among among)
{
    static const mn_loss_cfg loss = {.error_exponent = 1};
    mn_strategy *s = NULL;
    mn_strategy_cfg cfg;
    mn_err err;
    mn_param_defaults(mn_strategy_params, &cfg);
    cfg.signal = signal;
    cfg.gamma = gamma;
    cfg.among = among;
    assert_ok(mn_strategy_create(&s, ops, m, mn_losses[0], &loss, &cfg, &err), &err);
    return s;
}

static void weights_are_the_oracles(void **state)
{
    json_t *o = oracle_open("exception_weights.json");
    size_t n;
    double *alpha = oracle_numbers(o, "alpha", &n), *want = oracle_numbers(o, "weights", &n);
    float *signal = oracle_floats(o, "signal", &n);
    assert_int_equal(n, ITEMS);
    mn_ledger *l = ledger(n + 2, NULL);
    mn_model *m = memory();
    note(l, (uint32_t)n, (float)oracle_number(o, "min_seen"));
    note(l, (uint32_t)n + 1, (float)oracle_number(o, "max_seen"));
    uint32_t item[ITEMS];
    for (uint32_t i = 0; i < n; i++) {
        item[i] = i;
        note(l, i, signal[i]);
        assert_near(mn_ledger_alpha(l, MN_SIGNAL_MAX, i), alpha[i], 1e-6);
        assert_near(mn_ledger_alpha(l, MN_SIGNAL_LOSS, i), alpha[i], 1e-6);
        /* of minus the same numbers the least is the most */
        assert_near(mn_ledger_alpha(l, MN_SIGNAL_ENTROPY, i), 1.0 - alpha[i], 1e-6);
    }
    mn_strategy *s = strategy(&mn_strategy_reweight, m, MN_SIGNAL_NORM,
                              oracle_number(o, "gamma"), MN_AMONG_BATCH);
    float weight[ITEMS];
    mn_strategy_weigh(s, l, item, n, weight);
    for (size_t i = 0; i < n; i++)
        weight[i] /= (float)n;
    assert_close(weight, want, n, 1e-5, 0.0); /* float signals, times gamma */
    mn_strategy_destroy(s);
    mn_model_destroy(m);
    mn_ledger_destroy(l);
    free(alpha), free(want), free(signal);
    json_decref(o);
}

static void all_are_alike_until_signals_differ(void **state)
{
    mn_ledger *l = ledger(3, NULL);
    for (int s = 0; s < MN_N_SIGNALS; s++)
        assert_near(mn_ledger_alpha(l, (mn_signal)s, 1), 1.0, 0.0);
    note(l, 0, 2.0f);
    note(l, 1, 2.0f);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_LOSS, 0), 1.0, 0.0);
    note(l, 1, 3.0f);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_LOSS, 0), 0.0, 0.0);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_TIME, 0), 1.0, 0.0);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_LOSS, 2), 1.0, 0.0);
    assert_false(mn_ledger_seen(l, 2));
    assert_near(mn_ledger_odds(l, MN_SIGNAL_LOSS, 3.0, 0), exp(-3.0), 1e-12);
    mn_ledger_destroy(l);
}

static void the_range_of_a_signal_never_shrinks(void **state)
{
    mn_ledger *l = ledger(2, NULL);
    note(l, 0, -10.0f);
    note(l, 0, 10.0f);
    note(l, 0, 0.0f);
    note(l, 1, 5.0f);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_MAX, 0), 0.5, 0.0);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_MAX, 1), 0.75, 0.0);
    mn_ledger_destroy(l);
}

static void the_truth_is_known_beforehand(void **state)
{
    const bool exceptional[] = {false, true, false};
    mn_ledger *l = ledger(3, exceptional);
    assert_true(mn_ledger_exceptional(l, 1) && !mn_ledger_exceptional(l, 2));
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_TRUTH, 0), 0.0, 0.0);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_TRUTH, 1), 1.0, 0.0);
    mn_ledger_destroy(l);
}

static void what_is_not_a_number_is_not_written_down(void **state)
{
    mn_ledger *l = ledger(2, NULL);
    note(l, 0, 1.0f);
    note(l, 1, 2.0f);
    note(l, 0, NAN);
    note(l, 1, INFINITY);
    assert_near((double)mn_ledger_last(l, MN_SIGNAL_LOSS)[0], 1.0, 0.0);
    assert_near(mn_ledger_alpha(l, MN_SIGNAL_LOSS, 1), 1.0, 0.0);
    mn_ledger_destroy(l);
}

static void a_ledger_is_its_arrays(void **state)
{
    const bool exceptional[] = {false, true, false};
    mn_ledger *a = ledger(3, exceptional), *b = ledger(3, NULL);
    note(a, 2, 4.0f);
    note(a, 1, 1.0f);
    note(a, 2, 3.0f);
    mn_state_array from, to;
    int n = 0;
    for (; mn_ledger_state(a, n, &from); n++) {
        assert_true(mn_ledger_state(b, n, &to));
        assert_string_equal(from.name, to.name);
        const size_t size = (size_t)from.rows * (size_t)from.cols;
        assert_int_equal((size_t)to.rows * (size_t)to.cols, size);
        if (from.f)
            memcpy(to.f, from.f, size * sizeof *to.f);
        else
            memcpy(to.i, from.i, size * sizeof *to.i);
    }
    assert_int_equal(n, 5);
    assert_false(mn_ledger_state(a, -1, &from));
    for (int s = 0; s < MN_N_SIGNALS; s++)
        for (size_t i = 0; i < 3; i++)
            assert_near(mn_ledger_alpha(a, (mn_signal)s, i),
                        mn_ledger_alpha(b, (mn_signal)s, i), 0.0);
    /* Hostile numbers stay chances. */
    assert_true(mn_ledger_state(b, 0, &to));
    for (int i = 0; i < to.rows * to.cols; i++)
        to.f[i] = i % 2 ? NAN : 1e30f;
    for (int s = 0; s < MN_N_SIGNALS; s++)
        for (size_t i = 0; i < 3; i++) {
            const double odds = mn_ledger_odds(b, (mn_signal)s, 100.0, i);
            assert_true(odds > 0.0 && odds <= 1.0);
        }
    mn_ledger_destroy(a);
    mn_ledger_destroy(b);
    mn_ledger_destroy(NULL);
}

static void weights_have_a_mean_of_one(void **state)
{
    mn_ledger *l = ledger(ITEMS + 5, NULL); /* five are never seen */
    mn_model *m = memory();
    uint32_t item[ITEMS];
    float batch[ITEMS], all[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++) {
        item[i] = i;
        note(l, i, (float)(i * i));
    }
    mn_strategy *s = strategy(&mn_strategy_reweight, m, MN_SIGNAL_LOSS, 3.0, MN_AMONG_BATCH);
    mn_strategy_weigh(s, l, item, ITEMS, batch);
    mn_strategy_config(s)->among = MN_AMONG_ALL;
    mn_strategy_weigh(s, l, item, ITEMS, all);
    double sum = 0.0;
    for (int i = 0; i < ITEMS; i++) {
        sum += (double)batch[i];
        assert_near((double)all[i], (double)batch[i], 1e-6); /* the batch is all there is */
    }
    assert_near(sum / ITEMS, 1.0, 1e-6);
    assert_near(log((double)(batch[ITEMS - 1] / batch[0])), 3.0, 1e-5);
    /* Of a part of the items, those in it count against all, or among themselves. */
    mn_strategy_weigh(s, l, item, 2, all);
    assert_true(all[0] < 0.5f && all[1] < 0.5f);
    mn_strategy_config(s)->among = MN_AMONG_BATCH;
    mn_strategy_weigh(s, l, item, 2, batch);
    assert_near((double)(batch[0] + batch[1]), 2.0, 1e-6);
    mn_strategy_config(s)->gamma = 0.0;
    mn_strategy_weigh(s, l, item, ITEMS, batch);
    for (int i = 0; i < ITEMS; i++)
        assert_near((double)batch[i], 1.0, 0.0);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
    mn_ledger_destroy(l);
}

static void items_are_drawn_by_their_odds(void **state)
{
    enum { DRAWS = 40000 };
    static uint32_t drawn[DRAWS];
    bool exceptional[ITEMS] = {false};
    int count[ITEMS] = {0};
    double scratch[ITEMS];
    mn_rng r;
    mn_rng_seed(&r, 1, "draw");
    exceptional[4] = exceptional[ITEMS - 1] = true;
    mn_ledger *l = ledger(ITEMS, exceptional);
    mn_model *m = memory();
    mn_strategy *s =
        strategy(&mn_strategy_resample, m, MN_SIGNAL_TRUTH, log(5.0), MN_AMONG_BATCH);
    assert_true(mn_strategy_draws(mn_strategy_kind(s)));
    assert_false(mn_strategy_draws(mn_strategy_find("vanilla")));
    mn_strategy_draw(s, l, &r, DRAWS, drawn, scratch);
    for (int i = 0; i < DRAWS; i++) {
        assert_true(drawn[i] < ITEMS);
        count[drawn[i]]++;
    }
    /* Ten of 1 and two of 5; four standard deviations are at most 0.01. */
    for (int i = 0; i < ITEMS; i++)
        assert_near(count[i] / (double)DRAWS, exceptional[i] ? 0.25 : 0.05, 0.01);
    float weight = 0.0f;
    mn_strategy_weigh(s, l, drawn, 1, &weight);
    assert_near((double)weight, 1.0, 0.0);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
    mn_ledger_destroy(l);
}

static void signals_need_a_model_that_gives_items_back(void **state)
{
    static const char *const refused[] = {"pseudorehearsal", "ewc", "mas", "si", "gem", "agem"};
    static const float rows[2 * 6] = {0};
    const mn_shape shape = {4, 0, 2, 2, 2, 1, 2};
    mn_model *m = memory(), *other = fake_create(&shape, 2, rows, FAKE_JUMPS, -1.0f);
    mn_strategy_cfg cfg;
    mn_err err;
    mn_param_defaults(mn_strategy_params, &cfg);
    assert_failed(mn_strategy_check(&mn_strategy_reweight, other, &cfg, &err), &err, MN_EINVAL,
                  "consolidate");
    assert_failed(mn_strategy_check(&mn_strategy_resample, other, &cfg, &err), &err, MN_EINVAL,
                  "consolidate");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_failed(mn_strategy_check(mn_strategy_find(refused[i]), m, &cfg, &err), &err,
                      MN_EINVAL, refused[i]);
    assert_ok(mn_strategy_check(mn_strategy_find("l2"), m, &cfg, &err), &err);
    assert_ok(mn_strategy_check(mn_strategy_find("rehearsal"), m, &cfg, &err), &err);
    mn_model_destroy(m);
    mn_model_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_the_oracles),
        cmocka_unit_test(all_are_alike_until_signals_differ),
        cmocka_unit_test(the_range_of_a_signal_never_shrinks),
        cmocka_unit_test(the_truth_is_known_beforehand),
        cmocka_unit_test(what_is_not_a_number_is_not_written_down),
        cmocka_unit_test(a_ledger_is_its_arrays),
        cmocka_unit_test(weights_have_a_mean_of_one),
        cmocka_unit_test(items_are_drawn_by_their_odds),
        cmocka_unit_test(signals_need_a_model_that_gives_items_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

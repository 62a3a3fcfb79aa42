#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "net.h"

/* n random states of the visible units, one class. */
static float *states(int n, int units, uint64_t seed)
{
    float *P = net_numbers((size_t)n * (size_t)units, sizeof *P);
    mn_rng r;
    mn_rng_seed(&r, seed, "states");
    for (size_t i = 0; i < (size_t)n * (size_t)units; i++)
        P[i] = mn_rng_below(&r, 2) ? 1.0f : -1.0f;
    return P;
}

static net make(int units, const char *rule, const char *name, const char *text)
{
    const mn_shape shape = {units, 0, 1, units, 1, 1, 8};
    return net_make("hopfield", shape,
                    (const char *const[]){"rule", rule, "class-units", "no", name, text, NULL});
}

/* Every item once, `epochs` times over. */
static void teach(net *t, const float *P, int n, int epochs)
{
    const int units = mn_model_shape(t->m)->n_visible;
    const float y = 1.0f;
    mn_progress at = {0};
    for (int e = 0; e < epochs; e++)
        for (int i = 0; i < n; i++) {
            at.step++;
            at.epoch = e;
            mn_model_progress(t->m, &at);
            mn_model_learn(t->m, P + (size_t)i * (size_t)units, &y, 1);
        }
}

/* Items that do not change in a synchronous sweep; stable[i] says which, when asked. */
static int count_stable(net *t, const float *P, int n, bool *stable)
{
    const size_t units = (size_t)mn_model_shape(t->m)->n_visible;
    float *v = net_numbers(units + 1, sizeof *v);
    int count = 0;
    for (int i = 0; i < n; i++) {
        bool same;
        memcpy(v, P + (size_t)i * units, units * sizeof *v);
        mn_model_relax(t->m, v, 1, MN_SYNCHRONOUS, 1, NULL, NULL, &same);
        count += same;
        if (stable)
            stable[i] = same;
    }
    free(v);
    return count;
}

static void check_rule(const char *rule, const char *weights, const char *energies)
{
    json_t *o = oracle_open("hopfield_rules.json");
    size_t n, n_w, n_e;
    float *P = oracle_floats(o, "patterns", &n);
    double *W = oracle_numbers(o, weights, &n_w), *E = oracle_numbers(o, energies, &n_e);
    const int units = (int)(n / n_e);
    net t = make(units, rule, "write-rate", "1");
    teach(&t, P, (int)n_e, 1);
    assert_close(mn_model_theta(t.m), W, n_w, 1e-6, 0.0);
    for (size_t i = 0; i < n_e; i++)
        assert_near(mn_model_energy(t.m, P + i * (size_t)units), E[i], 1e-5);
    net_finish(&t);
    free(P);
    free(W);
    free(E);
    json_decref(o);
}

static void hebb_is_the_oracles(void **unused)
{
    check_rule("hebb", "hebb", "energy_hebb");
}

static void storkey_is_the_oracles(void **unused)
{
    check_rule("storkey", "storkey", "energy_storkey");
}

static void few_items_are_recalled_from_half_a_dozen_wrong_units(void **unused)
{
    enum { UNITS = 100, N = 5 };
    static const char *const rules[] = {"hebb", "storkey", "pseudo-inverse"};
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        net t = make(UNITS, rules[k], "write-rate", "1");
        float *P = states(N, UNITS, 1), v[UNITS + 1];
        mn_rng order;
        mn_rng_seed(&order, 1, "order");
        teach(&t, P, N, 1);
        for (int i = 0; i < N; i++) {
            bool done;
            memcpy(v, P + i * UNITS, UNITS * sizeof *v);
            for (int j = 0; j < 6; j++)
                v[j * 13] = -v[j * 13];
            mn_model_relax(t.m, v, 1, MN_ASYNCHRONOUS, 50, &order, NULL, &done);
            assert_true(done);
            assert_memory_equal(v, P + i * UNITS, UNITS * sizeof *v);
        }
        free(P);
        net_finish(&t);
    }
}

static void energy_never_rises_unit_by_unit(void **unused)
{
    enum { UNITS = 60, N = 20 };
    net t = make(UNITS, "hebb", "write-rate", "1");
    float *P = states(N, UNITS, 2), *v = states(1, UNITS + 1, 3);
    mn_rng order;
    mn_rng_seed(&order, 1, "order");
    teach(&t, P, N, 1);
    double before = mn_model_energy(t.m, v);
    for (int sweep = 0; sweep < 20; sweep++) {
        mn_model_relax(t.m, v, 1, MN_ASYNCHRONOUS, 1, &order, NULL, NULL);
        const double now = mn_model_energy(t.m, v);
        assert_true(now <= before + 1e-5);
        before = now;
    }
    free(P);
    free(v);
    net_finish(&t);
}

static void rules_hold_more_in_the_order_of_their_capacities(void **unused)
{
    enum { UNITS = 64, N = 24 };
    float *P = states(N, UNITS, 4);
    net hebb = make(UNITS, "hebb", "write-rate", "1");
    net storkey = make(UNITS, "storkey", "write-rate", "1");
    net inverse = make(UNITS, "pseudo-inverse", "write-rate", "1");
    net delta = make(UNITS, "delta", "write-rate", "1");
    net thermal = make(UNITS, "thermal", "heat-epochs", "60");
    teach(&hebb, P, N, 1);
    teach(&storkey, P, N, 1);
    teach(&inverse, P, N, 1);
    teach(&delta, P, N, 60);
    teach(&thermal, P, N, 60);
    const int by_hebb = count_stable(&hebb, P, N, NULL);
    assert_true(by_hebb < N / 2);
    assert_true(count_stable(&storkey, P, N, NULL) > by_hebb);
    assert_int_equal(count_stable(&inverse, P, N, NULL), N);
    assert_int_equal(count_stable(&delta, P, N, NULL), N);
    assert_true(count_stable(&thermal, P, N, NULL) > by_hebb);
    net_finish(&hebb);
    net_finish(&storkey);
    net_finish(&inverse);
    net_finish(&delta);
    net_finish(&thermal);
    free(P);
}

/* Stable items among the first and the last ten of a list far beyond the capacity. */
static void ends_of_list(const char *name, const char *text, int *first, int *last)
{
    enum { UNITS = 200, N = 80 };
    bool stable[N];
    net t = make(UNITS, "hebb", name, text);
    float *P = states(N, UNITS, 5);
    teach(&t, P, N, 1);
    count_stable(&t, P, N, stable);
    *first = *last = 0;
    for (int i = 0; i < 10; i++) {
        *first += stable[i];
        *last += stable[N - 1 - i];
    }
    free(P);
    net_finish(&t);
}

static void decay_keeps_the_last_items_and_growth_the_first(void **unused)
{
    int first, last;
    ends_of_list("decay", "0.12", &first, &last);
    assert_int_equal(first, 0);
    assert_true(last >= 5);
    ends_of_list("growth", "0.12", &first, &last);
    assert_true(first >= 5);
    assert_int_equal(last, 0);
}

static void gauges_count_the_stored_and_the_stable(void **unused)
{
    enum { UNITS = 100, N = 3 };
    net t = make(UNITS, "hebb", "write-rate", "1");
    float *P = states(N, UNITS, 6);
    mn_gauge g;
    teach(&t, P, N, 2);
    assert_true(mn_model_gauge(t.m, 0, &g));
    assert_string_equal(g.name, "stored");
    assert_near(g.value, N, 0.0);
    assert_true(mn_model_gauge(t.m, 1, &g));
    assert_near(g.value, N, 0.0);
    assert_true(mn_model_gauge(t.m, 2, &g));
    assert_near(g.value, 0.0, 0.0);
    assert_false(mn_model_gauge(t.m, 3, &g));
    free(P);
    net_finish(&t);
}

/* Dreams are learnt and no items; their classes, which no recall has touched, are no classes.
 */
static void what_is_replayed_is_learnt_but_not_looked_after(void **unused)
{
    enum { UNITS = 100 };
    net t = make(UNITS, "hebb", "write-rate", "1");
    float *P = states(2, UNITS, 6);
    const float y[2] = {1.0f, 1.0f};
    mn_gauge g;
    mn_model_own(t.m, 1);
    mn_model_learn(t.m, P, y, 2);
    assert_true(mn_model_gauge(t.m, 0, &g));
    assert_near(g.value, 1.0, 0.0);
    assert_int_equal(count_stable(&t, P, 2, NULL), 2);
    const mn_tensor readout = mn_model_tensor(t.m, 1);
    for (int j = 0; j < UNITS; j++)
        assert_near((double)readout.data[j], (double)P[j] / UNITS, 1e-6);
    mn_model_learn(t.m, P, y, 2); /* all are the task's own again */
    mn_model_gauge(t.m, 0, &g);
    assert_near(g.value, 2.0, 0.0);
    free(P);
    net_finish(&t);
}

/* Share of the weights that one look at a state moves, from nothing, in a task. */
static double moved(const char *name, const char *text, int task, bool own)
{
    enum { UNITS = 64 };
    net t = make(UNITS, "delta", name, text);
    float *P = states(1, UNITS, 8);
    const float y = 1.0f;
    const mn_progress at = {.task = task};
    mn_model_progress(t.m, &at);
    mn_model_own(t.m, own ? 1 : 0);
    mn_model_learn(t.m, P, &y, 1);
    double sum = 0.0;
    for (int i = 0; i < UNITS; i++) /* as the state says, unless units were turned over */
        for (int j = 0; j < UNITS; j++)
            sum += (double)(mn_model_theta(t.m)[i * UNITS + j] * P[i] * P[j]);
    free(P);
    net_finish(&t);
    return sum;
}

static void later_tasks_change_less(void **unused)
{
    const double first = moved("later", "0.25", 0, true);
    assert_true(first > 1.0);
    assert_near(moved("later", "0.25", 1, true), 0.25 * first, 1e-5 * first);
    assert_near(moved("later", "1", 3, true), first, 1e-5 * first);
}

static void only_the_tasks_own_items_are_shown_with_units_turned_over(void **unused)
{
    const double plain = moved("flips", "0", 0, true);
    assert_true(moved("flips", "0.2", 0, true) < 0.9 * plain);
    assert_near(moved("flips", "0.2", 0, false), plain, 1e-5 * plain);
}

static void recall_names_one_class_when_classes_are_no_units(void **unused)
{
    enum { UNITS = 90, CLASSES = 4 };
    const mn_shape shape = {UNITS, 0, CLASSES, UNITS, 1, 1, 8};
    net t = net_make("hopfield", shape,
                     (const char *const[]){"rule", "hebb", "class-units", "no", NULL});
    float *P = states(CLASSES, UNITS, 7), v[UNITS + CLASSES];
    for (int c = 0; c < CLASSES; c++) {
        float y[CLASSES] = {0};
        y[c] = 1.0f;
        mn_model_learn(t.m, P + c * UNITS, y, 1);
    }
    for (int c = 0; c < CLASSES; c++) {
        memcpy(v, P + c * UNITS, UNITS * sizeof *v);
        for (int k = 0; k < CLASSES; k++)
            v[UNITS + k] = k == (c + 1) % CLASSES ? 1.0f : -1.0f;
        mn_model_relax(t.m, v, 1, MN_SYNCHRONOUS, 10, NULL, NULL, NULL);
        for (int k = 0; k < CLASSES; k++)
            assert_true((v[UNITS + k] > 0.0f) == (k == c));
    }
    free(P);
    net_finish(&t);
}

static void class_units_are_completed_by_recall(void **unused)
{
    enum { UNITS = 90, CLASSES = 3 };
    const mn_shape shape = {UNITS, 0, CLASSES, UNITS, 1, 1, 8};
    net t = net_make("hopfield", shape, (const char *const[]){"rule", "hebb", NULL});
    float *P = states(CLASSES, UNITS, 7), v[UNITS + CLASSES];
    int exponent;
    float logits[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
        float y[CLASSES] = {0};
        y[c] = 1.0f;
        mn_model_learn(t.m, P + c * UNITS, y, 1);
    }
    for (int c = 0; c < CLASSES; c++) {
        mn_model_forward(t.m, P + c * UNITS, 1, logits, &exponent);
        memcpy(v, P + c * UNITS, UNITS * sizeof *v);
        for (int k = 0; k < CLASSES; k++)
            v[UNITS + k] = -1.0f;
        mn_model_relax(t.m, v, 1, MN_SYNCHRONOUS, 10, NULL, NULL, NULL);
        for (int k = 0; k < CLASSES; k++) {
            assert_true(k == c || logits[k] < logits[c]);
            assert_true((v[UNITS + k] > 0.0f) == (k == c));
        }
    }
    free(P);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hebb_is_the_oracles),
        cmocka_unit_test(storkey_is_the_oracles),
        cmocka_unit_test(few_items_are_recalled_from_half_a_dozen_wrong_units),
        cmocka_unit_test(energy_never_rises_unit_by_unit),
        cmocka_unit_test(rules_hold_more_in_the_order_of_their_capacities),
        cmocka_unit_test(decay_keeps_the_last_items_and_growth_the_first),
        cmocka_unit_test(gauges_count_the_stored_and_the_stable),
        cmocka_unit_test(what_is_replayed_is_learnt_but_not_looked_after),
        cmocka_unit_test(later_tasks_change_less),
        cmocka_unit_test(only_the_tasks_own_items_are_shown_with_units_turned_over),
        cmocka_unit_test(recall_names_one_class_when_classes_are_no_units),
        cmocka_unit_test(class_units_are_completed_by_recall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/optimiser.h"
#include "net.h"

static const mn_shape small = {5, 2, 3, 5, 1, 1, 4};

static const char *yes(bool on)
{
    return on ? "yes" : "no";
}

/* Neurons that fire for item 0, and for all items. */
static int n_firing(net *t, int n_items)
{
    uint32_t *fired = net_numbers((size_t)t->r, sizeof *fired);
    int n = 0;
    net_forward(t);
    mn_model_tally(t->m, n_items, NULL, &(mn_tally){.fired = fired});
    for (int u = 0; u < t->r; u++)
        n += (int)fired[u];
    free(fired);
    return n;
}

static void tensors_have_their_public_names_and_shapes(void **unused)
{
    static const struct {
        const char *name;
        int rows, cols;
    } want[] = {
        {"addresses", 6, 7}, {"address_bias", 1, 6}, {"values", 3, 6}, {"value_bias", 1, 3}};
    mn_state_array a;
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "6", "k", "2", "bias", "yes",
                                           "output-bias", "yes", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 4);
    for (int i = 0; i < 4; i++) {
        const mn_tensor tensor = mn_model_tensor(t.m, i);
        assert_string_equal(tensor.name, want[i].name);
        assert_int_equal(tensor.rows, want[i].rows);
        assert_int_equal(tensor.cols, want[i].cols);
    }
    net_finish(&t);
    t = net_make("sdmlp", small, (const char *const[]){"r", "6", "k", "2", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 2);
    assert_string_equal(mn_model_tensor(t.m, 1).name, "values");
    assert_false(mn_model_recalls(t.m));
    assert_int_equal(net_counts(&t)[5], 0);
    assert_false(mn_model_state(t.m, 1, &a));
    net_finish(&t);
}

/* --- k ------------------------------------------------------------------------------------ */

static void k_neurons_stay_and_k_may_change(void **unused)
{
    static const char *const ways[] = {"subtract", "mask", "gaba"};
    for (int w = 0; w < 3; w++) {
        net t = net_make(
            "sdmlp", small,
            (const char *const[]){"neurons", "60", "top-k", ways[w], "switch", "1", NULL});
        for (int u = 0; u < t.r; u++)
            net_counts(&t)[u] = 1;
        assert_int_equal(n_firing(&t, 4), 40);
        net_set(&t, "k", "1");
        assert_int_equal(n_firing(&t, 4), 4);
        net_set(&t, "k", "59");
        assert_in_range(n_firing(&t, 1), 50, 59); /* those without any input are silent */
        net_finish(&t);
    }
}

static void k_falls_with_the_epochs_of_the_run(void **unused)
{
    static const struct {
        double epoch;
        int k;
    } want[] = {{0.0, 50}, {0.9, 50},  {1.0, 46},  {1.5, 46},
                {5.0, 30}, {9.99, 14}, {10.0, 10}, {1e9, 10}};
    static const char *const ways[] = {"anneal", "anneal-mask"};
    for (int w = 0; w < 2; w++) {
        net t = net_make("sdmlp", small,
                         (const char *const[]){"neurons", "80", "k-start", "50", "top-k",
                                               ways[w], "anneal-epochs", "10", NULL});
        for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
            mn_model_progress(t.m, &(mn_progress){.run_epoch = want[i].epoch, .epoch = 3.0});
            assert_int_equal(n_firing(&t, 1), want[i].k);
        }
        net_set(&t, "k-start", "5"); /* below k: nothing to fall */
        mn_model_progress(t.m, &(mn_progress){.run_epoch = 0.0});
        assert_int_equal(n_firing(&t, 1), 10);
        net_set(&t, "k-start", "0"); /* all */
        assert_in_range(n_firing(&t, 1), 70, 80);
        net_finish(&t);
    }
}

static void equals_at_the_edge_do_not_make_it_more_than_k(void **unused)
{
    static const struct {
        const char *way;
        int n;
    } want[] = {{"mask", 8}, {"subtract", 0}, {"none", 30}};
    for (int w = 0; w < 3; w++) {
        net t = net_make(
            "sdmlp", small,
            (const char *const[]){"neurons", "30", "k", "8", "top-k", want[w].way, NULL});
        for (size_t i = 0; i < mn_model_size(t.m); i++)
            mn_model_theta(t.m)[i] = 0.5f;
        assert_int_equal(n_firing(&t, 1), want[w].n);
        net_finish(&t);
    }
}

static void more_k_than_neurons_are_refused(void **unused)
{
    const mn_model_ops *ops = mn_model_find("sdmlp");
    void *cfg = net_numbers(1, mn_model_cfg_size(ops));
    mn_model *m = NULL;
    mn_err err;
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_ok(mn_model_check(ops, cfg, &err), &err);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "k"), cfg, "1001", &err), &err);
    assert_failed(mn_model_check(ops, cfg, &err), &err, MN_EINVAL, "1000 neurons");
    assert_failed(mn_model_create(&m, ops, &small, cfg, &err), &err, MN_EINVAL, "1001");
    assert_null(m);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "k"), cfg, "1000", &err), &err);
    assert_ok(mn_model_create(&m, ops, &small, cfg, &err), &err);
    mn_model_destroy(m);
    free(cfg);
}

/* --- counting ------------------------------------------------------------------------------
 */

static int total(net *t)
{
    int sum = 0;
    for (int u = 0; u < t->r; u++)
        sum += net_counts(t)[u];
    return sum;
}

static void training_counts_and_evaluation_does_if_it_is_to(void **unused)
{
    static const char *const sizes[] = {"12", "400"}; /* listed, and not */
    for (int i = 0; i < 2; i++) {
        net t = net_make("sdmlp", small, (const char *const[]){"neurons", sizes[i], NULL});
        float *A = net_numbers((size_t)(t.batch * t.r), sizeof *A);
        const int once = n_firing(&t, t.batch);
        assert_in_range(once, t.r, t.batch * t.r);
        assert_int_equal(total(&t), 0);
        mn_model_train(t.m);
        net_forward(&t);
        assert_int_equal(total(&t), once);
        net_forward(&t); /* only the one that was announced is a training step's */
        mn_model_activity(t.m, t.X, t.batch, A);
        assert_int_equal(total(&t), once);
        net_set(&t, "count-evaluation", "yes");
        mn_model_activity(t.m, t.X, t.batch, A);
        assert_int_equal(total(&t), once);
        net_forward(&t);
        assert_int_equal(total(&t), 2 * once);
        net_counts(&t)[3] = INT32_MAX;
        net_forward(&t);
        assert_int_equal(net_counts(&t)[3], INT32_MAX);
        free(A);
        net_finish(&t);
    }
}

static void neurons_go_from_excitation_to_inhibition_as_they_fire(void **unused)
{
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "40", "k", "3", "switch", "100", NULL});
    int before = t.r;
    for (int step = 0; step < 80; step++) {
        mn_model_train(t.m);
        const int n = n_firing(&t, 1);
        assert_true(n >= 3);
        before = n;
    }
    assert_true(before < t.r);
    net_finish(&t);
}

/* --- the set of rows -----------------------------------------------------------------------
 */

static void check_set(const net *t)
{
    const mn_rows *set = &t->grad.touched;
    const float *g = t->grad.g;
    assert_true(set->some);
    for (int i = 1; i < set->n; i++)
        assert_true(set->list[i - 1] < set->list[i]);
    for (int i = 0, row = 0; row < t->r; row++, g += t->n_inputs) {
        if (i < set->n && set->list[i] == row)
            i++;
        else
            for (int j = 0; j < t->n_inputs; j++)
                assert_true(g[j] == 0.0f);
    }
    for (int i = set->n - (mn_model_n_rows(t->m) - t->r), row = t->r;
         row < mn_model_n_rows(t->m); row++)
        assert_int_equal(set->list[i++], row);
}

/* What one backward leaves behind must not show in the next, from few firings to many and
 * back. */
static void rows_that_are_not_touched_are_zero(void **unused)
{
    static const char *const ks[] = {"2", "5", "200", "3", "1", "300", "4"};
    static const char *const pairs[] = {"neurons", "400",         "top-k", "subtract", "bias",
                                        "yes",     "output-bias", "yes",   NULL};
    net t = net_make("sdmlp", small, pairs), plain = net_make("sdmlp", small, pairs);
    mn_rng r;
    mn_rng_seed(&r, 7, "inputs");
    net_keep_rows(&t);
    for (int k = 0; k < 7; k++) {
        for (int i = 0; i < t.batch * t.n_inputs; i++)
            t.X[i] = plain.X[i] = (float)mn_rng_uniform(&r);
        net_set(&t, "k", ks[k]), net_set(&plain, "k", ks[k]);
        net_forward(&t), net_forward(&plain);
        net_backward(&t), net_backward(&plain);
        assert_memory_equal(t.grad.g, plain.grad.g, mn_model_size(t.m) * sizeof *t.grad.g);
        assert_false(plain.grad.touched.some);
        if (strlen(ks[k]) == 1)
            check_set(&t);
        else
            assert_false(t.grad.touched.some);
    }
    net_finish(&t);
    net_finish(&plain);
}

/* Twenty steps; returns how many rows the last one moved, -1 for all. */
static int train(net *t, const char *kind)
{
    mn_optimiser *o;
    mn_optimiser_cfg cfg;
    mn_rng r;
    mn_err err;
    mn_rows moved = {0};
    mn_param_defaults(mn_optimiser_params, &cfg);
    cfg.rate = 0.05;
    cfg.clip = 1.0;
    mn_rng_seed(&r, 3, "inputs");
    assert_ok(mn_optimiser_create(&o, mn_optimiser_find(kind), t->m, &cfg, &err), &err);
    for (int step = 0; step < 20; step++) {
        for (int i = 0; i < t->batch * t->n_inputs; i++)
            t->X[i] = (float)mn_rng_uniform(&r);
        mn_model_train(t->m);
        net_forward(t);
        net_backward(t);
        moved = mn_optimiser_step(o, t->m, &t->grad, 0);
        mn_model_project_rows(t->m, &moved);
    }
    mn_optimiser_destroy(o);
    return moved.some ? moved.n : -1;
}

/* Without lengths to restore, a row that is left alone is the same bits as one that is visited
 * and has no gradient. */
static void visiting_only_touched_rows_changes_no_bit(void **unused)
{
    static const char *const kinds[] = {"sgd", "momentum", "adam", "rmsprop"};
    for (int i = 0; i < 4; i++) {
        static const char *const pairs[] = {"neurons",  "400",       "k",  "3", "top-k",
                                            "subtract", "normalise", "no", NULL};
        net some = net_make("sdmlp", small, pairs), all = net_make("sdmlp", small, pairs);
        net_keep_rows(&some);
        const int n = train(&some, kinds[i]);
        if (i == 0)
            assert_in_range(n, 3, 3 + 4 * 3);
        else
            assert_int_equal(n, -1);
        assert_int_equal(train(&all, kinds[i]), -1);
        assert_memory_equal(mn_model_theta(some.m), mn_model_theta(all.m),
                            mn_model_size(all.m) * sizeof(float));
        net_finish(&some);
        net_finish(&all);
    }
}

/* --- the other switches --------------------------------------------------------------------
 */

static void weights_stay_in_their_bounds(void **unused)
{
    for (int flags = 0; flags < 4; flags++) {
        const bool normalise = flags & 1, non_negative = flags & 2;
        net t = net_make("sdmlp", small,
                         (const char *const[]){"neurons", "400", "k", "3", "top-k", "subtract",
                                               "normalise", yes(normalise), "non-negative",
                                               yes(non_negative), "bias", "yes", NULL});
        bool negative = false;
        net_keep_rows(&t);
        train(&t, "sgd");
        for (size_t i = 0; i < mn_model_size(t.m); i++)
            negative = negative || mn_model_theta(t.m)[i] < 0.0f;
        assert_int_equal(negative, !non_negative);
        int n_unit = 0;
        for (int u = 0; u < t.r; u++) {
            double square = 0.0;
            for (int j = 0; j < t.n_inputs; j++)
                square += pow((double)mn_model_theta(t.m)[u * t.n_inputs + j], 2);
            n_unit += fabs(square - 1.0) < 1e-6;
        }
        if (normalise)
            assert_in_range(n_unit, 390, 400); /* one in 2^7 begins with nothing positive */
        else
            assert_in_range(n_unit, 0, 10);
        net_finish(&t);
    }
}

static void nothing_to_normalise_stays_nothing(void **unused)
{
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "6", "k", "2", "top-k", "none", NULL});
    memset(mn_model_theta(t.m), 0, 7 * sizeof(float));
    memset(t.X, 0, 7 * sizeof(float));
    mn_model_project(t.m);
    net_forward(&t);
    net_backward(&t);
    for (int c = 0; c < 3; c++)
        assert_true(t.logits[c] == 0.0f);
    for (int j = 0; j < 7; j++)
        assert_true(mn_model_theta(t.m)[j] == 0.0f);
    for (size_t i = 0; i < mn_model_size(t.m); i++)
        assert_true(isfinite(t.grad.g[i]));
    net_finish(&t);
}

static void what_is_not_a_number_shows(void **unused)
{
    static const char *const ways[] = {"gaba", "subtract", "mask", "none"};
    for (int w = 0; w < 4; w++)
        for (int size = 0; size < 2; size++) {
            net t = net_make("sdmlp", small,
                             (const char *const[]){"neurons", size ? "400" : "16", "k", "2",
                                                   "top-k", ways[w], NULL});
            mn_model_theta(t.m)[0] = NAN;
            mn_model_project(t.m);
            net_forward(&t);
            net_backward(&t);
            assert_true(isnan(t.logits[0]));
            net_finish(&t);
        }
}

static void a_tile_is_an_address_and_its_say_on_the_classes(void **unused)
{
    net t = net_make("sdmlp", small, (const char *const[]){"neurons", "6", "k", "2", NULL});
    float pixels[5], extra[2], classes[3];
    const mn_tensor A = mn_model_tensor(t.m, 0), V = mn_model_tensor(t.m, 1);
    mn_model_tile(t.m, 4, pixels, extra, classes);
    assert_memory_equal(pixels, A.data + 4 * 7, sizeof pixels);
    assert_memory_equal(extra, A.data + 4 * 7 + 5, sizeof extra);
    for (int c = 0; c < 3; c++)
        assert_true(classes[c] == V.data[c * 6 + 4]);
    net_finish(&t);
}

/* lambda begins at -1, where inhibition excites all neurons, and k is what is to stay. */
static void gauges_say_where_the_inhibition_stands(void **unused)
{
    net t = net_make("sdmlp", small, (const char *const[]){"neurons", "16", "k", "2", NULL});
    mn_gauge g;
    const char *const names[] = {"k", "I", "lambda", "active"};
    for (int i = 0; i < 4; i++) {
        assert_true(mn_model_gauge(t.m, i, &g));
        assert_string_equal(g.name, names[i]);
        assert_true(i == 0 ? g.value == 2.0 : isnan(g.value)); /* nothing has been seen yet */
    }
    assert_false(mn_model_gauge(t.m, 4, &g));
    mn_model_train(t.m);
    net_forward(&t);
    assert_true(mn_model_gauge(t.m, 2, &g) && g.value == -1.0);
    assert_true(mn_model_gauge(t.m, 1, &g) && g.value > 0.0 && g.value < 1.0);
    assert_true(mn_model_gauge(t.m, 3, &g) && g.value == 16.0);
    net_set(&t, "top-k", "mask");
    net_forward(&t);
    assert_true(mn_model_gauge(t.m, 1, &g) && isnan(g.value));
    assert_true(mn_model_gauge(t.m, 3, &g) && g.value == 2.0);
    net_finish(&t);
}

/* Listed or as whole rows, the firings are the same. */
static void the_gauge_of_activity_is_what_is_tallied(void **unused)
{
    static const char *const sizes[] = {"16", "400"};
    for (int i = 0; i < 2; i++) {
        net t = net_make(
            "sdmlp", small,
            (const char *const[]){"neurons", sizes[i], "k", "3", "top-k", "subtract", NULL});
        mn_gauge g;
        const int fired = n_firing(&t, 4);
        assert_true(mn_model_gauge(t.m, 3, &g));
        assert_near(g.value, fired / 4.0, 1e-12);
        net_finish(&t);
    }
}

static void a_revived_neuron_is_as_if_born_at_the_item(void **unused)
{
    net t = net_make("sdmlp", small, (const char *const[]){"neurons", "6", "k", "2", NULL});
    const float x[7] = {3, 0, -1, 4, 0, 0, 0};
    const mn_tensor V = mn_model_tensor(t.m, 1);
    int *counts = net_counts(&t);
    counts[4] = counts[3] = 77;
    assert_true(mn_model_revive(t.m, 4, x));
    const double want[7] = {0.6, 0, 0, 0.8, 0, 0, 0};
    assert_close(mn_model_theta(t.m) + 4 * 7, want, 7, 1e-6, 0.0);
    assert_true(counts[4] == 0 && counts[3] == 77);
    for (int c = 0; c < 3; c++)
        assert_true(V.data[c * 6 + 4] == 0.0f);
    net_finish(&t);
}

/* Looking at a unit must not bring the switch forward, not even where evaluation counts. */
static void activity_never_counts_towards_the_switch(void **unused)
{
    net t = net_make(
        "sdmlp", small,
        (const char *const[]){"neurons", "6", "k", "2", "count-evaluation", "yes", NULL});
    float A[4 * 6];
    mn_model_train(t.m);
    mn_model_activity(t.m, t.X, 4, A);
    for (int u = 0; u < 6; u++)
        assert_int_equal(net_counts(&t)[u], 0);
    net_forward(&t);
    assert_true(net_counts(&t)[0] > 0);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_have_their_public_names_and_shapes),
        cmocka_unit_test(k_neurons_stay_and_k_may_change),
        cmocka_unit_test(k_falls_with_the_epochs_of_the_run),
        cmocka_unit_test(equals_at_the_edge_do_not_make_it_more_than_k),
        cmocka_unit_test(more_k_than_neurons_are_refused),
        cmocka_unit_test(training_counts_and_evaluation_does_if_it_is_to),
        cmocka_unit_test(neurons_go_from_excitation_to_inhibition_as_they_fire),
        cmocka_unit_test(rows_that_are_not_touched_are_zero),
        cmocka_unit_test(visiting_only_touched_rows_changes_no_bit),
        cmocka_unit_test(weights_stay_in_their_bounds),
        cmocka_unit_test(nothing_to_normalise_stays_nothing),
        cmocka_unit_test(what_is_not_a_number_shows),
        cmocka_unit_test(a_tile_is_an_address_and_its_say_on_the_classes),
        cmocka_unit_test(gauges_say_where_the_inhibition_stands),
        cmocka_unit_test(the_gauge_of_activity_is_what_is_tallied),
        cmocka_unit_test(a_revived_neuron_is_as_if_born_at_the_item),
        cmocka_unit_test(activity_never_counts_towards_the_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

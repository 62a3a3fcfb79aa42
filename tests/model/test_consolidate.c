#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

extern const mn_model_ops mn_model_consolidate;

enum { N = 30, M = 7, BATCH = 9, CLASSES = 3 };

/* A memory, items, and all that may be asked of it. */
typedef struct bench {
    mn_model *m;
    int n, n_inputs;
    float *X, *weight, *cue, *retrieved;
    mn_signals out;
    mn_grad grad;
} bench;

static void set(void *cfg, const char *name, const char *text)
{
    mn_err err;
    const mn_param *p = mn_param_find(mn_model_params(&mn_model_consolidate), name);
    assert_non_null(p);
    assert_ok(mn_param_set(p, cfg, text, &err), &err);
}

static bench create(mn_shape shape, const char *const *pairs)
{
    mn_err err;
    bench b = {.n = shape.batch, .n_inputs = shape.n_visible + shape.n_extra};
    void *cfg = net_numbers(1, mn_model_cfg_size(&mn_model_consolidate));
    mn_param_defaults(mn_model_params(&mn_model_consolidate), cfg);
    for (; *pairs; pairs += 2)
        set(cfg, pairs[0], pairs[1]);
    assert_ok(mn_model_create(&b.m, &mn_model_consolidate, &shape, cfg, &err), &err);
    free(cfg);
    const size_t n = (size_t)b.n, D = (size_t)b.n_inputs;
    float **const arrays[] = {&b.weight,      &b.out.loss, &b.out.time,
                              &b.out.entropy, &b.out.max,  &b.out.norm};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        *arrays[i] = net_numbers(n, sizeof(float));
    float **const items[] = {&b.X, &b.out.cue, &b.out.retrieved};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        *items[i] = net_numbers(n * D, sizeof(float));
    b.grad.g = net_numbers(mn_model_size(b.m), sizeof(float));
    b.grad.exponent = net_numbers((size_t)mn_model_n_rows(b.m), sizeof(int));
    mn_rng r;
    mn_rng_seed(&r, 7, "consolidate");
    mn_model_init(b.m, &r);
    for (size_t i = 0; i < n * D; i++)
        b.X[i] = (float)mn_rng_uniform(&r);
    for (size_t i = 0; i < n; i++)
        b.weight[i] = (float)mn_rng_uniform(&r) + 0.5f;
    return b;
}

static void destroy(bench *b)
{
    mn_model_destroy(b->m);
    float *const arrays[] = {
        b->X,       b->weight,   b->out.loss, b->out.time,      b->out.entropy,
        b->out.max, b->out.norm, b->out.cue,  b->out.retrieved, b->grad.g};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(b->grad.exponent);
}

static const mn_shape small = {N - 2, 2, CLASSES, 7, 4, 1, BATCH};

/* beta high enough for memories to compete; tight enough for gradients to be compared. */
static bench make(const char *gradient, const char *max_steps, const char *more,
                  const char *value)
{
    return create(small, (const char *const[]){"memories", "7", "beta", "9", "tolerance",
                                               "1e-7", "gradient", gradient, "max-steps",
                                               max_steps, more, value, NULL});
}

static void relax(bench *b, uint64_t seed)
{
    mn_rng r;
    mn_rng_seed(&r, seed, "damage");
    mn_model_reconstruct(b->m, b->X, b->n, &r, &b->out);
}

static void go_back(bench *b, uint64_t seed)
{
    relax(b, seed);
    mn_model_reconstruct_back(b->m, b->X, b->n, b->weight, &b->grad);
    assert_int_equal(b->grad.items, b->n);
    assert_false(b->grad.scaled || b->grad.touched.some);
}

static double loss(bench *b, uint64_t seed)
{
    double sum = 0.0;
    relax(b, seed);
    for (int i = 0; i < b->n; i++)
        sum += (double)b->weight[i] * (double)b->out.loss[i];
    return sum;
}

static double *copied(const bench *b)
{
    const size_t n = mn_model_size(b->m);
    double *copy = net_numbers(n, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = (double)b->grad.g[i];
    return copy;
}

static void expect_same_gradient(bench *a, bench *b, double rtol)
{
    memcpy(mn_model_theta(b->m), mn_model_theta(a->m), mn_model_size(a->m) * sizeof(float));
    go_back(a, 3);
    go_back(b, 3);
    double *want = copied(a);
    assert_close(b->grad.g, want, mn_model_size(a->m), rtol, 0.0);
    free(want);
}

static void a_gradient_is_the_slope_of_the_loss(void **unused)
{
    static const char *const ways[] = {"bptt", "implicit"};
    for (int w = 0; w < 2; w++) {
        bench b = make(ways[w], "400", "dt", "0.5");
        go_back(&b, 3);
        double *g = copied(&b);
        double most = 0.0;
        for (size_t k = 0; k < mn_model_size(b.m); k++)
            most = fmax(most, fabs(g[k]));
        assert_true(most > 1e-3);
        for (size_t k = 0; k < mn_model_size(b.m); k += 11) {
            float *theta = mn_model_theta(b.m) + k, was = *theta;
            const float step = 2e-3f;
            *theta = was + step;
            const double up = loss(&b, 3);
            *theta = was - step;
            const double down = loss(&b, 3);
            *theta = was;
            /* losses of about 3 in float, and the square of the step */
            assert_near((up - down) / (2.0 * (double)step), g[k], 1e-2 * most);
        }
        free(g);
        destroy(&b);
    }
}

static void a_fixed_point_has_the_gradient_of_the_way_to_it(void **unused)
{
    bench through = make("bptt", "400", "dt", "0.5");
    bench fixed = make("implicit", "400", "dt", "0.5");
    expect_same_gradient(&through, &fixed, 1e-4); /* both stop at a relative 1e-7 */
    assert_true((double)through.out.time[0] < 100.0);
    destroy(&through);
    destroy(&fixed);
}

static void the_step_decides_how_long_it_takes_and_nothing_else(void **unused)
{
    bench slow = make("implicit", "2000", "dt", "0.05");
    bench fast = make("implicit", "2000", "dt", "1");
    expect_same_gradient(&slow, &fast, 1e-3); /* residuals of small steps understate */
    for (int i = 0; i < slow.n; i++) {
        assert_near((double)slow.out.loss[i], (double)fast.out.loss[i], 1e-4);
        assert_true(slow.out.time[i] > fast.out.time[i]);
    }
    destroy(&slow);
    destroy(&fast);
}

static void how_states_are_kept_makes_no_difference(void **unused)
{
    static const char *const spacings[] = {"1", "3", "7", "400", "0"};
    bench all = make("bptt", "400", "checkpoint", "400");
    for (size_t i = 0; i < sizeof spacings / sizeof *spacings; i++) {
        bench some = make("bptt", "400", "checkpoint", spacings[i]);
        expect_same_gradient(&all, &some, 1e-5); /* products of other shapes */
        destroy(&some);
    }
    destroy(&all);
}

static void a_truncated_gradient_of_full_length_is_the_whole(void **unused)
{
    bench all = make("bptt", "400", "checkpoint", "5");
    bench tail = make("truncated", "400", "tail", "400");
    expect_same_gradient(&all, &tail, 1e-5);
    destroy(&tail);
    destroy(&all);
}

static void a_short_tail_sees_the_last_steps_only(void **unused)
{
    bench one = make("truncated", "400", "tail", "1"),
          five = make("truncated", "400", "tail", "5"),
          many = make("truncated", "400", "tail", "30"), all = make("bptt", "400", "dt", "0.5");
    bench *const of[] = {&one, &five, &many};
    double off[3];
    go_back(&all, 3);
    for (int i = 0; i < 3; i++) {
        off[i] = 0.0;
        go_back(of[i], 3);
        for (size_t k = 0; k < mn_model_size(all.m); k++)
            off[i] = fmax(off[i], fabs((double)of[i]->grad.g[k] - (double)all.grad.g[k]));
        destroy(of[i]);
    }
    assert_true(off[0] > off[1] && off[1] > off[2]);
    assert_true(off[0] > 100.0 * off[2]);
    destroy(&all);
}

static void an_item_is_given_back_alike_alone_and_in_a_batch(void **unused)
{
    bench b = make("implicit", "400", "dt", "0.5");
    mn_rng damage;
    mn_rng_seed(&damage, 5, "damage");
    mn_model_reconstruct(b.m, b.X, b.n, &damage, &b.out);
    float times[BATCH], losses[BATCH];
    memcpy(times, b.out.time, sizeof times);
    memcpy(losses, b.out.loss, sizeof losses);
    mn_rng_seed(&damage, 5, "damage");
    for (int i = 0; i < b.n; i++) {
        mn_model_reconstruct(b.m, b.X + i * b.n_inputs, 1, &damage, &b.out);
        assert_near((double)b.out.loss[0], (double)losses[i], 1e-5);
        assert_near((double)b.out.time[0], (double)times[i], 1.0); /* roundings at the edge */
    }
    destroy(&b);
}

static void what_is_left_of_an_item_is_held(void **unused)
{
    bench b = make("implicit", "400", "mask", "0.3");
    relax(&b, 9);
    int n_lost = 0;
    for (int i = 0; i < b.n * b.n_inputs; i++) {
        if (b.out.cue[i] == 0.0f) {
            n_lost++;
            assert_true(i % b.n_inputs < N - 2); /* task units stay */
        } else {
            assert_near((double)b.out.cue[i], (double)b.X[i], 1e-6);
            assert_near((double)b.out.retrieved[i], (double)b.X[i], 1e-6);
        }
    }
    assert_near(n_lost, 0.3 * (N - 2) * BATCH, 30.0); /* four standard deviations */
    relax(&b, 10);
    int n_again = 0;
    for (int i = 0; i < b.n_inputs; i++)
        n_again += (b.out.cue[i] == 0.0f) != (b.out.cue[i + b.n_inputs] == 0.0f);
    assert_true(n_again > 0);
    destroy(&b);
}

static void a_whole_item_goes_where_the_model_takes_it(void **unused)
{
    bench b = make("implicit", "2000", "dt", "1");
    mn_model_reconstruct(b.m, b.X, b.n, NULL, &b.out);
    float *V = net_numbers((size_t)mn_model_n_state(b.m), sizeof *V);
    for (int i = 0; i < b.n; i++) {
        memcpy(V, b.X + i * b.n_inputs, (size_t)b.n_inputs * sizeof *V);
        mn_model_relax(b.m, V, 1, MN_SYNCHRONOUS, 2000, NULL, NULL, NULL);
        for (int j = 0; j < b.n_inputs; j++)
            assert_near((double)V[j], (double)b.out.retrieved[i * b.n_inputs + j], 1e-4);
    }
    free(V);
    destroy(&b);
}

static void hidden_activity_is_measured_in_bits_and_shares(void **unused)
{
    bench b = make("implicit", "400", "beta", "0.001");
    relax(&b, 1);
    for (int i = 0; i < b.n; i++) { /* nothing competes: all alike */
        assert_near((double)b.out.entropy[i], log2(M), 1e-3);
        assert_near((double)b.out.max[i], 1.0 / M, 1e-3);
        assert_near((double)b.out.norm[i], 1.0 / sqrt(M), 1e-3);
    }
    destroy(&b);
    b = make("implicit", "400", "beta", "10000");
    relax(&b, 1);
    assert_near((double)b.out.entropy[0], 0.0, 1e-3);
    assert_near((double)b.out.max[0], 1.0, 1e-4);
    destroy(&b);
}

static void an_item_that_does_not_settle_takes_one_step_too_many(void **unused)
{
    bench b = make("implicit", "3", "dt", "0.05");
    relax(&b, 1);
    for (int i = 0; i < b.n; i++)
        assert_near((double)b.out.time[i], 4.0, 0.0);
    destroy(&b);
}

static void energy_never_rises_during_recall(void **unused)
{
    static const char *const steps[] = {"0.05", "0.3", "1"};
    mn_rng r;
    mn_rng_seed(&r, 2, "states");
    for (int k = 0; k < 3; k++) {
        bench b = make("implicit", "400", "dt", steps[k]);
        const size_t D = (size_t)mn_model_n_state(b.m);
        float *V = net_numbers(D, sizeof *V);
        for (int draw = 0; draw < 20; draw++) {
            for (size_t j = 0; j < D; j++)
                V[j] = (float)mn_rng_normal(&r);
            double before = mn_model_energy(b.m, V);
            for (int t = 0; t < 60; t++) {
                mn_model_relax(b.m, V, 1, MN_SYNCHRONOUS, 1, NULL, NULL, NULL);
                const double after = mn_model_energy(b.m, V);
                assert_true(after <= before + 1e-6); /* states are floats */
                before = after;
            }
        }
        free(V);
        destroy(&b);
    }
}

static void recall_keeps_length_and_stops_where_nothing_changes(void **unused)
{
    bench b = make("implicit", "400", "dt", "1");
    const size_t D = (size_t)mn_model_n_state(b.m), n_inputs = (size_t)b.n_inputs;
    float *V = net_numbers(2 * D, sizeof *V), *was = net_numbers(2 * D, sizeof *was);
    int sweeps[2];
    bool converged[2];
    for (size_t j = 0; j < n_inputs; j++)
        V[j] = 3.0f * b.X[j]; /* the other state is all 0 */
    double before = 0.0, after = 0.0;
    for (size_t j = 0; j < n_inputs; j++)
        before += (double)V[j] * (double)V[j];
    mn_model_relax(b.m, V, 2, MN_SYNCHRONOUS, 1000, NULL, sweeps, converged);
    for (size_t j = 0; j < n_inputs; j++)
        after += (double)V[j] * (double)V[j];
    assert_near(after / before, 1.0, 1e-5);
    assert_true(converged[0] && sweeps[0] > 0 && sweeps[0] < 1000);
    for (size_t j = 0; j < n_inputs; j++)
        assert_near((double)V[D + j], 0.0, 0.0);
    memcpy(was, V, 2 * D * sizeof *V);
    mn_model_relax(b.m, V, 1, MN_SYNCHRONOUS, 1000, NULL, sweeps, converged);
    assert_memory_equal(V, was, D * sizeof *V);
    assert_int_equal(sweeps[0], 0);
    free(V);
    free(was);
    destroy(&b);
}

static void classes_are_told_and_never_learnt(void **unused)
{
    bench b = make("implicit", "400", "dt", "0.5"),
          untold = make("implicit", "400", "dt", "0.5");
    int label[BATCH], exponent[BATCH];
    float logits[BATCH * CLASSES], tile[CLASSES];
    for (int i = 0; i < BATCH; i++)
        label[i] = 1;
    mn_model_forward(b.m, b.X, b.n, logits, exponent);
    assert_near((double)logits[1], 0.0, 0.0);
    for (int t = 0; t < 3; t++) {
        relax(&b, 4);
        mn_model_told(b.m, b.n, label);
    }
    expect_same_gradient(&b, &untold, 0.0);
    relax(&b, 4);
    mn_tally tally = {.fired = net_numbers(M, sizeof *tally.fired)};
    mn_model_tally(b.m, b.n, NULL, &tally);
    uint32_t n_fired = 0;
    for (int u = 0; u < M; u++) {
        n_fired += tally.fired[u];
        mn_model_tile(b.m, u, NULL, NULL, tile);
        assert_near((double)tile[1], tally.fired[u] ? 1.0 : 0.0, 1e-6);
        assert_near((double)(tile[0] + tile[2]), 0.0, 0.0);
    }
    assert_int_equal(n_fired, BATCH);
    mn_model_forward(b.m, b.X, b.n, logits, exponent);
    for (int i = 0; i < BATCH; i++)
        assert_true(logits[i * CLASSES + 1] > logits[i * CLASSES]);
    free(tally.fired);
    destroy(&b);
    destroy(&untold);
}

static void items_and_memories_of_nothing_are_survived(void **unused)
{
    static const char *const ways[] = {"bptt", "truncated", "implicit"};
    for (int w = 0; w < 3; w++) {
        bench b = make(ways[w], "30", "dt", "1");
        memset(b.X, 0, (size_t)b.n_inputs * sizeof *b.X);
        memset(mn_model_theta(b.m), 0, (size_t)b.n_inputs * sizeof *b.X);
        go_back(&b, 1);
        for (size_t k = 0; k < mn_model_size(b.m); k++)
            assert_true(isfinite(b.grad.g[k]));
        memset(mn_model_theta(b.m), 0, mn_model_size(b.m) * sizeof(float));
        go_back(&b, 1);
        for (size_t k = 0; k < mn_model_size(b.m); k++)
            assert_near((double)b.grad.g[k], 0.0, 0.0);
        mn_model_reconstruct(b.m, b.X, 0, NULL, &b.out);
        mn_model_reconstruct_back(b.m, b.X, 0, b.weight, &b.grad);
        for (size_t k = 0; k < mn_model_size(b.m); k++)
            assert_near((double)b.grad.g[k], 0.0, 0.0);
        destroy(&b);
    }
}

static void a_diverged_memory_shows_in_its_loss(void **unused)
{
    bench b = make("implicit", "30", "dt", "1");
    mn_model_theta(b.m)[0] = NAN;
    relax(&b, 1);
    assert_true(isnan(b.out.loss[0]));
    destroy(&b);
}

static void steps_down_the_gradient_store_the_items(void **unused)
{
    bench b = make("implicit", "400", "dt", "1");
    const double before = loss(&b, 1);
    for (int t = 0; t < 300; t++) {
        go_back(&b, (uint64_t)t);
        for (size_t k = 0; k < mn_model_size(b.m); k++)
            mn_model_theta(b.m)[k] -= 0.05f * b.grad.g[k];
    }
    assert_true(loss(&b, 1) < 0.5 * before);
    destroy(&b);
}

/* The model's own damage is random: what the oracle masked is found among it by trying. With
 * ten units, three items and one row at a time a mask is met after about a thousand draws. */
static void find_mask(bench *b, const double *masked, mn_rng *damage)
{
    mn_rng tried;
    mn_rng_seed(damage, 1, "mask");
    for (;;) {
        tried = *damage;
        mn_model_reconstruct(b->m, b->X, 1, damage, &b->out);
        bool same = true;
        for (int j = 0; j < b->n_inputs; j++)
            same = same && (b->out.cue[j] == 0.0f) == (masked[j] != 0.0);
        if (same)
            break;
    }
    *damage = tried;
}

static void a_gradient_through_time_is_the_oracles(void **unused)
{
    json_t *o = oracle_open("consolidate_bptt.json");
    size_t n;
    double *x = oracle_numbers(o, "x", &n), *masked = oracle_numbers(o, "masked", &n);
    const size_t D = 10, items = n / D;
    double *want = oracle_numbers(o, "grad", &n), *g_end = oracle_numbers(o, "g_end", &n);
    double *losses = oracle_numbers(o, "loss", &n);
    float *w = oracle_floats(o, "w", &n);
    float *sum = net_numbers(n, sizeof *sum);
    bench b =
        create((mn_shape){10, 0, 2, 5, 2, 1, 1},
               (const char *const[]){"memories", "5", "beta", "5", "dt", "0.05", "tolerance",
                                     "0", "max-steps", "60", "gradient", "bptt", NULL});
    memcpy(mn_model_theta(b.m), w, n * sizeof *w);
    for (size_t i = 0; i < items; i++) {
        mn_rng damage;
        double square = 0.0;
        for (size_t j = 0; j < D; j++) {
            b.X[j] = (float)x[i * D + j];
            square += x[i * D + j] * x[i * D + j];
        }
        assert_near(square, 1.0, 1e-6);
        find_mask(&b, masked + i * D, &damage);
        mn_model_reconstruct(b.m, b.X, 1, &damage, &b.out);
        assert_close(b.out.retrieved, g_end + i * D, D, 2e-6, 0.0); /* 60 steps of floats */
        assert_near((double)b.out.loss[0], losses[i], 1e-5);
        assert_near((double)b.out.time[0], 61.0, 0.0);
        const float mean = 1.0f / (float)items;
        mn_model_reconstruct_back(b.m, b.X, 1, &mean, &b.grad);
        for (size_t k = 0; k < n; k++)
            sum[k] += b.grad.g[k];
    }
    assert_close(sum, want, n, 1e-5, 0.0);
    destroy(&b);
    free(x), free(masked), free(want), free(g_end), free(losses), free(w), free(sum);
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gradient_through_time_is_the_oracles),
        cmocka_unit_test(a_gradient_is_the_slope_of_the_loss),
        cmocka_unit_test(a_fixed_point_has_the_gradient_of_the_way_to_it),
        cmocka_unit_test(the_step_decides_how_long_it_takes_and_nothing_else),
        cmocka_unit_test(how_states_are_kept_makes_no_difference),
        cmocka_unit_test(a_truncated_gradient_of_full_length_is_the_whole),
        cmocka_unit_test(a_short_tail_sees_the_last_steps_only),
        cmocka_unit_test(an_item_is_given_back_alike_alone_and_in_a_batch),
        cmocka_unit_test(what_is_left_of_an_item_is_held),
        cmocka_unit_test(a_whole_item_goes_where_the_model_takes_it),
        cmocka_unit_test(hidden_activity_is_measured_in_bits_and_shares),
        cmocka_unit_test(an_item_that_does_not_settle_takes_one_step_too_many),
        cmocka_unit_test(energy_never_rises_during_recall),
        cmocka_unit_test(recall_keeps_length_and_stops_where_nothing_changes),
        cmocka_unit_test(classes_are_told_and_never_learnt),
        cmocka_unit_test(items_and_memories_of_nothing_are_survived),
        cmocka_unit_test(a_diverged_memory_shows_in_its_loss),
        cmocka_unit_test(steps_down_the_gradient_store_the_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

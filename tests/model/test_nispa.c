#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

static const mn_shape small = {6, 1, 4, 6, 1, 1, 8};
enum { N = 7, R = 12, C = 4, NODES = 7 + 3 * 12 + 4 };

static const char *const plain[] = {"neurons", "12",     "density", "0.5", "phase-epochs",
                                    "2",       "period", "6",       NULL};

/* Items whose class can be told, 2 of 4 classes a task. */
typedef struct lessons {
    int first_class;
    bool classes[4];
} lessons;

static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const lessons *l = ctx;
    memset(Y, 0, n * C * sizeof *Y);
    for (size_t i = 0; i < n; i++) {
        const int class = l->first_class + (int)(index[i] % 2);
        for (size_t j = 0; j < N; j++)
            X[i * N + j] = (float)((index[i] * 7 + j * 3) % 5) / 20.0f +
                           ((int)j % 4 == class ? 0.8f : 0.0f);
        Y[i * C + (size_t) class] = 1.0f;
    }
}

static mn_lesson lesson(lessons *l, int task)
{
    l->first_class = task % 2 * 2;
    for (int c = 0; c < C; c++)
        l->classes[c] = c / 2 == task % 2;
    return (mn_lesson){
        .task = task, .classes = l->classes, .items = {.ctx = l, .n = 40, .fetch = fetch}};
}

static mn_state_array array(net *t, const char *name)
{
    mn_state_array a;
    for (int i = 0; mn_model_state(t->m, i, &a); i++)
        if (!strcmp(a.name, name))
            return a;
    fail_msg("there is no state '%s'", name);
    return a;
}

static int clock_at(net *t, int field)
{
    return array(t, "nispa.clock").i[field];
}

static bool done(net *t)
{
    return clock_at(t, 1);
}

/* A step of gradient descent, with the logistic slopes of softmax and cross-entropy. */
static void step(net *t, const mn_lesson *l, uint32_t first, float rate)
{
    uint32_t index[8];
    float Y[8 * 4];
    for (uint32_t i = 0; i < 8; i++)
        index[i] = (first + i) % 40;
    l->items.fetch(l->items.ctx, index, 8, t->X, Y);
    mn_model_train(t->m);
    net_forward(t);
    for (int i = 0; i < 8; i++) {
        double sum = 0.0;
        for (int c = 0; c < C; c++)
            sum += exp((double)t->logits[i * C + c]);
        for (int c = 0; c < C; c++)
            t->dlogits[i * C + c] =
                (float)(exp((double)t->logits[i * C + c]) / sum) - Y[i * C + c];
    }
    net_backward(t);
    for (size_t i = 0; i < mn_model_size(t->m); i++)
        mn_model_theta(t->m)[i] -= rate * t->grad.g[i];
    mn_model_project(t->m);
}

static void epoch(net *t, const mn_lesson *l, mn_rng *r)
{
    mn_err err;
    for (uint32_t at = 0; at < 40; at += 8)
        step(t, l, at, 0.05f);
    assert_ok(mn_model_epoch(t->m, l, r, &err), &err);
}

static void begin(net *t, const mn_lesson *l, mn_rng *r)
{
    mn_err err;
    assert_ok(mn_model_begin(t->m, l, r, &err), &err);
}

/* Learns a task to its end; returns the epochs it took. */
static int study(net *t, lessons *of, int task, mn_rng *r)
{
    const mn_lesson l = lesson(of, task);
    int n = 0;
    begin(t, &l, r);
    for (; !done(t) && n < 100; n++)
        epoch(t, &l, r);
    assert_true(done(t));
    return n;
}

static mn_rng stream(void)
{
    mn_rng r;
    mn_rng_seed(&r, 5, "model");
    return r;
}

static int count(mn_state_array a)
{
    int n = 0;
    for (int i = 0; i < a.rows * a.cols; i++)
        n += a.i[i] != 0;
    return n;
}

static double objective(net *t, bool training)
{
    double sum = 0.0;
    if (training)
        mn_model_train(t->m);
    net_forward(t);
    for (int i = 0; i < t->batch * t->classes; i++)
        sum += (double)t->dlogits[i] * (double)t->logits[i];
    return sum;
}

static void check_slopes(net *t, bool training)
{
    const double h = 1.0 / 4096; /* the network bends where a neuron falls silent */
    const size_t n = mn_model_size(t->m);
    float *theta = mn_model_theta(t->m);
    double *want = net_numbers(n, sizeof *want);
    for (size_t i = 0; i < n; i++) {
        const float kept = theta[i];
        theta[i] = kept + (float)h;
        const double up = objective(t, training);
        theta[i] = kept - (float)h;
        want[i] = (up - objective(t, training)) / (2 * h);
        theta[i] = kept;
    }
    objective(t, training);
    net_backward(t);
    assert_false(t->grad.scaled);
    assert_close(t->grad.g, want, n, 5e-3, 0.0);
    free(want);
}

static void gradient_matches_central_differences(void **unused)
{
    static const char *const depths[] = {"1", "2", "3"};
    for (int d = 0; d < 3; d++) {
        net t = net_make(
            "nispa", small,
            (const char *const[]){"layers", depths[d], "neurons", "9", "density", "0.6", NULL});
        check_slopes(&t, false);
        array(&t, "nispa.current").i[1] = 0;
        check_slopes(&t, true);
        net_finish(&t);
    }
}

static void logits_follow_the_equations(void **unused)
{
    net t = net_make("nispa", small, plain);
    const float *theta = mn_model_theta(t.m);
    double h[2][12], z;
    for (int v = 0; v < 7; v++)
        h[0][v] = (double)t.X[v];
    int cols = N, at = 0;
    for (int l = 0; l < 3; l++, cols = R) {
        for (int v = 0; v < R; v++) {
            double sum = (double)mn_model_tensor(t.m, 4 + l).data[v];
            for (int u = 0; u < cols; u++)
                sum += (double)theta[at++] * h[l % 2][u];
            h[1 - l % 2][v] = sum > 0.0 ? sum : 0.0;
        }
    }
    net_forward(&t);
    for (int c = 0; c < C; c++) {
        z = 0.0;
        for (int u = 0; u < R; u++)
            z += (double)theta[at++] * h[1][u];
        assert_near((double)t.logits[c], z, 1e-5);
    }
    net_finish(&t);
}

static void the_share_of_connections_is_as_asked_and_stays(void **unused)
{
    const mn_shape digits = {784, 0, 10, 28, 28, 1, 4};
    net t = net_make("nispa", digits, (const char *const[]){"neurons", "100", NULL});
    mn_gauge g;
    assert_true(mn_model_gauge(t.m, 2, &g));
    assert_string_equal(g.name, "connections");
    assert_near(g.value, 0.2, 0.005); /* five standard errors of 99,400 draws */
    const int *there = array(&t, "nispa.connected").i;
    for (int i = 0; i < 784 * 100 + 2 * 100 * 100 + 1000; i++)
        assert_true((mn_model_theta(t.m)[i] != 0.0f) == (there[i] != 0));
    net_finish(&t);
    t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    const mn_lesson l = lesson(&of, 0);
    begin(&t, &l, &r);
    const int before = count(array(&t, "nispa.connected"));
    for (int e = 0; e < 2; e++)
        epoch(&t, &l, &r);
    assert_int_equal(clock_at(&t, 2), 2); /* the second phase has begun */
    assert_int_equal(count(array(&t, "nispa.connected")), before);
    net_finish(&t);
}

static void nothing_plastic_reaches_what_is_stable(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    for (int task = 0; task < 2; task++) {
        study(&t, &of, task, &r);
        const int *stable = array(&t, "nispa.stable").i,
                  *there = array(&t, "nispa.connected").i;
        int source = 0, target = N, cols = N, rows = R, n_stable = 0;
        for (int l = 0; l < 4; l++) {
            for (int v = 0; v < rows; v++)
                for (int u = 0; u < cols; u++, there++)
                    assert_false(*there && stable[target + v] && !stable[source + u]);
            source = target, target += rows, cols = R, rows = l == 2 ? C : R;
        }
        for (int u = 0; u < 36; u++)
            n_stable += stable[N + u];
        assert_true(n_stable > 0 && n_stable < 36);
        for (int c = 0; c < C; c++)
            assert_int_equal(stable[N + 36 + c], c < 2 * (task + 1));
    }
    net_finish(&t);
}

/* What the first two classes' logits are stays bit for bit through another task. */
static void what_was_learned_first_is_not_forgotten(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    float X[8 * 7], Y[32], before[32];
    study(&t, &of, 0, &r);
    fetch(&of, (uint32_t[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, X, Y);
    mn_model_forward(t.m, X, 8, before, t.exponent);
    for (int i = 0; i < 8; i++) /* and it was learned */
        assert_true((before[i * C] > before[i * C + 1]) == (Y[i * C] > 0.0f));
    study(&t, &of, 1, &r);
    mn_model_forward(t.m, X, 8, t.logits, t.exponent);
    for (int i = 0; i < 8; i++)
        assert_memory_equal(t.logits + i * C, before + i * C, 2 * sizeof(float));
    net_finish(&t);
}

/* An optimiser with a memory moves what has no slope. */
static void project_undoes_what_momentum_did_to_frozen_weights(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    study(&t, &of, 0, &r);
    const mn_lesson l = lesson(&of, 1);
    begin(&t, &l, &r);
    const size_t n = mn_model_size(t.m);
    float *theta = mn_model_theta(t.m), *before = net_numbers(n, sizeof *before);
    memcpy(before, theta, n * sizeof *before);
    for (size_t i = 0; i < n; i++)
        theta[i] += 0.25f;
    mn_model_project(t.m);
    const int *stable = array(&t, "nispa.stable").i, *there = array(&t, "nispa.connected").i;
    size_t i = 0;
    int frozen = 0, moved = 0;
    for (int l2 = 0, source = 0, target = N, cols = N, rows = R; l2 < 4; l2++) {
        for (int v = 0; v < rows; v++)
            for (int u = 0; u < cols; u++, i++) {
                const bool held = stable[target + v] && stable[source + u];
                frozen += held && there[i];
                moved += theta[i] != before[i];
                assert_true((theta[i] != before[i]) == (there[i] && !held));
            }
        source = target, target += rows, cols = R, rows = l2 == 2 ? C : R;
    }
    for (int v = N; v < NODES; v++, i++)
        assert_true((theta[i] != before[i]) == !stable[v]);
    assert_true(i == n && frozen > 0 && moved > 0);
    net_backward(&t);
    free(before);
    net_finish(&t);
}

static void nothing_moves_once_a_task_is_done(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    study(&t, &of, 0, &r);
    const size_t size = mn_model_size(t.m) * sizeof(float);
    float *before = net_numbers(1, size);
    memcpy(before, mn_model_theta(t.m), size);
    const mn_rng drawn = r;
    const mn_lesson l = lesson(&of, 0);
    epoch(&t, &l, &r);
    assert_memory_equal(mn_model_theta(t.m), before, size);
    assert_memory_equal(&r, &drawn, sizeof r);
    free(before);
    net_finish(&t);
}

/* Of all items: a neuron may be silent for some. */
static double loudness(const net *t, int class)
{
    double sum = 0.0;
    for (int i = 0; i < t->batch; i++)
        sum += fabs((double)t->logits[i * C + class]);
    return sum;
}

static void classes_of_other_tasks_are_silent_in_training_only(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    const mn_lesson l = lesson(&of, 1);
    begin(&t, &l, &r);
    net_forward(&t);
    assert_true(loudness(&t, 0) > 0.0 && loudness(&t, 2) > 0.0);
    mn_model_train(t.m);
    net_forward(&t);
    assert_true(loudness(&t, 0) == 0.0 && loudness(&t, 1) == 0.0 && loudness(&t, 2) > 0.0);
    net_backward(&t);
    const mn_tensor V = mn_model_tensor(t.m, 3);
    const float *g = t.grad.g + (V.data - mn_model_theta(t.m));
    for (int u = 0; u < 2 * R; u++)
        assert_true(g[u] == 0.0f);
    net_forward(&t);
    assert_true(loudness(&t, 0) > 0.0);
    net_finish(&t);
}

/* With p at 0 after two phases a task is three phases long, or less if it went wrong. */
static void the_length_of_a_task_is_that_of_the_schedule(void **unused)
{
    net t = net_make("nispa", small,
                     (const char *const[]){"neurons", "12", "density", "0.5", "phase-epochs",
                                           "4", "period", "3", "recovery", "100", NULL});
    lessons of;
    mn_rng r = stream();
    assert_int_equal(study(&t, &of, 0, &r), 12);
    net_set(&t, "period", "8"); /* p_7 is 0.038: the first below a twentieth */
    assert_int_equal(study(&t, &of, 1, &r), 28);
    net_finish(&t);
}

static void a_task_cut_short_is_stable_too(void **unused)
{
    for (int epochs = 0; epochs < 8; epochs++) {
        net t = net_make("nispa", small, plain);
        lessons of;
        mn_rng r = stream();
        mn_lesson l = lesson(&of, 0);
        begin(&t, &l, &r);
        for (int e = 0; e < epochs && !done(&t); e++)
            epoch(&t, &l, &r);
        l = lesson(&of, 1);
        begin(&t, &l, &r);
        const int *stable = array(&t, "nispa.stable").i;
        assert_int_equal(count(array(&t, "nispa.stable")) > N, epochs > 0);
        assert_int_equal(stable[NODES - C], epochs > 0);
        assert_int_equal(stable[NODES - 1], 0);
        assert_int_equal(clock_at(&t, 2), 1);
        epoch(&t, &l, &r);
        net_finish(&t);
    }
}

/* State and weights are all there is: copied into another model they go on alike. */
static void a_copy_of_the_state_goes_on_in_the_same_bits(void **unused)
{
    for (int at = 0; at < 9; at++) {
        net t = net_make("nispa", small, plain), u = net_make("nispa", small, plain);
        lessons of;
        mn_rng r = stream(), again;
        mn_lesson l = lesson(&of, 0);
        begin(&t, &l, &r);
        for (int e = 0; e < at; e++)
            epoch(&t, &l, &r);
        mn_state_array from, to;
        for (int i = 0; mn_model_state(t.m, i, &from); i++) {
            assert_true(mn_model_state(u.m, i, &to));
            const size_t size = (size_t)from.rows * (size_t)from.cols * sizeof(float);
            memcpy(to.f ? (void *)to.f : (void *)to.i, from.f ? (void *)from.f : (void *)from.i,
                   size);
        }
        const size_t size = mn_model_size(t.m) * sizeof(float);
        memcpy(mn_model_theta(u.m), mn_model_theta(t.m), size);
        again = r;
        for (int e = 0; e < 6; e++)
            epoch(&t, &l, &r), epoch(&u, &l, &again);
        l = lesson(&of, 1);
        begin(&t, &l, &r), begin(&u, &l, &again);
        epoch(&t, &l, &r), epoch(&u, &l, &again);
        assert_memory_equal(mn_model_theta(u.m), mn_model_theta(t.m), size);
        for (int i = 0; mn_model_state(t.m, i, &from); i++) {
            assert_true(mn_model_state(u.m, i, &to));
            assert_memory_equal(from.f ? (void *)from.f : (void *)from.i,
                                to.f ? (void *)to.f : (void *)to.i,
                                (size_t)from.cols * sizeof(float));
        }
        net_finish(&t), net_finish(&u);
    }
}

static void sizes_at_the_edge_are_learned(void **unused)
{
    static const char *const cases[][9] = {
        {"neurons", "1", "density", "0", "phase-epochs", "1", "period", "3", NULL},
        {"neurons", "1", "density", "1", "phase-epochs", "1", "period", "3", NULL},
        {"neurons", "3", "density", "1", "recovery", "0", "phase-epochs", "1", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        net t = net_make("nispa", small, cases[k]);
        lessons of;
        mn_rng r = stream();
        for (int task = 0; task < 4; task++) /* two of them for the second time */
            study(&t, &of, task, &r);
        for (size_t i = 0; i < mn_model_size(t.m); i++)
            assert_true(isfinite(mn_model_theta(t.m)[i]));
        net_finish(&t);
    }
}

/* A checkpoint may say anything that is a number and, where it is whole, not negative. */
static void states_from_hostile_files_are_survived(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    mn_lesson l = lesson(&of, 0);
    mn_portrait *p = net_numbers(1, sizeof *p);
    mn_state_array a;
    begin(&t, &l, &r);
    for (int i = 0; mn_model_state(t.m, i, &a); i++)
        for (int j = 0; j < a.cols; j++)
            if (a.f)
                a.f[j] = j % 2 ? NAN : 1e30f;
            else
                a.i[j] = j % 3 ? 2147483646 : 0;
    array(&t, "nispa.clock").i[1] = 0;
    array(&t, "nispa.clock").i[3] = 2147483646;
    epoch(&t, &l, &r);
    assert_true(mn_model_portrait(t.m, p));
    begin(&t, &l, &r);
    epoch(&t, &l, &r);
    free(p);
    net_finish(&t);
}

static void a_tile_of_a_deeper_neuron_is_the_sum_over_its_paths(void **unused)
{
    net t = net_make("nispa", small, plain);
    float pixels[6], extra[1], classes[4];
    const float *W1 = mn_model_tensor(t.m, 0).data, *W2 = mn_model_tensor(t.m, 1).data,
                *W3 = mn_model_tensor(t.m, 2).data, *V = mn_model_tensor(t.m, 3).data;
    mn_model_tile(t.m, 5, pixels, extra, classes);
    assert_memory_equal(pixels, W1 + 5 * N, sizeof pixels);
    assert_true(extra[0] == W1[5 * N + 6]);
    double say = 0.0, field = 0.0;
    for (int v = 0; v < R; v++)
        for (int u = 0; u < R; u++) {
            say += (double)V[2 * R + v] * (double)W3[v * R + u] * (double)W2[u * R + 5];
            field += (double)W3[4 * R + v] * (double)W2[v * R + u] * (double)W1[u * N + 3];
        }
    assert_near((double)classes[2], say, 1e-5);
    mn_model_tile(t.m, 2 * R + 4, pixels, extra, classes);
    assert_near((double)pixels[3], field, 1e-5);
    for (int c = 0; c < C; c++)
        assert_true(classes[c] == V[c * R + 4]);
    mn_model_tile(t.m, R, NULL, NULL, NULL);
    net_finish(&t);
}

static void firing_and_activity_are_of_all_layers(void **unused)
{
    net t = net_make("nispa", small, plain);
    uint32_t fired[36] = {0};
    float A[8 * 36];
    net_forward(&t);
    mn_model_tally(t.m, 8, NULL, &(mn_tally){.fired = fired});
    mn_model_activity(t.m, t.X, 8, A);
    for (int u = 0; u < 36; u++) {
        uint32_t n = 0;
        for (int i = 0; i < 8; i++)
            n += A[i * 36 + u] > 0.0f;
        assert_int_equal(fired[u], n);
    }
    for (int i = 0; i < 8; i++) {
        double sum = 0.0;
        for (int u = 0; u < 36; u++)
            sum += (double)A[i * 36 + u];
        assert_near(sum, 1.0, 1e-5);
    }
    net_finish(&t);
}

static void the_portrait_has_a_point_for_every_phase(void **unused)
{
    net t = net_make("nispa", small, plain);
    lessons of;
    mn_rng r = stream();
    mn_portrait *p = net_numbers(1, sizeof *p);
    study(&t, &of, 0, &r);
    const int phases = clock_at(&t, 2);
    assert_true(mn_model_portrait(t.m, p));
    assert_int_equal(p->n_series, 3);
    assert_int_equal(p->series[2].n, phases);
    const int *stable = array(&t, "nispa.stable").i;
    int n = 0;
    for (int u = 0; u < R; u++)
        n += stable[N + 2 * R + u];
    assert_near(p->series[2].y[phases - 1], (double)n / R, 1e-6);
    for (int task = 1; task < 40; task++)
        study(&t, &of, task, &r);
    assert_true(mn_model_portrait(t.m, p));
    assert_int_equal(p->series[0].n, MN_PORTRAIT_POINTS);
    assert_true(p->series[0].x[127] > 128.0);
    free(p);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_follow_the_equations),
        cmocka_unit_test(gradient_matches_central_differences),
        cmocka_unit_test(the_share_of_connections_is_as_asked_and_stays),
        cmocka_unit_test(nothing_plastic_reaches_what_is_stable),
        cmocka_unit_test(what_was_learned_first_is_not_forgotten),
        cmocka_unit_test(project_undoes_what_momentum_did_to_frozen_weights),
        cmocka_unit_test(nothing_moves_once_a_task_is_done),
        cmocka_unit_test(classes_of_other_tasks_are_silent_in_training_only),
        cmocka_unit_test(the_length_of_a_task_is_that_of_the_schedule),
        cmocka_unit_test(a_task_cut_short_is_stable_too),
        cmocka_unit_test(a_copy_of_the_state_goes_on_in_the_same_bits),
        cmocka_unit_test(sizes_at_the_edge_are_learned),
        cmocka_unit_test(states_from_hostile_files_are_survived),
        cmocka_unit_test(a_tile_of_a_deeper_neuron_is_the_sum_over_its_paths),
        cmocka_unit_test(firing_and_activity_are_of_all_layers),
        cmocka_unit_test(the_portrait_has_a_point_for_every_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

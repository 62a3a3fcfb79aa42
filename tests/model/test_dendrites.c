#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

static const mn_shape small = {6, 1, 4, 6, 1, 1, 8};
enum { N = 7, R = 10, S = 3, C = 4 };

static const char *const plain[] = {"neurons", "10",           "segments", "3", "active",
                                    "0.3",     "context-gain", "2",        NULL};

/* Items of two of the four classes, each with a place of its own. */
static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const int first = *(const int *)ctx;
    memset(Y, 0, n * C * sizeof *Y);
    for (size_t i = 0; i < n; i++) {
        const int class = first + (int)(index[i] % 2);
        for (size_t j = 0; j < N; j++)
            X[i * N + j] =
                (float)((index[i] * 5 + j) % 7) / 30.0f + ((int)j % 4 == class ? 0.7f : 0.0f);
        Y[i * C + (size_t) class] = 1.0f;
    }
}

static mn_status begin(net *t, int task, mn_err *err)
{
    static const int first[] = {0, 2};
    static const bool classes[][4] = {{true, true, false, false}, {false, false, true, true}};
    const mn_lesson l = {.task = task,
                         .classes = classes[task % 2],
                         .items = {.ctx = &first[task % 2], .n = 30, .fetch = fetch}};
    mn_rng r;
    mn_rng_seed(&r, 5, "model");
    return mn_model_begin(t->m, &l, &r, err);
}

static void meet(net *t, int task)
{
    mn_err err;
    assert_ok(begin(t, task, &err), &err);
}

static mn_state_array array(net *t, int i)
{
    mn_state_array a;
    assert_true(mn_model_state(t->m, i, &a));
    return a;
}

static float *prototypes(net *t)
{
    return array(t, 1).f;
}

/* What the network makes of an item in a context of gain 2. */
static void reference(net *t, const float *x, const float *c, double *z)
{
    const float *theta = mn_model_theta(t->m);
    double in[10], h[10];
    size_t at = 0, segment = N * R + R * R + R * C + 2 * R + C;
    for (int j = 0; j < N; j++)
        in[j] = (double)x[j];
    for (int l = 0, cols = N; l < 2; l++, cols = R) {
        const float *bias = mn_model_tensor(t->m, 3 + l).data;
        for (int u = 0; u < R; u++) {
            double sum = (double)bias[u], most = 0.0;
            for (int j = 0; j < cols; j++)
                sum += (double)theta[at++] * in[j];
            for (int s = 0; s < S; s++) {
                double d = 0.0;
                for (int j = 0; j < N; j++)
                    d += (double)theta[segment++] * 2.0 * (double)c[j];
                most = fabs(d) > fabs(most) ? d : most;
            }
            h[u] = sum / (1.0 + exp(-most));
        }
        for (int u = 0; u < R; u++) {
            int larger = 0;
            for (int v = 0; v < R; v++)
                larger += h[v] > h[u];
            in[u] = larger < 3 ? h[u] : 0.0;
        }
    }
    for (int k = 0; k < C; k++) {
        z[k] = (double)mn_model_tensor(t->m, 5).data[k];
        for (int u = 0; u < R; u++)
            z[k] += (double)theta[at++] * in[u];
    }
}

static void logits_follow_the_equations(void **unused)
{
    net t = net_make("dendrites", small, plain);
    double z[4];
    meet(&t, 0);
    mn_model_train(t.m);
    net_forward(&t);
    for (int i = 0; i < 8; i++) {
        reference(&t, t.X + i * N, prototypes(&t), z);
        for (int c = 0; c < C; c++)
            assert_near((double)t.logits[i * C + c], z[c], 1e-5);
    }
    net_finish(&t);
}

static double objective(net *t, uint32_t *fired)
{
    double sum = 0.0;
    net_forward(t);
    memset(fired, 0, 2 * R * sizeof *fired);
    mn_model_tally(t->m, t->batch, NULL, &(mn_tally){.fired = fired});
    for (int i = 0; i < t->batch * t->classes; i++)
        sum += (double)t->dlogits[i] * (double)t->logits[i];
    return sum;
}

/* Where a step changes who fires the logits jump, and there is nothing to compare. */
static void check_slopes(net *t)
{
    const double h = 1.0 / 4096;
    const size_t n = mn_model_size(t->m);
    float *theta = mn_model_theta(t->m);
    double *want = net_numbers(n, sizeof *want);
    uint32_t above[2 * R], below[2 * R];
    size_t n_jumps = 0;
    net_forward(t);
    net_backward(t);
    assert_false(t->grad.scaled);
    for (size_t i = 0; i < n; i++) {
        const float kept = theta[i];
        theta[i] = kept + (float)h;
        const double up = objective(t, above);
        theta[i] = kept - (float)h;
        want[i] = (up - objective(t, below)) / (2 * h);
        theta[i] = kept;
        if (memcmp(above, below, sizeof above)) {
            want[i] = (double)t->grad.g[i];
            n_jumps++;
        }
    }
    assert_true(n_jumps <= n / 50);
    assert_close(t->grad.g, want, n, 5e-3, 0.0);
    free(want);
}

static void gradient_matches_central_differences(void **unused)
{
    static const char *const contexts[] = {"task", "class", "none"};
    for (int c = 0; c < 3; c++)
        for (int kept = 0; kept < 4; kept++) {
            net t = net_make("dendrites", small,
                             (const char *const[]){"neurons", "10", "segments", "3", "active",
                                                   "0.3", "context", contexts[c], "keep-sparse",
                                                   kept % 2 ? "yes" : "no", NULL});
            if (kept / 2)
                net_keep_rows(&t);
            meet(&t, 0), meet(&t, 1);
            check_slopes(&t);
            net_finish(&t);
        }
}

/* With rows kept, what is not among them is 0 whatever was there before. */
static void rows_that_are_not_listed_have_no_slope(void **unused)
{
    net t = net_make("dendrites", small, plain), u = net_make("dendrites", small, plain);
    net_keep_rows(&t);
    meet(&t, 0), meet(&u, 0);
    for (int task = 0; task < 2; task++) {
        meet(&t, task), meet(&u, task); /* another context: other segments */
        mn_model_train(t.m), mn_model_train(u.m);
        net_forward(&t), net_forward(&u);
        net_backward(&t), net_backward(&u);
        assert_memory_equal(t.grad.g, u.grad.g, mn_model_size(t.m) * sizeof(float));
        assert_true(t.grad.touched.some && !u.grad.touched.some);
        assert_int_equal(t.grad.touched.n, 2 * R + C + 3 + 2 * R); /* a segment for each */
        for (int i = 1; i < t.grad.touched.n; i++)
            assert_true(t.grad.touched.list[i] > t.grad.touched.list[i - 1]);
    }
    net_finish(&t), net_finish(&u);
}

static void a_prototype_is_the_mean_of_the_training_items(void **unused)
{
    net t = net_make("dendrites", small, plain);
    uint32_t index[30];
    float X[30 * N], Y[30 * C];
    for (uint32_t i = 0; i < 30; i++)
        index[i] = i;
    meet(&t, 1);
    fetch(&(int){2}, index, 30, X, Y);
    for (int j = 0; j < N; j++) {
        double mean = 0.0;
        for (int i = 0; i < 30; i++)
            mean += (double)X[i * N + j] / 30;
        assert_near((double)prototypes(&t)[N + j], mean, 1e-6);
        assert_true(prototypes(&t)[j] == 0.0f); /* the first task was never met */
    }
    net_finish(&t);
}

/* A test item of the first task is answered in the first context, after the second as well. */
static void tests_take_the_nearest_prototype_and_training_that_of_the_task(void **unused)
{
    net t = net_make("dendrites", small, plain);
    float Y[32], told[32];
    double z[4];
    meet(&t, 0), meet(&t, 1);
    fetch(&(int){0}, (uint32_t[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, t.X, Y);
    mn_model_train(t.m);
    net_forward(&t);
    memcpy(told, t.logits, sizeof told);
    net_forward(&t);
    for (int i = 0; i < 8; i++) {
        reference(&t, t.X + i * N, prototypes(&t), z);
        assert_near((double)t.logits[i * C], z[0], 1e-5);
        reference(&t, t.X + i * N, prototypes(&t) + N, z);
        assert_near((double)told[i * C], z[0], 1e-5);
    }
    assert_memory_not_equal(told, t.logits, sizeof told);
    net_finish(&t);
}

static void contexts_of_classes_are_found_without_the_label(void **unused)
{
    net t = net_make("dendrites", small,
                     (const char *const[]){"neurons", "10", "segments", "3", "active", "0.3",
                                           "context", "class", "context-gain", "2", NULL});
    float Y[32], before[32];
    double z[4];
    mn_gauge g;
    meet(&t, 0), meet(&t, 1);
    fetch(&(int){2}, (uint32_t[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, t.X, Y);
    net_forward(&t);
    memcpy(before, t.logits, sizeof before);
    for (int i = 0; i < 8; i++) {
        reference(&t, t.X + i * N, prototypes(&t) + (2 + i % 2) * N, z);
        assert_near((double)t.logits[i * C + 1], z[1], 1e-5);
    }
    mn_model_train(t.m);
    net_forward(&t);
    assert_memory_equal(before, t.logits, sizeof before);
    assert_true(mn_model_gauge(t.m, 0, &g) && g.value == 4.0);
    net_finish(&t);
}

static void as_many_fire_as_are_to_stay_active(void **unused)
{
    static const char *const actives[] = {"0.0001", "0.3", "1"};
    static const uint32_t want[] = {1, 3, 10};
    for (int k = 0; k < 3; k++) {
        net t = net_make("dendrites", small,
                         (const char *const[]){"neurons", "10", "active", actives[k], NULL});
        uint32_t fired[20] = {0}, sum = 0;
        float A[8 * 20];
        net_forward(&t);
        mn_model_tally(t.m, 8, NULL, &(mn_tally){.fired = fired});
        for (int u = 0; u < 20; u++)
            sum += fired[u];
        assert_int_equal(sum, 8 * 2 * want[k]);
        mn_model_activity(t.m, t.X, 8, A);
        for (int i = 0; i < 8; i++) {
            double share = 0.0;
            for (int u = 0; u < 20; u++)
                share += (double)A[i * 20 + u];
            assert_near(share, 1.0, 1e-5);
        }
        net_finish(&t);
    }
}

static void half_of_the_weights_are_absent_and_stay_so(void **unused)
{
    net t = net_make("dendrites", small, plain);
    float *W1 = mn_model_tensor(t.m, 0).data, *V = mn_model_tensor(t.m, 2).data;
    const size_t n = mn_model_size(t.m);
    for (int side = 0; side < 2; side++) {
        for (int u = 0; u < R; u++) {
            int heard = 0;
            for (int j = 0; j < N; j++)
                heard += W1[u * N + j] != 0.0f;
            assert_int_equal(heard, 4);
        }
        for (int i = 0; i < C * R; i++)
            assert_true(V[i] != 0.0f);
        for (size_t i = 0; i < n; i++)
            mn_model_theta(t.m)[i] += 0.7f;
        mn_model_project(t.m);
    }
    net_set(&t, "keep-sparse", "no");
    for (size_t i = 0; i < n; i++)
        mn_model_theta(t.m)[i] += 0.7f;
    mn_model_project(t.m);
    for (int i = 0; i < R * N; i++)
        assert_true(W1[i] != 0.0f);
    net_finish(&t);
}

static void there_is_room_for_so_many_tasks(void **unused)
{
    net t = net_make("dendrites", small, plain);
    mn_err err;
    meet(&t, 31);
    assert_failed(begin(&t, 32, &err), &err, MN_EINVAL, "task 33");
    net_finish(&t);
    t = net_make("dendrites", small,
                 (const char *const[]){"neurons", "3", "context", "class", NULL});
    meet(&t, 1000);
    net_finish(&t);
}

static void states_from_hostile_files_are_survived(void **unused)
{
    net t = net_make("dendrites", small, plain);
    mn_state_array a;
    mn_gauge g;
    meet(&t, 0);
    for (int i = 0; mn_model_state(t.m, i, &a); i++)
        for (int j = 0; j < a.rows * a.cols; j++)
            if (a.f)
                a.f[j] = NAN;
            else
                a.i[j] = 2147483647;
    mn_model_train(t.m);
    net_forward(&t);
    net_backward(&t);
    for (int i = 0; mn_model_gauge(t.m, i, &g); i++)
        assert_non_null(g.name);
    net_finish(&t);
}

static void sizes_at_the_edge_are_computed(void **unused)
{
    static const char *const cases[][9] = {
        {"neurons", "1", "segments", "1", "density", "0", "context", "class", NULL},
        {"neurons", "1", "segments", "100", "density", "1", "active", "1", NULL},
        {"neurons", "3", "density", "0", "active", "0.0001", "context", "none", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        net t = net_make("dendrites", (mn_shape){1, 0, 1, 1, 1, 1, 1}, cases[k]);
        net_forward(&t);
        net_backward(&t);
        assert_true(isfinite(t.logits[0]));
        net_finish(&t);
    }
}

static void what_is_not_a_number_shows(void **unused)
{
    net t = net_make("dendrites", small, plain);
    for (int i = 0; i < N * R; i++)
        mn_model_theta(t.m)[i] = NAN;
    net_set(&t, "active", "1");
    net_set(&t, "keep-sparse", "no");
    net_forward(&t);
    assert_true(isnan(t.logits[0]));
    net_finish(&t);
}

static void tiles_are_of_both_layers(void **unused)
{
    net t = net_make("dendrites", small, plain);
    float pixels[6], extra[1], classes[4];
    const float *W1 = mn_model_tensor(t.m, 0).data, *W2 = mn_model_tensor(t.m, 1).data,
                *V = mn_model_tensor(t.m, 2).data;
    double field = 0.0, say = 0.0;
    for (int u = 0; u < R; u++) {
        field += (double)W2[3 * R + u] * (double)W1[u * N + 2];
        say += (double)V[R + u] * (double)W2[u * R + 4];
    }
    mn_model_tile(t.m, R + 3, pixels, extra, classes);
    assert_near((double)pixels[2], field, 1e-5);
    assert_true(classes[1] == V[R + 3]);
    mn_model_tile(t.m, 4, pixels, extra, classes);
    assert_memory_equal(pixels, W1 + 4 * N, sizeof pixels);
    assert_near((double)classes[1], say, 1e-5);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_follow_the_equations),
        cmocka_unit_test(gradient_matches_central_differences),
        cmocka_unit_test(rows_that_are_not_listed_have_no_slope),
        cmocka_unit_test(a_prototype_is_the_mean_of_the_training_items),
        cmocka_unit_test(tests_take_the_nearest_prototype_and_training_that_of_the_task),
        cmocka_unit_test(contexts_of_classes_are_found_without_the_label),
        cmocka_unit_test(as_many_fire_as_are_to_stay_active),
        cmocka_unit_test(half_of_the_weights_are_absent_and_stay_so),
        cmocka_unit_test(there_is_room_for_so_many_tasks),
        cmocka_unit_test(states_from_hostile_files_are_survived),
        cmocka_unit_test(sizes_at_the_edge_are_computed),
        cmocka_unit_test(what_is_not_a_number_shows),
        cmocka_unit_test(tiles_are_of_both_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

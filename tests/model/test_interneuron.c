#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "net.h"

static const mn_shape picture = {784, 0, 4, 28, 28, 1, 6};
static const mn_shape small = {64, 3, 4, 8, 8, 1, 6};

static mn_state_array array(net *t, const char *name)
{
    mn_state_array a;
    for (int i = 0; mn_model_state(t->m, i, &a); i++)
        if (!strcmp(a.name, name))
            return a;
    fail_msg("no state '%s'", name);
    return a;
}

static double gauge(net *t, const char *name)
{
    mn_gauge g;
    for (int i = 0; mn_model_gauge(t->m, i, &g); i++)
        if (!strcmp(g.name, name))
            return g.value;
    fail_msg("no gauge '%s'", name);
    return 0.0;
}

static void begin_task(net *t, int task)
{
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 1, "model");
    const mn_lesson l = {.task = task};
    assert_ok(mn_model_begin(t->m, &l, &r, &err), &err);
}

static void end_epoch(net *t)
{
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 1, "model");
    const mn_lesson l = {0};
    assert_ok(mn_model_epoch(t->m, &l, &r, &err), &err);
}

/* Labels 0, 1, 2, .. in turn. */
static void learn(net *t, int times)
{
    float *Y = net_numbers((size_t)t->batch * (size_t)t->classes, sizeof *Y);
    for (int i = 0; i < t->batch; i++)
        Y[i * t->classes + i % t->classes] = 1.0f;
    for (int k = 0; k < times; k++) {
        net_forward(t);
        mn_model_learn(t->m, t->X, Y, t->batch);
    }
    free(Y);
}

/* Rates at rest, without what only the model sees: a unit's share times the sum is its rate, so
 * that shares are what can be compared. */
static float *shares(net *t)
{
    float *A = net_numbers((size_t)t->batch * (size_t)t->r, sizeof *A);
    mn_model_activity(t->m, t->X, t->batch, A);
    return A;
}

/* The class means after one item of a class are its rates. */
static void rates(net *t, int item, float *e)
{
    mn_state_array means = array(t, "class_means"), n = array(t, "class_items");
    float *theta = net_numbers(mn_model_size(t->m), sizeof *theta);
    float Y[8] = {0};
    Y[0] = 1.0f;
    memcpy(theta, mn_model_theta(t->m), mn_model_size(t->m) * sizeof *theta);
    memset(n.i, 0, (size_t)n.cols * sizeof *n.i);
    mn_model_forward(t->m, t->X + item * t->n_inputs, 1, t->logits, t->exponent);
    mn_model_learn(t->m, t->X + item * t->n_inputs, Y, 1);
    memcpy(e, means.f, (size_t)t->r * sizeof *e);
    memcpy(mn_model_theta(t->m), theta, mn_model_size(t->m) * sizeof *theta);
    free(theta);
}

/* The published input: a border of 2 gone, 2 x 2 averaged, length 1. */
static void pool(const float *x, double *out)
{
    double norm = 0.0;
    for (int row = 0; row < 12; row++)
        for (int col = 0; col < 12; col++) {
            const float *at = x + (2 + 2 * row) * 28 + 2 + 2 * col;
            const double v =
                ((double)at[0] + (double)at[1] + (double)at[28] + (double)at[29]) / 4.0;
            out[row * 12 + col] = v;
            norm += v * v;
        }
    for (int k = 0; k < 144; k++)
        out[k] /= sqrt(norm);
}

/* What e is drawn to when the interneurons are where e holds them. */
static double pull(net *t, const double *x, const float *e, int unit)
{
    enum { E = 100, I = 25 };
    const int *excites = array(t, "excites").i, *inhibits = array(t, "inhibits").i;
    const float *w = mn_model_theta(t->m) + unit * 144;
    double sum = -(double)mn_model_tensor(t->m, 1).data[unit];
    for (int k = 0; k < 144; k++)
        sum += (double)w[k] * x[k];
    for (int i = 0; i < I; i++) {
        double heard = -0.1 * E;
        for (int u = 0; u < E; u++)
            heard += excites[i * E + u] * (double)e[u];
        if (inhibits[unit * I + i] && heard > 0.0)
            sum -= heard / (0.9 * I);
    }
    return sum > 0.0 ? tanh(sum / 0.5) : 0.0;
}

static void an_item_comes_to_rest_at_a_fixed_point(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){"settle-steps", "9000", NULL});
    learn(&t, 3); /* so that thresholds are not all 0 */
    for (int item = 0; item < t.batch; item++) {
        double x[144];
        float e[100];
        rates(&t, item, e);
        assert_near(gauge(&t, "at rest"), 1.0, 0.0);
        pool(t.X + item * 784, x);
        for (int u = 0; u < 100; u++) /* tolerance 2e-4; i is that much behind, times 2 / L */
            assert_near((double)e[u], pull(&t, x, e, u), 2e-3);
    }
    net_finish(&t);
}

static void a_smaller_step_comes_to_rest_at_the_same_point(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    net_set(&t, "settle-steps", "20000"); /* noise drives all units alike, which takes long */
    float *coarse = shares(&t);
    net_set(&t, "dt", "5e-5");
    float *fine = shares(&t);
    assert_near(gauge(&t, "at rest"), 1.0, 0.0);
    for (int k = 0; k < t.batch * t.r; k++)
        assert_near((double)coarse[k], (double)fine[k], 1e-4);
    free(coarse);
    free(fine);
    net_finish(&t);
}

static void an_item_does_not_hang_on_its_company(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    float *all = shares(&t), alone[100];
    for (int i = 0; i < t.batch; i++) {
        mn_model_activity(t.m, t.X + i * t.n_inputs, 1, alone);
        for (int u = 0; u < t.r; u++) /* matrix products of other shapes round differently */
            assert_near((double)alone[u], (double)all[i * t.r + u], 1e-5);
    }
    free(all);
    net_finish(&t);
}

static void interneurons_make_activity_sparse(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    net_forward(&t);
    const double sparse = gauge(&t, "active");
    assert_true(gauge(&t, "inhibition") > 0.0 && sparse > 0.0);
    net_set(&t, "inhibition", "0");
    net_forward(&t);
    assert_near(gauge(&t, "active"), 100.0, 0.0); /* nothing else keeps a unit silent */
    assert_true(sparse < 50.0);
    net_finish(&t);
}

static void inhibition_excites_newborn_units_until_their_epoch_ends(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    learn(&t, 5);
    net_set(&t, "newborn", "0.2");
    begin_task(&t, 1);
    const int *newborn = array(&t, "newborn").i;
    int unit = -1, n_newborn = 0;
    for (int u = 0; u < t.r; u++)
        if (newborn[u]) {
            unit = u;
            n_newborn++;
        }
    assert_int_equal(n_newborn, 20);
    float before[100], after[100];
    rates(&t, 0, before);
    end_epoch(&t);
    for (int u = 0; u < t.r; u++)
        assert_int_equal(newborn[u], 0);
    rates(&t, 0, after);
    assert_true(before[unit] > 0.15f); /* active by nothing but inverted inhibition */
    assert_true(after[unit] < 0.01f);  /* whose weights are still 0 */
    net_finish(&t);
}

static void newborn_units_replace_the_idlest_and_win_what_they_would_not(void **unused)
{
    uint32_t wins[2][100] = {{0}};
    int n_wins[2] = {0, 0};
    for (int gaba = 0; gaba < 2; gaba++) {
        net t = net_make("interneuron", picture, (const char *[]){NULL});
        learn(&t, 10);
        net_set(&t, "newborn", "0.2");
        begin_task(&t, 1);
        int newborn[100];
        memcpy(newborn, array(&t, "newborn").i, sizeof newborn);
        if (!gaba) /* born grown up: inhibited from the first */
            end_epoch(&t);
        learn(&t, 10);
        end_epoch(&t);
        net_forward(&t);
        mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = wins[gaba]});
        for (int u = 0; u < t.r; u++)
            n_wins[gaba] += newborn[u] ? (int)wins[gaba][u] : 0;
        net_finish(&t);
    }
    assert_int_equal(n_wins[0], 0); /* a unit without weights never becomes active */
    assert_true(n_wins[1] > 0);
}

static void nobody_hears_newborn_units(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    learn(&t, 5);
    net_forward(&t);
    net_set(&t, "newborn", "1"); /* all of them: nothing is left that could excite */
    begin_task(&t, 1);
    net_forward(&t);
    assert_near(gauge(&t, "inhibition"), 0.0, 0.0);
    assert_near(gauge(&t, "active"), 0.0, 0.0);
    net_finish(&t);
}

/* The rule, literally, in double. */
static void the_rule_changes_weights_as_the_equations_say(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    learn(&t, 4);
    float e[100], Y[4] = {0, 1, 0, 0};
    double x[144];
    const size_t n = mn_model_size(t.m);
    double *want = net_numbers(n, sizeof *want);
    rates(&t, 2, e);
    pool(t.X + 2 * 784, x);
    const float *theta = mn_model_theta(t.m);
    for (int u = 0; u < 100; u++) {
        const double rate = (double)e[u], over = fmax(rate - 0.15, 0.0);
        const double under = fmax(0.15 - rate, 0.0), alpha = 0.05 / (0.15 * 0.15 * 0.15);
        for (int k = 0; k < 144; k++) {
            const double w = (double)theta[u * 144 + k];
            const double d = -alpha * rate * under * x[k] + 9.85 * rate * over * x[k] -
                             rate * rate * rate * over * w;
            want[u * 144 + k] = fmax(0.0, w + 0.01 * d);
        }
        want[14400 + u] = fmax(0.0, (double)theta[14400 + u] + 0.01 * (rate - 0.2));
    }
    mn_model_forward(t.m, t.X + 2 * 784, 1, t.logits, t.exponent);
    mn_model_learn(t.m, t.X + 2 * 784, Y, 1);
    assert_close(theta, want, n, 1e-6, 1e-6); /* float */
    free(want);
    net_finish(&t);
}

static void what_it_learns_it_can_tell_apart(void **unused)
{
    net t = net_make("interneuron", small, (const char *[]){NULL});
    for (int i = 0; i < t.batch; i++) /* a bar of its own for every label */
        for (int k = 0; k < 64; k++)
            t.X[i * t.n_inputs + k] = k / 16 == i % 4 ? 1.0f : 0.0f;
    learn(&t, 60);
    net_forward(&t);
    for (int i = 0; i < t.batch; i++) {
        int best = 0;
        for (int c = 0; c < t.classes; c++) {
            const float z = t.logits[i * t.classes + c];
            assert_true(z >= 0.0f && z <= 1.0001f);
            best = z > t.logits[i * t.classes + best] ? c : best;
        }
        assert_int_equal(best, i % 4);
    }
    net_finish(&t);
}

static void the_same_seed_and_items_end_in_the_same_bits(void **unused)
{
    net a = net_make("interneuron", small, (const char *[]){"newborn", "0.3", NULL});
    net b = net_make("interneuron", small, (const char *[]){"newborn", "0.3", NULL});
    for (int k = 0; k < 2; k++) {
        net *t = k ? &b : &a;
        begin_task(t, 0);
        learn(t, 5);
        end_epoch(t);
        learn(t, 5);
        net_forward(t);
    }
    assert_memory_equal(mn_model_theta(a.m), mn_model_theta(b.m), mn_model_size(a.m) * 4);
    assert_memory_equal(a.logits, b.logits, (size_t)(a.batch * a.classes) * 4);
    net_finish(&a);
    net_finish(&b);
}

static void looking_changes_nothing_that_is_learnt(void **unused)
{
    net a = net_make("interneuron", small, (const char *[]){NULL});
    net b = net_make("interneuron", small, (const char *[]){NULL});
    learn(&a, 3);
    learn(&b, 3);
    mn_portrait p;
    free(shares(&b));
    net_forward(&b);
    assert_true(mn_model_portrait(b.m, &p));
    learn(&a, 2);
    learn(&b, 2);
    assert_memory_equal(mn_model_theta(a.m), mn_model_theta(b.m), mn_model_size(a.m) * 4);
    net_finish(&a);
    net_finish(&b);
}

static void theta_and_state_are_all_that_a_checkpoint_needs(void **unused)
{
    net a = net_make("interneuron", small, (const char *[]){"newborn", "0.2", NULL});
    learn(&a, 4);
    begin_task(&a, 1);
    learn(&a, 2);
    net b = net_make("interneuron", small, (const char *[]){"newborn", "0.2", NULL});
    memcpy(mn_model_theta(b.m), mn_model_theta(a.m), mn_model_size(a.m) * sizeof(float));
    mn_state_array from, to;
    int i;
    for (i = 0; mn_model_state(a.m, i, &from); i++) {
        assert_true(mn_model_state(b.m, i, &to));
        const size_t n = (size_t)from.rows * (size_t)from.cols;
        assert_true(!from.f == !to.f && !from.i == !to.i && !from.f != !from.i);
        memcpy(from.f ? (void *)to.f : (void *)to.i,
               from.f ? (const void *)from.f : (const void *)from.i, n * 4);
        for (size_t k = 0; from.i && k < n; k++)
            assert_true(from.i[k] >= 0);
    }
    assert_false(mn_model_state(b.m, i, &to));
    learn(&a, 3);
    learn(&b, 3);
    assert_memory_equal(mn_model_theta(a.m), mn_model_theta(b.m), mn_model_size(a.m) * 4);
    net_finish(&a);
    net_finish(&b);
}

static void its_portrait_is_the_way_to_rest(void **unused)
{
    net t = net_make("interneuron", picture,
                     (const char *[]){"settle-steps", "100000", "dt", "4e-6", NULL});
    mn_portrait p;
    assert_true(mn_model_portrait(t.m, &p)); /* before any item too */
    assert_int_equal(p.series[0].n, 0);
    assert_true(isnan(gauge(&t, "active")));
    net_forward(&t);
    assert_true(mn_model_portrait(t.m, &p));
    assert_int_equal(p.n_series, 3);
    const int n = p.series[0].n;
    assert_true(n > MN_PORTRAIT_POINTS / 2 && n <= MN_PORTRAIT_POINTS);
    for (int s = 0; s < 3; s++)
        for (int j = 1; j < n; j++) {
            assert_true(p.series[s].x[j] > p.series[s].x[j - 1]);
            assert_true(isnan(p.series[s].y[j]) || p.series[s].y[j] > 0.0);
        }
    double most = 0.0; /* as in figure 12: excitation shoots over before inhibition is there */
    for (int j = 0; j < n; j++)
        most = fmax(most, p.series[1].y[j]);
    assert_true(most > 1.05 * p.series[1].y[n - 1]);
    assert_true(p.n_facts >= 3 && strstr(p.facts[1], "at rest after"));
    net_finish(&t);
}

static void what_does_not_come_to_rest_says_so(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){"settle-steps", "7", NULL});
    mn_portrait p;
    net_forward(&t);
    assert_near(gauge(&t, "at rest"), 0.0, 0.0);
    assert_near(gauge(&t, "steps"), 7.0, 0.0);
    assert_true(mn_model_portrait(t.m, &p));
    assert_non_null(strstr(p.facts[1], "still moving after 7 steps"));
    net_finish(&t);
}

static void an_empty_picture_leaves_everything_silent(void **unused)
{
    net t = net_make("interneuron", small, (const char *[]){NULL});
    memset(t.X, 0, (size_t)(t.batch * t.n_inputs) * sizeof *t.X);
    learn(&t, 2);
    net_forward(&t);
    assert_near(gauge(&t, "active"), 0.0, 0.0);
    for (int k = 0; k < t.batch * t.classes; k++)
        assert_true(t.logits[k] == 0.0f);
    mn_model_forward(t.m, t.X, 0, t.logits, t.exponent); /* and nothing at all is no harm */
    net_finish(&t);
}

static void every_shape_has_its_tiles(void **unused)
{
    static const mn_shape shapes[] = {{1, 0, 1, 1, 1, 1, 1},     {3072, 2, 3, 32, 32, 3, 2},
                                      {100, 0, 2, 100, 1, 1, 2}, {29 * 24, 0, 2, 29, 24, 1, 2},
                                      {784, 0, 2, 28, 28, 1, 1}, {23 * 23, 1, 2, 23, 23, 1, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const mn_shape *s = &shapes[i];
        net t = net_make("interneuron", *s,
                         (const char *[]){"excitatory", "9", "inhibitory", "3", NULL});
        float *pixels = net_numbers((size_t)s->n_visible, sizeof *pixels), extra[8], classes[8];
        net_forward(&t);
        mn_model_tile(t.m, t.r - 1, pixels, extra, classes);
        double sum = 0.0;
        for (int k = 0; k < s->n_visible; k++)
            sum += (double)pixels[k];
        assert_true(sum > 0.0);
        free(pixels);
        net_finish(&t);
    }
}

static void a_tile_shows_the_weights_where_their_pixels_were(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    float pixels[784];
    mn_model_tile(t.m, 3, pixels, NULL, NULL);
    const float *w = mn_model_theta(t.m) + 3 * 144;
    for (int row = 0; row < 28; row++)
        for (int col = 0; col < 28; col++) {
            const bool border = row < 2 || row > 25 || col < 2 || col > 25;
            const float want = border ? 0.0f : w[(row - 2) / 2 * 12 + (col - 2) / 2];
            assert_true(pixels[row * 28 + col] == want);
        }
    net_finish(&t);
}

static void steps_longer_than_a_time_constant_are_refused(void **unused)
{
    mn_model *m = NULL;
    mn_err err;
    const mn_model_ops *ops = mn_model_find("interneuron");
    void *cfg = net_numbers(1, mn_model_cfg_size(ops));
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "dt"), cfg, "0.003", &err),
              &err);
    assert_failed(mn_model_create(&m, ops, &small, cfg, &err), &err, MN_EINVAL, "0.003 s (dt)");
    free(cfg);
}

static void a_unit_can_be_born_again(void **unused)
{
    net t = net_make("interneuron", picture, (const char *[]){NULL});
    learn(&t, 5);
    assert_true(mn_model_revive(t.m, 7, t.X));
    float e[100];
    rates(&t, 0, e);
    assert_int_equal(array(&t, "newborn").i[7], 1);
    assert_true(e[7] > 0.15f);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_comes_to_rest_at_a_fixed_point),
        cmocka_unit_test(a_smaller_step_comes_to_rest_at_the_same_point),
        cmocka_unit_test(an_item_does_not_hang_on_its_company),
        cmocka_unit_test(interneurons_make_activity_sparse),
        cmocka_unit_test(inhibition_excites_newborn_units_until_their_epoch_ends),
        cmocka_unit_test(newborn_units_replace_the_idlest_and_win_what_they_would_not),
        cmocka_unit_test(nobody_hears_newborn_units),
        cmocka_unit_test(the_rule_changes_weights_as_the_equations_say),
        cmocka_unit_test(what_it_learns_it_can_tell_apart),
        cmocka_unit_test(the_same_seed_and_items_end_in_the_same_bits),
        cmocka_unit_test(looking_changes_nothing_that_is_learnt),
        cmocka_unit_test(theta_and_state_are_all_that_a_checkpoint_needs),
        cmocka_unit_test(its_portrait_is_the_way_to_rest),
        cmocka_unit_test(what_does_not_come_to_rest_says_so),
        cmocka_unit_test(an_empty_picture_leaves_everything_silent),
        cmocka_unit_test(every_shape_has_its_tiles),
        cmocka_unit_test(a_tile_shows_the_weights_where_their_pixels_were),
        cmocka_unit_test(steps_longer_than_a_time_constant_are_refused),
        cmocka_unit_test(a_unit_can_be_born_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Kanerva's memory: what is written is read, from afar too, as long as it is not too far. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

enum { BITS = 256, CLASSES = 4, D = BITS + CLASSES, PATTERNS = 20 };
static const mn_shape bits = {BITS, 0, CLASSES, 16, 16, 1, PATTERNS};

/* Random bits, written once. The radius is of 1 % of the space: 20 of 2,000 locations. */
static net make(const char *const *pairs)
{
    net t = net_make("kanerva", bits, pairs);
    mn_rng r;
    mn_rng_seed(&r, 2, "patterns");
    for (int i = 0; i < t.batch * t.n_inputs; i++)
        t.X[i] = mn_rng_below(&r, 2) ? 1.0f : -1.0f;
    return t;
}

static void write_all(net *t)
{
    float *Y = net_numbers((size_t)(t->batch * t->classes), sizeof *Y);
    for (int i = 0; i < t->batch; i++)
        Y[i * t->classes + i % t->classes] = 1.0f;
    net_forward(t);
    mn_model_learn(t->m, t->X, Y, t->batch);
    free(Y);
}

/* Whole states: the patterns with `n_turned` bits turned over and no class. */
static float *cues(const net *t, int n_turned)
{
    float *V = net_numbers((size_t)t->batch * D, sizeof *V);
    for (int i = 0; i < t->batch; i++) {
        memcpy(V + i * D, t->X + i * BITS, BITS * sizeof *V);
        for (int j = 0; j < n_turned; j++)
            V[i * D + (j * 7 + i) % BITS] *= -1.0f; /* 7 and 256 share no factor */
        for (int c = 0; c < CLASSES; c++)
            V[i * D + BITS + c] = -1.0f;
    }
    return V;
}

/* How many of the states are the patterns, with their classes. */
static int n_exact(const net *t, const float *V)
{
    int n = 0;
    for (int i = 0; i < t->batch; i++) {
        bool same = !memcmp(V + i * D, t->X + i * BITS, BITS * sizeof *V);
        for (int c = 0; c < CLASSES; c++)
            same = same && (V[i * D + BITS + c] > 0.0f) == (c == i % CLASSES);
        n += same;
    }
    return n;
}

static int n_recalled(net *t, int n_turned)
{
    float *V = cues(t, n_turned);
    mn_model_relax(t->m, V, t->batch, MN_SYNCHRONOUS, 20, NULL, NULL, NULL);
    const int n = n_exact(t, V);
    free(V);
    return n;
}

static const char *const by_radius[] = {"kind", "binary", "activation", "radius", "locations",
                                        "2000", "radius", "109",        NULL};
static const char *const by_k[] = {"kind", "binary",     "locations", "2000", "k",
                                   "20",   "activation", "k-nearest", NULL};

static void what_is_written_is_read_exactly(void **unused)
{
    const char *const *const ways[] = {by_radius, by_k};
    for (int way = 0; way < 2; way++) {
        net t = make(ways[way]);
        write_all(&t);
        assert_int_equal(n_recalled(&t, 0), PATTERNS);
        net_forward(&t);
        for (int i = 0; i < PATTERNS; i++)
            for (int c = 0; c < CLASSES; c++)
                assert_true(t.logits[i * CLASSES + i % CLASSES] >= t.logits[i * CLASSES + c]);
        net_finish(&t);
    }
}

static void iterated_reading_converges_inside_the_critical_distance(void **unused)
{
    net t = make(by_radius);
    write_all(&t);
    assert_true(n_recalled(&t, 20) >= PATTERNS - 1);
    net_finish(&t);
}

static void iterated_reading_leads_elsewhere_from_outside(void **unused)
{
    net t = make(by_radius);
    write_all(&t);
    assert_true(n_recalled(&t, 115) <= 1);
    net_finish(&t);
}

static void a_state_at_rest_has_no_energy_and_one_away_has_bits(void **unused)
{
    net t = make(by_radius);
    write_all(&t);
    float *V = cues(&t, 12);
    assert_near(mn_model_energy(t.m, V), 12 + 1, 3); /* the class, and what noise there is */
    bool settled[PATTERNS];
    int sweeps[PATTERNS];
    mn_model_relax(t.m, V, t.batch, MN_SYNCHRONOUS, 20, NULL, sweeps, settled);
    for (int i = 0; i < PATTERNS; i++) {
        assert_true(settled[i] && sweeps[i] >= 1);
        assert_true(mn_model_energy(t.m, V + i * D) == 0.0);
    }
    free(V);
    net_finish(&t);
}

static void an_empty_memory_leaves_states_alone(void **unused)
{
    net t = make(by_radius);
    float *V = cues(&t, 0), *before = cues(&t, 0), share[2000];
    bool settled[PATTERNS] = {false};
    mn_model_relax(t.m, V, t.batch, MN_SYNCHRONOUS, 20, NULL, NULL, settled);
    assert_memory_equal(V, before, sizeof(float) * PATTERNS * D);
    assert_true(settled[0] && mn_model_energy(t.m, V) == 0.0);
    mn_model_shares(t.m, V, share);
    for (int u = 0; u < 2000; u++)
        assert_true(share[u] == 0.0f);
    net_forward(&t);
    for (int i = 0; i < PATTERNS * CLASSES; i++)
        assert_true(t.logits[i] == t.logits[0] && isfinite(t.logits[i]));
    free(V);
    free(before);
    net_finish(&t);
}

static void exactly_k_locations_are_active(void **unused)
{
    static const char *const kinds[] = {"binary", "continuous"};
    for (int kind = 0; kind < 2; kind++) {
        net t = make((const char *const[]){"locations", "500", "activation", "k-nearest", "k",
                                           "13", "kind", kinds[kind], NULL});
        uint32_t fired[500] = {0}, sum = 0;
        net_forward(&t);
        mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
        for (int u = 0; u < 500; u++)
            sum += fired[u];
        assert_int_equal(sum, 13 * PATTERNS);
        net_set(&t, "k", "100000"); /* more than there are: all of them */
        net_forward(&t);
        memset(fired, 0, sizeof fired);
        mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
        assert_int_equal(fired[0], PATTERNS);
        net_finish(&t);
    }
}

static const float *addresses_of(net *t)
{
    mn_state_array a;
    assert_true(mn_model_state(t->m, 0, &a));
    assert_string_equal(a.name, "addresses");
    return a.f;
}

static void the_radius_counts_bits(void **unused)
{
    net t = make(by_radius);
    const float *address = addresses_of(&t);
    net_forward(&t);
    for (int u = 0; u < t.r; u++) {
        uint32_t fired[2000] = {0};
        int n_within = 0;
        for (int i = 0; i < PATTERNS; i++) {
            int apart = 0;
            for (int j = 0; j < BITS; j++)
                apart += address[u * BITS + j] != t.X[i * BITS + j];
            n_within += apart <= 109;
        }
        mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
        assert_int_equal(fired[u], n_within);
    }
    net_finish(&t);
}

static void counters_are_sums_of_what_was_written(void **unused)
{
    net t = make(by_radius);
    uint32_t fired[2000] = {0};
    float pixels[BITS], classes[CLASSES];
    mn_state_array a;
    write_all(&t);
    mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
    assert_true(mn_model_state(t.m, 2, &a));
    assert_string_equal(a.name, "writes");
    for (int u = 0; u < t.r; u++) {
        mn_model_tile(t.m, u, pixels, NULL, classes);
        assert_int_equal(a.i[u], fired[u]);
        assert_true(fabsf(pixels[0]) <= (float)fired[u]);
        double sum = 0.0;
        for (int c = 0; c < CLASSES; c++)
            sum += (double)classes[c];
        assert_near(sum, (2.0 - CLASSES) * fired[u], 0.0); /* one +1, the others -1 */
    }
    net_finish(&t);
}

static void the_continuous_memory_reads_the_mean_of_what_is_near(void **unused)
{
    net t = make((const char *const[]){"locations", "2000", "radius", "109", "activation",
                                       "radius", NULL});
    write_all(&t);
    float *V = cues(&t, 0);
    mn_model_relax(t.m, V, t.batch, MN_SYNCHRONOUS, 1, NULL, NULL, NULL);
    for (int i = 0; i < PATTERNS; i++) {
        double agreement = 0.0;
        for (int j = 0; j < BITS; j++) {
            assert_true(fabsf(V[i * D + j]) <= 1.0f);
            agreement += (double)V[i * D + j] * (double)t.X[i * BITS + j] / BITS;
        }
        assert_true(agreement > 0.5);
    }
    free(V);
    net_finish(&t);
}

static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const net *t = ctx;
    for (size_t i = 0; i < n; i++) {
        memcpy(X + i * BITS, t->X + index[i] % PATTERNS * BITS, BITS * sizeof *X);
        memset(Y + i * CLASSES, 0, CLASSES * sizeof *Y);
    }
}

static void the_radius_is_planned_once_for_the_first_task(void **unused)
{
    net t = make((const char *const[]){"locations", "2000", "activation", "radius", NULL});
    const mn_lesson few = {.items = {&t, PATTERNS, fetch}},
                    many = {.items = {&t, 50000, fetch}};
    mn_rng r;
    mn_err err;
    mn_gauge g[3];
    mn_rng_seed(&r, 1, "model");
    assert_ok(mn_model_begin(t.m, &many, &r, &err), &err);
    assert_true(mn_model_gauge(t.m, 1, &g[0]));
    assert_ok(mn_model_begin(t.m, &few, &r, &err), &err);
    assert_true(mn_model_gauge(t.m, 1, &g[1]));
    assert_true(g[1].value > g[0].value); /* few patterns bear wider circles */
    write_all(&t);
    assert_ok(mn_model_begin(t.m, &many, &r, &err), &err);
    assert_true(mn_model_gauge(t.m, 1, &g[2]));
    assert_true(g[2].value == g[1].value);
    net_finish(&t);
}

static void the_centre_is_the_mean_item(void **unused)
{
    net t = make((const char *const[]){"kind", "continuous", "locations", "10", NULL});
    const mn_lesson l = {.items = {&t, PATTERNS, fetch}};
    mn_rng r;
    mn_err err;
    mn_state_array a;
    double mean[BITS] = {0};
    mn_rng_seed(&r, 1, "model");
    assert_ok(mn_model_begin(t.m, &l, &r, &err), &err);
    assert_true(mn_model_state(t.m, 1, &a));
    assert_string_equal(a.name, "centre");
    for (int i = 0; i < PATTERNS * BITS; i++)
        mean[i % BITS] += (double)t.X[i] / PATTERNS;
    assert_close(a.f, mean, BITS, 1e-6, 0.0);
    net_finish(&t);
}

static void reading_again_needs_no_nearer_item(void **unused)
{
    net t = make(by_radius);
    int right[2] = {0};
    write_all(&t);
    float *V = cues(&t, 40);
    for (int i = 0; i < PATTERNS; i++)
        memcpy(t.X + i * BITS, V + i * D, BITS * sizeof *V);
    for (int again = 0; again < 2; again++) {
        net_set(&t, "reads", again ? "10" : "1");
        net_forward(&t);
        for (int i = 0; i < PATTERNS; i++) {
            int n_over = 0;
            for (int c = 0; c < CLASSES; c++)
                n_over +=
                    t.logits[i * CLASSES + c] > t.logits[i * CLASSES + i % CLASSES] - 0.5f;
            right[again] += n_over == 1; /* sure, not just foremost */
        }
    }
    assert_true(right[1] > right[0]);
    free(V);
    net_finish(&t);
}

static void a_revived_location_is_where_the_item_is(void **unused)
{
    net t = make((const char *const[]){"locations", "50", "radius", "1", "kind", "binary",
                                       "activation", "radius", NULL});
    uint32_t fired[50] = {0};
    write_all(&t);
    assert_true(mn_model_revive(t.m, 7, t.X + 3 * BITS));
    net_forward(&t);
    mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
    assert_int_equal(fired[7], 1);
    net_finish(&t);
}

static void the_portrait_is_figure_7(void **unused)
{
    static const mn_shape small = {64, 0, 2, 8, 8, 1, 1};
    net t = net_make(
        "kanerva", small,
        (const char *const[]){"radius", "11", "kind", "binary", "activation", "radius", NULL});
    static mn_portrait p;
    assert_true(mn_model_portrait(t.m, &p));
    assert_int_equal(p.n_series, 4);
    assert_true(p.y_log && p.n_facts > 4);
    assert_string_equal(p.series[0].name, "binary");
    assert_int_equal(p.series[0].n, 23);
    assert_near(p.series[0].y[0], .4638, 0.5e-4);
    assert_near(p.series[1].y[0], .4609, 0.5e-4);
    assert_non_null(strstr(p.series[3].name, "14.41"));
    for (int i = 0; i < p.n_series; i++) {
        double sum = 0.0;
        for (int j = 0; j < p.series[i].n; j++)
            sum += p.series[i].y[j];
        assert_near(sum, 1.0, 1e-9);
    }
    net_finish(&t);
}

/* As a checkpoint may hold any count, and a person may ask for any radius. */
static void absurd_radii_are_survived(void **unused)
{
    static mn_portrait p;
    mn_state_array a;
    net t = make((const char *const[]){"locations", "20", "radius", "100000", "activation",
                                       "radius", NULL});
    write_all(&t);
    assert_true(mn_model_portrait(t.m, &p));
    net_set(&t, "radius", "0");
    assert_true(mn_model_state(t.m, 3, &a));
    assert_string_equal(a.name, "plan");
    a.i[0] = a.i[1] = INT32_MAX;
    net_forward(&t);
    assert_true(mn_model_portrait(t.m, &p));
    a.i[0] = a.i[1] = 0;
    net_forward(&t);
    assert_true(mn_model_portrait(t.m, &p));
    net_finish(&t);
    t = net_make("kanerva", (mn_shape){1, 0, 1, 1, 1, 1, 2},
                 (const char *const[]){"locations", "1", "kind", "continuous", NULL});
    net_forward(&t);
    assert_true(mn_model_portrait(t.m, &p));
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_exactly),
        cmocka_unit_test(iterated_reading_converges_inside_the_critical_distance),
        cmocka_unit_test(iterated_reading_leads_elsewhere_from_outside),
        cmocka_unit_test(a_state_at_rest_has_no_energy_and_one_away_has_bits),
        cmocka_unit_test(an_empty_memory_leaves_states_alone),
        cmocka_unit_test(exactly_k_locations_are_active),
        cmocka_unit_test(the_radius_counts_bits),
        cmocka_unit_test(counters_are_sums_of_what_was_written),
        cmocka_unit_test(the_continuous_memory_reads_the_mean_of_what_is_near),
        cmocka_unit_test(the_radius_is_planned_once_for_the_first_task),
        cmocka_unit_test(the_centre_is_the_mean_item),
        cmocka_unit_test(reading_again_needs_no_nearer_item),
        cmocka_unit_test(a_revived_location_is_where_the_item_is),
        cmocka_unit_test(the_portrait_is_figure_7),
        cmocka_unit_test(absurd_radii_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

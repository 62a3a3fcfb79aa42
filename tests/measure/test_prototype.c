#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "mnemoscope/arena.h"
#include "mnemoscope/prototype.h"
#include "mnemoscope/rng.h"

enum {
    VISIBLE = 12,
    EXTRA = 1,
    CLASSES = 3,
    INPUTS = VISIBLE + EXTRA,
    STATE = INPUTS + CLASSES
};

static const float pictures[3][VISIBLE] = {
    {1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1},
    {-1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1},
    {-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1},
};

typedef struct bench {
    mn_arena arena;
    mn_units units;
    mn_model *model;
} bench;

static void create(bench *b, int n_units, const float *rows, int batch)
{
    mn_shape s = {.n_visible = VISIBLE,
                  .n_extra = EXTRA,
                  .n_classes = CLASSES,
                  .width = 4,
                  .height = 3,
                  .channels = 1,
                  .batch = batch};
    mn_err err;
    *b = (bench){.model = fake_create(&s, n_units, rows, FAKE_JUMPS, -1.0f)};
    mn_units_layout(&b->units, n_units, 0, &b->arena);
    assert_ok(mn_arena_allocate(&b->arena, "units", &err), &err);
    mn_units_layout(&b->units, n_units, 0, &b->arena);
    mn_units_reset(&b->units);
}

static void destroy(bench *b)
{
    mn_model_destroy(b->model);
    mn_arena_finish(&b->arena);
}

static void measure(bench *b, const float *X, const int *label, int n)
{
    float *work = malloc(mn_prototype_work(b->model, n) * sizeof *work);
    assert_non_null(work);
    mn_prototype_measure(b->model, X, label, n, work, &b->units);
    free(work);
}

/* A row that stores picture `k` (or its negative) and votes for class `k`. */
static void write_row(float *row, int k, float sign)
{
    for (int j = 0; j < VISIBLE; j++)
        row[j] = sign * pictures[k][j];
    row[VISIBLE] = 1.0f;
    for (int c = 0; c < CLASSES; c++)
        row[INPUTS + c] = c == k ? 1.0f : -1.0f;
}

/* The three pictures, each once, labelled 0, 1, 2. */
static void write_probe(float *X, int *label)
{
    for (int k = 0; k < 3; k++) {
        memcpy(X + k * INPUTS, pictures[k], sizeof pictures[k]);
        X[k * INPUTS + VISIBLE] = 1.0f;
        label[k] = k;
    }
}

static void a_memory_of_one_picture_is_a_prototype_in_every_sense(void **state)
{
    float rows[3 * STATE], X[3 * INPUTS];
    int label[3];
    bench b;
    for (int k = 0; k < 3; k++)
        write_row(rows + k * STATE, k, 1.0f);
    write_probe(X, label);
    /* different pictures overlap by (4 - 8) / 12 < 0: each row answers its own alone */
    create(&b, 3, rows, 8);
    measure(&b, X, label, 3);
    for (int u = 0; u < 3; u++) {
        for (int k = 0; k < MN_N_INDICES; k++)
            assert_near((double)b.units.index[k][u], 1.0, 1e-6);
        assert_near((double)b.units.share[u], 1.0 / 3.0, 1e-6);
        assert_near((double)b.units.norm[u], sqrt(12.0), 1e-6);
        assert_int_equal(b.units.label[u], u);
    }
    destroy(&b);
}

static void memories_that_all_answer_everything_are_features(void **state)
{
    float rows[5 * STATE], X[3 * INPUTS];
    int label[3];
    bench b;
    for (int u = 0; u < 5; u++) {
        for (int j = 0; j < STATE; j++)
            rows[u * STATE + j] = -1.0f; /* the ground all pictures share */
        rows[u * STATE + INPUTS + 1] = 0.5f;
    }
    write_probe(X, label);
    create(&b, 5, rows, 8);
    measure(&b, X, label, 3);
    for (int u = 0; u < 5; u++) {
        for (int k = 0; k < MN_N_INDICES; k++)
            assert_near((double)b.units.index[k][u], 0.0, 1e-3);
        assert_near((double)b.units.share[u], 0.2, 1e-6);
        assert_int_equal(b.units.label[u], 1);
    }
    destroy(&b);
}

static void a_memory_that_never_answers_is_undefined(void **state)
{
    float rows[2 * STATE], X[3 * INPUTS];
    int label[3];
    bench b;
    for (int j = 0; j < STATE; j++) {
        rows[j] = -1.0f;
        rows[STATE + j] = 1.0f; /* the negative of the ground */
    }
    write_probe(X, label);
    create(&b, 2, rows, 8);
    measure(&b, X, label, 3);
    assert_near((double)b.units.share[1], 0.0, 0.0);
    assert_near((double)b.units.share[0], 1.0, 1e-6);
    for (int k = 0; k < MN_N_INDICES; k++) {
        assert_true(isnan(b.units.index[k][1]));
        assert_near(mn_prototype_mean(&b.units, (mn_index)k), (double)b.units.index[k][0],
                    1e-9);
    }
    destroy(&b);
}

static void a_probe_of_one_picture_has_no_item_match(void **state)
{
    float rows[STATE], X[3 * INPUTS];
    int label[3];
    bench b;
    write_row(rows, 0, 1.0f);
    write_probe(X, label);
    memcpy(X + INPUTS, X, INPUTS * sizeof *X);
    memcpy(X + 2 * INPUTS, X, INPUTS * sizeof *X);
    create(&b, 1, rows, 8);
    measure(&b, X, label, 3);
    assert_true(isnan(b.units.index[MN_ITEM_MATCH][0]));
    assert_near((double)b.units.index[MN_WINNER_SHARE][0], 1.0, 0.0); /* it is alone */
    assert_near((double)b.units.index[MN_LABEL_PURITY][0], 0.0, 1e-6);
    destroy(&b);
}

static void draw_floats(mn_rng *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(2.0 * mn_rng_uniform(r) - 1.0);
}

/* The definitions of prototype.h, literally, for one unit. */
static void define(const float *A, const float *X, const int *label, int n, int n_units, int u,
                   double index[MN_N_INDICES])
{
    double total = 0.0, information = 0.0, mean[VISIBLE] = {0}, sum[VISIBLE] = {0};
    double square = 0.0, length = 0.0, q[CLASSES] = {0}, entropy = 0.0;
    for (int i = 0; i < n; i++) {
        total += (double)A[i * n_units + u];
        for (int j = 0; j < VISIBLE; j++)
            mean[j] += (double)X[i * INPUTS + j] / n;
    }
    for (int i = 0; i < n; i++) {
        double a = (double)A[i * n_units + u], p = a / total;
        information += p > 0.0 ? p * log(1.0 / a) : 0.0;
        q[label[i]] += p;
        for (int j = 0; j < VISIBLE; j++) {
            double d = (double)X[i * INPUTS + j] - mean[j];
            sum[j] += p * d;
            square += p * d * d;
        }
    }
    for (int j = 0; j < VISIBLE; j++)
        length += sum[j] * sum[j];
    for (int c = 0; c < CLASSES; c++)
        entropy += q[c] > 0.0 ? q[c] * log(1.0 / q[c]) : 0.0;
    index[MN_WINNER_SHARE] = fmax(0.0, 1.0 - information / log(n_units));
    index[MN_ITEM_MATCH] = sqrt(length / square);
    index[MN_LABEL_PURITY] = 1.0 - entropy / log(CLASSES);
}

static void indices_are_what_the_definitions_say_whatever_the_batch(void **state)
{
    enum { MOST_UNITS = 130, MOST_ITEMS = 40 };
    static float rows[MOST_UNITS * STATE], X[MOST_ITEMS * INPUTS], A[MOST_ITEMS * MOST_UNITS];
    const int unit_counts[4] = {2, 64, 65, 130};
    int label[MOST_ITEMS];
    mn_rng r;
    mn_rng_seed(&r, 4, "test");
    for (int draw = 0; draw < 200; draw++) {
        int n = 2 + (int)mn_rng_below(&r, MOST_ITEMS - 1), n_units = unit_counts[draw % 4];
        bench b;
        draw_floats(&r, rows, (size_t)n_units * STATE);
        draw_floats(&r, X, (size_t)n * INPUTS);
        for (int i = 0; i < n; i++)
            label[i] = (int)mn_rng_below(&r, CLASSES);
        create(&b, n_units, rows, 1 + (int)mn_rng_below(&r, 50));
        for (int i = 0; i < n; i++)
            mn_model_activity(b.model, X + i * INPUTS, 1, A + i * n_units);
        measure(&b, X, label, n);
        for (int u = 0; u < n_units; u++) {
            double want[MN_N_INDICES];
            define(A, X, label, n, n_units, u, want);
            for (int k = 0; k < MN_N_INDICES; k++) {
                double got = (double)b.units.index[k][u];
                if (isnan(got)) /* it answers nothing worth mentioning */
                    assert_true((double)b.units.share[u] < 0.01 / n_units);
                else
                    assert_near(got, want[k], 1e-4); /* float sums; 1 - p near 0 and 1 */
                assert_true(isnan(got) || (got >= 0.0 && got <= 1.0));
            }
        }
        destroy(&b);
    }
}

/* A dense memory of this vertex with random weights, the same for every vertex. */
static mn_model *dense(int vertex)
{
    const mn_model_ops *ops = mn_model_find("dam");
    mn_shape s = {.n_visible = VISIBLE,
                  .n_extra = EXTRA,
                  .n_classes = CLASSES,
                  .width = 4,
                  .height = 3,
                  .channels = 1,
                  .batch = 16};
    mn_param_table table = mn_model_params(ops);
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    char text[16];
    mn_model *m = NULL;
    mn_err err;
    mn_rng r;
    assert_non_null(cfg);
    mn_param_defaults(table, cfg);
    snprintf(text, sizeof text, "%d", vertex);
    assert_ok(mn_param_set(mn_param_find(table, "memories"), cfg, "20", &err), &err);
    assert_ok(mn_param_set(mn_param_find(table, "vertex"), cfg, text, &err), &err);
    assert_ok(mn_model_create(&m, ops, &s, cfg, &err), &err);
    mn_rng_seed(&r, 1, "init");
    mn_model_init(m, &r);
    free(cfg);
    return m;
}

static void raising_the_vertex_leaves_the_field_to_fewer_memories(void **state)
{
    const int vertices[6] = {2, 3, 5, 10, 20, 30};
    float X[60 * INPUTS];
    int label[60];
    double before = -1.0;
    mn_rng r;
    mn_rng_seed(&r, 6, "test");
    draw_floats(&r, X, 60 * INPUTS);
    for (int i = 0; i < 60; i++)
        label[i] = i % CLASSES;
    for (int v = 0; v < 6; v++) {
        bench b;
        create(&b, 20, NULL, 16);
        mn_model_destroy(b.model);
        b.model = dense(vertices[v]);
        measure(&b, X, label, 60);
        double mean = mn_prototype_mean(&b.units, MN_WINNER_SHARE);
        assert_true(mean > before);
        before = mean;
        destroy(&b);
    }
}

static void one_mean_leaves_undefined_units_out(void **state)
{
    bench b;
    create(&b, 3, NULL, 1);
    for (int k = 0; k < MN_N_INDICES; k++)
        assert_true(isnan(mn_prototype_mean(&b.units, (mn_index)k)));
    b.units.index[MN_ITEM_MATCH][0] = 0.25f;
    b.units.index[MN_ITEM_MATCH][2] = 0.75f;
    assert_near(mn_prototype_mean(&b.units, MN_ITEM_MATCH), 0.5, 1e-9);
    destroy(&b);
}

static void indices_are_named_by_one_word_and_explained_in_a_line(void **state)
{
    for (int k = 0; k < MN_N_INDICES; k++) {
        const char *name = mn_index_name((mn_index)k);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        assert_in_range(strlen(mn_index_about((mn_index)k)), 20, 78);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_memory_of_one_picture_is_a_prototype_in_every_sense),
        cmocka_unit_test(memories_that_all_answer_everything_are_features),
        cmocka_unit_test(a_memory_that_never_answers_is_undefined),
        cmocka_unit_test(a_probe_of_one_picture_has_no_item_match),
        cmocka_unit_test(indices_are_what_the_definitions_say_whatever_the_batch),
        cmocka_unit_test(raising_the_vertex_leaves_the_field_to_fewer_memories),
        cmocka_unit_test(one_mean_leaves_undefined_units_out),
        cmocka_unit_test(indices_are_named_by_one_word_and_explained_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

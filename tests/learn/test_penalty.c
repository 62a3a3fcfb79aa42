#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pupil.h"

static const char *const kinds[] = {"l2", "ewc", "mas", "si"};
enum { KINDS = 4 };

static const mn_shape small = {
    .n_visible = 9, .n_extra = 2, .n_classes = 3, .width = 9, .height = 1, .channels = 1};

static pupil *dense(const char *vertex)
{
    const char *set[] = {"memories", "5", "vertex", vertex, NULL};
    return pupil_create("dam", small, set, "power", 2, "maxnorm");
}

static pupil *layered(void)
{
    static const char *const set[] = {"neurons", "6", NULL};
    return pupil_create("mlp", small, set, "cross-entropy", 1, "sgd");
}

static void protect(pupil *p, const char *kind, const char *strength)
{
    const char *set[] = {"strength", strength, "importance-items", "0", NULL};
    pupil_protect(p, kind, set);
}

static void end(pupil *p, int task)
{
    mn_err err;
    assert_ok(pupil_end(p, task, &err), &err);
}

static void begin(pupil *p, int task)
{
    mn_err err;
    assert_ok(mn_strategy_task_begin(p->s, p->m, task, &err), &err);
}

static void clear(mn_grad *g, const pupil *p)
{
    memset(g->g, 0, p->size * sizeof *g->g);
    memset(g->exponent, 0, (size_t)mn_model_n_rows(p->m) * sizeof *g->exponent);
    g->scaled = false;
}

static double at(const pupil *p, size_t k)
{
    return ldexp((double)p->grad.g[k], p->grad.scaled ? p->grad.exponent[pupil_row(p, k)] : 0);
}

/* One term of a penalty as a test sees it: never merged with another. */
typedef struct term {
    long double *importance;
    double *anchor;
} term;

static double value(const pupil *p, const term *terms, int n, double factor,
                    const double *theta)
{
    long double sum = 0.0L;
    for (int v = 0; v < n; v++)
        for (size_t k = 0; k < p->size; k++) {
            long double d = (long double)theta[k] - (long double)terms[v].anchor[k];
            sum += terms[v].importance[k] * d * d;
        }
    return (double)(sum * (long double)factor);
}

/* Ends a task and keeps what a strategy that knows of no other makes of it. */
static term end_alone(pupil *p, const char *kind, int task)
{
    mn_strategy *s = p->s;
    p->s = NULL;
    protect(p, kind, "0");
    end(p, task);
    term t = {pupil_importance(p), pupil_theta(p)};
    mn_strategy_destroy(p->s);
    p->s = s;
    end(p, task);
    return t;
}

static void walk(pupil *p, uint64_t seed)
{
    mn_rng r;
    mn_rng_seed(&r, seed, "walk");
    for (size_t k = 0; k < p->size; k++)
        mn_model_theta(p->m)[k] += (float)(0.1 * mn_rng_normal(&r));
}

/* A quadratic's central difference is exact at any step; what is left is float's rounding of
 * anchors, weights and importances. */
static void check_slopes(const pupil *p, const term *terms, int n, double factor)
{
    double *theta = pupil_theta(p), most = 0.0;
    for (size_t k = 0; k < p->size; k++)
        most = fmax(most, fabs(at(p, k)));
    assert_true(most > 0.0);
    for (size_t k = 0; k < p->size; k++) {
        const double here = theta[k], h = 0.125;
        theta[k] = here + h;
        const double up = value(p, terms, n, factor, theta);
        theta[k] = here - h;
        const double down = value(p, terms, n, factor, theta);
        theta[k] = here;
        assert_near(at(p, k), (up - down) / (2.0 * h), 1e-5 * most);
    }
    free(theta);
}

static void check_gradient(pupil *p, const char *kind, double factor)
{
    enum { TERMS = 3 };
    term terms[TERMS];
    protect(p, kind, "2.5");
    for (int v = 0; v < TERMS; v++) {
        pupil_items(p, (uint64_t)v, 20);
        begin(p, v);
        terms[v] = end_alone(p, kind, v);
        walk(p, (uint64_t)v);
    }
    /* of mas there is one anchor, the last, for the importances of all tasks */
    for (int v = 0; v < TERMS && !strcmp(kind, "mas"); v++)
        memcpy(terms[v].anchor, terms[TERMS - 1].anchor, p->size * sizeof(double));
    clear(&p->grad, p);
    mn_strategy_shape(p->s, p->m, &p->grad);
    check_slopes(p, terms, TERMS, 2.5 * factor);
    for (int v = 0; v < TERMS; v++) {
        free(terms[v].importance);
        free(terms[v].anchor);
    }
    pupil_destroy(p);
}

static void the_gradient_is_that_of_a_term_for_every_task(void **unused)
{
    check_gradient(dense("2"), "l2", 1.0);
    check_gradient(layered(), "l2", 1.0);
    check_gradient(dense("2"), "ewc", 0.5);
    check_gradient(dense("5"), "ewc", 0.5);
    check_gradient(layered(), "ewc", 0.5);
    check_gradient(dense("2"), "mas", 1.0);
    check_gradient(layered(), "mas", 1.0);
}

static void online_ewc_forgets_old_information_and_follows_the_weights(void **unused)
{
    static const char *const set[] = {
        "terms", "online", "importance-items", "0", "fisher-decay", "0.25", NULL};
    pupil *p = layered();
    const size_t bytes = p->size * sizeof(float);
    pupil_items(p, 1, 20);
    pupil_protect(p, "ewc", set);
    end(p, 0);
    long double *first = pupil_importance(p);
    walk(p, 1);
    pupil_items(p, 2, 20);
    protect(p, "ewc", "1");
    end(p, 1);
    long double *second = pupil_importance(p);
    walk(p, 2);
    /* both tasks again, one after the other, at the same weights */
    pupil_protect(p, "ewc", set);
    end(p, 0);
    free(first);
    first = pupil_importance(p);
    pupil_items(p, 1, 20);
    end(p, 1);
    long double *both = pupil_importance(p);
    free(second);
    protect(p, "ewc", "1");
    end(p, 1);
    second = pupil_importance(p);
    for (size_t k = 0; k < p->size; k++)
        assert_true(fabsl(both[k] - (0.25L * first[k] + second[k])) <= 1e-6L);
    pupil_protect(p, "ewc", set);
    end(p, 0);
    walk(p, 3);
    end(p, 1);
    assert_memory_equal(mn_strategy_penalty(p->s)->anchor, mn_model_theta(p->m), bytes);
    assert_int_equal(mn_strategy_penalty(p->s)->n_terms, 2);
    free(first);
    free(second);
    free(both);
    pupil_destroy(p);
}

/* Two tasks of five steps under a strategy, and the same under vanilla. */
static void train(pupil *p, bool protects, float *theta)
{
    for (int task = 0; task < 2; task++) {
        pupil_items(p, (uint64_t)task, 30);
        begin(p, task);
        mn_optimiser_reset(p->o);
        for (int step = 0; step < 5; step++)
            pupil_step(p);
        if (protects)
            end(p, task);
    }
    memcpy(theta, mn_model_theta(p->m), p->size * sizeof *theta);
}

static void compare_with_vanilla(pupil *(*make)(const char *), const char *vertex,
                                 const char *kind, const char *strength, bool same)
{
    pupil *p = make(vertex), *vanilla = make(vertex);
    float *got = malloc(p->size * sizeof *got), *want = malloc(p->size * sizeof *want);
    assert_true(got && want);
    protect(p, kind, strength);
    protect(vanilla, "vanilla", "1");
    train(p, true, got);
    train(vanilla, true, want);
    assert_int_equal(!memcmp(got, want, p->size * sizeof *got), same);
    for (size_t k = 0; k < p->size; k++)
        assert_true(isfinite(got[k]));
    free(got);
    free(want);
    pupil_destroy(p);
    pupil_destroy(vanilla);
}

static pupil *perceptron(const char *unused)
{
    return layered();
}

static void zero_strength_equals_vanilla_bit_for_bit(void **unused)
{
    static const char *const vertices[] = {"2", "20", "100"};
    for (int k = 0; k < KINDS; k++) {
        for (int i = 0; i < 3; i++)
            compare_with_vanilla(dense, vertices[i], kinds[k], "0", true);
        compare_with_vanilla(perceptron, "", kinds[k], "0", true);
        compare_with_vanilla(dense, "2", kinds[k], "1000", false); /* the check can fail */
    }
}

static void the_first_task_equals_vanilla_bit_for_bit(void **unused)
{
    for (int k = 0; k < KINDS; k++) {
        pupil *p = dense("20"), *vanilla = dense("20");
        protect(p, kinds[k], "1e30");
        protect(vanilla, "vanilla", "1");
        pupil_items(p, 1, 30);
        pupil_items(vanilla, 1, 30);
        for (int step = 0; step < 5; step++) {
            pupil_step(p);
            pupil_step(vanilla);
        }
        assert_memory_equal(mn_model_theta(p->m), mn_model_theta(vanilla->m),
                            p->size * sizeof(float));
        pupil_destroy(p);
        pupil_destroy(vanilla);
    }
}

/* From nothing to much more than the loss, at every vertex: never out of range. */
static void no_strength_makes_weights_stop_being_numbers(void **unused)
{
    static const char *const strengths[] = {"1e-30", "1", "1e30"};
    static const char *const vertices[] = {"2", "20", "100"};
    for (int k = 0; k < KINDS * 9; k++) {
        pupil *p = dense(vertices[k / 3 % 3]);
        float *theta = malloc(p->size * sizeof *theta);
        assert_non_null(theta);
        protect(p, kinds[k / 9], strengths[k % 3]);
        train(p, true, theta);
        for (size_t i = 0; i < p->size; i++)
            assert_true(isfinite(theta[i]) && isfinite(p->grad.g[i]));
        free(theta);
        pupil_destroy(p);
    }
}

/* The gradient's rows at 2^-200 and 2^200, with a penalty that is ordinary. */
static void gradients_of_any_scale_are_joined_exactly(void **unused)
{
    static const int exponents[] = {-200, -40, 0, 30, 200};
    pupil *p = dense("2");
    mn_rng r;
    mn_rng_seed(&r, 1, "scale");
    protect(p, "l2", "0.5");
    double *anchor = pupil_theta(p);
    end(p, 0);
    walk(p, 1);
    double *theta = pupil_theta(p), *g = calloc(p->size, sizeof *g);
    assert_non_null(g);
    p->grad.scaled = true;
    for (size_t k = 0; k < p->size; k++) {
        p->grad.g[k] = (float)mn_rng_normal(&r);
        p->grad.exponent[pupil_row(p, k)] = exponents[pupil_row(p, k)];
        g[k] = at(p, k);
    }
    mn_strategy_shape(p->s, p->m, &p->grad);
    assert_true(p->grad.scaled);
    assert_int_equal(p->grad.exponent[0], 0); /* its own numbers are too small to matter */
    for (size_t k = 0; k < p->size; k++) {
        const double want = g[k] + (theta[k] - anchor[k]);
        assert_near(at(p, k), want, 1e-6 * fmax(1.0, ldexp(4.0, exponents[pupil_row(p, k)])));
    }
    free(anchor);
    free(theta);
    free(g);
    pupil_destroy(p);
}

/* The reference's loss is the mean of the batch, here it is the sum. */
static void synaptic_intelligence_agrees_with_the_independent_implementation(void **unused)
{
    static const mn_shape shape = {
        .n_visible = 8, .n_classes = 3, .width = 8, .height = 1, .channels = 1};
    static const char *const set[] = {"neurons", "6", NULL};
    json_t *o = oracle_open("si_mlp.json");
    pupil *p = pupil_create("mlp", shape, set, "cross-entropy", 1, "sgd");
    size_t n, n_x, n_y;
    float *theta = oracle_floats(o, "theta", &n), *x = oracle_floats(o, "x", &n_x);
    double *y = oracle_numbers(o, "y", &n_y), *path = oracle_numbers(o, "path_integral", &n),
           *omega = oracle_numbers(o, "omega", &n), *last = oracle_numbers(o, "theta_end", &n);
    assert_int_equal(n, p->size);
    pupil_items(p, 1, n_y);
    memcpy(mn_model_theta(p->m), theta, n * sizeof *theta);
    memcpy(p->X, x, n_x * sizeof *x);
    memset(p->Y, 0, n_y * 3 * sizeof *p->Y);
    for (size_t i = 0; i < n_y; i++)
        p->Y[i * 3 + (size_t)y[i]] = 1.0f;
    for (size_t k = 0; k < n; k++) {
        path[k] *= (double)n_y;
        omega[k] *= (double)n_y;
    }
    mn_optimiser_config(p->o)->rate = oracle_number(o, "lr");
    pupil_protect(p, "si", (const char *const[]){"damping", "0.1", NULL});
    for (int step = 0; step < 3; step++)
        pupil_step(p);
    mn_state_array a;
    for (int i = 0; mn_strategy_state(p->s, i, &a) && strcmp(a.name, "strategy.path"); i++)
        ;
    assert_string_equal(a.name, "strategy.path");
    assert_close(a.f, path, n, 1e-5, 0.0);
    assert_close(mn_model_theta(p->m), last, n, 1e-6, 0.0);
    end(p, 0);
    assert_close(mn_strategy_penalty(p->s)->importance, omega, n, 1e-5, 0.0);
    assert_memory_equal(mn_strategy_penalty(p->s)->anchor, mn_model_theta(p->m),
                        n * sizeof(float));
    free(theta);
    free(x);
    free(y);
    free(path);
    free(omega);
    free(last);
    pupil_destroy(p);
    json_decref(o);
}

/* Weight k moves by `moved` while its gradient is `slope`; all others stay. */
static void move(pupil *p, size_t k, float slope, int exponent, float moved)
{
    clear(&p->grad, p);
    p->grad.g[k] = slope;
    p->grad.exponent[pupil_row(p, k)] = exponent;
    p->grad.scaled = exponent != 0;
    mn_strategy_shape(p->s, p->m, &p->grad);
    mn_model_theta(p->m)[k] += moved;
    mn_strategy_stepped(p->s, p->m, &p->grad);
}

static void credit_is_for_what_happened_and_not_for_the_penalty(void **unused)
{
    pupil *p = dense("2");
    protect(p, "si", "1e6");
    mn_strategy_config(p->s)->damping = 0.5;
    for (size_t k = 0; k < p->size; k++)
        mn_model_theta(p->m)[k] = 0.0f;
    for (int task = 0; task < 2; task++) {
        begin(p, task);
        move(p, 0, -2.0f, 0, 0.25f);      /* earns 0.5 on its way */
        move(p, 0, -1.0f, 0, 0.25f);      /* and 0.25: 0.75 over a drift of 0.5 */
        move(p, 1, 4.0f, 0, 0.25f);       /* up the slope: nothing */
        move(p, 20, -1.0f, -300, 0.5f);   /* what float cannot hold */
        move(p, 40, -1.5f, 200, 0.0f);    /* stays: nothing, whatever the slope */
        move(p, 60, 0x1p-140f, 0, -0.5f); /* a gradient below float's normal range */
        end(p, task);
        if (!task) /* far from the anchors: the penalty is no part of the credit */
            for (size_t k = 0; k < p->size; k++)
                mn_model_theta(p->m)[k] += 100.0f * (float)(k % 3);
    }
    long double *omega = pupil_importance(p);
    assert_near((double)omega[0], 2.0 * 0.75 / (0.25 + 0.5), 1e-5);
    assert_true(omega[1] == 0.0L && omega[40] == 0.0L);
    assert_near((double)ldexpl(omega[20], 300), 2.0 * 0.5 / (0.25 + 0.5), 1e-4);
    assert_near((double)ldexpl(omega[60], 140), 2.0 * 0.5 / (0.25 + 0.5), 1e-4);
    free(omega);
    pupil_destroy(p);
}

static void a_path_that_is_no_number_fails_the_end_of_the_task(void **unused)
{
    pupil *p = dense("2");
    mn_err err;
    protect(p, "si", "1");
    move(p, 3, -1.0f, 0, 0.5f);
    end(p, 0);
    const mn_penalty *penalty = mn_strategy_penalty(p->s);
    const float importance = penalty->importance[3], anchor = penalty->anchor[3];
    move(p, 3, NAN, 0, 0.5f);
    assert_failed(pupil_end(p, 1, &err), &err, MN_EDIVERGED, "not finite");
    assert_int_equal(penalty->n_terms, 1);
    assert_true(penalty->importance[3] == importance && penalty->anchor[3] == anchor);
    pupil_destroy(p);
}

/* A strength against the mean loss is so many times more against the sum. */
static void the_mean_loss_is_a_share_of_the_sum(void **unused)
{
    for (int k = 0; k < KINDS; k++) {
        pupil *p = layered();
        double *pull[2] = {NULL, NULL};
        pupil_items(p, 3, 16);
        protect(p, kinds[k], "2");
        begin(p, 0);
        pupil_step(p);
        end(p, 0);
        walk(p, 1);
        for (int mean = 0; mean < 2; mean++) {
            mn_strategy_config(p->s)->against = mean ? MN_AGAINST_MEAN : MN_AGAINST_SUM;
            clear(&p->grad, p);
            p->grad.items = 16;
            mn_strategy_shape(p->s, p->m, &p->grad);
            assert_non_null(pull[mean] = malloc(p->size * sizeof **pull));
            for (size_t i = 0; i < p->size; i++)
                pull[mean][i] = 16.0 / (mean ? 16.0 : 1.0) * at(p, i);
        }
        assert_true(fabs(pull[0][0]) > 0.0);
        for (size_t i = 0; i < p->size; i++)
            assert_near(pull[0][i], pull[1][i], 1e-5 * fabs(pull[0][i]));
        free(pull[0]);
        free(pull[1]);
        pupil_destroy(p);
    }
}

static void l2_online_without_memory_knows_the_last_task_alone(void **unused)
{
    static const char *const set[] = {"terms", "online", "fisher-decay", "0", "strength",
                                      "3",     NULL};
    pupil *p = dense("2");
    pupil_protect(p, "l2", set);
    end(p, 0);
    walk(p, 1);
    double *anchor = pupil_theta(p);
    end(p, 1);
    walk(p, 2);
    clear(&p->grad, p);
    mn_strategy_shape(p->s, p->m, &p->grad);
    for (size_t k = 0; k < p->size; k++)
        assert_near(at(p, k), 6.0 * ((double)mn_model_theta(p->m)[k] - anchor[k]), 1e-5);
    free(anchor);
    pupil_destroy(p);
}

/* The summed gradient of -log softmax(beta z) at the labels is that of cross-entropy on logits
 * beta times as large, whose slopes are beta times as large. */
static void tempered(pupil *p, double beta, double *g)
{
    const int n = (int)p->n_items;
    mn_model_forward(p->m, p->X, n, p->logits, p->exponent);
    for (size_t i = 0; i < p->n_items * p->n_classes; i++)
        p->logits[i] *= (float)beta;
    p->loss->eval(&p->loss_cfg, n, (int)p->n_classes, p->logits, p->exponent, p->Y, p->dlogits);
    for (size_t i = 0; i < p->n_items * p->n_classes; i++)
        p->dlogits[i] *= (float)beta;
    mn_model_backward(p->m, p->X, n, p->dlogits, &p->grad);
    for (size_t k = 0; k < p->size; k++)
        g[k] = at(p, k);
}

static void a_tempered_path_is_credited_and_may_join_the_step(void **unused)
{
    static const char *const paths[] = {"softmax", "joined"};
    for (int joined = 0; joined < 2; joined++) {
        const char *set[] = {"path",    paths[joined], "fisher-beta", "0.05",
                             "damping", "1",           NULL};
        pupil *p = layered();
        double *g = malloc(p->size * sizeof *g), *plain = malloc(p->size * sizeof *plain);
        assert_true(g && plain);
        pupil_items(p, 5, 16);
        pupil_protect(p, "si", set);
        tempered(p, 0.05, g);
        pupil_grad(p);
        for (size_t k = 0; k < p->size; k++)
            plain[k] = at(p, k);
        mn_strategy_shape(p->s, p->m, &p->grad);
        for (size_t k = 0; k < p->size; k++)
            assert_near(at(p, k), plain[k] + joined * 16.0 * g[k], 1e-5);
        for (size_t k = 0; k < p->size; k++)
            mn_model_theta(p->m)[k] += k % 2 ? 0.25f : -0.25f;
        mn_strategy_stepped(p->s, p->m, &p->grad);
        end(p, 0);
        long double *omega = pupil_importance(p);
        for (size_t k = 0; k < p->size; k++)
            assert_near((double)omega[k],
                        fmax(0.0, g[k] * (k % 2 ? -0.25 : 0.25)) / (0.0625 + 1.0), 1e-6);
        free(omega);
        free(g);
        free(plain);
        pupil_destroy(p);
    }
}

static size_t count(const mn_state_array *a)
{
    return (size_t)a->rows * (size_t)a->cols;
}

static void copy_state(mn_strategy *to, mn_strategy *from)
{
    mn_state_array a, b;
    int i = 0;
    for (; mn_strategy_state(from, i, &a); i++) {
        assert_true(mn_strategy_state(to, i, &b));
        assert_string_equal(a.name, b.name);
        assert_int_equal(strncmp(a.name, "strategy.", 9), 0);
        assert_int_equal(count(&a), count(&b));
        assert_true(!a.f == !b.f && !a.i == !b.i && !a.f != !a.i);
        if (a.f)
            memcpy(b.f, a.f, count(&a) * sizeof *a.f);
        else
            memcpy(b.i, a.i, count(&a) * sizeof *a.i);
    }
    assert_true(i >= 4);
    assert_false(mn_strategy_state(to, i, &b));
}

static void resume(pupil *(*make)(const char *), const char *kind)
{
    pupil *p = make("20"), *q = make("20");
    protect(p, kind, "10");
    protect(q, kind, "10");
    for (int task = 0; task < 2; task++) {
        pupil_items(p, (uint64_t)task, 30);
        begin(p, task);
        for (int step = 0; step < 3; step++)
            pupil_step(p);
        if (!task)
            end(p, 0);
    }
    /* in the middle of the second task; momentum starts anew for both */
    pupil_items(q, 1, 30);
    memcpy(mn_model_theta(q->m), mn_model_theta(p->m), p->size * sizeof(float));
    copy_state(q->s, p->s);
    q->r = p->r;
    mn_optimiser_reset(p->o);
    for (int step = 0; step < 6; step++) {
        pupil_step(p);
        pupil_step(q);
        if (step == 3) {
            end(p, 1);
            end(q, 1);
        }
    }
    assert_memory_equal(mn_model_theta(p->m), mn_model_theta(q->m), p->size * sizeof(float));
    assert_memory_equal(mn_strategy_penalty(p->s)->importance,
                        mn_strategy_penalty(q->s)->importance, p->size * sizeof(float));
    assert_int_equal(mn_strategy_penalty(q->s)->n_terms, 2);
    pupil_destroy(p);
    pupil_destroy(q);
}

static void a_copied_state_goes_on_bit_for_bit(void **unused)
{
    for (int k = 0; k < KINDS; k++) {
        resume(dense, kinds[k]);
        resume(perceptron, kinds[k]);
    }
}

static void state_has_the_public_names_and_the_shape_of_theta(void **unused)
{
    for (int k = 0; k < KINDS; k++) {
        pupil *p = dense("2");
        bool importance = false, anchor = false, exponent = false, terms = false;
        mn_state_array a;
        protect(p, kinds[k], "1");
        for (int i = 0; mn_strategy_state(p->s, i, &a); i++) {
            const bool whole = a.rows == 5 && a.cols == 14, rows = a.rows == 5 && a.cols == 1;
            importance |= !strcmp(a.name, "strategy.importance") && a.f && whole;
            anchor |= !strcmp(a.name, "strategy.anchor") && a.f && whole;
            exponent |= !strcmp(a.name, "strategy.importance_exponent") && a.i && rows;
            terms |= !strcmp(a.name, "strategy.terms") && a.i && count(&a) == 1;
        }
        assert_true(importance && anchor && exponent && terms);
        assert_non_null(mn_strategy_kind(p->s)->importance);
        pupil_destroy(p);
    }
}

/* Whatever a damaged checkpoint says, arithmetic on it is defined. */
static void a_damaged_state_does_no_harm(void **unused)
{
    static const int ints[] = {INT_MIN, INT_MAX, -1, 0};
    static const float floats[] = {0.0f, -1.0f, 0x1p127f, 0x1p-149f, INFINITY, NAN};
    for (int k = 0; k < KINDS * 24; k++) {
        pupil *p = k % 2 ? dense("100") : layered();
        mn_err err;
        mn_state_array a;
        protect(p, kinds[k / 24], "1e30");
        pupil_items(p, 1, 4);
        for (int i = 0; mn_strategy_state(p->s, i, &a); i++)
            for (size_t j = 0; j < count(&a); j++)
                if (a.f)
                    a.f[j] = floats[k % 6];
                else
                    a.i[j] = ints[k / 6 % 4];
        pupil_step(p);
        mn_status status = pupil_end(p, 0, &err);
        assert_true(status == MN_OK || status == MN_EDIVERGED);
        pupil_step(p);
        pupil_destroy(p);
    }
}

static void strategies_without_importance_show_none(void **unused)
{
    pupil *p = dense("2");
    for (int i = 0; mn_strategies[i]; i++) {
        if (mn_strategies[i]->weigh || mn_strategies[i]->odds)
            continue; /* for models that give items back */
        protect(p, mn_strategies[i]->name, "1");
        assert_int_equal(mn_strategy_penalty(p->s) != NULL,
                         mn_strategies[i]->importance != NULL);
    }
    pupil_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_is_that_of_a_term_for_every_task),
        cmocka_unit_test(online_ewc_forgets_old_information_and_follows_the_weights),
        cmocka_unit_test(zero_strength_equals_vanilla_bit_for_bit),
        cmocka_unit_test(the_first_task_equals_vanilla_bit_for_bit),
        cmocka_unit_test(no_strength_makes_weights_stop_being_numbers),
        cmocka_unit_test(gradients_of_any_scale_are_joined_exactly),
        cmocka_unit_test(synaptic_intelligence_agrees_with_the_independent_implementation),
        cmocka_unit_test(credit_is_for_what_happened_and_not_for_the_penalty),
        cmocka_unit_test(the_mean_loss_is_a_share_of_the_sum),
        cmocka_unit_test(l2_online_without_memory_knows_the_last_task_alone),
        cmocka_unit_test(a_tempered_path_is_credited_and_may_join_the_step),
        cmocka_unit_test(a_path_that_is_no_number_fails_the_end_of_the_task),
        cmocka_unit_test(a_copied_state_goes_on_bit_for_bit),
        cmocka_unit_test(state_has_the_public_names_and_the_shape_of_theta),
        cmocka_unit_test(a_damaged_state_does_no_harm),
        cmocka_unit_test(strategies_without_importance_show_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

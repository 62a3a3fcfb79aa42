#include "penalty.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "scaled.h"

/* Where the penalty meets the step: it is part of the loss, so its gradient joins that of the
 * batch before momentum and before the step is normalised to the largest component of a row
 * (McAlister, Robins and Szymanski 2025 leave this open; dam.md reads it so). A normalised step
 * does not see the size of the sum, only the balance within it: what a strength does depends on
 * the loss summed over the batch, and with it on the batch size, the error exponent, the
 * temperature and the number of units. Against the mean loss it does not depend on the size of
 * a batch.
 *
 * Importances span what squared gradients span, 1e-120 and less at a vertex of 20, so their
 * rows carry exponents as the gradient's do. */

void mn_penalised_layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    mn_penalised *st = s->state;
    mn_penalty *p = &st->penalty;
    st->model = m;
    p->importance = mn_arena_floats(a, mn_model_size(m));
    p->anchor = mn_arena_floats(a, mn_model_size(m));
    p->exponent = mn_arena_ints(a, (size_t)mn_model_n_rows(m));
}

mn_status mn_penalised_check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (mn_model_size(m) > INT_MAX)
        return mn_fail(err, MN_ENOMEM,
                       "cannot keep the importance of %zu weights: wanted at most %d",
                       mn_model_size(m), INT_MAX);
    return MN_OK;
}

double mn_penalised_strength(const mn_strategy *s, const mn_grad *grad)
{
    const int n = grad->items ? grad->items : 1;
    return s->cfg.against == MN_AGAINST_MEAN ? n * s->cfg.strength : s->cfg.strength;
}

mn_status mn_penalty_admit(const mn_model *m, const float *theta, const mn_grad *F, mn_err *err)
{
    const size_t n = mn_model_size(m);
    if (mn_finite(n, theta) && mn_finite(n, F->g))
        return MN_OK;
    return mn_fail(err, MN_EDIVERGED,
                   "cannot keep what the weights mean to the task: %s not finite any more",
                   mn_finite(n, theta) ? "their importances are" : "they are");
}

/* The largest |importance (theta - anchor)| of a row. */
MN_CLONES static float max_pull(size_t n, const float *restrict importance,
                                const float *restrict theta, const float *restrict anchor)
{
    uint32_t max = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t size = mn_magnitude(importance[i] * (theta[i] - anchor[i]));
        max = size > max ? size : max;
    }
    return mn_of_magnitude(max);
}

MN_CLONES static void pull(size_t n, mn_blend b, const float *restrict importance,
                           const float *restrict theta, const float *restrict anchor,
                           float *restrict g)
{
    for (size_t i = 0; i < n; i++)
        g[i] =
            b.of_acc * g[i] + b.of_term * (b.unit * (importance[i] * (theta[i] - anchor[i])));
}

static mn_grad as_grad(const mn_penalty *p)
{
    return (mn_grad){.g = p->importance, .exponent = p->exponent, .scaled = true};
}

/* Three loops over a row that stays in the first-level cache: arrays are walked once. */
void mn_penalty_shape(const mn_penalty *p, mn_model *m, mn_grad *grad, double coefficient)
{
    const float *theta = mn_model_theta(m);
    const mn_grad importance = as_grad(p);
    bool scaled = false;
    if (coefficient == 0.0 || p->n_terms <= 0)
        return;
    for (mn_row r = {0}; mn_row_next(m, &r);) {
        const float *now = theta + r.at, *then = p->anchor + r.at, *F = p->importance + r.at;
        const float most = max_pull(r.n, F, now, then);
        const mn_blend b =
            mn_blend_of(mn_row_max(r.n, grad->g + r.at), mn_row_exponent(grad, &r), coefficient,
                        most, mn_row_exponent(&importance, &r), 1);
        pull(r.n, b, F, now, then, grad->g + r.at);
        grad->exponent[r.row] = b.exponent;
        scaled |= b.exponent != 0;
    }
    grad->scaled = scaled;
    grad->touched.some = false;
}

/* sum of F_v (theta - a_v)^2 = (sum F_v) (theta - mean a_v)^2 + constant, the mean weighted by
 * F_v. A weight without importance has the newest anchor, to no effect. */
static void merge(size_t n, mn_blend b, float *restrict importance, float *restrict anchor,
                  const float *restrict F, const float *restrict theta)
{
    for (size_t i = 0; i < n; i++) {
        const float fresh = b.of_term * (b.unit * F[i]);
        const float sum = b.of_acc * importance[i] + fresh;
        const float share = sum > 0.0f ? fresh / sum : 1.0f;
        anchor[i] = share * theta[i] + (1.0f - share) * anchor[i];
        importance[i] = sum;
    }
}

void mn_penalty_merge(mn_penalty *p, mn_model *m, const mn_grad *F)
{
    const mn_grad importance = as_grad(p);
    for (mn_row r = {0}; mn_row_next(m, &r);) {
        const mn_blend b =
            mn_blend_of(mn_row_max(r.n, p->importance + r.at), mn_row_exponent(&importance, &r),
                        1.0, mn_row_max(r.n, F->g + r.at), mn_row_exponent(F, &r), 1);
        merge(r.n, b, p->importance + r.at, p->anchor + r.at, F->g + r.at,
              mn_model_theta(m) + r.at);
        p->exponent[r.row] = b.exponent;
    }
    p->n_terms += p->n_terms < INT_MAX;
}

void mn_penalty_follow(mn_penalty *p, mn_model *m, double decay, const mn_grad *F)
{
    const size_t n = mn_model_size(m);
    mn_grad importance = as_grad(p);
    mn_scale(n, (float)decay, p->importance);
    mn_scaled_add(m, &importance, 1.0, F);
    memcpy(p->anchor, mn_model_theta(m), n * sizeof *p->anchor);
    p->n_terms += p->n_terms < INT_MAX;
}

mn_state_array mn_penalty_array(const mn_model *m, const char *name, float *data)
{
    mn_state_array a = {.name = name, .f = data, .rows = 1, .cols = (int)mn_model_size(m)};
    if (mn_model_n_tensors(m) == 1) {
        a.rows = mn_model_tensor(m, 0).rows;
        a.cols = mn_model_tensor(m, 0).cols;
    }
    return a;
}

bool mn_penalised_state(mn_strategy *s, int index, mn_state_array *out)
{
    mn_penalised *st = s->state;
    const mn_model *m = st->model;
    mn_penalty *p = &st->penalty;
    switch (index) {
    case 0: *out = mn_penalty_array(m, "strategy.importance", p->importance); return true;
    case 1:
        *out = (mn_state_array){.name = "strategy.importance_exponent",
                                .i = p->exponent,
                                .rows = mn_model_n_rows(m),
                                .cols = 1};
        return true;
    case 2: *out = mn_penalty_array(m, "strategy.anchor", p->anchor); return true;
    case 3:
        *out =
            (mn_state_array){.name = "strategy.terms", .i = &p->n_terms, .rows = 1, .cols = 1};
        return true;
    default: return false;
    }
}

const mn_penalty *mn_penalised_penalty(const mn_strategy *s)
{
    const mn_penalised *st = s->state;
    return &st->penalty;
}

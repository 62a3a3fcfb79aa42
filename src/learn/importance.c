#include "importance.h"

#include <math.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/strategy_impl.h"
#include "penalty.h"
#include "scaled.h"

void mn_importance_layout(mn_importance *w, const mn_model *m, mn_arena *a)
{
    const mn_shape *shape = mn_model_shape(m);
    const size_t n_classes = (size_t)shape->n_classes;
    w->X = mn_arena_floats(a, (size_t)shape->n_visible + (size_t)shape->n_extra);
    w->Y = mn_arena_floats(a, n_classes);
    w->logits = mn_arena_floats(a, n_classes);
    w->dlogits = mn_arena_floats(a, n_classes);
    w->p = mn_arena_bytes(a, n_classes, sizeof *w->p);
    mn_scaled_layout(&w->one, m, a);
    mn_scaled_layout(&w->sum, m, a);
}

/* w->one <- the gradient for dlogits * 2^exponent. A float's whole range is too little for what
 * one item says (it may be long learnt, its logits may be huge), so the largest slope is
 * brought to about 1 and the rows' exponents take up the rest. */
static void backward(mn_importance *w, mn_model *m, int exponent)
{
    enum { ENOUGH = 40 };
    const size_t n = (size_t)mn_model_shape(m)->n_classes;
    const float most = mn_max_abs(n, w->dlogits);
    const int k = most > 0.0f && isfinite(most) ? ilogbf(most) : 0;
    if (k < -ENOUGH || k > ENOUGH) {
        for (size_t c = 0; c < n; c++)
            w->dlogits[c] = ldexpf(w->dlogits[c], -k);
        exponent += k;
    }
    mn_model_backward(m, w->X, 1, w->dlogits, &w->one);
    for (mn_row r = {0}; exponent && mn_row_next(m, &r);)
        w->one.exponent[r.row] = mn_row_exponent(&w->one, &r) + exponent;
    w->one.scaled |= exponent != 0;
}

void mn_importance_fisher(mn_importance *w, const mn_strategy *s, mn_model *m, int exponent,
                          double share)
{
    s->loss->eval(&s->loss_cfg, 1, mn_model_shape(m)->n_classes, w->logits, &exponent, w->Y,
                  w->dlogits);
    backward(w, m, 0);
    mn_scaled_add_square(m, &w->sum, share, &w->one);
}

/* p = softmax(beta z), z = logits * 2^exponent, which may be far beyond the range of double:
 * only differences from the largest are ever brought to size. */
static void probabilities(mn_importance *w, int n_classes, int exponent, double beta)
{
    const double most = (double)mn_max((size_t)n_classes, w->logits);
    double sum = 0.0;
    for (int c = 0; c < n_classes; c++) {
        w->p[c] = exp(ldexp(beta * ((double)w->logits[c] - most), exponent));
        sum += w->p[c];
    }
    for (int c = 0; c < n_classes; c++)
        w->p[c] /= sum;
}

/* d -log p_label / dz = beta (p - onehot). Where p_label is nearly 1, 1 - p_label is the sum of
 * the others, to full precision. */
static void surprise(mn_importance *w, int n_classes, int label, double beta)
{
    double others = 0.0;
    for (int c = 0; c < n_classes; c++) {
        w->dlogits[c] = (float)(beta * w->p[c]);
        others += c == label ? 0.0 : w->p[c];
    }
    w->dlogits[label] = (float)(-beta * others);
}

void mn_importance_true_fisher(mn_importance *w, const mn_strategy *s, mn_model *m,
                               int exponent, double share)
{
    const int n_classes = mn_model_shape(m)->n_classes;
    probabilities(w, n_classes, exponent, s->cfg.fisher_beta);
    for (int label = 0; label < n_classes; label++) {
        surprise(w, n_classes, label, s->cfg.fisher_beta);
        backward(w, m, 0);
        mn_scaled_add_square(m, &w->sum, share * w->p[label], &w->one);
    }
}

void mn_importance_outputs(mn_importance *w, const mn_strategy *s, mn_model *m, int exponent,
                           double share)
{
    const int n_classes = mn_model_shape(m)->n_classes;
    for (int c = 0; c < n_classes; c++) {
        for (int other = 0; other < n_classes; other++)
            w->dlogits[other] = other == c ? 1.0f : 0.0f;
        backward(w, m, 0);
        mn_scaled_add_abs(m, &w->sum, share / n_classes, &w->one);
    }
}

/* d (sum z_c^2) = sum 2 z_c dz_c, z = logits * 2^exponent. */
void mn_importance_norm(mn_importance *w, const mn_strategy *s, mn_model *m, int exponent,
                        double share)
{
    for (int c = 0; c < mn_model_shape(m)->n_classes; c++)
        w->dlogits[c] = 2.0f * w->logits[c];
    backward(w, m, exponent);
    mn_scaled_add_abs(m, &w->sum, share, &w->one);
}

/* Selection sampling (Knuth, algorithm S): in order, every choice equally likely, without
 * memory. */
mn_status mn_importance_measure(mn_importance *w, const mn_strategy *s, mn_model *m,
                                const mn_source *items, mn_rng *r, mn_importance_of *item,
                                mn_err *err)
{
    const mn_rng before = *r;
    const size_t n = items->n, limit = (size_t)s->cfg.importance_items;
    const size_t wanted = limit && limit < n ? limit : n;
    size_t taken = 0;
    mn_scaled_clear(m, &w->sum);
    for (size_t i = 0; taken < wanted; i++) {
        const uint32_t index = (uint32_t)i;
        int exponent;
        if (wanted < n && mn_rng_below(r, n - i) >= wanted - taken)
            continue;
        items->fetch(items->ctx, &index, 1, w->X, w->Y);
        mn_model_forward(m, w->X, 1, w->logits, &exponent);
        item(w, s, m, exponent, 1.0 / (double)wanted);
        taken++;
    }
    mn_status status = mn_penalty_admit(m, mn_model_theta(m), &w->sum, err);
    if (status != MN_OK)
        *r = before;
    return status;
}

#include "importance.h"

#include <math.h>
#include <stdlib.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/strategy_impl.h"
#include "penalty.h"
#include "scaled.h"

void mn_importance_layout(mn_importance *w, const mn_model *m, mn_arena *a)
{
    const mn_shape *shape = mn_model_shape(m);
    const size_t n_classes = (size_t)shape->n_classes, batch = (size_t)shape->batch;
    w->X = mn_arena_bytes(a, batch,
                          ((size_t)shape->n_visible + (size_t)shape->n_extra) * sizeof *w->X);
    w->Y = mn_arena_bytes(a, batch, n_classes * sizeof *w->Y);
    w->logits = mn_arena_bytes(a, batch, n_classes * sizeof *w->logits);
    w->dlogits = mn_arena_bytes(a, batch, n_classes * sizeof *w->dlogits);
    w->exponent = mn_arena_ints(a, batch);
    w->p = mn_arena_bytes(a, n_classes, sizeof *w->p);
    mn_scaled_layout(&w->part, m, a);
    mn_scaled_layout(&w->whole, m, a);
    mn_scaled_layout(&w->sum, m, a);
}

/* w->part <- the gradient for dlogits * 2^exponent. A float's whole range is too little for
 * what one item says (it may be long learnt, its logits may be huge), so the largest slope is
 * brought to about 1 and the rows' exponents take up the rest. */
static void backward(mn_importance *w, mn_model *m, int n_items, int exponent)
{
    enum { ENOUGH = 40 };
    const size_t n = (size_t)n_items * (size_t)mn_model_shape(m)->n_classes;
    const float most = mn_max_abs(n, w->dlogits);
    const int k = most > 0.0f && isfinite(most) ? ilogbf(most) : 0;
    if (k < -ENOUGH || k > ENOUGH) {
        for (size_t c = 0; c < n; c++)
            w->dlogits[c] = ldexpf(w->dlogits[c], -k);
        exponent += k;
    }
    mn_model_backward(m, w->X, n_items, w->dlogits, &w->part);
    for (mn_row r = {0}; exponent && mn_row_next(m, &r);)
        w->part.exponent[r.row] = mn_row_exponent(&w->part, &r) + exponent;
    w->part.scaled |= exponent != 0;
}

/* p = softmax(beta z), z = logits * 2^exponent, which may be far beyond the range of double:
 * only differences from the largest are ever brought to size. */
static void probabilities(int n_classes, const float *logits, int exponent, double beta,
                          double *p)
{
    const double most = (double)mn_max((size_t)n_classes, logits);
    double sum = 0.0;
    for (int c = 0; c < n_classes; c++) {
        p[c] = exp(ldexp(beta * ((double)logits[c] - most), exponent));
        sum += p[c];
    }
    for (int c = 0; c < n_classes; c++)
        p[c] /= sum;
}

/* d -log p_label / dz = beta (p - onehot). Where p_label is nearly 1, 1 - p_label is the sum of
 * the others, to full precision. */
void mn_surprise(int n_classes, const float *logits, int exponent, int label, double beta,
                 double *p, float *dlogits)
{
    double others = 0.0;
    probabilities(n_classes, logits, exponent, beta, p);
    for (int c = 0; c < n_classes; c++) {
        dlogits[c] = (float)(beta * p[c]);
        others += c == label ? 0.0 : p[c];
    }
    dlogits[label] = (float)(-beta * others);
}

static int of_loss(mn_importance *w, const mn_strategy *s, int n, int n_classes, int which,
                   double *weight)
{
    s->loss->eval(&s->loss_cfg, n, n_classes, w->logits, w->exponent, w->Y, w->dlogits);
    return 0;
}

static int of_label(mn_importance *w, const mn_strategy *s, int n, int n_classes, int which,
                    double *weight)
{
    mn_surprise(n_classes, w->logits, w->exponent[0], which, s->cfg.fisher_beta, w->p,
                w->dlogits);
    *weight = w->p[which];
    return 0;
}

static int of_prediction(mn_importance *w, const mn_strategy *s, int n, int n_classes,
                         int which, double *weight)
{
    const size_t C = (size_t)n_classes;
    for (size_t i = 0; i < (size_t)n; i++)
        mn_surprise(n_classes, w->logits + i * C, w->exponent[i],
                    (int)mn_argmax(C, w->logits + i * C), s->cfg.fisher_beta, w->p,
                    w->dlogits + i * C);
    return 0;
}

static int of_output(mn_importance *w, const mn_strategy *s, int n, int n_classes, int which,
                     double *weight)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < n_classes; c++)
            w->dlogits[i * n_classes + c] = c == which ? 1.0f : 0.0f;
    *weight = 1.0 / n_classes;
    return 0;
}

/* d (sum z_c^2) = sum 2 z_c dz_c, z = logits * 2^exponent. */
static int of_norm(mn_importance *w, const mn_strategy *s, int n, int n_classes, int which,
                   double *weight)
{
    int most = w->exponent[0];
    for (int i = 1; i < n; i++)
        most = w->exponent[i] > most ? w->exponent[i] : most;
    for (int i = 0; i < n; i++)
        for (int c = i * n_classes; c < (i + 1) * n_classes; c++)
            w->dlogits[c] = ldexpf(2.0f * w->logits[c], w->exponent[i] - most);
    return most;
}

const mn_importance_of mn_importance_fisher = {.slopes = of_loss, .squared = true};
const mn_importance_of mn_importance_true_fisher = {
    .slopes = of_label, .squared = true, .per_class = true};
const mn_importance_of mn_importance_predicted = {.slopes = of_prediction, .squared = true};
const mn_importance_of mn_importance_outputs = {.slopes = of_output, .per_class = true};
const mn_importance_of mn_importance_norm = {.slopes = of_norm};

/* Some of a task's items, of which the model takes so many at once. */
typedef struct batch {
    const mn_source *items;
    const uint32_t *index;
    int n;
} batch;

static void answer(mn_importance *w, mn_model *m, const batch *b)
{
    b->items->fetch(b->items->ctx, b->index, (size_t)b->n, w->X, w->Y);
    mn_model_forward(m, w->X, b->n, w->logits, w->exponent);
}

/* w->part <- the summed gradient of the items last answered. */
static void differentiate(mn_importance *w, const mn_strategy *s, mn_model *m,
                          const mn_importance_of *of, int n, int which, double *weight)
{
    const int n_classes = mn_model_shape(m)->n_classes;
    backward(w, m, n, of->slopes(w, s, n, n_classes, which, weight));
}

/* The summed gradient of a batch. What fits in one call of the model is answered once, however
 * many gradients are wanted of it. */
static const mn_grad *gradient(mn_importance *w, const mn_strategy *s, mn_model *m,
                               const mn_importance_of *of, const batch *b, int which,
                               double *weight)
{
    const int room = mn_model_shape(m)->batch;
    *weight = 1.0;
    if (b->n <= room) {
        if (which == 0)
            answer(w, m, b);
        differentiate(w, s, m, of, b->n, which, weight);
        return &w->part;
    }
    mn_scaled_clear(m, &w->whole);
    for (int at = 0; at < b->n; at += room) {
        const int n = b->n - at < room ? b->n - at : room;
        answer(w, m, &(batch){.items = b->items, .index = b->index + at, .n = n});
        differentiate(w, s, m, of, n, which, weight);
        mn_scaled_add(m, &w->whole, 1.0, &w->part);
    }
    return &w->whole;
}

static void add(mn_importance *w, const mn_strategy *s, mn_model *m, const mn_importance_of *of,
                const batch *b, double share)
{
    const int n = of->per_class ? mn_model_shape(m)->n_classes : 1;
    double weight;
    for (int which = 0; which < n; which++) {
        const mn_grad *g = gradient(w, s, m, of, b, which, &weight);
        if (of->squared)
            mn_scaled_add_square(m, &w->sum, share * weight, g);
        else
            mn_scaled_add_abs(m, &w->sum, share * weight, g);
    }
}

/* Selection sampling (Knuth, algorithm S): in order, every choice equally likely. Items in a
 * batch are not to be neighbours, which data sorted by class would be of one class. */
static void choose(uint32_t *index, size_t wanted, size_t n, bool shuffled, mn_rng *r)
{
    size_t taken = 0;
    for (size_t i = 0; taken < wanted; i++)
        if (wanted == n || mn_rng_below(r, n - i) < wanted - taken)
            index[taken++] = (uint32_t)i;
    if (shuffled)
        mn_rng_shuffle(r, index, wanted);
}

mn_status mn_importance_measure(mn_importance *w, const mn_strategy *s, mn_model *m,
                                const mn_source *items, mn_rng *r, const mn_importance_of *of,
                                mn_err *err)
{
    const mn_rng before = *r;
    const size_t n = items->n, limit = (size_t)s->cfg.importance_items;
    const size_t wanted = limit && limit < n ? limit : n;
    const size_t size = s->cfg.importance_batch > 1 ? (size_t)s->cfg.importance_batch : 1;
    uint32_t *index = malloc((wanted ? wanted : 1) * sizeof *index);
    if (!index)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a choice of %zu items", wanted);
    choose(index, wanted, n, size > 1, r);
    mn_scaled_clear(m, &w->sum);
    for (size_t at = 0; at < wanted; at += size) {
        const size_t n_batch = wanted - at < size ? wanted - at : size;
        add(w, s, m, of, &(batch){.items = items, .index = index + at, .n = (int)n_batch},
            1.0 / (double)wanted);
    }
    free(index);
    mn_status status = mn_penalty_admit(m, mn_model_theta(m), &w->sum, err);
    if (status != MN_OK)
        *r = before;
    return status;
}

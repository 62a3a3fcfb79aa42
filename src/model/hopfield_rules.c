#include <limits.h>
#include <math.h>
#include <string.h>

#include "hopfield.h"
#include "mnemoscope/kernel.h"

/* Learning rules of the Hopfield network, one item x of D units at a time.
 *
 *     Hebb         W += rate x x^T / D                                    (Hopfield 1982)
 *     Storkey      W += rate (x x^T - x h^T - h x^T + 2 W) / D off x's own part, symmetric W
 *                                                                         (Storkey 1997)
 *     delta        W += rate (x - o) x'^T / D, o = sign of the field of x', a noisy x
 *                                                                         (Widrow and Hoff
 * 1960) projection   W += (x - W x)(x - W x)^T / (x.x - x.W x): the pseudo-inverse rule, item
 * by item                                                   (Personnaz 1986) thermal      delta
 * with a factor exp(-|h| / T); T and the rate fall to 0 over the epochs of a task (Frean 1992)
 *
 * All weights may decay with every item (which is recency: a memory that forgets), or, by
 * Hebb's rule, grow in proportion to themselves (Burgess, Shapiro and Moore 1991: what is there
 * already is strengthened, which is primacy). Growth by g with every item is the same, but for
 * a factor that recall does not see, as items that count less and less: by 1 / (1 + g). */

static float *row_of(const mn_model *m, int i)
{
    const mn_hopfield *st = m->state;
    return m->theta + (size_t)i * (size_t)st->D;
}

void mn_hopfield_fields(const mn_model *m, const float *v, float *h)
{
    const mn_hopfield *st = m->state;
    for (int i = 0; i < st->D; i++) {
        const float *w = row_of(m, i);
        h[i] = (float)(mn_dot((size_t)st->D, w, v) - (double)(w[i] * v[i]));
    }
}

static void hebb(mn_model *m, const float *x)
{
    const mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    const double less = pow(1.0 + cfg->growth, -(double)*st->n_learnt);
    const float per_unit = (float)(cfg->write_rate * less / st->D);
    for (int i = 0; i < st->D; i++) {
        float *w = row_of(m, i);
        mn_axpy((size_t)st->D, per_unit * x[i], x, w);
        w[i] = 0.0f;
    }
}

/* h_ij leaves i and j out: it is h_i - W_ij x_j. */
static void storkey(mn_model *m, const float *x)
{
    const mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    const float per_unit = (float)(cfg->write_rate / st->D);
    const float *h = st->field;
    mn_hopfield_fields(m, x, st->field);
    for (int i = 0; i < st->D; i++) {
        float *w = row_of(m, i);
        for (int j = 0; j < st->D; j++)
            w[j] += per_unit * (x[i] * x[j] - x[i] * h[j] - h[i] * x[j] + 2.0f * w[j]);
        w[i] = 0.0f;
    }
}

/* What the errors are taken on: x, or, of the task's own items, x with some of its units turned
 * over, which gives them basins (there are too many dreams for each to have one). Drawn from
 * the seed, the step and the item, so that looking and resuming change nothing. */
static void show(mn_model *m, const float *x, int item, mn_rng *noise)
{
    mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    const double flips = m->n_own < 0 || item < m->n_own ? cfg->flips : 0.0;
    for (int i = 0; i < st->D; i++)
        st->cue[i] = flips > 0.0 && mn_rng_uniform(noise) < flips ? -x[i] : x[i];
}

/* What is there already has grown over a long time, and is changed with care. */
static double rate(const mn_model *m)
{
    const mn_hopfield_cfg *cfg = m->cfg;
    return m->progress.task > 0 ? cfg->write_rate * cfg->later : cfg->write_rate;
}

/* What is left of heat and rate: all at the start of a task, nothing after heat-epochs. */
static double warmth(const mn_model *m)
{
    const mn_hopfield_cfg *cfg = m->cfg;
    return fmax(0.0, 1.0 - m->progress.epoch / cfg->heat_epochs);
}

static void correct(mn_model *m, const float *x, int item, mn_rng *noise)
{
    mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    const bool thermal = cfg->rule == MN_THERMAL;
    const double left = thermal ? warmth(m) : 1.0, T = cfg->heat * left;
    if (left <= 0.0)
        return;
    show(m, x, item, noise);
    mn_hopfield_fields(m, st->cue, st->field);
    for (int i = 0; i < st->D; i++) {
        double h = (double)st->field[i];
        if (cfg->field_noise > 0.0)
            h += cfg->field_noise * mn_rng_normal(noise);
        const double error = (double)x[i] - (h > 0.0 ? 1.0 : -1.0);
        const double factor = thermal ? left * exp(-fabs(h) / T) : 1.0;
        if (error == 0.0)
            continue;
        float *w = row_of(m, i);
        mn_axpy((size_t)st->D, (float)(rate(m) * factor * error / st->D), st->cue, w);
        w[i] = 0.0f;
    }
}

/* The diagonal belongs to the projection and stays; fields leave it out. An item that the
 * network holds already, to rounding, changes nothing. */
static void project(mn_model *m, const float *x)
{
    mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D;
    double left = 0.0;
    for (int i = 0; i < st->D; i++) {
        st->delta[i] = (float)((double)x[i] - mn_dot(D, row_of(m, i), x));
        left += (double)(st->delta[i] * x[i]);
    }
    if (left < 1e-4 * (double)st->D)
        return;
    for (int i = 0; i < st->D; i++)
        mn_axpy(D, (float)((double)st->delta[i] / left), st->delta, row_of(m, i));
}

void mn_hopfield_store(mn_model *m, const float *x, int item)
{
    mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    mn_rng noise;
    if (*st->n_learnt < INT_MAX)
        ++*st->n_learnt;
    if (cfg->decay > 0.0)
        mn_scale((size_t)st->D * (size_t)st->D, (float)(1.0 - cfg->decay), m->theta);
    switch ((mn_hopfield_rule)cfg->rule) {
    case MN_HEBB: hebb(m, x); break;
    case MN_STORKEY: storkey(m, x); break;
    case MN_PROJECTION: project(m, x); break;
    case MN_DELTA:
    case MN_THERMAL:
        mn_rng_seed(&noise,
                    st->seed + (uint64_t)m->progress.step * (uint64_t)m->shape.batch +
                        (uint64_t)item,
                    "hopfield");
        correct(m, x, item, &noise);
        break;
    }
}

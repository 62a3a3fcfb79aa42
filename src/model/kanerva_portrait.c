#include <math.h>
#include <stdio.h>

#include "kanerva.h"

/* Figure 7 of Bricken et al. 2023: what a pattern at a distance counts for when it is read,
 * which falls nearly as a softmax of the cosine does. Every curve sums to 1 over the distances
 * that are drawn. */

enum { POINTS = 64 }; /* fewer where there are fewer distances */

typedef struct sheet {
    mn_kanerva *st;
    mn_portrait *out;
    int d, step, n_points; /* points are at 0, step, 2 step, ... bits */
} sheet;

/* From logarithms; -INFINITY is a gap, as the axis is logarithmic. */
static void add(const sheet *s, const char *name, bool dim, const double *log_weight)
{
    mn_portrait_series *series = mn_portrait_add(s->out, name, s->n_points);
    double most = (double)-INFINITY, sum = 0.0;
    if (!series)
        return;
    series->dim = dim;
    for (int i = 0; i < s->n_points; i++)
        most = fmax(most, log_weight[i]);
    for (int i = 0; i < s->n_points; i++)
        sum += exp(log_weight[i] - most);
    for (int i = 0; i < s->n_points; i++) {
        const double y = exp(log_weight[i] - most) / sum;
        series->x[i] = i * s->step;
        series->y[i] = y > 0.0 ? y : (double)NAN;
    }
}

static void add_weighted(const sheet *s, const char *name, mn_circle_weight w)
{
    double y[POINTS + 1];
    for (int i = 0; i < s->n_points; i++)
        y[i] = mn_circle_log(&s->st->circle, s->d, i * s->step, w, MN_CIRCLE_DECAY);
    add(s, name, false, y);
}

static void add_softmax(const sheet *s, double beta)
{
    char name[32];
    double y[POINTS + 1];
    snprintf(name, sizeof name, "softmax, beta %.4g", beta);
    for (int i = 0; i < s->n_points; i++)
        y[i] = beta * (1.0 - 2.0 * i * s->step / s->st->N);
    if (isfinite(beta))
        add(s, name, true, y);
}

/* The exact integral, where the memory is continuous and a sphere has an inside. */
static void add_caps(const sheet *s)
{
    double y[POINTS + 1];
    for (int i = 0; i < s->n_points; i++)
        y[i] = log(mn_circle_caps(s->st->N, s->d, 1.0 - 2.0 * i * s->step / s->st->N));
    add(s, "caps of the sphere", false, y);
}

static void tell(const sheet *s, double beta)
{
    mn_kanerva *st = s->st;
    mn_portrait *out = s->out;
    const double r = st->r, m = st->plan[MN_PLAN_PATTERNS] > 1 ? st->plan[MN_PLAN_PATTERNS] : 1;
    const double p = mn_circle_share(&st->circle, s->d);
    const double best = mn_circle_best_capacity(st->N, r);
    const double held = mn_circle_capacity(st->N, r, best);
    int critical;
    mn_portrait_fact(out, "n %d bits, r %d locations, d %d bits (cosine %.3f)", st->N, st->r,
                     s->d, 1.0 - 2.0 * s->d / st->N);
    mn_portrait_fact(out, "p %.3g of the space in a circle: %.1f locations active", p, p * r);
    mn_portrait_fact(out, "softmax fitted to the binary curve: beta %.4g", beta);
    mn_portrait_fact(out, "beta by the largest term alone: %.4g",
                     mn_circle_beta_estimate(st->N, s->d));
    mn_portrait_fact(out, "best d by signal to noise, for %.0f random patterns: %d", m,
                     mn_circle_radius(&st->circle, mn_circle_best_signal(r, m)));
    mn_portrait_fact(out, "best d by capacity: %d, which holds %.0f random patterns",
                     mn_circle_radius(&st->circle, best), fmax(held, 0.0));
    const int d = mn_circle_best_critical(&st->circle, r, m, &critical, st->share);
    mn_portrait_fact(out, "best d by critical distance: %d, which reads from %d bits away", d,
                     critical);
    mn_portrait_fact(out,
                     "pictures are not random: they agree more, and need narrower circles");
}

static void draw(mn_model *m)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const int d = mn_kanerva_radius(m), last = 2 * d < st->N ? 2 * d : st->N;
    const int step = (last + POINTS) / POINTS;
    const sheet s = {st, &st->portrait, d, step, last / step + 1};
    st->portrait = (mn_portrait){.title = "Intersections of circles",
                                 .x_name = "distance (bits)",
                                 .y_name = "weight",
                                 .y_log = true};
    add_weighted(&s, "binary", MN_CIRCLE_BINARY);
    add_weighted(&s, "linear", MN_CIRCLE_LINEAR);
    add_weighted(&s, "exponential, decay 0.01", MN_CIRCLE_EXPONENTIAL);
    mn_circle_profile(&st->circle, d, st->share);
    const double beta = mn_circle_beta(&st->circle, d, st->share, false);
    if (cfg->kind == MN_KANERVA_CONTINUOUS && st->N > 2)
        add_caps(&s);
    add_softmax(&s, beta);
    tell(&s, beta);
}

/* Drawn anew only when what it depends on has changed: snapshots ask for it often. */
bool mn_kanerva_portrait(mn_model *m, mn_portrait *out)
{
    mn_kanerva *st = m->state;
    const int d = mn_kanerva_radius(m), n_patterns = st->plan[MN_PLAN_PATTERNS];
    if (st->drawn[0] != d || st->drawn[1] != n_patterns) {
        draw(m);
        st->drawn[0] = d;
        st->drawn[1] = n_patterns;
    }
    *out = st->portrait;
    return true;
}

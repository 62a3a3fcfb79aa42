#include "mnemoscope/qp.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include <f77blas.h>

/* With v = lower + d u and d_i = 1 / sqrt(P_ii) the programme is
 *
 *     min 1/2 u'Cu + c'u,  u >= 0,  C = dPd with a diagonal of ones, c = d (q + P lower)
 *
 * so that what counts as small does not depend on the sizes of P's rows. A variable is free or
 * at its bound. One whose slope is negative is freed, the free ones are solved for (Cholesky),
 * and what would leave the feasible region on the way there is bound again. */

/* Variables that depend on the free ones to about the square root of this stay bound: in exact
 * numbers their slopes would be zero. */
static const double dependent = 64 * MN_QP_MAX * DBL_EPSILON;

typedef struct programme {
    int n, n_free;
    int free[MN_QP_MAX];
    bool is_free[MN_QP_MAX], barred[MN_QP_MAX];
    double d[MN_QP_MAX], c[MN_QP_MAX], u[MN_QP_MAX];
    double z[MN_QP_MAX]; /* where the free ones would go, in their order */
    double C[MN_QP_MAX * MN_QP_MAX], L[MN_QP_MAX * MN_QP_MAX];
} programme;

static bool all_finite(int n, const double *x)
{
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* A variable without curvature has d = 0 and stays where it is. */
static bool scale(programme *p, const double *P, const double *q, const double *lower)
{
    const int n = p->n;
    for (int i = 0; i < n; i++)
        p->d[i] = P[i * n + i] > 0.0 ? 1.0 / sqrt(P[i * n + i]) : 0.0;
    for (int i = 0; i < n; i++) {
        double c = q[i];
        for (int j = 0; j < n; j++) {
            c += P[i * n + j] * lower[j];
            p->C[i * n + j] = p->d[i] * P[i * n + j] * p->d[j];
        }
        p->c[i] = p->d[i] * c;
    }
    return all_finite(n, p->c) && all_finite(n * n, p->C);
}

/* The bound variable with the steepest descent, -1 when no slope is below rounding. */
static int find_descent(const programme *p)
{
    int best = -1;
    double steepest = 0.0;
    for (int i = 0; i < p->n; i++) {
        if (p->is_free[i] || p->barred[i])
            continue;
        double slope = p->c[i], size = fabs(p->c[i]);
        for (int k = 0; k < p->n_free; k++) {
            double term = p->C[i * p->n + p->free[k]] * p->u[p->free[k]];
            slope += term;
            size += fabs(term);
        }
        if (slope < -8 * p->n * DBL_EPSILON * size && slope < steepest) {
            steepest = slope;
            best = i;
        }
    }
    return best;
}

/* z: the unconstrained minimum over the free variables; false when they are dependent. */
static bool solve(programme *p)
{
    blasint n = p->n_free, one = 1, info;
    char triangle = 'U';
    for (int i = 0; i < n; i++) {
        p->z[i] = -p->c[p->free[i]];
        for (int j = 0; j < n; j++)
            p->L[i * n + j] = p->C[p->free[i] * p->n + p->free[j]];
    }
    if (n == 0)
        return true;
    BLASFUNC(dpotrf)(&triangle, &n, p->L, &n, &info);
    for (int i = 0; i < n && info == 0; i++)
        if (p->L[i * n + i] * p->L[i * n + i] < dependent)
            info = i + 1;
    if (info == 0)
        BLASFUNC(dpotrs)(&triangle, &n, &one, p->L, &n, p->z, &n, &info);
    return info == 0;
}

static void bind(programme *p, int at)
{
    const int i = p->free[at];
    p->is_free[i] = false;
    p->u[i] = 0.0;
    p->n_free--;
    memmove(p->free + at, p->free + at + 1, (size_t)(p->n_free - at) * sizeof *p->free);
}

/* As far towards z as the bounds allow; binds whatever stops it. False: nothing did. */
static bool step(programme *p)
{
    double part = 1.0;
    int stopper = -1;
    for (int k = 0; k < p->n_free; k++) {
        double u = p->u[p->free[k]];
        if (p->z[k] <= 0.0 && (stopper < 0 || u / (u - p->z[k]) < part)) {
            part = u > 0.0 ? u / (u - p->z[k]) : 0.0;
            stopper = k;
        }
    }
    for (int k = 0; k < p->n_free; k++)
        p->u[p->free[k]] += part * (p->z[k] - p->u[p->free[k]]);
    if (stopper < 0)
        return false;
    bind(p, stopper);
    for (int k = p->n_free - 1; k >= 0; k--)
        if (p->u[p->free[k]] <= 0.0)
            bind(p, k);
    return true;
}

/* Frees i and goes to the minimum; false when rounding alone made its slope look negative. */
static bool release(programme *p, int i)
{
    p->free[p->n_free++] = i;
    p->is_free[i] = true;
    if (!solve(p) || p->z[p->n_free - 1] <= 0.0) {
        bind(p, p->n_free - 1);
        return false;
    }
    while (step(p) && solve(p))
        ;
    return true;
}

bool mn_qp_bounded(int n, const double *P, const double *q, const double *lower, double *v)
{
    assert(n >= 0 && n <= MN_QP_MAX);
    programme p = {.n = n};
    for (int i = 0; i < n; i++)
        v[i] = lower[i];
    if (!all_finite(n, lower) || !scale(&p, P, q, lower))
        return false;
    /* Every release lowers the value, so no set of free variables comes twice; the limit is for
     * values that differ by rounding alone. */
    for (int left = 64 * n, i; left > 0 && (i = find_descent(&p)) >= 0; left--)
        if (!release(&p, i))
            p.barred[i] = true;
        else
            memset(p.barred, 0, sizeof p.barred);
    for (int i = 0; i < n; i++)
        v[i] = lower[i] + p.d[i] * p.u[i];
    return true;
}

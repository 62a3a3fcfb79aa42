#include "mnemoscope/pca.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "centre.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/eigen.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/rng.h"

enum {
    BLOCK = 256, /* rows in one product */
    SPARE =
        14, /* more directions, faster convergence: errors shrink as (l_wide / l_k)^rounds */
    ROUNDS = 60
};

/* |C v - l v| that counts as converged, in parts of l; single precision ends near 1e-6. */
static const double converged = 1e-5;
/* In parts of the largest variance: what rounding leaves where there is none. */
static const double negligible = 1e-10;

void mn_pca_layout(mn_pca *p, int dims, int k, mn_arena *a)
{
    assert(dims > 0 && k > 0 && k + SPARE <= BLOCK);
    size_t d = (size_t)dims, wide = (size_t)k + SPARE;
    *p = (mn_pca){.dims = dims, .k = k, .wide = k + SPARE};
    p->mean = mn_arena_bytes(a, d, sizeof(double));
    p->variance = mn_arena_bytes(a, wide, sizeof(double));
    p->axes = mn_arena_floats(a, (size_t)k * d);
    p->basis = mn_arena_floats(a, wide * d);
    p->image = mn_arena_floats(a, wide * d);
    p->block = mn_arena_floats(a, BLOCK * d);
    p->shadow = mn_arena_floats(a, BLOCK * wide);
    p->small = mn_arena_bytes(a, 2 * wide * wide + mn_eigen_work(p->wide), sizeof(double));
}

/* Modified Gram and Schmidt, twice because once loses digits (Giraud et al. 2005). What is left
 * of a dependent row is noise: it becomes zero. */
static void orthonormalise(int n, size_t dims, float *Q)
{
    for (int i = 0; i < n; i++) {
        float *q = Q + (size_t)i * dims;
        double before = sqrt(mn_sumsq(dims, q));
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < i; j++) {
                const float *other = Q + (size_t)j * dims;
                mn_axpy(dims, (float)-mn_dot(dims, q, other), other, q);
            }
        double after = sqrt(mn_sumsq(dims, q));
        mn_scale(dims, after > 1e-6 * before ? (float)(1.0 / after) : 0.0f, q);
    }
}

/* image (wide,dims) = basis C, with C = Xc^T Xc / n of the centred and scaled rows; returns the
 * trace of C. */
static double multiply(const mn_pca *p, const float *X, int n)
{
    size_t dims = (size_t)p->dims;
    double trace = 0.0;
    memset(p->image, 0, (size_t)p->wide * dims * sizeof *p->image);
    for (int i = 0; i < n; i += BLOCK) {
        int n_now = n - i < BLOCK ? n - i : BLOCK;
        mn_centre_apply(X + (size_t)i * dims, n_now, p->dims, p->mean, p->scale, p->block);
        trace += mn_sumsq((size_t)n_now * dims, p->block) / n;
        mn_gemm_nt(n_now, p->wide, p->dims, 1.0f, p->block, p->dims, p->basis, p->dims, 0.0f,
                   p->shadow, p->wide);
        mn_gemm_tn(p->wide, p->dims, n_now, 1.0f / (float)n, p->shadow, p->wide, p->block,
                   p->dims, 1.0f, p->image, p->dims);
    }
    return trace;
}

/* out (wide,dims) = V rows. */
static void turn(int wide, size_t dims, const double *V, const float *rows, float *out)
{
    memset(out, 0, (size_t)wide * dims * sizeof *out);
    for (int i = 0; i < wide; i++)
        for (int j = 0; j < wide; j++)
            mn_axpy(dims, (float)V[i * wide + j], rows + (size_t)j * dims,
                    out + (size_t)i * dims);
}

/* Rayleigh and Ritz: the best axes within the basis, and their images. Returns the largest
 * residual of the k leading ones in parts of their variance. */
static double improve(mn_pca *p)
{
    const int wide = p->wide;
    size_t dims = (size_t)p->dims, room = (size_t)wide * dims;
    double *H = p->small, *V = H + wide * wide, worst = 0.0;
    for (int i = 0; i < wide; i++)
        for (int j = 0; j <= i; j++)
            H[i * wide + j] = H[j * wide + i] =
                mn_dot(dims, p->basis + (size_t)i * dims, p->image + (size_t)j * dims);
    bool solved = mn_eigen_largest(wide, H, wide, p->variance, V, V + wide * wide);
    assert(solved && "finite rows of at most 1 have a finite covariance");
    (void)solved;
    turn(wide, dims, V, p->basis, p->block); /* BLOCK > wide rows */
    memcpy(p->basis, p->block, room * sizeof *p->basis);
    turn(wide, dims, V, p->image, p->block);
    memcpy(p->image, p->block, room * sizeof *p->image);
    for (int i = 0; i < p->k; i++) {
        float *left = p->block + (size_t)i * dims; /* C v, which has been copied */
        mn_axpy(dims, (float)-p->variance[i], p->basis + (size_t)i * dims, left);
        if (p->variance[i] > negligible * p->variance[0])
            worst = fmax(worst, sqrt(mn_sumsq(dims, left)) / p->variance[i]);
    }
    return worst;
}

/* The sign of an axis is nobody's: its largest entry is made positive. */
static void orient(size_t dims, float *v)
{
    size_t largest = 0;
    for (size_t j = 1; j < dims; j++)
        if (fabsf(v[j]) > fabsf(v[largest]))
            largest = j;
    if (v[largest] < 0.0f)
        mn_scale(dims, -1.0f, v);
}

/* Variance in the units of X; axes without any are zero. */
static void conclude(mn_pca *p, double trace)
{
    size_t dims = (size_t)p->dims;
    const double least = negligible * p->variance[0];
    for (int i = 0; i < p->k; i++) {
        float *axis = p->axes + (size_t)i * dims;
        bool flat = !(p->variance[i] > least);
        memcpy(axis, p->basis + (size_t)i * dims, dims * sizeof *axis);
        if (flat)
            memset(axis, 0, dims * sizeof *axis);
        orient(dims, axis);
        p->variance[i] = flat ? 0.0 : p->variance[i] * p->scale * p->scale;
    }
    p->total = trace * p->scale * p->scale;
}

mn_status mn_pca_begin(mn_pca *p, const float *X, int n, mn_err *err)
{
    size_t room = (size_t)p->wide * (size_t)p->dims;
    mn_rng r;
    if (n < 1)
        return mn_fail(err, MN_EINVAL,
                       "cannot find principal components of %d items, at least 1 wanted", n);
    mn_status s = mn_centre_check(X, n, p->dims, "items", err);
    if (s != MN_OK)
        return s;
    p->scale = mn_centre_fit(X, n, p->dims, p->mean);
    p->round = 0;
    mn_rng_seed(&r, 0, "pca");
    for (size_t i = 0; i < room; i++)
        p->image[i] = (float)mn_rng_normal(&r);
    return MN_OK;
}

bool mn_pca_round(mn_pca *p, const float *X, int n)
{
    memcpy(p->basis, p->image, (size_t)p->wide * (size_t)p->dims * sizeof *p->basis);
    orthonormalise(p->wide, (size_t)p->dims, p->basis);
    double trace = multiply(p, X, n);
    double residual = improve(p);
    if (residual > converged && ++p->round < ROUNDS)
        return true;
    conclude(p, trace);
    return false;
}

mn_status mn_pca_fit(mn_pca *p, const float *X, int n, mn_err *err)
{
    mn_status s = mn_pca_begin(p, X, n, err);
    if (s != MN_OK)
        return s;
    while (mn_pca_round(p, X, n))
        ;
    return MN_OK;
}

void mn_pca_project(mn_pca *p, const float *X, int n, float *Y)
{
    for (int i = 0; i < n; i += BLOCK) {
        int n_now = n - i < BLOCK ? n - i : BLOCK;
        mn_centre_apply(X + (size_t)i * (size_t)p->dims, n_now, p->dims, p->mean, p->scale,
                        p->block);
        mn_gemm_nt(n_now, p->k, p->dims, (float)fmin(p->scale, (double)FLT_MAX), p->block,
                   p->dims, p->axes, p->dims, 0.0f, Y + (size_t)i * (size_t)p->k, p->k);
    }
}

double mn_pca_share(const mn_pca *p, int i)
{
    assert(i >= 0 && i < p->k);
    return p->total > 0.0 ? p->variance[i] / p->total : 0.0;
}

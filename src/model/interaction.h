/* interaction.h: the interaction function F_n of a dense memory, its slope, and sums of both.
 *
 *     polynomial   F(s) = s^n
 *     rectified    F(s) = max(s, 0)^n
 *     leaky        F(s) = max(s, 0)^n + leak * min(s, 0)
 *
 * (Krotov and Hopfield 2016; the leaky one: McAlister, Robins and Szymanski.) All three are
 * max(s, floor)^n + leak * min(s, 0). Kernels run over one row of similarities, one number per
 * memory; K is a multiple of MN_LANES and rows are padded with zeros, which add nothing to a
 * difference. Powers are products, unrolled for the vertices that keys can reach and repeated
 * squaring with selections for the others. Outputs must not overlap inputs. Pure; any thread.
 *
 * Range: with n = 100 a similarity of 0.4 or 2.5 leaves the range of float. The caller scales
 * similarities by 2^-k, k from mn_interaction_fit, and F by mn_interaction_scaled; what comes
 * out is then F * 2^-kn, and slopes are F' * 2^-k(n-1).
 */
#ifndef MNEMOSCOPE_MODEL_INTERACTION_H
#define MNEMOSCOPE_MODEL_INTERACTION_H

#include <stddef.h>

typedef enum mn_interaction_kind { MN_POLYNOMIAL, MN_RECTIFIED, MN_LEAKY } mn_interaction_kind;

typedef struct mn_interaction {
    int vertex;  /* n, at least 2 */
    float floor; /* 0, or -INFINITY for the polynomial */
    float leak;
} mn_interaction;

mn_interaction mn_interaction_make(mn_interaction_kind kind, int vertex, double leak);

/* The largest |s| that is raised to a power, of similarities between lo and hi. */
float mn_interaction_reach(const mn_interaction *f, float lo, float hi);
/* The k that brings the `power`-th power of similarities between lo and hi into the range of
 * float; 0 when it is there already (between 2^-40 and 2^40), or when a leak is the larger
 * part. */
int mn_interaction_fit(const mn_interaction *f, int power, float lo, float hi);
/* F for similarities scaled by 2^-k. */
mn_interaction mn_interaction_scaled(const mn_interaction *f, int k);

/* Rows of similarities that are reached from one another: s + u[d] * c[d] for d < n_rows, c
 * being (n_rows, K) with rows `stride` apart. */
typedef struct mn_steps {
    size_t K, stride;
    int n_rows;
    const float *s, *c, *u;
} mn_steps;

/* f = F(s) */
void mn_interaction_apply(const mn_interaction *f, size_t K, const float *s, float *out);
/* sum[d] += sum over memories of F(s + u[d] c[d]) - F(s), given f0 = F(s). Term by term: the
 * sums themselves are too alike. */
void mn_interaction_differences(const mn_interaction *f, const mn_steps *at, const float *f0,
                                double *sum);
/* Slopes divided by n, F'/n = max(s, floor)^(n-1) + (s <= 0) * leak, where leak (K) is the
 * leak's part of each memory:
 *     w       = sum over d of g[d] (F'(s + u[d] c[d]) - F'(s)) / n
 *     w_sum  += w
 *     on[d]  += g[d] F'(s + u[d] c[d]) / n           on is (n_rows, stride) */
void mn_interaction_slopes(const mn_interaction *f, const mn_steps *at, const float *leak,
                           const float *g, float *w, float *w_sum, float *on);
/* F(s) of every memory as a share of the row's sum, where F > 0; all zero when none is. `s` and
 * `share` may have any length and may be the same. */
void mn_interaction_shares(const mn_interaction *f, size_t n, const float *s, float *share);
double mn_interaction_value(const mn_interaction *f, double s); /* F(s) */

#endif

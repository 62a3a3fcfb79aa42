/* circle.h: circles in the space of n bits, and what Kanerva's sparse distributed memory owes
 * to them (Kanerva 1988; Bricken and Pehlevan 2021; Bricken et al. 2023, appendix A.7).
 *
 * A circle of radius d is the 2^n's share of vectors that differ from its centre in at most d
 * bits. Two circles whose centres are v bits apart share neurons: the more, the nearer they
 * are, and nearly as a softmax does. Distances are in bits, logarithms natural. Numbers of
 * neurons r and of patterns m are doubles: 2^64 neurons are usual in this theory.
 */
#ifndef MNEMOSCOPE_CIRCLE_H
#define MNEMOSCOPE_CIRCLE_H

#include <stdbool.h>

#include "mnemoscope/arena.h"

/* Logarithms of factorials. Whoever has laid it out owns it; any thread may read it. */
typedef struct mn_circle {
    int n;
    double *log_factorial; /* (n + 1) */
} mn_circle;

void mn_circle_layout(mn_circle *c, int n, mn_arena *a); /* runs twice */
void mn_circle_init(mn_circle *c);

/* Vectors within d bits of both of two that are v bits apart. Whole numbers: exact as long as
 * they and binomials of n are below 2^53, as for n 64 and d 15. */
double mn_circle_count(int n, int d, int v);

/* What a shared neuron counts for: 1; how many bits of it agree with each centre, as shares of
 * n, multiplied; or exp(-decay * bits) of its distances to both. */
typedef enum mn_circle_weight {
    MN_CIRCLE_BINARY,
    MN_CIRCLE_LINEAR,
    MN_CIRCLE_EXPONENTIAL,
    MN_N_CIRCLE_WEIGHTS
} mn_circle_weight;
#define MN_CIRCLE_DECAY 0.01 /* as published; a mild one */
/* The logarithm of the same, weighted and without the limits; -INFINITY for none. */
double mn_circle_log(const mn_circle *c, int d, int v, mn_circle_weight w, double decay);
/* The share of the space in the binary intersection for v = 0 .. n, all at once: (n + 1). */
void mn_circle_profile(const mn_circle *c, int d, double *share);

/* The softmax exp(beta * cosine), cosine = 1 - 2 v / n, that fits the profile at v < d by least
 * squares of the logarithm; NAN when d < 2. `published`: times d / (d - 1), as their code has
 * it. share: a profile. */
double mn_circle_beta(const mn_circle *c, int d, const double *share, bool published);
/* From the largest term of the sum, to first order in v: (n - 2 d)^2 / (4 n). Too low. */
double mn_circle_beta_estimate(int n, int d);
/* That largest term's logarithm, by Stirling; 0 < v < n. */
double mn_circle_log_estimate(int n, int d, int v);

/* The continuous memory: the share of the sphere in n dimensions that is in both of two caps,
 * as wide as circles of radius d (cosine 1 - 2 d / n), whose centres are at `cosine`. n > 2. */
double mn_circle_caps(int n, double d, double cosine);

/* The share of the space in a circle, and the least radius whose circle holds a share p. */
double mn_circle_share(const mn_circle *c, int d);
int mn_circle_radius(const mn_circle *c, double p);

/* The share of the space that a circle should hold, by two criteria. */
double mn_circle_best_signal(double r, double m); /* signal to noise of one pattern among m */
double mn_circle_best_capacity(int n, double r);  /* most patterns */
/* Patterns that r neurons hold when circles have a share p, each read without an error with a
 * chance of one half. */
double mn_circle_capacity(int n, double r, double p);

/* The distance within which iterated reading comes nearer to a pattern among m; 0 for none.
 * scratch (n + 1). */
int mn_circle_critical(const mn_circle *c, int d, double r, double m, double *scratch);
/* The radius with the largest, the third criterion. *critical (may be NULL) receives it. */
int mn_circle_best_critical(const mn_circle *c, double r, double m, int *critical,
                            double *scratch);

#endif

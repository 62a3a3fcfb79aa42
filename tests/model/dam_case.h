/* dam_case.h: a dense memory under test, and the same thing in double from the equations. */
#ifndef MNEMOSCOPE_TESTS_DAM_CASE_H
#define MNEMOSCOPE_TESTS_DAM_CASE_H

#include "mnemoscope/model.h"
#include "support.h"

typedef struct dam_case {
    mn_model *m;
    int visible, extra, classes, K, D, batch;
    /* as set, for the reference */
    int vertex, kind; /* 0 polynomial, 1 rectified, 2 leaky */
    double leak, temperature;
    bool raw;
    float *X, *Y, *logits, *dlogits;
    int *exponent;
    mn_grad grad;
} dam_case;

/* Parameters as pairs of name and text, ended by NULL. */
dam_case dam_case_make(int visible, int extra, int classes, int batch, const char *const *set);
void dam_case_finish(dam_case *c);
/* X uniform on [-1, 1], one-hot Y, memories N(mean, sd). */
void dam_case_draw(dam_case *c, mn_rng *r, double mean, double sd);
/* Sets one parameter of the model and of the reference. */
void dam_case_set(dam_case *c, const char *name, const char *text);

double reference_F(const dam_case *c, double s);
/* F-gap of every class, every other class unit being off; xi (K, D) in double. */
void reference_logits(const dam_case *c, const double *xi, const float *x, double *logits);
/* sum (tanh(logit) - t)^(2m) over the batch. */
double reference_loss(const dam_case *c, const double *xi, int m);
double reference_energy(const dam_case *c, const float *v);
double *dam_case_xi(const dam_case *c); /* theta in double; the caller frees */

#endif

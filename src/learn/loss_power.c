#include "mnemoscope/loss.h"

#include <math.h>

/* L = sum over items and classes of (c - t)^(2m), c = tanh(z), t = +-1 (Krotov and Hopfield
 * 2016, appendix A). An error is 2 at most, so m up to 60 keeps dL/dz below 2^127. */

static double raise_to(double x, int n)
{
    double y = 1.0;
    for (; n > 0; n /= 2, x *= x)
        if (n % 2)
            y *= x;
    return y;
}

static double eval(const mn_loss_cfg *cfg, int n, int n_classes, const float *logits,
                   const int *exponent, const float *Y, float *dlogits)
{
    const int m = cfg->error_exponent;
    const size_t C = (size_t)n_classes;
    double loss = 0.0;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t k = i * C; k < (i + 1) * C; k++) {
            double z = exponent[i] ? ldexp((double)logits[k], exponent[i]) : (double)logits[k];
            /* 1 - |c|, to full precision where c is nearly +-1 */
            double e = exp(-2.0 * fabs(z)), rest = 2.0 * e / (1.0 + e);
            double error = copysign(1.0 - rest, z) - (2.0 * (double)Y[k] - 1.0);
            double power = raise_to(error, 2 * m - 1);
            loss += power * error;
            if (dlogits)
                dlogits[k] = (float)(2.0 * m * power * rest * (2.0 - rest));
        }
    return loss;
}

/* (1 + tanh z) / 2 */
static void respond(int n, int n_classes, const float *logits, const int *exponent, float *Y)
{
    const size_t C = (size_t)n_classes;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t k = i * C; k < (i + 1) * C; k++)
            Y[k] = (float)(0.5 + 0.5 * tanh(ldexp((double)logits[k], exponent[i])));
}

const mn_loss_ops mn_loss_power = {
    .name = "power",
    .title = "Error to an even power",
    .cite = "Krotov and Hopfield 2016",
    .about = "the summed 2m-th power of the error of the squashed class units",
    .has_exponent = true,
    .eval = eval,
    .respond = respond,
};

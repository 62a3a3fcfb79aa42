#include "mnemoscope/loss.h"

#include <float.h>

#include "logit.h"

/* L = sum over items and classes of (z - y)^2 / 2, y = 0 or 1 (Rumelhart, Hinton and Williams
 * 1986): the logits are the answer, nothing squashes them. */

static const double LIMIT = 1e150; /* squares stay finite */

/* A slope that is beyond float's range is its largest number. */
static float slope(double error)
{
    const double limit = (double)FLT_MAX;
    return (float)(error > limit ? limit : (error < -limit ? -limit : error));
}

static double eval(const mn_loss_cfg *cfg, int n, int n_classes, const float *logits,
                   const int *exponent, const float *Y, float *dlogits)
{
    const size_t C = (size_t)n_classes;
    double loss = 0.0;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t k = i * C; k < (i + 1) * C; k++) {
            const double error =
                true_logit((double)logits[k], exponent[i], LIMIT) - (double)Y[k];
            loss += 0.5 * error * error;
            if (dlogits)
                dlogits[k] = slope(error);
        }
    return loss;
}

static void respond(int n, int n_classes, const float *logits, const int *exponent, float *Y)
{
    const size_t C = (size_t)n_classes;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t k = i * C; k < (i + 1) * C; k++) {
            const double z = true_logit((double)logits[k], exponent[i], 1.0);
            Y[k] = z < 0.0 ? 0.0f : (float)z;
        }
}

const mn_loss_ops mn_loss_squared = {
    .name = "squared",
    .title = "Squared error",
    .cite = "Rumelhart, Hinton and Williams 1986",
    .about = "half the squared distance of the class logits from 0 and 1",
    .eval = eval,
    .respond = respond,
};

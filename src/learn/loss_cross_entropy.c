#include "mnemoscope/loss.h"

#include <math.h>

#include "logit.h"
#include "mnemoscope/kernel.h"

/* L = -sum over items and classes of q log softmax(z) (Bridle 1990), and dL/dz = softmax(z)
 * sum q - q. For an item with one class on q is Y. Truth values that come to less than 1 are a
 * weaker opinion, and the item counts for less: one with no class on says nothing. Those that
 * come to more than 1 share the item, q = Y / sum Y, so that no dream outweighs an item. */

static const double LIMIT = 1e300; /* sums over batches stay finite */

/* How far the logit is below the largest. All of an item's share an exponent, so that the
 * difference is right whatever that is. */
static double below(float largest, float z, int exponent)
{
    return true_logit((double)largest - (double)z, exponent, LIMIT);
}

/* softmax(z) is exp(-below) over this. */
static double partition(int n_classes, float largest, const float *z, int exponent)
{
    double sum = 0.0;
    for (int c = 0; c < n_classes; c++)
        sum += exp(-below(largest, z[c], exponent));
    return sum;
}

static double eval(const mn_loss_cfg *cfg, int n, int n_classes, const float *logits,
                   const int *exponent, const float *Y, float *dlogits)
{
    const size_t C = (size_t)n_classes;
    double loss = 0.0;
    for (size_t i = 0; i < (size_t)n; i++) {
        const float largest = mn_max(C, logits + i * C);
        const double sum = partition(n_classes, largest, logits + i * C, exponent[i]);
        const double total = mn_sum(C, Y + i * C), share = total > 1.0 ? total : 1.0;
        for (size_t k = i * C; k < (i + 1) * C; k++) {
            const double b = below(largest, logits[k], exponent[i]);
            loss += (double)Y[k] / share * (b + log(sum));
            if (dlogits)
                dlogits[k] = (float)((exp(-b) / sum * total - (double)Y[k]) / share);
        }
    }
    return loss;
}

static void respond(int n, int n_classes, const float *logits, const int *exponent, float *Y)
{
    const size_t C = (size_t)n_classes;
    for (size_t i = 0; i < (size_t)n; i++) {
        const float largest = mn_max(C, logits + i * C);
        const double sum = partition(n_classes, largest, logits + i * C, exponent[i]);
        for (size_t k = i * C; k < (i + 1) * C; k++)
            Y[k] = (float)(exp(-below(largest, logits[k], exponent[i])) / sum);
    }
}

const mn_loss_ops mn_loss_cross_entropy = {
    .name = "cross-entropy",
    .title = "Cross-entropy of the softmax",
    .cite = "Bridle 1990",
    .about = "the surprise at an item's class when the classes compete for probability",
    .eval = eval,
    .respond = respond,
};

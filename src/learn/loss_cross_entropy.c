#include "mnemoscope/loss.h"

#include "logit.h"
#include "mnemoscope/kernel.h"

/* L = -sum over items and classes of q log softmax(z) (Bridle 1990), and dL/dz = softmax(z)
 * sum q - q. For an item with one class on q is Y. Truth values that come to less than 1 are a
 * weaker opinion, and the item counts for less: one with no class on says nothing. Those that
 * come to more than 1 share the item, q = Y / sum Y, so that no dream outweighs an item. */

static const double LIMIT = 1e300; /* sums over batches stay finite */

/* Of one item: softmax(z) = exp(z - largest) / sum. */
typedef struct partition {
    double largest, sum;
} partition;

static partition divide(int n_classes, const float *z, int exponent)
{
    partition p = {-LIMIT, 0.0};
    for (int c = 0; c < n_classes; c++)
        p.largest = fmax(p.largest, true_logit(z[c], exponent, LIMIT));
    for (int c = 0; c < n_classes; c++)
        p.sum += exp(true_logit(z[c], exponent, LIMIT) - p.largest);
    return p;
}

static double eval(const mn_loss_cfg *cfg, int n, int n_classes, const float *logits,
                   const int *exponent, const float *Y, float *dlogits)
{
    const size_t C = (size_t)n_classes;
    double loss = 0.0;
    for (size_t i = 0; i < (size_t)n; i++) {
        const partition p = divide(n_classes, logits + i * C, exponent[i]);
        const double total = mn_sum(C, Y + i * C), share = total > 1.0 ? total : 1.0;
        for (size_t k = i * C; k < (i + 1) * C; k++) {
            const double below = p.largest - true_logit(logits[k], exponent[i], LIMIT);
            loss += (double)Y[k] / share * (below + log(p.sum));
            if (dlogits)
                dlogits[k] = (float)((exp(-below) / p.sum * total - (double)Y[k]) / share);
        }
    }
    return loss;
}

static void respond(int n, int n_classes, const float *logits, const int *exponent, float *Y)
{
    const size_t C = (size_t)n_classes;
    for (size_t i = 0; i < (size_t)n; i++) {
        const partition p = divide(n_classes, logits + i * C, exponent[i]);
        for (size_t k = i * C; k < (i + 1) * C; k++)
            Y[k] = (float)(exp(true_logit(logits[k], exponent[i], LIMIT) - p.largest) / p.sum);
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

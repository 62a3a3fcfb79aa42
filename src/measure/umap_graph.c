#include "umap_graph.h"

#include <math.h>

/* Halvings of sigma's interval, and sigma's least part of the mean distance: where several
 * items are as near as the nearest the sum cannot come down to log2 k. */
enum { HALVINGS = 64 };
static const double least_sigma = 1e-3;

static double total(const float *distance, int k, double rho, double sigma)
{
    double sum = 0.0;
    for (int j = 0; j < k; j++)
        sum += exp(-fmax(0.0, (double)distance[j] - rho) / sigma);
    return sum;
}

static double find_sigma(const float *distance, int k, double rho)
{
    const double wanted = log2(k);
    double lo = 0.0, hi = HUGE_VAL, sigma = rho > 0.0 ? rho : 1.0, mean = 0.0;
    for (int i = 0; i < HALVINGS; i++) {
        double sum = total(distance, k, rho, sigma);
        if (fabs(sum - wanted) < 1e-6)
            break;
        if (sum > wanted)
            hi = sigma;
        else
            lo = sigma;
        sigma = isinf(hi) ? 2.0 * sigma : 0.5 * (lo + hi);
    }
    for (int j = 0; j < k; j++)
        mean += (double)distance[j] / k;
    return fmax(sigma, least_sigma * mean);
}

void mn_umap_weigh(const float *distance, int k, float *weight)
{
    double rho = 0.0;
    for (int j = k - 1; j >= 0; j--)
        if (distance[j] > 0.0f)
            rho = (double)distance[j];
    const double sigma = rho > 0.0 ? find_sigma(distance, k, rho) : 1.0;
    for (int j = 0; j < k; j++)
        weight[j] = (float)exp(-fmax(0.0, (double)distance[j] - rho) / sigma);
}

/* Where `i` stands among the k neighbours at `index`, -1 when it does not. */
static int find(const int *index, int k, int i)
{
    for (int j = 0; j < k; j++)
        if (index[j] == i)
            return j;
    return -1;
}

size_t mn_umap_unite(const int *index, const float *weight, int n, int k, mn_umap_link *links)
{
    size_t n_links = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < k; j++) {
            const size_t here = (size_t)i * (size_t)k + (size_t)j;
            const int other = index[here];
            const size_t there = (size_t)other * (size_t)k;
            const int back = find(index + there, k, i);
            const float a = weight[here], b = back < 0 ? 0.0f : weight[there + (size_t)back];
            const float w = a + b - a * b;
            links[n_links++] = (mn_umap_link){i, other, w};
            if (back < 0)
                links[n_links++] = (mn_umap_link){other, i, w};
        }
    return n_links;
}

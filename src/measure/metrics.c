#include "mnemoscope/metrics.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

/* F1 of class c from the confusion matrix; NAN when it is neither a label nor predicted. */
static double f1(const size_t *counts, int n_classes, int c)
{
    size_t n = (size_t)n_classes, k = (size_t)c, truth = 0, predicted = 0;
    for (size_t i = 0; i < n; i++) {
        truth += counts[k * n + i];
        predicted += counts[i * n + k];
    }
    if (truth + predicted == 0)
        return nan("");
    return 2.0 * (double)counts[k * n + k] / (double)(truth + predicted);
}

mn_score mn_score_of(const int *truth, const int *predicted, size_t n, int n_classes,
                     size_t *counts)
{
    size_t side = (size_t)n_classes, n_right = 0;
    for (size_t i = 0; i < side * side; i++)
        counts[i] = 0;
    for (size_t i = 0; i < n; i++) {
        assert(truth[i] >= 0 && truth[i] < n_classes);
        assert(predicted[i] >= 0 && predicted[i] < n_classes);
        counts[(size_t)truth[i] * side + (size_t)predicted[i]]++;
        n_right += truth[i] == predicted[i];
    }
    double sum = 0.0;
    int n_present = 0;
    for (int c = 0; c < n_classes; c++) {
        double f = f1(counts, n_classes, c);
        if (isnan(f))
            continue;
        sum += f;
        n_present++;
    }
    return (mn_score){.accuracy = n ? (double)n_right / (double)n : nan(""),
                      .macro_f1 = n_present ? sum / n_present : nan(""),
                      .n = n};
}

/* A mean over what is defined. */
typedef struct mean {
    double sum;
    int n;
} mean;

static void add(mean *m, double x)
{
    if (isnan(x))
        return;
    m->sum += x;
    m->n++;
}

static double value(mean m)
{
    return m.n ? m.sum / m.n : nan("");
}

/* The best the learner ever did on task j before its last row t, minus what it does now. */
static double forgotten(const double *R, size_t n, size_t t, size_t j)
{
    double best = nan("");
    for (size_t i = 0; i < t; i++)
        best = fmax(best, R[i * n + j]);
    return best - R[t * n + j];
}

mn_summary mn_summary_of(const double *R, const double *untrained, int n_tasks, int n_trained,
                         double *forgetting_by_task)
{
    assert(n_trained >= 0 && n_trained <= n_tasks);
    size_t n = (size_t)n_tasks, n_rows = (size_t)n_trained;
    mean acc = {0}, bwt = {0}, fwt = {0}, forgetting = {0};
    double min_task = nan("");
    for (size_t j = 0; forgetting_by_task && j < n; j++)
        forgetting_by_task[j] = nan("");
    for (size_t j = 0; j < n_rows; j++) {
        size_t t = n_rows - 1;
        add(&acc, R[t * n + j]);
        min_task = fmin(min_task, R[j * n + j]);
        if (j == t)
            continue;
        double lost = forgotten(R, n, t, j);
        add(&bwt, R[t * n + j] - R[j * n + j]);
        add(&forgetting, lost);
        if (forgetting_by_task)
            forgetting_by_task[j] = lost;
    }
    for (size_t j = 1; j < n && j <= n_rows; j++)
        add(&fwt, R[(j - 1) * n + j] - untrained[j]);
    return (mn_summary){value(acc), value(bwt), value(fwt), value(forgetting), min_task};
}

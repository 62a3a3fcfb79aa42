#include "mnemoscope/capacity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, RANDOM = 2 * BATCH };

double mn_capacity_hebb(int units)
{
    return 0.138 * units;
}

double mn_capacity_hebb_exact(int units)
{
    return units / (2.0 * log(units));
}

double mn_capacity_dense(int units, int vertex)
{
    double odd = 1.0;
    for (int k = 2 * vertex - 3; k > 1; k -= 2)
        odd *= k;
    return pow(units, vertex - 1) / (2.0 * odd * log(units));
}

static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

double mn_energy_ratio(float *share, int n)
{
    const int tenth = n < 10 ? 1 : n / 10;
    double least = 0.0, most = 0.0;
    qsort(share, (size_t)n, sizeof *share, by_size);
    for (int i = 0; i < tenth; i++) {
        least += (double)share[i];
        most += (double)share[n - 1 - i];
    }
    return most > 0.0 ? least / most : (double)NAN;
}

/* The states (n, units) and room for a batch of whole states. */
typedef struct mn_probe {
    mn_model *m;
    const mn_load *load;
    float *states, *V, *share;
    bool *settled;
    mn_rng order, flips, random;
} mn_probe;

/* A copy of the block with as many memories as states, where the kind has such a number. */
static mn_status fit(const mn_model_ops *ops, const void *cfg, int states, void **out,
                     mn_err *err)
{
    const mn_param *p = mn_param_find(mn_model_params(ops), "memories");
    char text[16];
    if (!(*out = malloc(mn_model_cfg_size(ops))))
        return mn_fail(err, MN_ENOMEM, "cannot allocate a configuration");
    memcpy(*out, cfg, mn_model_cfg_size(ops));
    snprintf(text, sizeof text, "%d", states);
    if (p)
        return mn_param_set(p, *out, text, err);
    if (mn_model_has_rule(ops))
        return MN_OK;
    return mn_fail(err, MN_EINVAL, "model '%s' has no way to be given states to hold",
                   mn_model_name(ops));
}

static mn_status build(mn_probe *p, const mn_model_ops *ops, const void *cfg,
                       const mn_load *load, mn_err *err)
{
    const mn_shape shape = {.n_visible = load->units,
                            .n_classes = 1,
                            .width = load->units,
                            .height = 1,
                            .channels = 1,
                            .batch = BATCH};
    void *block = NULL;
    mn_status s = fit(ops, cfg, load->states, &block, err);
    if (s == MN_OK)
        s = mn_model_create(&p->m, ops, &shape, block, err);
    free(block);
    if (s == MN_OK && !mn_model_recalls(p->m))
        s = mn_fail(err, MN_EINVAL, "model '%s' recalls nothing", mn_model_name(ops));
    if (s != MN_OK)
        return s;
    p->load = load;
    p->states = calloc((size_t)load->states, (size_t)load->units * sizeof *p->states);
    p->V = calloc(BATCH, (size_t)mn_model_n_state(p->m) * sizeof *p->V);
    p->share = calloc((size_t)mn_model_n_units(p->m), sizeof *p->share);
    p->settled = calloc(BATCH, sizeof *p->settled);
    if (!p->states || !p->V || !p->share || !p->settled)
        s = mn_fail(err, MN_ENOMEM, "cannot allocate %d states of %d units", load->states,
                    load->units);
    return s;
}

static void draw(mn_probe *p, uint64_t seed)
{
    mn_rng r;
    mn_rng_seed(&r, seed, "init");
    mn_model_init(p->m, &r);
    mn_rng_seed(&r, seed, "capacity states");
    mn_rng_seed(&p->order, seed, "capacity order");
    mn_rng_seed(&p->flips, seed, "capacity flips");
    mn_rng_seed(&p->random, seed, "capacity random");
    const size_t n = (size_t)p->load->states * (size_t)p->load->units;
    for (size_t i = 0; i < n; i++)
        p->states[i] = mn_rng_below(&r, 2) ? 1.0f : -1.0f;
}

/* One memory vector for each state; class weights 0, so that they take no part. */
static void write_memories(mn_probe *p)
{
    const mn_tensor t = mn_model_tensor(p->m, 0);
    const size_t units = (size_t)p->load->units;
    memset(t.data, 0, (size_t)t.rows * (size_t)t.cols * sizeof *t.data);
    for (size_t i = 0; i < (size_t)t.rows; i++)
        memcpy(t.data + i * (size_t)t.cols, p->states + i * units, units * sizeof *t.data);
}

static void teach(mn_probe *p)
{
    const size_t units = (size_t)p->load->units;
    const float y = 0.0f;
    mn_progress at = {0};
    for (int e = 0; e < p->load->epochs; e++)
        for (int i = 0; i < p->load->states; i++) {
            at.epoch = at.run_epoch = e;
            at.step = at.task_step = (int64_t)e * p->load->states + i;
            mn_model_progress(p->m, &at);
            mn_model_learn(p->m, p->states + (size_t)i * units, &y, 1);
        }
}

static void cue(mn_probe *p, int first, int n)
{
    const size_t units = (size_t)p->load->units, n_state = (size_t)mn_model_n_state(p->m);
    for (size_t i = 0; i < (size_t)n; i++) {
        float *v = p->V + i * n_state;
        memcpy(v, p->states + ((size_t)first + i) * units, units * sizeof *v);
        v[units] = -1.0f;
        for (size_t j = 0; j < units && p->load->flips > 0.0; j++)
            if (mn_rng_uniform(&p->flips) < p->load->flips)
                v[j] = -v[j];
    }
}

static void compare(const mn_probe *p, int first, int n, mn_capacity *out)
{
    const size_t units = (size_t)p->load->units, n_state = (size_t)mn_model_n_state(p->m);
    for (size_t i = 0; i < (size_t)n; i++) {
        const float *v = p->V + i * n_state, *x = p->states + ((size_t)first + i) * units;
        size_t wrong = 0;
        for (size_t j = 0; j < units; j++)
            wrong += v[j] * x[j] <= 0.0f;
        out->whole += wrong == 0;
        out->wrong += (double)wrong / (double)units;
        out->settled += p->settled[i];
    }
}

static void recall(mn_probe *p, mn_capacity *out)
{
    const mn_load *l = p->load;
    const int probes = l->probes && l->probes < l->states ? l->probes : l->states;
    *out = (mn_capacity){.states = l->states, .probes = probes};
    for (int at = 0; at < probes; at += BATCH) {
        const int n = probes - at < BATCH ? probes - at : BATCH;
        cue(p, at, n);
        mn_model_relax(p->m, p->V, n, l->update, l->max_sweeps, &p->order, NULL, p->settled);
        compare(p, at, n, out);
    }
    out->whole /= probes;
    out->wrong /= probes;
    out->settled /= probes;
}

/* A state, or one with every unit turned over, which is as good by the energy. */
static bool is_stored(const mn_probe *p, const float *v)
{
    const size_t units = (size_t)p->load->units;
    for (size_t s = 0; s < (size_t)p->load->states; s++) {
        const float *x = p->states + s * units;
        size_t n_same = 0;
        for (size_t j = 0; j < units; j++)
            n_same += v[j] * x[j] > 0.0f;
        if (n_same == 0 || n_same == units)
            return true;
    }
    return false;
}

static double ratio_of(mn_probe *p, const float *v)
{
    mn_model_shares(p->m, v, p->share);
    return mn_energy_ratio(p->share, mn_model_n_units(p->m));
}

/* The states as they are, whether or not they are at rest. */
static void measure_stored(mn_probe *p, mn_capacity *out)
{
    const size_t units = (size_t)p->load->units;
    double sum = 0.0;
    for (size_t i = 0; i < (size_t)out->probes; i++) {
        memcpy(p->V, p->states + i * units, units * sizeof *p->V);
        sum += ratio_of(p, p->V);
    }
    out->ratio = sum / out->probes;
}

static void measure_spurious(mn_probe *p, mn_capacity *out)
{
    const size_t n_state = (size_t)mn_model_n_state(p->m);
    double sum = 0.0;
    int n = 0;
    for (int at = 0; at < RANDOM; at += BATCH) {
        for (size_t i = 0; i < BATCH * n_state; i++)
            p->V[i] = mn_rng_below(&p->random, 2) ? 1.0f : -1.0f;
        mn_model_relax(p->m, p->V, BATCH, p->load->update, p->load->max_sweeps, &p->order, NULL,
                       p->settled);
        for (size_t i = 0; i < BATCH; i++) {
            const float *v = p->V + i * n_state;
            if (!p->settled[i] || is_stored(p, v))
                continue;
            sum += ratio_of(p, v);
            n++;
        }
    }
    out->spurious = (double)n / RANDOM;
    out->spurious_ratio = n ? sum / n : (double)NAN;
}

static void look_for_spurious(mn_probe *p, mn_capacity *out)
{
    out->spurious = out->ratio = out->spurious_ratio = (double)NAN;
    if (mn_model_n_units(p->m) != p->load->units || !mn_model_has_rule(mn_model_kind(p->m)))
        return;
    measure_stored(p, out);
    measure_spurious(p, out);
}

mn_status mn_capacity_measure(const mn_model_ops *ops, const void *cfg, const mn_load *load,
                              uint64_t seed, mn_capacity *out, mn_err *err)
{
    mn_probe p = {0};
    mn_status s = build(&p, ops, cfg, load, err);
    if (s == MN_OK) {
        draw(&p, seed);
        if (mn_model_has_rule(ops))
            teach(&p);
        else
            write_memories(&p);
        recall(&p, out);
        look_for_spurious(&p, out);
    }
    free(p.states);
    free(p.V);
    free(p.share);
    free(p.settled);
    mn_model_destroy(p.m);
    return s;
}

#include <stdio.h>

#include "mnemoscope/dataset_impl.h"
#include "mnemoscope/rng.h"
#include "probe.h"

/* Random states of 10 x 10 units, the textbook's items of an associative memory: every state is
 * a class of its own. Training items are the states themselves; test items are probes, with a
 * tenth of their units flipped. */
enum { SIDE = 10, N_UNITS = SIDE * SIDE, N_FLIPPED = N_UNITS / 10, N_STATES = 20 };
enum { COPIES = 10, PROBES = 20 }; /* of every state, unless a number of items is asked for */

static void draw_state(size_t state, uint64_t seed, uint8_t *units)
{
    char purpose[48];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "states %zu", state);
    mn_rng_seed(&r, seed, purpose);
    for (int i = 0; i < N_UNITS; i++)
        units[i] = mn_rng_below(&r, 2) ? 255 : 0;
}

static void flip(size_t item, uint64_t seed, uint8_t *units)
{
    char purpose[48];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "states probe %zu", item);
    mn_rng_seed(&r, seed, purpose);
    mn_probe_flip(&r, N_FLIPPED, N_UNITS, units);
}

static mn_status load_split(mn_dataset *d, mn_split split, size_t n, uint64_t seed, mn_err *err)
{
    size_t n_states = (size_t)d->shape.n_classes;
    mn_status s = mn_dataset_reserve(d, split, n, err);
    for (size_t i = 0; i < n && s == MN_OK; i++) {
        uint8_t *units = d->bytes[split] + i * N_UNITS;
        d->labels[split][i] = (int)(i % n_states);
        draw_state(i % n_states, seed, units);
        if (split == MN_TEST)
            flip(i, seed, units);
    }
    return s;
}

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    const size_t n_states = cfg->classes ? (size_t)cfg->classes : N_STATES;
    const size_t items = cfg->items ? (size_t)cfg->items : COPIES * n_states,
                 probes = cfg->test_items ? (size_t)cfg->test_items : PROBES * n_states;
    if (items < n_states || probes < n_states)
        return mn_fail(err, MN_EINVAL,
                       "%zu states need an item and a probe each: found items=%zu and "
                       "test-items=%zu",
                       n_states, items, probes);
    d->shape = (mn_data_shape){.width = SIDE,
                               .height = SIDE,
                               .channels = 1,
                               .n_classes = (int)n_states,
                               .bytes = true};
    mn_status s = load_split(d, MN_TRAIN, items, seed, err);
    return s == MN_OK ? load_split(d, MN_TEST, probes, seed, err) : s;
}

const mn_dataset_ops mn_dataset_states = {
    .name = "states",
    .title = "Random states",
    .cite = "",
    .about = "random states of 100 units, each a class of its own (`classes` of them, 20), and "
             "probes of them with ten units flipped",
    .noun = {"state", "states"},
    .load = load,
};

#include <stdio.h>

#include "characters.h"
#include "mnemoscope/dataset_impl.h"
#include "probe.h"

/* Letters, digits and signs, each a class of its own, as in the experiments on list learning of
 * Robins and McCallum 1998. Training items are the characters themselves, one after the other;
 * test items are probes, with about a tenth of their units turned over. */
enum { N_FLIPPED = 6, PROBES = 10 };

static void turn_over(size_t item, uint64_t seed, uint8_t *units)
{
    char purpose[48];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "characters probe %zu", item);
    mn_rng_seed(&r, seed, purpose);
    mn_probe_flip(&r, N_FLIPPED, MN_CHARACTER_SIZE, units);
}

static mn_status load_split(mn_dataset *d, mn_split split, size_t n, uint64_t seed, mn_err *err)
{
    const size_t n_characters = (size_t)d->shape.n_classes;
    mn_status s = mn_dataset_reserve(d, split, n, err);
    for (size_t i = 0; i < n && s == MN_OK; i++) {
        uint8_t *units = d->bytes[split] + i * MN_CHARACTER_SIZE;
        d->labels[split][i] = (int)(i % n_characters);
        mn_character_draw(d->labels[split][i], units);
        if (split == MN_TEST)
            turn_over(i, seed, units);
    }
    return s;
}

static mn_status name_classes(mn_dataset *d, mn_err *err)
{
    const char *names[MN_N_CHARACTERS];
    char text[MN_N_CHARACTERS][2];
    for (int c = 0; c < d->shape.n_classes; c++) {
        mn_character_name(c, text[c]);
        names[c] = text[c];
    }
    return mn_dataset_name_classes(d, names, err);
}

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    const size_t n = cfg->classes ? (size_t)cfg->classes : MN_N_CHARACTERS,
                 items = cfg->items ? (size_t)cfg->items : n,
                 probes = cfg->test_items ? (size_t)cfg->test_items : PROBES * n;
    if (n > MN_N_CHARACTERS)
        return mn_fail(err, MN_EINVAL, "there are no %zu characters: classes up to %d wanted",
                       n, MN_N_CHARACTERS);
    if (items < n || probes < n)
        return mn_fail(err, MN_EINVAL,
                       "%zu characters need an item and a probe each: found items=%zu and "
                       "test-items=%zu",
                       n, items, probes);
    d->shape = (mn_data_shape){.width = MN_CHARACTER_SIDE,
                               .height = MN_CHARACTER_SIDE,
                               .channels = 1,
                               .n_classes = (int)n,
                               .bytes = true};
    mn_status s = load_split(d, MN_TRAIN, items, seed, err);
    if (s == MN_OK)
        s = load_split(d, MN_TEST, probes, seed, err);
    return s == MN_OK ? name_classes(d, err) : s;
}

const mn_dataset_ops mn_dataset_characters = {
    .name = "characters",
    .title = "Characters",
    .cite = "",
    .about = "64 letters, digits and signs of 64 units, each a class of its own (`classes` of "
             "them, 64), and probes of them with six units turned over",
    .noun = {"character", "characters"},
    .load = load,
};

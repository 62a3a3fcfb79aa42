#include <stdio.h>

#include "glyph.h"
#include "mnemoscope/dataset_impl.h"

enum { N_DIGITS = 10 };

/* Items come in tens, one of each digit in random order, so every count is balanced. */
static void shuffle_ten(uint32_t *digits, mn_split split, size_t ten, uint64_t seed)
{
    char purpose[48];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "digits %d ten %zu", split, ten);
    mn_rng_seed(&r, seed, purpose);
    for (uint32_t i = 0; i < N_DIGITS; i++)
        digits[i] = i;
    mn_rng_shuffle(&r, digits, N_DIGITS);
}

/* An item has random numbers of its own: it is the same however many there are. */
static void draw(int digit, mn_split split, size_t i, uint64_t seed, uint8_t *pixels)
{
    char purpose[48];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "digits %d item %zu", split, i);
    mn_rng_seed(&r, seed, purpose);
    mn_glyph_draw(digit, &r, pixels);
}

static mn_status load_split(mn_dataset *d, mn_split split, size_t n, uint64_t seed, mn_err *err)
{
    uint32_t digits[N_DIGITS];
    mn_status s = mn_dataset_reserve(d, split, n, err);
    for (size_t i = 0; i < n && s == MN_OK; i++) {
        if (i % N_DIGITS == 0)
            shuffle_ten(digits, split, i / N_DIGITS, seed);
        d->labels[split][i] = (int)digits[i % N_DIGITS];
        draw(d->labels[split][i], split, i, seed, d->bytes[split] + i * MN_GLYPH_SIZE);
    }
    return s;
}

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    d->shape = (mn_data_shape){.width = MN_GLYPH_SIDE,
                               .height = MN_GLYPH_SIDE,
                               .channels = 1,
                               .n_classes = N_DIGITS,
                               .bytes = true};
    mn_status s = load_split(d, MN_TRAIN, cfg->items ? (size_t)cfg->items : 10000, seed, err);
    if (s != MN_OK)
        return s;
    return load_split(d, MN_TEST, cfg->test_items ? (size_t)cfg->test_items : 2000, seed, err);
}

const mn_dataset_ops mn_dataset_digits = {
    .name = "digits",
    .title = "Drawn digits",
    .cite = "",
    .about = "handwritten-looking digits, drawn on the spot, as many as wanted",
    .noun = {"digit", "digits"},
    .load = load,
};

/* dataset.h: labelled items, loaded once and then immutable.
 *
 * Items are kept as they came: bytes (images, 0..255) or floats (arrays files, untouched).
 * Reading maps bytes onto the range a model asks for. Immutable after load, so any thread may
 * read.
 */
#ifndef MNEMOSCOPE_DATASET_H
#define MNEMOSCOPE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/param.h"

typedef enum mn_split { MN_TRAIN, MN_TEST, MN_N_SPLITS } mn_split;
typedef enum mn_levels { MN_GREY, MN_BINARY } mn_levels;

/* The parameters every dataset shares (table "data"). */
typedef struct mn_data_cfg {
    int items, test_items; /* 0: all there are (digits: its own default) */
    int levels;            /* mn_levels */
    int classes;           /* 0: what the dataset has (arrays: largest label + 1) */
    char data_dir[512];    /* "" = search the usual places; else look here and nowhere else */
    /* Of images:DIR only. */
    int image_side;    /* pixels */
    int image_colour;  /* 0: grey, 1: colour */
    bool skip_bad;     /* unreadable files are left out and listed */
    double test_share; /* of every class */
} mn_data_cfg;
extern const mn_param_table mn_data_params;

/* An item is width * height * channels inputs, planes one after the other. */
typedef struct mn_data_shape {
    int width, height, channels;
    int n_classes;
    size_t n[MN_N_SPLITS];
    bool bytes; /* stored as 0..255 */
} mn_data_shape;

typedef struct mn_dataset mn_dataset;

/* `spec` is a dataset's name, or "name:ARGUMENT" ("arrays:FILE"). `seed` picks the subset when
 * fewer items are asked for than there are, and draws the digits. */
MN_MUST_CHECK mn_status mn_dataset_load(mn_dataset **out, const char *spec,
                                        const mn_data_cfg *cfg, uint64_t seed, mn_err *err);
void mn_dataset_free(mn_dataset *d);
const char *mn_dataset_name(const mn_dataset *d);
const char *mn_dataset_noun(const mn_dataset *d, int n); /* n classes: "digit", "digits" */
/* What a class is called: "7", "sandal", the name of its folder. */
const char *mn_dataset_class(const mn_dataset *d, int label);
/* Why files were left out (skip-bad), a line each; "" when none was. */
const char *mn_dataset_skipped(const mn_dataset *d);
const mn_data_shape *mn_dataset_shape(const mn_dataset *d);
int mn_dataset_label(const mn_dataset *d, mn_split split, size_t i);
int mn_dataset_inputs(const mn_dataset *d); /* width * height * channels */
/* Item i into x (width*height*channels floats); bytes are mapped 0 -> lo, 255 -> hi, or at 128
 * and above -> hi, else lo, when levels are binary; floats are copied (binary levels are
 * refused at load). */
void mn_dataset_read(const mn_dataset *d, mn_split split, size_t i, float lo, float hi,
                     float *x);
/* The same, with input j taken from place places[j] of the item. */
void mn_dataset_read_places(const mn_dataset *d, mn_split split, size_t i,
                            const uint32_t *places, float lo, float hi, float *x);

/* Up to four places of an item and how much of each: what an input is when it falls between
 * pixels. Weights that sum to less than 1 leave the rest to the background: byte 0, or lo. */
typedef struct mn_tap {
    uint32_t place[4];
    float weight[4];
} mn_tap;
/* The same, with input j mixed as taps[j] says. Bytes are mixed as bytes, so that binary levels
 * stay binary. */
void mn_dataset_read_taps(const mn_dataset *d, mn_split split, size_t i, const mn_tap *taps,
                          float lo, float hi, float *x);

/* The registry: one row per file in src/data listed in datasets.def. */
typedef struct mn_dataset_ops mn_dataset_ops;
struct mn_dataset_ops {
    const char *name, *title, *cite,
        *about;           /* about: one line for `list data` and the man page */
    const char *argument; /* "FILE" when the spec takes one, else NULL */
    const char *noun[2];  /* of one class and several: "digit", "digits"; NULL: "class", ... */
    /* Fills d with all there is (see dataset_impl.h); on failure leaves it to
     * mn_dataset_free. */
    mn_status (*load)(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err);
};
extern const mn_dataset_ops *const mn_datasets[]; /* NULL-terminated */

#endif

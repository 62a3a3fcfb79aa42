#include "mnemoscope/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset_impl.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/rng.h"
#include "mnemoscope/text.h"

static const char *const level_names[] = {"grey", "binary", NULL};
static const char *const colour_names[] = {"grey", "colour", NULL};

static const mn_param params[] = {
    {.name = "items",
     .kind = MN_INT,
     .offset = offsetof(mn_data_cfg, items),
     .max = 1000000,
     .flags = MN_COMMON,
     .unit = "items",
     .help = "training items, a random choice when there are more; 0 takes all"},
    {.name = "test-items",
     .kind = MN_INT,
     .offset = offsetof(mn_data_cfg, test_items),
     .max = 1000000,
     .flags = MN_COMMON,
     .unit = "items",
     .help = "test items, a random choice when there are more; 0 takes all"},
    {.name = "levels",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_data_cfg, levels),
     .choices = level_names,
     .def = MN_GREY,
     .unit = "",
     .help = "keep the grey levels of images, or make every pixel black or white"},
    {.name = "classes",
     .kind = MN_INT,
     .offset = offsetof(mn_data_cfg, classes),
     .max = 10000,
     .unit = "classes",
     .help = "classes of an arrays file, 0: its largest label plus one; 20: coarse ones of "
             "cifar100"},
    {.name = "data-dir",
     .kind = MN_TEXT,
     .offset = offsetof(mn_data_cfg, data_dir),
     .def_text = "",
     .text_size = sizeof(((mn_data_cfg *)0)->data_dir),
     .flags = MN_COMMON,
     .unit = "",
     .help = "folder with the files of a dataset; empty searches the usual places"},
    {.name = "image-side",
     .kind = MN_INT,
     .offset = offsetof(mn_data_cfg, image_side),
     .min = 1,
     .max = 256,
     .def = 32,
     .unit = "pixels",
     .help = "images:DIR: width and height that every picture is stretched onto"},
    {.name = "image-colour",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_data_cfg, image_colour),
     .choices = colour_names,
     .def = 1,
     .unit = "",
     .help = "images:DIR: one plane of grey, or red, green and blue"},
    {.name = "test-share",
     .kind = MN_REAL,
     .offset = offsetof(mn_data_cfg, test_share),
     .min = 0.01,
     .max = 0.9,
     .def = 0.2,
     .unit = "",
     .help = "images:DIR: part of every class that is for the test, drawn by the seed"},
    {.name = "skip-bad",
     .kind = MN_BOOL,
     .offset = offsetof(mn_data_cfg, skip_bad),
     .max = 1,
     .unit = "",
     .help = "images:DIR: list unreadable files and go on without them"},
};
const mn_param_table mn_data_params = {params, sizeof params / sizeof *params};

static const char *const split_names[] = {"training", "test"};

static void release(mn_dataset *d, mn_split split)
{
    free(d->bytes[split]);
    free(d->floats[split]);
    free(d->labels[split]);
}

mn_status mn_dataset_reserve(mn_dataset *d, mn_split split, size_t n, mn_err *err)
{
    d->n_inputs = d->shape.width * d->shape.height * d->shape.channels;
    d->shape.n[split] = n;
    d->labels[split] = calloc(n, sizeof *d->labels[split]);
    size_t item = (size_t)d->n_inputs * (d->shape.bytes ? 1 : sizeof(float));
    if (d->shape.bytes)
        d->bytes[split] = calloc(n, item);
    else
        d->floats[split] = calloc(n, item);
    if (!d->labels[split] || (!d->bytes[split] && !d->floats[split]))
        return mn_fail(err, MN_ENOMEM,
                       "cannot allocate %zu %s items of %zu bytes for the dataset '%s'", n,
                       split_names[split], item, d->ops->name);
    return MN_OK;
}

/* Names that a person gave may hold anything: what would move a terminal's cursor does not come
 * through. */
static void write_name(char *to, const char *name)
{
    snprintf(to, MN_CLASS_TEXT, "%s", name);
    for (; *to; to++)
        if ((unsigned char)*to < ' ' || *to == 0x7f)
            *to = '?';
}

mn_status mn_dataset_name_classes(mn_dataset *d, const char *const *names, mn_err *err)
{
    d->class_names = calloc((size_t)d->shape.n_classes, sizeof *d->class_names);
    if (!d->class_names)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the names of %d classes of '%s'",
                       d->shape.n_classes, d->ops->name);
    for (int k = 0; k < d->shape.n_classes; k++)
        if (names)
            write_name(d->class_names[k], names[k]);
        else
            snprintf(d->class_names[k], MN_CLASS_TEXT, "%d", k);
    return MN_OK;
}

static void copy_item(const mn_dataset *from, mn_dataset *to, mn_split split, size_t i,
                      size_t j)
{
    size_t n = (size_t)from->n_inputs;
    to->labels[split][j] = from->labels[split][i];
    if (from->shape.bytes)
        memcpy(to->bytes[split] + j * n, from->bytes[split] + i * n, n);
    else
        memcpy(to->floats[split] + j * n, from->floats[split] + i * n, n * sizeof(float));
}

/* Replaces a split by `wanted` of its items, drawn without replacement. The order is random, so
 * a smaller choice with the same seed is the beginning of a larger one. */
static mn_status choose(mn_dataset *d, mn_split split, size_t wanted, uint64_t seed,
                        mn_err *err)
{
    static const char *const purposes[] = {"subset training", "subset test"};
    size_t n = d->shape.n[split];
    mn_dataset chosen = {.ops = d->ops, .shape = d->shape};
    uint32_t *index = malloc(n * sizeof *index);
    mn_status s = index ? mn_dataset_reserve(&chosen, split, wanted, err)
                        : mn_fail(err, MN_ENOMEM, "cannot allocate an order of %zu items", n);
    if (s == MN_OK) {
        mn_rng r;
        mn_rng_seed(&r, seed, purposes[split]);
        for (size_t i = 0; i < n; i++)
            index[i] = (uint32_t)i;
        mn_rng_shuffle(&r, index, n);
        for (size_t j = 0; j < wanted; j++)
            copy_item(d, &chosen, split, index[j], j);
        release(d, split);
        d->bytes[split] = chosen.bytes[split];
        d->floats[split] = chosen.floats[split];
        d->labels[split] = chosen.labels[split];
        d->shape.n[split] = wanted;
    } else {
        release(&chosen, split);
    }
    free(index);
    return s;
}

static mn_status fit(mn_dataset *d, mn_split split, int wanted, uint64_t seed, mn_err *err)
{
    size_t n = d->shape.n[split];
    if (!wanted || (size_t)wanted == n)
        return MN_OK;
    if ((size_t)wanted > n)
        return mn_fail(err, MN_EINVAL, "%s cannot be %d: '%s' has %zu %s items",
                       split == MN_TRAIN ? "items" : "test-items", wanted, d->ops->name, n,
                       split_names[split]);
    return choose(d, split, (size_t)wanted, seed, err);
}

static mn_status fill(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    mn_status s = d->ops->load(d, argument, cfg, seed, err);
    if (s == MN_OK && !d->class_names)
        s = mn_dataset_name_classes(d, NULL, err);
    if (s != MN_OK)
        return s;
    if (cfg->classes && cfg->classes != d->shape.n_classes)
        return mn_fail(err, MN_EINVAL, "classes cannot be %d: '%s' has %d", cfg->classes,
                       d->ops->name, d->shape.n_classes);
    if (cfg->levels == MN_BINARY && !d->shape.bytes)
        return mn_fail(
            err, MN_EINVAL,
            "levels cannot be binary: '%s' holds floats here, which are used as they "
            "are",
            d->ops->name);
    if ((s = fit(d, MN_TRAIN, cfg->items, seed, err)) != MN_OK)
        return s;
    return fit(d, MN_TEST, cfg->test_items, seed, err);
}

static mn_status refuse_name(const char *name, mn_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (; mn_datasets[n] && n < 63; n++)
        names[n] = mn_datasets[n]->name;
    names[n] = NULL;
    const char *closest = mn_text_closest(name, names);
    return mn_fail(err, MN_EINVAL, "there is no dataset '%.80s'%s%s%s", name,
                   closest ? ": did you mean '" : "", closest ? closest : "",
                   closest ? "'" : "");
}

/* The row of the registry that `spec` names; *argument is what stands behind the colon. */
static mn_status look_up(const char *spec, const mn_dataset_ops **ops, const char **argument,
                         mn_err *err)
{
    size_t n = strcspn(spec, ":");
    *argument = spec[n] == ':' && spec[n + 1] ? spec + n + 1 : NULL;
    *ops = NULL;
    for (size_t i = 0; mn_datasets[i]; i++)
        if (strlen(mn_datasets[i]->name) == n && !strncmp(mn_datasets[i]->name, spec, n))
            *ops = mn_datasets[i];
    if (!*ops)
        return refuse_name(spec, err);
    if ((*ops)->argument && !*argument)
        return mn_fail(err, MN_EINVAL, "dataset '%s' needs an argument: '%s:%s' wanted",
                       (*ops)->name, (*ops)->name, (*ops)->argument);
    if (!(*ops)->argument && spec[n])
        return mn_fail(err, MN_EINVAL, "dataset '%s' takes no argument: '%.80s' found",
                       (*ops)->name, spec);
    return MN_OK;
}

mn_status mn_dataset_load(mn_dataset **out, const char *spec, const mn_data_cfg *cfg,
                          uint64_t seed, mn_err *err)
{
    const mn_dataset_ops *ops;
    const char *argument;
    mn_status s = look_up(spec, &ops, &argument, err);
    if (s != MN_OK)
        return s;
    mn_dataset *d = calloc(1, sizeof *d);
    if (!d)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the dataset '%s'", ops->name);
    d->ops = ops;
    d->levels = (mn_levels)cfg->levels;
    if ((s = fill(d, argument, cfg, seed, err)) != MN_OK) {
        mn_dataset_free(d);
        return s;
    }
    *out = d;
    return MN_OK;
}

void mn_dataset_free(mn_dataset *d)
{
    if (!d)
        return;
    for (int split = 0; split < MN_N_SPLITS; split++)
        release(d, (mn_split)split);
    mn_text_finish(&d->skipped);
    free(d->class_names);
    free(d);
}

const char *mn_dataset_name(const mn_dataset *d)
{
    return d->ops->name;
}

const char *mn_dataset_noun(const mn_dataset *d, int n)
{
    const char *own = d->ops->noun[n != 1];
    return own ? own : n == 1 ? "class" : "classes";
}

const char *mn_dataset_class(const mn_dataset *d, int label)
{
    return d->class_names[label];
}

const char *mn_dataset_skipped(const mn_dataset *d)
{
    return d->skipped.data ? d->skipped.data : "";
}

const mn_data_shape *mn_dataset_shape(const mn_dataset *d)
{
    return &d->shape;
}

int mn_dataset_inputs(const mn_dataset *d)
{
    return d->n_inputs;
}

int mn_dataset_label(const mn_dataset *d, mn_split split, size_t i)
{
    return d->labels[split][i];
}

/* x = (lo (255 - b) + hi b) / 255: exact at both ends, and rounded once when lo and hi are
 * whole numbers, so that a table or a division by 255 elsewhere gives the same bits. */
MN_CLONES static void spread(size_t n, const uint8_t *restrict b, float lo, float hi,
                             float *restrict x)
{
    for (size_t i = 0; i < n; i++) {
        float v = (float)b[i];
        x[i] = (lo * (255.0f - v) + hi * v) / 255.0f;
    }
}

MN_CLONES static void split_levels(size_t n, const uint8_t *restrict b, float lo, float hi,
                                   float *restrict x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = b[i] >= 128 ? hi : lo;
}

static void convert(const mn_dataset *d, size_t n, const uint8_t *b, float lo, float hi,
                    float *x)
{
    if (d->levels == MN_BINARY)
        split_levels(n, b, lo, hi, x);
    else
        spread(n, b, lo, hi, x);
}

void mn_dataset_read(const mn_dataset *d, mn_split split, size_t i, float lo, float hi,
                     float *x)
{
    size_t n = (size_t)d->n_inputs;
    if (d->shape.bytes)
        convert(d, n, d->bytes[split] + i * n, lo, hi, x);
    else
        memcpy(x, d->floats[split] + i * n, n * sizeof *x);
}

enum { CHUNK = 1024 };

void mn_dataset_read_places(const mn_dataset *d, mn_split split, size_t i,
                            const uint32_t *places, float lo, float hi, float *x)
{
    size_t n = (size_t)d->n_inputs;
    if (!d->shape.bytes) {
        const float *row = d->floats[split] + i * n;
        for (size_t j = 0; j < n; j++)
            x[j] = row[places[j]];
        return;
    }
    /* Moving bytes first leaves the arithmetic to a loop that vectorises. */
    uint8_t moved[CHUNK];
    const uint8_t *row = d->bytes[split] + i * n;
    for (size_t from = 0; from < n; from += CHUNK) {
        size_t m = n - from < CHUNK ? n - from : CHUNK;
        for (size_t j = 0; j < m; j++)
            moved[j] = row[places[from + j]];
        convert(d, m, moved, lo, hi, x + from);
    }
}

static void mix_floats(size_t n, const float *row, const mn_tap *taps, float lo, float *x)
{
    for (size_t j = 0; j < n; j++) {
        const mn_tap *t = &taps[j];
        float sum = 0.0f, rest = 1.0f;
        for (int k = 0; k < 4; k++) {
            sum += t->weight[k] * row[t->place[k]];
            rest -= t->weight[k];
        }
        x[j] = sum + rest * lo;
    }
}

static uint8_t mix_byte(const uint8_t *row, const mn_tap *t)
{
    float sum = 0.5f;
    for (int k = 0; k < 4; k++)
        sum += t->weight[k] * (float)row[t->place[k]];
    return (uint8_t)(sum < 255.0f ? sum : 255.0f); /* weights may sum to 1 and an ulp */
}

void mn_dataset_read_taps(const mn_dataset *d, mn_split split, size_t i, const mn_tap *taps,
                          float lo, float hi, float *x)
{
    size_t n = (size_t)d->n_inputs;
    if (!d->shape.bytes) {
        mix_floats(n, d->floats[split] + i * n, taps, lo, x);
        return;
    }
    uint8_t mixed[CHUNK];
    const uint8_t *row = d->bytes[split] + i * n;
    for (size_t from = 0; from < n; from += CHUNK) {
        size_t m = n - from < CHUNK ? n - from : CHUNK;
        for (size_t j = 0; j < m; j++)
            mixed[j] = mix_byte(row, &taps[from + j]);
        convert(d, m, mixed, lo, hi, x + from);
    }
}

#define MN_DATASET(id) extern const mn_dataset_ops mn_dataset_##id;
#include "datasets.def"
#undef MN_DATASET
const mn_dataset_ops *const mn_datasets[] = {
#define MN_DATASET(id) &mn_dataset_##id,
#include "datasets.def"
#undef MN_DATASET
    NULL};

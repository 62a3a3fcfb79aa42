#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset_impl.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/safetensors.h"

/* Without x_test the last items of x, one in TEST_SHARE and at least one, are the test set. */
enum { INPUTS_MAX = 1 << 20, CLASSES_MAX = 10000, TEST_SHARE = 6 };

/* Items `first` .. first + n - 1 of the arrays x and y are one split. */
struct part {
    const mn_entry *x, *y;
    size_t first, n;
};

/* An open file and what has been found in it. */
struct arrays {
    const char *path;
    mn_tensors *file;
    struct part parts[MN_N_SPLITS];
};

static const mn_entry *find(const struct arrays *a, const char *name, mn_err *err)
{
    const mn_entry *e = mn_tensors_find(a->file, name);
    if (!e)
        mn_fail(err, MN_EFORMAT, "'%s' has no '%s': x, y and maybe x_test, y_test wanted",
                a->path, name);
    return e;
}

static mn_status check_x(const struct arrays *a, const mn_entry *x, mn_err *err)
{
    if (x->dtype != MN_F32 && x->dtype != MN_U8)
        return mn_fail(err, MN_EFORMAT, "'%s' in '%s' is %s: F32 or U8 wanted", x->name,
                       a->path, x->dtype_name);
    if (x->n_dims < 2 || x->n_dims > 4 || x->n == 0 || x->n / x->dims[0] > INPUTS_MAX)
        return mn_fail(
            err, MN_EFORMAT,
            "'%s' in '%s' must be (n, d), (n, h, w) or (n, c, h, w), not empty, with "
            "at most %d inputs per item: %d dimensions and %zu numbers found",
            x->name, a->path, INPUTS_MAX, x->n_dims, x->n);
    if (x->dims[0] > UINT32_MAX)
        return mn_fail(err, MN_EFORMAT, "'%s' in '%s' has too many items: %zu", x->name,
                       a->path, x->dims[0]);
    return MN_OK;
}

static mn_status check_y(const struct arrays *a, const mn_entry *y, const mn_entry *x,
                         mn_err *err)
{
    if (y->dtype != MN_I64 && y->dtype != MN_I32 && y->dtype != MN_U8)
        return mn_fail(err, MN_EFORMAT, "'%s' in '%s' is %s: I64, I32 or U8 wanted", y->name,
                       a->path, y->dtype_name);
    if (y->n_dims != 1 || y->dims[0] != x->dims[0])
        return mn_fail(
            err, MN_EFORMAT,
            "'%s' in '%s' must have one number for each of the %zu items of '%s': %d "
            "dimensions and %zu numbers found",
            y->name, a->path, x->dims[0], x->name, y->n_dims, y->n);
    return MN_OK;
}

static mn_status find_part(struct arrays *a, mn_split split, const char *x_name,
                           const char *y_name, mn_err *err)
{
    struct part *p = &a->parts[split];
    if (!(p->x = find(a, x_name, err)) || !(p->y = find(a, y_name, err)))
        return MN_EFORMAT;
    p->n = p->x->dims[0];
    mn_status s = check_x(a, p->x, err);
    return s == MN_OK ? check_y(a, p->y, p->x, err) : s;
}

static mn_status cut_test(struct arrays *a, mn_err *err)
{
    struct part *train = &a->parts[MN_TRAIN], *test = &a->parts[MN_TEST];
    size_t n = train->n / TEST_SHARE ? train->n / TEST_SHARE : 1;
    if (train->n < 2)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' has one item: at least one to train and one to test wanted",
                       a->path);
    *test = *train;
    train->n -= n;
    test->first = train->n;
    test->n = n;
    return MN_OK;
}

static mn_status find_parts(struct arrays *a, mn_err *err)
{
    mn_status s = find_part(a, MN_TRAIN, "x", "y", err);
    if (s != MN_OK)
        return s;
    if (!mn_tensors_find(a->file, "x_test") && !mn_tensors_find(a->file, "y_test"))
        return cut_test(a, err);
    if ((s = find_part(a, MN_TEST, "x_test", "y_test", err)) != MN_OK)
        return s;
    const mn_entry *x = a->parts[MN_TRAIN].x, *t = a->parts[MN_TEST].x;
    if (x->dtype != t->dtype || x->n_dims != t->n_dims ||
        memcmp(x->dims + 1, t->dims + 1, (size_t)(x->n_dims - 1) * sizeof *x->dims))
        return mn_fail(err, MN_EFORMAT,
                       "items of 'x' and 'x_test' in '%s' differ in shape or "
                       "type",
                       a->path);
    return MN_OK;
}

/* A flat item whose size is a square is shown as one; any other is a row. */
static void set_shape(mn_data_shape *shape, const mn_entry *x)
{
    int last = (int)x->dims[x->n_dims - 1], side = (int)lround(sqrt(last));
    bool square = x->n_dims == 2 && side * side == last;
    shape->width = square ? side : last;
    shape->height = square ? side : x->n_dims > 2 ? (int)x->dims[x->n_dims - 2] : 1;
    shape->channels = x->n_dims == 4 ? (int)x->dims[1] : 1;
    shape->bytes = x->dtype == MN_U8;
}

static int64_t label_at(const mn_entry *y, size_t i)
{
    if (y->dtype == MN_I64)
        return ((const int64_t *)y->data)[i];
    if (y->dtype == MN_I32)
        return ((const int32_t *)y->data)[i];
    return ((const uint8_t *)y->data)[i];
}

static mn_status copy_labels(const struct arrays *a, mn_dataset *d, mn_split split, int limit,
                             mn_err *err)
{
    const struct part *p = &a->parts[split];
    for (size_t i = 0; i < p->n; i++) {
        int64_t label = label_at(p->y, p->first + i);
        if (label < 0 || label >= limit)
            return mn_fail(err, MN_EFORMAT, "label %zu of '%s' in '%s' is %lld: 0 to %d wanted",
                           p->first + i, p->y->name, a->path, (long long)label, limit - 1);
        d->labels[split][i] = (int)label;
        if (label >= d->shape.n_classes)
            d->shape.n_classes = (int)label + 1;
    }
    return MN_OK;
}

static mn_status copy_items(const struct arrays *a, mn_dataset *d, mn_split split, mn_err *err)
{
    const struct part *p = &a->parts[split];
    size_t width = (size_t)d->n_inputs, n = p->n * width;
    if (d->shape.bytes) {
        memcpy(d->bytes[split], (const uint8_t *)p->x->data + p->first * width, n);
        return MN_OK;
    }
    memcpy(d->floats[split], (const float *)p->x->data + p->first * width, n * sizeof(float));
    for (size_t i = 0; i < p->n; i++)
        if (!mn_finite(width, d->floats[split] + i * width))
            return mn_fail(err, MN_EFORMAT,
                           "item %zu of '%s' in '%s' has a value that is not finite",
                           p->first + i, p->x->name, a->path);
    return MN_OK;
}

static mn_status fill(struct arrays *a, mn_dataset *d, int classes, mn_err *err)
{
    mn_status s = find_parts(a, err);
    if (s != MN_OK)
        return s;
    set_shape(&d->shape, a->parts[MN_TRAIN].x);
    for (int split = 0; split < MN_N_SPLITS && s == MN_OK; split++) {
        s = mn_dataset_reserve(d, (mn_split)split, a->parts[split].n, err);
        if (s == MN_OK)
            s = copy_labels(a, d, (mn_split)split, classes ? classes : CLASSES_MAX, err);
        if (s == MN_OK)
            s = copy_items(a, d, (mn_split)split, err);
    }
    if (classes)
        d->shape.n_classes = classes;
    return s;
}

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    struct arrays a = {.path = argument};
    mn_status s = mn_tensors_open(&a.file, argument, err);
    if (s == MN_OK)
        s = fill(&a, d, cfg->classes, err);
    mn_tensors_close(a.file);
    return s;
}

const mn_dataset_ops mn_dataset_arrays = {
    .name = "arrays",
    .title = "Arrays from a file",
    .cite = "",
    .about = "any numbers: a safetensors file with x and y, and maybe x_test and y_test",
    .argument = "FILE",
    .load = load,
};

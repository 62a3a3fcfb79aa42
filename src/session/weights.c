/* Weights from any safetensors file, whatever wrote it. */
#include "session_impl.h"

#include <math.h>
#include <string.h>

/* A tensor from elsewhere: same number of rows and columns, f32 or f64. */
static mn_status take_weights(const mn_entry *e, const char *path, size_t rows, size_t cols,
                              float *data, mn_err *err)
{
    if (e->n_dims != 2 || e->dims[0] != rows || e->dims[1] != cols)
        return mn_fail(
            err, MN_EFORMAT,
            "weights '%s': tensor '%s' has %d dimensions and %zu numbers, wanted %zu x %zu",
            path, e->name, e->n_dims, e->n, rows, cols);
    if (e->dtype != MN_F32 && e->dtype != MN_F64)
        return mn_fail(err, MN_EFORMAT, "weights '%s': tensor '%s' is %s, wanted F32 or F64",
                       path, e->name, e->dtype_name);
    for (size_t i = 0; i < e->n; i++) {
        double x = e->dtype == MN_F32 ? (double)((const float *)e->data)[i]
                                      : ((const double *)e->data)[i];
        if (!isfinite((float)x))
            return mn_fail(err, MN_EFORMAT,
                           "weights '%s': tensor '%s' has a number that is not finite at %zu",
                           path, e->name, i);
        if (data)
            data[i] = (float)x;
    }
    return MN_OK;
}

/* Whether an entry is a tensor of model or optimiser; its place and shape if so. */
static bool place(mn_session *s, const char *name, float **data, size_t *rows, size_t *cols)
{
    mn_state_array a;
    for (int i = 0; i < mn_model_n_tensors(s->model); i++) {
        mn_tensor t = mn_model_tensor(s->model, i);
        if (strcmp(t.name, name) == 0) {
            *data = t.data, *rows = (size_t)t.rows, *cols = (size_t)t.cols;
            return true;
        }
    }
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        if (a.f && strcmp(a.name, name) == 0) {
            *data = a.f, *rows = (size_t)a.rows, *cols = (size_t)a.cols;
            return true;
        }
    return false;
}

static mn_status fill_weights(mn_session *s, const mn_tensors *t, const char *path,
                              bool filling, mn_text *say, mn_err *err)
{
    float *data;
    size_t rows, cols, n_known = 0;
    for (size_t i = 0; i < mn_tensors_count(t); i++) {
        const mn_entry *e = mn_tensors_at(t, i);
        if (!place(s, e->name, &data, &rows, &cols)) {
            if (filling && say)
                mn_text_add(say, "%s'%s' is not used", say->length ? ", " : "", e->name);
            continue;
        }
        mn_status status = take_weights(e, path, rows, cols, filling ? data : NULL, err);
        if (status != MN_OK)
            return status;
        n_known++;
    }
    if (!n_known)
        return mn_fail(err, MN_EFORMAT,
                       "weights '%s' hold no tensor of this model: wanted '%s' (%d x %d)", path,
                       mn_model_tensor(s->model, 0).name, mn_model_tensor(s->model, 0).rows,
                       mn_model_tensor(s->model, 0).cols);
    return MN_OK;
}

static void take_exponents(const mn_entry *e, size_t rows, size_t cols, int *out)
{
    bool fits =
        e && e->dtype == MN_I32 && e->n_dims == 2 && e->dims[0] == rows && e->dims[1] == cols;
    for (size_t i = 0; i < rows * cols; i++) {
        int x = fits ? ((const int32_t *)e->data)[i] : 0;
        out[i] = x < -EXPONENT_MAX || x > EXPONENT_MAX ? 0 : x;
    }
}

/* The exponents that came with the momentum, or none: plain numbers need none. */
static void settle_exponents(mn_session *s, const mn_tensors *t)
{
    mn_state_array a;
    bool given = false;
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        given = given || (a.f && mn_tensors_find(t, a.name));
    for (int i = 0; given && mn_optimiser_state(s->optimiser, i, &a); i++)
        if (a.i)
            take_exponents(mn_tensors_find(t, a.name), (size_t)a.rows, (size_t)a.cols, a.i);
}

mn_status mn_session_weights(mn_session *s, const char *path, mn_text *say, mn_err *err)
{
    mn_tensors *t = NULL;
    mn_status status = mn_tensors_open(&t, path, err);
    if (status == MN_OK)
        status = fill_weights(s, t, path, false, NULL, err);
    if (status == MN_OK)
        status = fill_weights(s, t, path, true, say, err);
    if (status == MN_OK) {
        settle_exponents(s, t);
        mn_model_project(s->model); /* steps may visit no more than what they move */
    }
    mn_tensors_close(t);
    s->digest = 0;
    /* what a strategy has of the task so far is not about these weights */
    if (status == MN_OK)
        status = mn_strategy_task_begin(s->strategy, s->model, s->task, err);
    if (status == MN_OK)
        mn_session_probe(s);
    return status;
}

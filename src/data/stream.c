#include "mnemoscope/stream.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/stream_impl.h"
#include "mnemoscope/text.h"

static const mn_param params[] = {
    {.name = "n-tasks",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, n_tasks),
     .min = 1,
     .max = 32,
     .def = 1,
     .flags = MN_COMMON,
     .unit = "tasks",
     .help = "how many tasks there are, one after the other"},
    {.name = "task-units",
     .kind = MN_BOOL,
     .offset = offsetof(mn_tasks_cfg, task_units),
     .max = 1,
     .unit = "",
     .help = "append one input per task that says which task an item is from"},
    {.name = "first-identity",
     .kind = MN_BOOL,
     .offset = offsetof(mn_tasks_cfg, first_identity),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "leave the pixels of the first permuted task in their places"},
};
const mn_param_table mn_tasks_params = {params, sizeof params / sizeof *params};

static mn_status find_ops(const char *name, const mn_stream_ops **ops, mn_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (; mn_streams[n] && n < 63; n++) {
        names[n] = mn_streams[n]->name;
        if (!strcmp(names[n], name)) {
            *ops = mn_streams[n];
            return MN_OK;
        }
    }
    names[n] = NULL;
    const char *closest = mn_text_closest(name, names);
    return mn_fail(err, MN_EINVAL, "there is no task stream '%.80s'%s%s%s", name,
                   closest ? ": did you mean '" : "", closest ? closest : "",
                   closest ? "'" : "");
}

mn_status mn_stream_create(mn_stream **out, const char *name, const mn_tasks_cfg *cfg,
                           const mn_dataset *d, uint64_t seed, mn_err *err)
{
    const mn_stream_ops *ops = NULL;
    mn_status status = find_ops(name, &ops, err);
    if (status != MN_OK)
        return status;
    mn_stream *s = calloc(1, sizeof *s);
    if (!s)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the task stream '%s'", name);
    *s = (mn_stream){.ops = ops, .cfg = *cfg, .data = d, .n_visible = mn_dataset_inputs(d)};
    if (ops->create && (status = ops->create(s, seed, err)) != MN_OK) {
        mn_stream_free(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

void mn_stream_free(mn_stream *s)
{
    if (s && s->ops->destroy)
        s->ops->destroy(s);
    free(s);
}

const char *mn_stream_name(const mn_stream *s)
{
    return s->ops->name;
}

int mn_stream_tasks(const mn_stream *s)
{
    return s->cfg.n_tasks;
}

int mn_stream_visible(const mn_stream *s)
{
    return s->n_visible;
}

int mn_stream_extra(const mn_stream *s)
{
    return s->cfg.task_units ? s->cfg.n_tasks : 0;
}

int mn_stream_classes(const mn_stream *s)
{
    return mn_dataset_shape(s->data)->n_classes;
}

size_t mn_stream_items(const mn_stream *s, int task, mn_split split)
{
    return s->ops->items(s, task, split);
}

int mn_stream_label(const mn_stream *s, int task, mn_split split, size_t i)
{
    return mn_dataset_label(s->data, split, s->ops->item(s, task, split, i));
}

void mn_stream_gather(const mn_stream *s, int task, mn_split split, const uint32_t *index,
                      size_t n, float lo, float hi, float *X)
{
    size_t visible = (size_t)s->n_visible, extra = (size_t)mn_stream_extra(s);
    for (size_t k = 0; k < n; k++, X += visible + extra) {
        size_t item = s->ops->item(s, task, split, index[k]);
        if (s->ops->read)
            s->ops->read(s, task, split, item, lo, hi, X);
        else
            mn_dataset_read(s->data, split, item, lo, hi, X);
        for (size_t e = 0; e < extra; e++)
            X[visible + e] = e == (size_t)task ? hi : lo;
    }
}

void mn_stream_restore(const mn_stream *s, int task, const float *in, float *out)
{
    if (s->ops->restore)
        s->ops->restore(s, task, in, out);
    else
        memcpy(out, in, (size_t)s->n_visible * sizeof *out);
}

char *mn_stream_describe(const mn_stream *s, int task, char *out, size_t size)
{
    return s->ops->describe(s, task, out, size);
}

size_t mn_stream_all_items(const mn_stream *s, int task, mn_split split)
{
    return mn_dataset_shape(s->data)->n[split];
}

size_t mn_stream_same_item(const mn_stream *s, int task, mn_split split, size_t i)
{
    return i;
}

#define MN_STREAM(id) extern const mn_stream_ops mn_stream_##id;
#include "streams.def"
#undef MN_STREAM
const mn_stream_ops *const mn_streams[] = {
#define MN_STREAM(id) &mn_stream_##id,
#include "streams.def"
#undef MN_STREAM
    NULL};

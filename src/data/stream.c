#include "mnemoscope/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/stream_impl.h"
#include "mnemoscope/text.h"

static const char *const class_orders[] = {"natural", "shuffled", NULL};
static const double share_ladder[] = {0.1, 0.25, 0.5, 0.75, 1, 0};

static const mn_param params[] = {
    {.name = "n-tasks",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, n_tasks),
     .min = 1,
     .max = MN_STREAM_TASKS_MAX,
     .def = 1,
     .flags = MN_COMMON,
     .unit = "tasks",
     .help = "how many tasks there are; split, exceptions, sequence and file count their own"},
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
    {.name = "share",
     .kind = MN_REAL,
     .offset = offsetof(mn_tasks_cfg, share),
     .max = 1,
     .def = 1,
     .ladder = share_ladder,
     .unit = "",
     .help = "share of the pixels that a permuted task moves; of the last graded one"},
    {.name = "angle",
     .kind = MN_REAL,
     .offset = offsetof(mn_tasks_cfg, angle),
     .min = -360,
     .max = 360,
     .def = 30,
     .unit = "degrees",
     .help = "how much further every rotated task turns, anticlockwise"},
    {.name = "classes-per-task",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, classes_per_task),
     .min = 1,
     .max = 10000,
     .def = 2,
     .unit = "classes",
     .help = "how many classes a split task has; the last one has what is left"},
    {.name = "class-order",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_tasks_cfg, class_order),
     .choices = class_orders,
     .def = MN_CLASSES_NATURAL,
     .unit = "",
     .help = "which classes meet in a split task: neighbours, or as the seed says; of a list, "
             "the order they come in"},
    {.name = "base",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, base),
     .max = 10000,
     .unit = "classes",
     .help = "classes that the first task of a list has together; 0: one, as the others have"},
    {.name = "regular",
     .kind = MN_TEXT,
     .offset = offsetof(mn_tasks_cfg, regular),
     .text_size = MN_CLASSES_TEXT,
     .def_text = "0",
     .unit = "",
     .help = "classes, such as 0,2 or 3-5, of which there are many items beside exceptions"},
    {.name = "regular-items",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, regular_items),
     .max = 1e9,
     .unit = "items",
     .help = "how many of them, the first ones; 0 takes all"},
    {.name = "exceptional",
     .kind = MN_TEXT,
     .offset = offsetof(mn_tasks_cfg, exceptional),
     .text_size = MN_CLASSES_TEXT,
     .def_text = "1",
     .unit = "",
     .help = "classes of which there are few items, as exceptions"},
    {.name = "exceptional-items",
     .kind = MN_INT,
     .offset = offsetof(mn_tasks_cfg, exceptional_items),
     .max = 1e9,
     .def = 3,
     .unit = "items",
     .help = "how many of them, the first ones; 0 takes all"},
};
const mn_param_table mn_tasks_params = {params, sizeof params / sizeof *params};

static mn_status refuse_name(const char *name, mn_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (; mn_streams[n] && n < 63; n++)
        names[n] = mn_streams[n]->name;
    names[n] = NULL;
    const char *closest = mn_text_closest(name, names);
    return mn_fail(err, MN_EINVAL, "there is no task stream '%.80s'%s%s%s", name,
                   closest ? ": did you mean '" : "", closest ? closest : "",
                   closest ? "'" : "");
}

/* The row of the registry that `spec` names; *argument is what stands behind the colon. */
static mn_status look_up(const char *spec, const mn_stream_ops **ops, const char **argument,
                         mn_err *err)
{
    size_t n = strcspn(spec, ":");
    *argument = spec[n] == ':' && spec[n + 1] ? spec + n + 1 : NULL;
    *ops = NULL;
    for (size_t i = 0; mn_streams[i]; i++)
        if (strlen(mn_streams[i]->name) == n && !strncmp(mn_streams[i]->name, spec, n))
            *ops = mn_streams[i];
    if (!*ops)
        return refuse_name(spec, err);
    if ((*ops)->argument && !*argument)
        return mn_fail(err, MN_EINVAL, "task stream '%s' needs an argument: '%s:%s' wanted",
                       (*ops)->name, (*ops)->name, (*ops)->argument);
    if (!(*ops)->argument && spec[n])
        return mn_fail(err, MN_EINVAL, "task stream '%s' takes no argument: '%.80s' found",
                       (*ops)->name, spec);
    return MN_OK;
}

mn_status mn_stream_create(mn_stream **out, const char *spec, const mn_tasks_cfg *cfg,
                           const mn_stream_source *source, mn_err *err)
{
    const mn_stream_ops *ops;
    const char *argument;
    mn_status status = look_up(spec, &ops, &argument, err);
    if (status != MN_OK)
        return status;
    mn_stream *s = calloc(1, sizeof *s);
    if (!s)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the task stream '%s'", ops->name);
    s->ops = ops;
    s->cfg = *cfg;
    s->source = *source;
    s->n_visible = mn_dataset_inputs(source->data);
    if ((status = ops->plan(s, argument, err)) != MN_OK) {
        mn_stream_free(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

void mn_stream_free(mn_stream *s)
{
    if (!s)
        return;
    for (int t = 0; t < s->n_tasks; t++)
        mn_task_finish(&s->tasks[t]);
    for (int i = 0; i < s->n_data; i++)
        mn_dataset_free(s->data[i].set);
    free(s);
}

const char *mn_stream_name(const mn_stream *s)
{
    return s->ops->name;
}

int mn_stream_tasks(const mn_stream *s)
{
    return s->n_tasks;
}

int mn_stream_visible(const mn_stream *s)
{
    return s->n_visible;
}

int mn_stream_extra(const mn_stream *s)
{
    return s->cfg.task_units ? s->n_tasks : 0;
}

int mn_stream_classes(const mn_stream *s)
{
    return mn_dataset_shape(s->source.data)->n_classes;
}

const char *mn_stream_class(const mn_stream *s, int label)
{
    const char *name = mn_dataset_class(s->tasks[0].data, label);
    for (int t = 1; t < s->n_tasks; t++)
        if (strcmp(name, mn_dataset_class(s->tasks[t].data, label)))
            return NULL;
    return name;
}

size_t mn_stream_items(const mn_stream *s, int task, mn_split split)
{
    return s->tasks[task].n[split];
}

/* Where the task has its items from. */
static mn_split split_of(const mn_task *t, mn_split split)
{
    return t->retested ? MN_TRAIN : split;
}

/* Where item i of the task is in its data set. */
static size_t item_of(const mn_task *t, mn_split split, size_t i)
{
    return t->item[split] ? t->item[split][i] : i;
}

int mn_stream_label(const mn_stream *s, int task, mn_split split, size_t i)
{
    const mn_task *t = &s->tasks[task];
    const mn_split from = split_of(t, split);
    return mn_dataset_label(t->data, from, item_of(t, from, i));
}

bool mn_stream_exceptional(const mn_stream *s, int task, size_t i)
{
    const mn_task *t = &s->tasks[task];
    return t->retested && i >= t->n_regular;
}

static void read_item(const mn_task *t, mn_split from, size_t i, float lo, float hi, float *x)
{
    const mn_split split = split_of(t, from);
    size_t item = item_of(t, split, i);
    if (t->taps)
        mn_dataset_read_taps(t->data, split, item, t->taps, lo, hi, x);
    else if (t->places)
        mn_dataset_read_places(t->data, split, item, t->places, lo, hi, x);
    else
        mn_dataset_read(t->data, split, item, lo, hi, x);
}

void mn_stream_gather(const mn_stream *s, int task, mn_split split, const uint32_t *index,
                      size_t n, float lo, float hi, float *X)
{
    size_t visible = (size_t)s->n_visible, extra = (size_t)mn_stream_extra(s);
    for (size_t k = 0; k < n; k++, X += visible + extra) {
        read_item(&s->tasks[task], split, index[k], lo, hi, X);
        for (size_t e = 0; e < extra; e++)
            X[visible + e] = e == (size_t)task ? hi : lo;
    }
}

static void turn_back(size_t n, const mn_tap *back, const float *in, float *out)
{
    for (size_t j = 0; j < n; j++) {
        float sum = 0.0f;
        for (int k = 0; k < 4; k++)
            sum += back[j].weight[k] * in[back[j].place[k]];
        out[j] = sum;
    }
}

void mn_stream_restore(const mn_stream *s, int task, const float *in, float *out)
{
    const mn_task *t = &s->tasks[task];
    size_t n = (size_t)s->n_visible;
    if (t->back)
        turn_back(n, t->back, in, out);
    else if (!t->places)
        memcpy(out, in, n * sizeof *out);
    else
        for (size_t j = 0; j < n; j++)
            out[t->places[j]] = in[j];
}

char *mn_stream_describe(const mn_stream *s, int task, char *out, size_t size)
{
    snprintf(out, size, "%s", s->tasks[task].title);
    return out;
}

#define MN_STREAM(id) extern const mn_stream_ops mn_stream_##id;
#include "streams.def"
#undef MN_STREAM
const mn_stream_ops *const mn_streams[] = {
#define MN_STREAM(id) &mn_stream_##id,
#include "streams.def"
#undef MN_STREAM
    NULL};

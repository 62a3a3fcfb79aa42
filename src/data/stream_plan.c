/* From what a task is to the tables it is read by, for all kinds of streams. */
#include "mnemoscope/stream_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "stream_title.h"
#include "stream_turn.h"

static const char *const split_names[] = {"training", "test"};

void mn_task_finish(mn_task *t)
{
    for (int split = 0; split < MN_N_SPLITS; split++)
        free(t->item[split]);
    free(t->places);
    free(t->taps);
    free(t->back);
    *t = (mn_task){0};
}

static bool same_shape(const mn_data_shape *a, const mn_data_shape *b)
{
    return a->width == b->width && a->height == b->height && a->channels == b->channels &&
           a->n_classes == b->n_classes;
}

mn_status mn_stream_add_data(mn_stream *s, const char *spec, int *data, mn_err *err)
{
    const mn_dataset *first = s->source.data;
    mn_dataset *set;
    *data = 0;
    if (!strcmp(spec, mn_dataset_name(first)))
        return MN_OK;
    for (*data = 1; *data <= s->n_data; ++*data)
        if (!strcmp(s->data[*data - 1].spec, spec))
            return MN_OK;
    if (s->n_data == MN_STREAM_TASKS_MAX)
        return mn_fail(err, MN_EINVAL, "more than %d data sets: '%.80s' is one too many",
                       MN_STREAM_TASKS_MAX, spec);
    if (strlen(spec) >= MN_DATA_SPEC_MAX)
        return mn_fail(err, MN_EINVAL, "the data set '%.80s...' has too long a name", spec);
    mn_status status = mn_dataset_load(&set, spec, s->source.cfg, s->source.seed, err);
    if (status != MN_OK)
        return status;
    const mn_data_shape *f = mn_dataset_shape(set), *w = mn_dataset_shape(first);
    if (!same_shape(f, w)) {
        status = mn_fail(err, MN_EINVAL,
                         "'%.80s' has %d x %d x %d inputs and %d classes: %d x %d x %d and %d "
                         "as in '%s' wanted",
                         spec, f->width, f->height, f->channels, f->n_classes, w->width,
                         w->height, w->channels, w->n_classes, mn_dataset_name(first));
        mn_dataset_free(set);
        return status;
    }
    strcpy(s->data[s->n_data].spec, spec);
    s->data[s->n_data++].set = set;
    return MN_OK;
}

const char *mn_stream_data_name(const mn_stream *s, int data)
{
    const char *spec = data ? s->data[data - 1].spec : mn_dataset_name(s->source.data);
    const char *argument = strchr(spec, ':'), *slash = strrchr(spec, '/');
    return !argument ? spec : slash ? slash + 1 : argument + 1;
}

/* A task's random choices depend on the seed and its number only, not on how many tasks there
 * are; with a seed of its own not on the number either. */
static void seed_for(mn_rng *r, const mn_stream *s, const mn_plan *plan, const char *purpose)
{
    char numbered[48];
    snprintf(numbered, sizeof numbered, "%s %d", purpose, s->n_tasks);
    if (plan->seeded)
        mn_rng_seed(r, plan->seed, purpose);
    else
        mn_rng_seed(r, s->source.seed, numbered);
}

static size_t count_wanted(const mn_plan *plan, const mn_dataset *d, mn_split split,
                           uint32_t *item)
{
    size_t n = 0, all = mn_dataset_shape(d)->n[split];
    for (size_t i = 0; i < all; i++)
        if (!plan->classes || plan->classes[mn_dataset_label(d, split, i)])
            item[n++] = (uint32_t)i;
    return n;
}

static mn_status check_count(const mn_stream *s, const mn_task *t, const mn_plan *plan,
                             mn_split split, mn_err *err)
{
    if (!t->n[split])
        return mn_fail(err, MN_EINVAL, "task %d (%s) has no %s items: 1 or more wanted",
                       s->n_tasks + 1, t->title, split_names[split]);
    if (plan->n[split] > 0 && (size_t)plan->n[split] > t->n[split])
        return mn_fail(err, MN_EINVAL, "task %d (%s) cannot have %d %s items: there are %zu",
                       s->n_tasks + 1, t->title, plan->n[split], split_names[split],
                       t->n[split]);
    return MN_OK;
}

static mn_status choose_items(const mn_stream *s, mn_task *t, const mn_plan *plan,
                              mn_split split, mn_err *err)
{
    static const char *const purposes[] = {"task training", "task test"};
    size_t all = mn_dataset_shape(t->data)->n[split];
    t->n[split] = all;
    if (!plan->classes && !plan->n[split])
        return check_count(s, t, plan, split, err);
    if (!(t->item[split] = calloc(all + 1, sizeof *t->item[split])))
        return mn_fail(err, MN_ENOMEM, "cannot allocate a choice of %zu items", all);
    t->n[split] = count_wanted(plan, t->data, split, t->item[split]);
    mn_status status = check_count(s, t, plan, split, err);
    if (status == MN_OK && plan->n[split]) {
        mn_rng r;
        seed_for(&r, s, plan, purposes[split]);
        mn_rng_shuffle(&r, t->item[split], t->n[split]);
        t->n[split] = (size_t)plan->n[split];
    }
    return status;
}

/* The first `most` items of the classes that are, or are not, exceptional. */
static size_t take(const mn_task *t, const mn_plan *plan, bool exceptional, int most,
                   uint32_t *item)
{
    const size_t all = mn_dataset_shape(t->data)->n[MN_TRAIN],
                 limit = most ? (size_t)most : all;
    size_t n = 0;
    for (size_t i = 0; i < all && n < limit; i++) {
        const int class = mn_dataset_label(t->data, MN_TRAIN, i);
        if (plan->classes[class] && plan->exceptional[class] == exceptional)
            item[n++] = (uint32_t)i;
    }
    return n;
}

static mn_status check_taken(const mn_task *t, const char *kind, size_t n, int wanted,
                             mn_err *err)
{
    if (n && n >= (size_t)wanted)
        return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "the task of exceptions cannot have %d %s items: there are %zu in '%s'",
                   wanted ? wanted : 1, kind, n, mn_dataset_name(t->data));
}

static mn_status choose_exceptions(mn_task *t, const mn_plan *plan, mn_err *err)
{
    const size_t all = mn_dataset_shape(t->data)->n[MN_TRAIN];
    uint32_t *item = calloc(all + 1, sizeof *item);
    if (!(t->item[MN_TRAIN] = item))
        return mn_fail(err, MN_ENOMEM, "cannot allocate a choice of %zu items", all);
    const size_t n = take(t, plan, false, plan->n_regular, item),
                 more = take(t, plan, true, plan->n_exceptional, item + n);
    t->retested = true;
    t->n_regular = n;
    t->n[MN_TRAIN] = t->n[MN_TEST] = n + more;
    mn_status s = check_taken(t, "regular", n, plan->n_regular, err);
    return s == MN_OK ? check_taken(t, "exceptional", more, plan->n_exceptional, err) : s;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Shuffles a random k of the n places among themselves; with k = n, all of them. `moved` has
 * room for two times n. */
static void draw_places(const mn_stream *s, const mn_plan *plan, size_t k, uint32_t *places,
                        uint32_t *moved)
{
    size_t n = (size_t)s->n_visible;
    uint32_t *to = moved + n;
    mn_rng r;
    for (size_t j = 0; j < n; j++)
        places[j] = moved[j] = (uint32_t)j;
    if (k < n) {
        seed_for(&r, s, plan, "moved");
        mn_rng_shuffle(&r, moved, n);
        qsort(moved, k, sizeof *moved, ascending);
    }
    memcpy(to, moved, k * sizeof *to);
    seed_for(&r, s, plan, "permutation");
    mn_rng_shuffle(&r, to, k);
    for (size_t j = 0; j < k; j++)
        places[moved[j]] = to[j];
}

static mn_status move(const mn_stream *s, mn_task *t, const mn_plan *plan, mn_err *err)
{
    size_t n = (size_t)s->n_visible, k = (size_t)lround(plan->share * (double)n);
    if (k == 0)
        return MN_OK;
    uint32_t *moved = calloc(n, 2 * sizeof *moved);
    t->places = calloc(n, sizeof *t->places);
    if (moved && t->places)
        draw_places(s, plan, k, t->places, moved);
    free(moved);
    if (!moved || !t->places)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a permutation of %zu inputs", n);
    return MN_OK;
}

/* Turned, then moved: input j is input places[j] of the turned item. To restore, what is read
 * from place p of the turned item is read where p has gone. */
static void compose(const mn_task *t, size_t n, const mn_tap *turned, uint32_t *gone)
{
    for (size_t j = 0; j < n; j++) {
        t->taps[j] = turned[t->places[j]];
        gone[t->places[j]] = (uint32_t)j;
    }
    for (size_t j = 0; j < n; j++)
        for (int k = 0; k < 4; k++)
            t->back[j].place[k] = gone[t->back[j].place[k]];
}

static mn_status turn_moved(const mn_stream *s, mn_task *t, double angle, mn_err *err)
{
    size_t n = (size_t)s->n_visible;
    mn_tap *turned = calloc(n, sizeof *turned);
    uint32_t *gone = calloc(n, sizeof *gone);
    if (turned && gone) {
        mn_turn(mn_dataset_shape(t->data), angle, turned);
        compose(t, n, turned, gone);
    }
    free(turned);
    free(gone);
    return turned && gone
               ? MN_OK
               : mn_fail(err, MN_ENOMEM, "cannot allocate a rotation of %zu inputs", n);
}

static mn_status turn(const mn_stream *s, mn_task *t, double angle, mn_err *err)
{
    size_t n = (size_t)s->n_visible;
    const mn_data_shape *shape = mn_dataset_shape(t->data);
    if (fmod(angle, 360.0) == 0.0)
        return MN_OK;
    if (shape->width < 2 || shape->height < 2)
        return mn_fail(err, MN_EINVAL,
                       "task %d (%s) cannot turn items of %d x %d inputs: pictures wanted",
                       s->n_tasks + 1, t->title, shape->width, shape->height);
    t->taps = calloc(n, sizeof *t->taps);
    t->back = calloc(n, sizeof *t->back);
    if (!t->taps || !t->back)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a rotation of %zu inputs", n);
    mn_turn(shape, -angle, t->back);
    if (t->places)
        return turn_moved(s, t, angle, err);
    mn_turn(shape, angle, t->taps);
    return MN_OK;
}

static mn_status fill(mn_stream *s, mn_task *t, const mn_plan *plan, mn_err *err)
{
    mn_status status = MN_OK;
    t->data = plan->data ? s->data[plan->data - 1].set : s->source.data;
    mn_stream_title(plan, t->data, mn_stream_data_name(s, plan->data), t->title,
                    sizeof t->title);
    if (plan->exceptional)
        status = choose_exceptions(t, plan, err);
    for (int split = 0; split < MN_N_SPLITS && status == MN_OK && !plan->exceptional; split++)
        status = choose_items(s, t, plan, (mn_split)split, err);
    if (status == MN_OK)
        status = move(s, t, plan, err);
    if (status == MN_OK)
        status = turn(s, t, plan->angle, err);
    return status;
}

mn_status mn_stream_add_task(mn_stream *s, const mn_plan *plan, mn_err *err)
{
    if (s->n_tasks == MN_STREAM_TASKS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "the task stream '%s' has too many tasks: at most %d wanted",
                       s->ops->name, MN_STREAM_TASKS_MAX);
    mn_task *t = &s->tasks[s->n_tasks];
    mn_status status = fill(s, t, plan, err);
    if (status == MN_OK)
        s->n_tasks++;
    else
        mn_task_finish(t);
    return status;
}

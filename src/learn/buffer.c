#include "mnemoscope/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void mn_buffer_init(mn_buffer *b, int n_inputs, int n_classes)
{
    assert(n_inputs > 0 && n_classes > 0);
    *b = (mn_buffer){.n_inputs = n_inputs, .n_classes = n_classes};
}

void mn_buffer_finish(mn_buffer *b)
{
    if (!b)
        return;
    free(b->X);
    free(b->Y);
    free(b->task);
    *b = (mn_buffer){.n_inputs = b->n_inputs, .n_classes = b->n_classes};
}

static size_t row_bytes(const mn_buffer *b)
{
    return ((size_t)b->n_inputs + (size_t)b->n_classes) * sizeof(float) + sizeof(int);
}

void mn_buffer_reset(mn_buffer *b)
{
    b->n = 0;
}

/* Grows one of the arrays to so many bytes; on failure it is left alone. */
static bool grow(void **array, size_t bytes)
{
    void *p = realloc(*array, bytes);
    if (!p)
        return false;
    *array = p;
    return true;
}

static mn_status refuse(const mn_buffer *b, size_t n, mn_err *err)
{
    return mn_fail(err, MN_ENOMEM,
                   "cannot allocate a replay buffer for %zu more items of %zu bytes", n,
                   row_bytes(b));
}

mn_status mn_buffer_reserve(mn_buffer *b, size_t n, mn_err *err)
{
    if (n <= b->capacity - b->n)
        return MN_OK;
    size_t most = PTRDIFF_MAX / row_bytes(b);
    if (n > most - b->n)
        return refuse(b, n, err);
    size_t needed = b->n + n, twice = b->capacity > most / 2 ? most : 2 * b->capacity;
    size_t capacity = needed > twice ? needed : twice;
    void *X = b->X, *Y = b->Y, *task = b->task;
    bool grown = grow(&X, capacity * (size_t)b->n_inputs * sizeof *b->X) &&
                 grow(&Y, capacity * (size_t)b->n_classes * sizeof *b->Y) &&
                 grow(&task, capacity * sizeof *b->task);
    b->X = X; /* whatever moved has moved, and holds the same items */
    b->Y = Y;
    b->task = task;
    if (!grown)
        return refuse(b, n, err);
    b->capacity = capacity;
    return MN_OK;
}

size_t mn_buffer_extend(mn_buffer *b, size_t n, int task)
{
    assert(n <= b->capacity - b->n);
    size_t first = b->n;
    for (size_t i = 0; i < n; i++)
        b->task[first + i] = task;
    b->n += n;
    return first;
}

void mn_buffer_add(mn_buffer *b, const float *X, const float *Y, size_t n, int task)
{
    if (!n)
        return;
    size_t n_inputs = (size_t)b->n_inputs, n_classes = (size_t)b->n_classes;
    size_t first = mn_buffer_extend(b, n, task);
    memcpy(b->X + first * n_inputs, X, n * n_inputs * sizeof *X);
    memcpy(b->Y + first * n_classes, Y, n * n_classes * sizeof *Y);
}

static bool holds(const int *task, int n, int wanted)
{
    for (int k = 0; k < n; k++)
        if (task[k] == wanted)
            return true;
    return false;
}

int mn_buffer_tasks(const mn_buffer *b, int *task)
{
    int n = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (holds(task, n, b->task[i]))
            continue;
        if (n == MN_BUFFER_TASKS_MAX)
            return n + 1;
        task[n++] = b->task[i];
    }
    return n;
}

size_t mn_buffer_count(const mn_buffer *b, int task)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += b->task[i] == task;
    return n;
}

static void move(mn_buffer *b, size_t to, size_t from)
{
    size_t n_inputs = (size_t)b->n_inputs, n_classes = (size_t)b->n_classes;
    if (to == from)
        return;
    memcpy(b->X + to * n_inputs, b->X + from * n_inputs, n_inputs * sizeof *b->X);
    memcpy(b->Y + to * n_classes, b->Y + from * n_classes, n_classes * sizeof *b->Y);
    b->task[to] = b->task[from];
}

/* Selection sampling (Knuth, algorithm S). */
void mn_buffer_thin(mn_buffer *b, int task, size_t n, mn_rng *r)
{
    size_t left = mn_buffer_count(b, task), kept = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (b->task[i] == task) {
            bool keep = n >= left || (n > 0 && mn_rng_below(r, left) < n);
            left--;
            if (!keep)
                continue;
            n--;
        }
        move(b, kept++, i);
    }
    b->n = kept;
}

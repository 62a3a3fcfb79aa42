#include "mnemoscope/study.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "crew.h"
#include "line.h"
#include "mnemoscope/file.h"
#include "plan.h"

typedef struct flight {
    bool used;
    mn_place place;
    char values[2 * MN_AXES_MAX][MN_VALUE_MAX];
} flight;

typedef struct study {
    mn_plan plan; /* with its pins */
    mn_results results;
    mn_board board;
    const char *path;
    int fd; /* of the file, at its end and locked */
    const mn_crew *crew;
    const mn_study_watch *watch;
    flight *flights; /* one for each place of the crew */
    int n_flights;
} study;

/* The first line is written like any whole file, so that it is never torn. */
static mn_status create(study *y, mn_err *err)
{
    mn_text head = {0};
    mn_status s = mn_head_write(&y->results, &head, err);
    if (s == MN_OK)
        s = mn_file_replace(y->path, head.data, head.length, false, err);
    mn_text_finish(&head);
    return s;
}

/* A lock of the process: children do not inherit it, and it ends with whoever holds it. */
static mn_status lock(study *y, mn_err *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    y->fd = open(y->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (y->fd < 0)
        return mn_fail(err, MN_EIO, "cannot write '%.200s': %s", y->path, strerror(errno));
    if (fcntl(y->fd, F_SETLK, &whole) != 0 && (errno == EACCES || errno == EAGAIN))
        return mn_fail(err, MN_ELATER, "'%.200s' is being written by another process", y->path);
    return MN_OK;
}

/* What a kill has left of a last line goes. Closing the file that was read gives up a lock, so
 * it was read before: whether it is as it was, its size says. */
static mn_status open_file(study *y, mn_err *err)
{
    size_t whole = 0;
    struct stat before, now;
    mn_status s = MN_OK;
    if (stat(y->path, &before) != 0) {
        if ((s = create(y, err)) != MN_OK)
            return s;
        (void)!stat(y->path, &before);
    }
    if ((s = mn_results_load(&y->results, y->path, &whole, err)) != MN_OK ||
        (s = mn_results_unite(&y->results, err)) != MN_OK || (s = lock(y, err)) != MN_OK)
        return s;
    if (fstat(y->fd, &now) != 0 || now.st_size != before.st_size || now.st_ino != before.st_ino)
        return mn_fail(err, MN_ELATER, "'%.200s' is being written by another process", y->path);
    if ((size_t)now.st_size > whole && ftruncate(y->fd, (off_t)whole) != 0)
        return mn_fail(err, MN_EIO, "cannot write '%.200s': %s", y->path, strerror(errno));
    return MN_OK;
}

/* A line goes out in one write and is on the disk before anybody hears of it. */
static mn_status append(study *y, const mn_result *one, mn_err *err)
{
    mn_text line = {0};
    mn_status s = mn_result_write(one, &y->results, &line, err);
    const char *at = line.data;
    for (size_t n = line.length; s == MN_OK && n;) {
        ssize_t put = write(y->fd, at, n);
        if (put < 0 && errno != EINTR)
            s = mn_fail(err, MN_EIO, "cannot write '%.200s': %s", y->path, strerror(errno));
        if (put > 0) {
            at += put;
            n -= (size_t)put;
        }
    }
    if (s == MN_OK && fsync(y->fd) != 0 && errno != EINVAL)
        s = mn_fail(err, MN_EIO, "cannot write '%.200s': %s", y->path, strerror(errno));
    mn_text_finish(&line);
    return s;
}

/* Takes over the arrays of `one`. */
static mn_status keep(study *y, const flight *f, mn_result *one, mn_err *err)
{
    one->cell = f->place.cell;
    one->trial = f->place.trial;
    one->seed = f->place.seed;
    memcpy(one->values, f->values, sizeof one->values);
    if (y->plan.n_variants)
        memcpy(one->variant, f->values[0], sizeof one->variant);
    mn_status s = append(y, one, err);
    if (s == MN_OK)
        s = mn_results_add(&y->results, one, err);
    if (s == MN_OK) {
        mn_board_done(&y->board, &f->place);
        y->n_flights -= f->used;
        if (y->watch && y->watch->done)
            y->watch->done(y->watch->ctx, &y->results.at[y->results.n - 1], y->board.n_done,
                           y->board.n_all, y->n_flights);
    }
    mn_result_finish(one);
    return s;
}

/* Begins a run; one that has no valid configuration has failed already. */
static mn_status begin(study *y, int place, const mn_place *at, mn_err *err)
{
    mn_config c;
    mn_err why;
    flight f = {.place = *at};
    mn_status s = mn_plan_values(&y->plan, &y->results, at->cell, at->trial, f.values, err);
    if (s != MN_OK)
        return s;
    if (mn_plan_config(&y->plan, at->cell, f.values, at->seed, &c, &why) != MN_OK) {
        mn_result failed = {0};
        snprintf(failed.error, sizeof failed.error, "%.*s", (int)sizeof failed.error - 1,
                 why.msg);
        return keep(y, &f, &failed, err);
    }
    if ((s = y->crew->start(y->crew->ctx, place, &c, err)) != MN_OK)
        return s;
    f.used = true;
    y->flights[place] = f;
    y->n_flights++;
    return MN_OK;
}

static mn_status fill_places(study *y, mn_err *err)
{
    mn_place at;
    for (int i = 0; i < y->crew->n_places; i++)
        while (!y->flights[i].used && mn_board_take(&y->board, &at)) {
            mn_status s = begin(y, i, &at, err);
            if (s != MN_OK)
                return s;
        }
    return MN_OK;
}

static bool is_stopped(const study *y)
{
    return y->watch && y->watch->stop && y->watch->stop(y->watch->ctx);
}

static mn_status work(study *y, mn_err *err)
{
    mn_result one;
    mn_status s = MN_OK;
    while (s == MN_OK && !is_stopped(y)) {
        if ((s = fill_places(y, err)) != MN_OK || !y->n_flights)
            break;
        int place = y->crew->wait(y->crew->ctx, &one);
        if (place < 0)
            continue;
        s = keep(y, &y->flights[place], &one, err);
        y->flights[place].used = false;
    }
    y->crew->stop(y->crew->ctx);
    return s;
}

/* In order and whole, unless it is so already. */
static mn_status put_in_order(study *y, mn_err *err)
{
    mn_text text = {0};
    char *found = NULL;
    size_t n = 0;
    mn_results_sort(&y->results);
    mn_status s = mn_results_text(&y->results, &text, err);
    if (s == MN_OK)
        s = mn_file_read(y->path, SIZE_MAX - 1, &found, &n, err);
    if (s == MN_OK && (n != text.length || memcmp(found, text.data, n)))
        s = mn_file_replace(y->path, text.data, text.length, true, err);
    free(found);
    mn_text_finish(&text);
    return s;
}

static mn_status prepare(study *y, mn_err *err)
{
    mn_status s = mn_plan_check(&y->plan, err);
    if (s == MN_OK)
        s = mn_plan_pin(&y->plan, err);
    if (s == MN_OK)
        s = mn_results_of(&y->results, &y->plan, err);
    if (s == MN_OK)
        s = open_file(y, err);
    if (s == MN_OK)
        s = mn_board_init(&y->board, &y->plan, &y->results, err);
    y->flights = calloc((size_t)y->crew->n_places, sizeof *y->flights);
    if (s == MN_OK && !y->flights)
        s = mn_fail(err, MN_ENOMEM, "no memory for %d places", y->crew->n_places);
    return s;
}

mn_status mn_study_run_with(const mn_plan *p, const char *path, const mn_crew *crew,
                            const mn_study_watch *watch, mn_err *err)
{
    study *y = calloc(1, sizeof *y);
    if (!y)
        return mn_fail(err, MN_ENOMEM, "no memory for a study");
    y->plan = *p;
    y->path = path;
    y->fd = -1;
    y->crew = crew;
    y->watch = watch;
    mn_status s = prepare(y, err);
    if (s == MN_OK)
        s = work(y, err);
    else
        crew->stop(crew->ctx); /* ranks of MPI wait to be told */
    if (s == MN_OK && y->board.n_done == y->board.n_all)
        s = put_in_order(y, err);
    if (y->fd >= 0)
        close(y->fd);
    free(y->flights);
    mn_board_finish(&y->board);
    mn_results_finish(&y->results);
    free(y);
    return s;
}

mn_status mn_study_run(const mn_plan *p, const char *path, int jobs,
                       const mn_study_watch *watch, mn_err *err)
{
    mn_pool *pool = NULL;
    mn_status s = mn_pool_create(&pool, jobs, err);
    if (s != MN_OK)
        return s;
    mn_crew crew = mn_pool_crew(pool);
    s = mn_study_run_with(p, path, &crew, watch, err);
    mn_pool_destroy(pool);
    return s;
}

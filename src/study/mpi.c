/* mpi.c: rank 0 hands runs out, the others run them. A run travels as its configuration, byte
 * by byte (all ranks are one program on one kind of machine), and comes back as a line of text.
 *
 * Waiting asks and sleeps in turns: most MPIs would wait in a busy loop, and take the processor
 * from the ranks that work.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crew.h"
#include "line.h"
#include "run.h"

enum { TAG_RUN = 1, TAG_OUTCOME, TAG_END };
enum { QUESTIONS = 50 }; /* until a person may be asked whether to go on */

static const struct timespec nap = {.tv_nsec = 1000000};

bool mn_study_mpi(int *argc, char ***argv, int *rank, int *n_ranks)
{
    /* Without mpirun there is one rank, and MPI_Init is a good part of a second for nothing. */
    static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"};
    bool launched = false;
    *rank = 0;
    *n_ranks = 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        launched |= getenv(signs[i]) != NULL;
    if (!launched)
        return false;
    MPI_Init(argc, argv);
    MPI_Comm_rank(MPI_COMM_WORLD, rank);
    MPI_Comm_size(MPI_COMM_WORLD, n_ranks);
    if (*n_ranks > 1)
        return true;
    MPI_Finalize();
    return false;
}

void mn_study_mpi_end(void)
{
    MPI_Finalize();
}

/* A message from `rank` (or any) with its tag and size, when one is there. */
static bool peek(int rank, int *source, int *tag, int *size)
{
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(rank, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (!there)
        return false;
    *source = status.MPI_SOURCE;
    *tag = status.MPI_TAG;
    MPI_Get_count(&status, MPI_BYTE, size);
    return true;
}

static mn_status start(void *ctx, int place, const mn_config *c, mn_err *err)
{
    if (MPI_Send(c, sizeof *c, MPI_BYTE, place + 1, TAG_RUN, MPI_COMM_WORLD) != MPI_SUCCESS)
        return mn_fail(err, MN_EIO, "cannot hand a run to rank %d", place + 1);
    return MN_OK;
}

static void receive_outcome(int rank, int size, mn_result *out)
{
    char *text = malloc((size_t)size + 1);
    if (!text) /* nowhere to put what is on its way: nothing can go on */
        MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Recv(text, size, MPI_BYTE, rank, TAG_OUTCOME, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (mn_outcome_read(out, text, (size_t)size, NULL) != MN_OK) {
        memset(out, 0, sizeof *out);
        snprintf(out->error, sizeof out->error, "rank %d gave no result", rank);
    }
    free(text);
}

static int wait_for(void *ctx, mn_result *out)
{
    int source, tag, size;
    for (int i = 0; i < QUESTIONS; i++) {
        if (peek(MPI_ANY_SOURCE, &source, &tag, &size)) {
            receive_outcome(source, size, out);
            return source - 1;
        }
        nanosleep(&nap, NULL);
    }
    return -1;
}

/* A message that nobody wants any more; its sender may be waiting to get rid of it. */
static void drop(int rank, int tag, int size)
{
    char *bytes = malloc((size_t)size + 1);
    if (!bytes)
        MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Recv(bytes, size, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    free(bytes);
}

/* Runs on their way are given up by those who run them, and each says so: outcomes that were
 * sent in the meantime come before that. */
static void stop(void *ctx)
{
    const int *n_ranks = ctx;
    int source, tag, size;
    for (int rank = 1; rank < *n_ranks; rank++)
        MPI_Send(NULL, 0, MPI_BYTE, rank, TAG_END, MPI_COMM_WORLD);
    for (int n_left = *n_ranks - 1; n_left > 0; n_left -= tag == TAG_END) {
        while (!peek(MPI_ANY_SOURCE, &source, &tag, &size))
            nanosleep(&nap, NULL);
        drop(source, tag, size);
    }
}

static bool is_ended(void *ctx)
{
    int source, tag, size;
    return peek(0, &source, &tag, &size) && tag == TAG_END;
}

static void send_outcome(const mn_result *one)
{
    mn_text text = {0};
    if (mn_outcome_write(one, &text, NULL) != MN_OK)
        mn_text_reset(&text); /* rank 0 says that there was none */
    MPI_Send(text.data, (int)text.length, MPI_BYTE, 0, TAG_OUTCOME, MPI_COMM_WORLD);
    mn_text_finish(&text);
}

/* What every rank but 0 does, until it is told that all is done. */
static void serve(void)
{
    int source, tag, size;
    for (;;) {
        mn_config c;
        mn_result one;
        while (!peek(0, &source, &tag, &size))
            nanosleep(&nap, NULL);
        if (tag == TAG_END) {
            drop(0, TAG_END, size);
            MPI_Send(NULL, 0, MPI_BYTE, 0, TAG_END, MPI_COMM_WORLD);
            return;
        }
        MPI_Recv(&c, sizeof c, MPI_BYTE, 0, TAG_RUN, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (mn_run_perform(&one, &c, is_ended, NULL))
            send_outcome(&one);
        mn_result_finish(&one);
    }
}

mn_status mn_study_run_mpi(const mn_plan *p, const char *path, const mn_study_watch *watch,
                           mn_err *err)
{
    int rank, n_ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    if (rank > 0) {
        serve();
        return MN_OK;
    }
    mn_crew crew = {.ctx = &n_ranks,
                    .n_places = n_ranks - 1,
                    .start = start,
                    .wait = wait_for,
                    .stop = stop};
    return mn_study_run_with(p, path, &crew, watch, err);
}

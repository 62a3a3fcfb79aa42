/* mpi_absent.c: what there is of MPI without -Dmpi=enabled. */
#include "mnemoscope/study.h"

bool mn_study_mpi(int *argc, char ***argv, int *rank, int *n_ranks)
{
    *rank = 0;
    *n_ranks = 1;
    return false;
}

mn_status mn_study_run_mpi(const mn_plan *p, const char *path, const mn_study_watch *watch,
                           mn_err *err)
{
    return mn_fail(err, MN_EINVAL,
                   "cannot run a study under MPI: this program was built without it");
}

void mn_study_mpi_end(void)
{
}

#include "sampler.h"

static mn_status propose(const mn_space *space, const mn_observation *seen, size_t n_seen,
                         const mn_turn *turn, double *u, mn_err *err)
{
    mn_rng rng = mn_turn_rng(turn);
    for (int d = 0; d < space->n; d++)
        u[d] = mn_rng_uniform(&rng);
    return MN_OK;
}

const mn_sampler_ops mn_sampler_random = {
    .name = "random",
    .title = "evenly at random",
    .cite = "Bergstra and Bengio 2012",
    .propose = propose,
};

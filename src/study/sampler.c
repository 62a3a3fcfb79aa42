#include "sampler.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/study.h"

#define MN_SAMPLER(id) extern const mn_sampler_ops mn_sampler_##id;
#include "samplers.def"
#undef MN_SAMPLER
const mn_sampler_ops *const mn_samplers[] = {
#define MN_SAMPLER(id) &mn_sampler_##id,
#include "samplers.def"
#undef MN_SAMPLER
    NULL};

const mn_sampler_ops *mn_sampler_find(const char *name)
{
    for (size_t i = 0; mn_samplers[i]; i++)
        if (!strcmp(mn_samplers[i]->name, name))
            return mn_samplers[i];
    return NULL;
}

const char *mn_sampler_name(size_t i)
{
    return mn_samplers[i] ? mn_samplers[i]->name : NULL;
}

const char *mn_sampler_title(size_t i)
{
    return mn_samplers[i] ? mn_samplers[i]->title : NULL;
}

mn_rng mn_turn_rng(const mn_turn *turn)
{
    char purpose[64];
    mn_rng rng;
    snprintf(purpose, sizeof purpose, "trial %d of cell %d", turn->trial, turn->cell);
    mn_rng_seed(&rng, turn->seed, purpose);
    return rng;
}

#include "sampler.h"

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

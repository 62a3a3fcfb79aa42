#include "option.h"

#include <stddef.h>
#include <string.h>

const mn_option mn_options[MN_N_OPTIONS] = {
#define MN_OPTION(id, name, other, letter, argument, takers, help)                             \
    {name, other, letter, argument, takers, help},
#include "options.def"
#undef MN_OPTION
};

const mn_option *mn_option_find(const char *name)
{
    for (const mn_option *o = mn_options; o < mn_options + MN_N_OPTIONS; o++)
        if (!strcmp(o->name, name) || (o->other && !strcmp(o->other, name)) ||
            (name[0] && name[0] == o->letter && !name[1]))
            return o;
    return NULL;
}

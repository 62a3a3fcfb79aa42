#include "subcommand.h"

#include <stddef.h>
#include <string.h>

#define MN_SUBCOMMAND(id) extern const mn_subcommand mn_subcommand_##id;
#include "subcommands.def"
#undef MN_SUBCOMMAND

const mn_subcommand *const mn_subcommands[] = {
#define MN_SUBCOMMAND(id) &mn_subcommand_##id,
#include "subcommands.def"
#undef MN_SUBCOMMAND
    NULL};

const mn_subcommand *mn_subcommand_find(const char *name)
{
    for (const mn_subcommand *const *s = mn_subcommands; *s; s++)
        if (!strcmp((*s)->name, name))
            return *s;
    return NULL;
}

/* catalogue.h: what can be chosen from, as JSON rows: the registries of every folder in one
 * shape. `list` prints it; man page and completions are made of it.
 */
#ifndef MN_CLI_CATALOGUE_H
#define MN_CLI_CATALOGUE_H

#include <jansson.h>

#include "mnemoscope/config.h"

typedef struct mn_catalogue {
    const char *name; /* "models" */
    const char *help; /* one clause */
    /* A new array of objects with "name" first and "about" last; `config` chooses the model
     * whose parameters are listed. */
    json_t *(*rows)(const mn_config *config);
} mn_catalogue;

extern const mn_catalogue mn_catalogues[]; /* ended by a NULL name */
const mn_catalogue *mn_catalogue_find(const char *name);

#endif

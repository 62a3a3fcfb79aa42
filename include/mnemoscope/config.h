/* config.h: everything an experiment is made from, as one value: choices of parts and their
 * parameters.
 *
 * Tables, in the order in which an unprefixed name is looked up: run, data, tasks, model, loss,
 * optimiser, strategy. A name that two tables share needs its prefix ("model.rate"). A plain
 * value: copy it freely.
 */
#ifndef MNEMOSCOPE_CONFIG_H
#define MNEMOSCOPE_CONFIG_H

#include <stdint.h>

#include "mnemoscope/dataset.h"
#include "mnemoscope/loss.h"
#include "mnemoscope/model.h"
#include "mnemoscope/optimiser.h"
#include "mnemoscope/strategy.h"
#include "mnemoscope/stream.h"

enum { MN_NAME_MAX = 32, MN_SPEC_MAX = 544, MN_MODEL_CFG_MAX = 512 };

/* Table "run": the parts and the protocol. */
typedef struct mn_run_cfg {
    char model[MN_NAME_MAX], loss[MN_NAME_MAX], optimiser[MN_NAME_MAX], strategy[MN_NAME_MAX];
    char data[MN_SPEC_MAX], tasks[MN_SPEC_MAX], preset[MN_NAME_MAX];
    int seed, batch, epochs, threads;
    int steps;       /* stop after so many; 0 = when the tasks are through */
    bool advance;    /* go on to the next task after `epochs`; false: wait for `task next` */
    int probe_items; /* items per task in the evaluation after every epoch */
} mn_run_cfg;

typedef struct mn_config {
    mn_run_cfg run;
    mn_data_cfg data;
    mn_tasks_cfg tasks;
    mn_loss_cfg loss;
    mn_optimiser_cfg optimiser;
    mn_strategy_cfg strategy;
    union {
        double align;
        unsigned char bytes[MN_MODEL_CFG_MAX];
    } model; /* the block of the chosen model's table */
} mn_config;

enum { MN_N_TABLES = 7 };
typedef struct mn_config_table {
    const char *name; /* "run", "data", ... */
    mn_param_table params;
    void *block; /* inside the configuration asked about */
} mn_config_table;

void mn_config_defaults(mn_config *c); /* includes the preset "default" */
mn_config_table mn_config_table_at(mn_config *c, int i);
/* "vertex", "n", "model.vertex". On failure the message lists close names, or the two tables
 * that share it. */
MN_MUST_CHECK mn_status mn_config_find(mn_config *c, const char *name, const mn_param **p,
                                       mn_config_table *table, mn_err *err);
/* Choosing a model brings that model's defaults and its loss; choosing a preset applies its
 * settings. */
MN_MUST_CHECK mn_status mn_config_set(mn_config *c, const char *name, const char *value,
                                      mn_err *err);
MN_MUST_CHECK mn_status mn_config_assign(mn_config *c, const char *name_equals_value,
                                         mn_err *err);

/* Presets: named lists of settings, listed in presets.def (name, title, settings). */
typedef struct mn_preset {
    const char *name, *about, *settings; /* settings: "vertex=20 temperature=540 ..." */
} mn_preset;
extern const mn_preset mn_presets[]; /* ended by a NULL name */

#endif

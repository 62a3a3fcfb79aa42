/* fixture.h: a snapshot filled by hand: five permuted tasks, two of them trained, one dream. No
 * randomness, no session. */
#ifndef MNEMOSCOPE_TESTS_FIXTURE_H
#define MNEMOSCOPE_TESTS_FIXTURE_H

#include "mnemoscope/snapshot.h"

typedef struct mn_fixture mn_fixture;

mn_fixture *fixture_create(int n_units, int n_tasks);
void fixture_destroy(mn_fixture *f);
/* In the middle of the second task, running. */
mn_snapshot *fixture_trained(mn_fixture *f);
/* The same with a strategy that has everything: a buffer, constraints, an importance. */
mn_snapshot *fixture_protected(mn_fixture *f);
/* Random-looking memories and nothing else: step 0, paused, nothing measured. */
mn_snapshot *fixture_fresh(mn_fixture *f);

/* Neurons of which some are dead: firings by class, causes, an autopsy of unit 21 and a dossier
 * of unit 12, gauges, a portrait, names of classes. */
mn_snapshot *fixture_sparse(mn_fixture *f);

#endif

/* job.h: a shell's part in job control: one job in the foreground, waited for, and continued
 * when told. In a process of its own that leads the terminal's session. */
#ifndef MNEMOSCOPE_TESTS_JOB_H
#define MNEMOSCOPE_TESTS_JOB_H

#include "emulator.h"

/* Writes the program's process number and then every wait status to `reports`; a byte from
 * `orders` continues a stopped program, the end of `orders` kills it. Does not return. */
_Noreturn void job_run(const emulator_spec *spec, int reports, int orders);

#endif

/* clock.h: seconds since some fixed moment, monotonic. For speed reports and pacing only:
 * nothing that is computed may depend on it. Any thread. */
#ifndef MNEMOSCOPE_CLOCK_H
#define MNEMOSCOPE_CLOCK_H

double mn_clock_now(void);
void mn_clock_sleep(double seconds);

#endif

/* process.h: what the kernel tells about a process and its threads (/proc). */
#ifndef MNEMOSCOPE_TESTS_PROCESS_H
#define MNEMOSCOPE_TESTS_PROCESS_H

#include <sys/types.h>

double process_cpu_ms(pid_t pid); /* user and system time so far, of all threads */
long process_wake_ups(pid_t pid); /* voluntary context switches so far, of all threads */
int process_signal_newest_thread(pid_t pid, int signum); /* 0, or -1 */

#endif

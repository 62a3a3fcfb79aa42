/* probe.h: one question to the terminal. Before curses has it; main thread. */
#ifndef MNEMOSCOPE_TUI_PROBE_H
#define MNEMOSCOPE_TUI_PROBE_H

/* Asks for the primary device attributes, which everything since the VT100 answers, and waits
 * at most so long. Returns the round trip in milliseconds, or -1 when no answer came. What the
 * person types meanwhile is lost. */
double mn_probe_round_trip(int limit_ms);

#endif

/* stopwatch.h: from a key to the first frame that shows what the session made of it. Counts
 * always, says so only when asked to (the environment's MNEMOSCOPE_LATENCY). Plain values. */
#ifndef MNEMOSCOPE_TUI_STOPWATCH_H
#define MNEMOSCOPE_TUI_STOPWATCH_H

#include <stdbool.h>
#include <stdint.h>

typedef struct mn_stopwatch {
    bool waiting, answered;
    double since;    /* seconds: of the key that is waited for */
    uint64_t before; /* the session's message when it was pressed */
    int n;
    double sum, most; /* seconds */
} mn_stopwatch;

/* A key that sends the session a command, while this was the session's latest message; a key
 * that is still waited for goes on being so. */
void mn_stopwatch_press(mn_stopwatch *w, double now, uint64_t message);
bool mn_stopwatch_waits(const mn_stopwatch *w, double now);
/* A frame with this message is drawn; and is on the terminal. */
void mn_stopwatch_draw(mn_stopwatch *w, uint64_t message);
void mn_stopwatch_show(mn_stopwatch *w, double now);

#endif

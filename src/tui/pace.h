/* pace.h: when to draw and how finely. Pure: the caller says what time it is, in seconds. */
#ifndef MNEMOSCOPE_TUI_PACE_H
#define MNEMOSCOPE_TUI_PACE_H

#include <stdbool.h>

typedef struct mn_pace {
    int fps;          /* at most */
    bool dirty;       /* something has changed since the last frame */
    bool hurried;     /* by a key: the frame should follow at once */
    bool moving;      /* the experiment was running at the last frame */
    bool exact;       /* the last frame was drawn as finely as can be */
    bool choked;      /* the terminal takes its time: fewer frames, coarser ones */
    int quick_frames; /* in a row, while choked */
    double last;      /* when the last frame was begun */
} mn_pace;

typedef struct mn_fineness {
    int levels;
    double hysteresis; /* in levels */
} mn_fineness;

void mn_pace_init(mn_pace *p, int fps);
/* A snapshot has come, or (hurried) a key, a resize. */
void mn_pace_touch(mn_pace *p, bool hurried);
/* Milliseconds until the next frame: 0 = now, -1 = not before something happens. */
int mn_pace_wait(const mn_pace *p, double now);
/* Begins a frame; `running`: of the experiment. How finely it is to be drawn. */
mn_fineness mn_pace_begin(mn_pace *p, double now, bool running);
/* Ends it; `took`: seconds the terminal needed to take it. */
void mn_pace_end(mn_pace *p, double took);

#endif

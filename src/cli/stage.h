/* stage.h: the explorer's screen on a canvas, over a session that the same thread owns.
 *
 * What the screen posts is done at once, so that keys and looks can be scripted. One thread;
 * must not move in memory after init.
 */
#ifndef MN_CLI_STAGE_H
#define MN_CLI_STAGE_H

#include "mnemoscope/screen.h"
#include "mnemoscope/session.h"
#include "picture.h"

enum { MN_STAGE_COLS_MAX = 500, MN_STAGE_ROWS_MAX = 200 };

typedef struct mn_stage {
    mn_session *session; /* borrowed, like the maker */
    const mn_picture_maker *maker;
    mn_snapshot *snapshot;
    mn_screen *screen;
    mn_canvas canvas;
    mn_err refused;           /* why the last posted command failed; MN_OK: it did not */
    char posted[MN_LINE_MAX]; /* the last session command but for viewports */
    bool quit;                /* the screen asked to leave */
} mn_stage;

MN_MUST_CHECK mn_status mn_stage_init(mn_stage *st, mn_session *s, const mn_picture_maker *m,
                                      int cols, int rows, mn_err *err);
void mn_stage_finish(mn_stage *st);
MN_MUST_CHECK mn_status mn_stage_resize(mn_stage *st, int cols, int rows, mn_err *err);
/* The session as it stands now on the canvas. */
MN_MUST_CHECK mn_status mn_stage_draw(mn_stage *st, mn_err *err);
/* What was drawn last, as a PNG. */
MN_MUST_CHECK mn_status mn_stage_picture(mn_stage *st, const char *path, bool replace,
                                         mn_err *err);
/* Draw, then the key. A command that the key stands for and that fails is this call's failure.
 */
MN_MUST_CHECK mn_status mn_stage_key(mn_stage *st, int key, mn_err *err);
MN_MUST_CHECK mn_status mn_stage_do(mn_stage *st, const char *line, mn_err *err);

#endif

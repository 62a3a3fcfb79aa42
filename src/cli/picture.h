/* picture.h: a view of a snapshot, painted to a PNG file that says where it came from.
 *
 * Metadata (iTXt): Software, mnemoscope:command-line, mnemoscope:digest, mnemoscope:step,
 * mnemoscope:configuration. The view "screen" is the whole explorer.
 */
#ifndef MN_CLI_PICTURE_H
#define MN_CLI_PICTURE_H

#include "mnemoscope/chart.h"
#include "mnemoscope/paint.h"
#include "mnemoscope/session.h"

typedef struct mn_view_file {
    const char *view, *path;
} mn_view_file;

/* Lent to a session as the `ctx` of its hooks. */
typedef struct mn_picture_maker {
    const char *command_line;
    mn_style style;
    mn_colours colours;
} mn_picture_maker;

/* Is there such a view (or "screen")? The message names close ones. */
MN_MUST_CHECK mn_status mn_picture_check(const char *view, mn_err *err);
/* With `replace` an existing file is replaced, else refused. `configuration` may be NULL. */
MN_MUST_CHECK mn_status mn_picture_write(const mn_picture_maker *m, const mn_snapshot *snap,
                                         const char *view, const char *path,
                                         const char *configuration, bool replace, mn_err *err);
/* The same of a screen that is drawn already. */
MN_MUST_CHECK mn_status mn_picture_screen(const mn_picture_maker *m, const mn_canvas *canvas,
                                          const mn_snapshot *snap, const char *path,
                                          const char *configuration, bool replace, mn_err *err);
/* A chart of results; its metadata has the plan in the place of digest, step and script. */
MN_MUST_CHECK mn_status mn_picture_chart(const mn_picture_maker *m, const mn_results *r,
                                         const mn_chart_ops *chart, const mn_chart_look *look,
                                         const char *path, bool replace, mn_err *err);
/* The hook of mn_session_hooks: takes a name that is not in use. */
mn_status mn_picture_hook(void *maker, const mn_snapshot *snap, const char *view,
                          const char *path, const char *metadata, mn_text *made, mn_err *err);

#endif

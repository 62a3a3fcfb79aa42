#include "stage.h"

#include <stdio.h>
#include <string.h>

static bool post(void *ctx, const char *line)
{
    mn_stage *st = ctx;
    if (strncmp(line, "viewport", 8))
        snprintf(st->posted, sizeof st->posted, "%s", line);
    mn_err err = {0};
    if (mn_session_do(st->session, line, NULL, &err) != MN_OK)
        st->refused = err;
    return true; /* it was taken; the snapshot's message says what came of it */
}

static void quit(void *ctx, bool save)
{
    mn_stage *st = ctx;
    st->quit = true;
    if (save)
        post(st, "save");
}

mn_status mn_stage_init(mn_stage *st, mn_session *s, const mn_picture_maker *m, int cols,
                        int rows, mn_err *err)
{
    *st = (mn_stage){.session = s, .maker = m, .snapshot = mn_snapshot_create()};
    const mn_screen_hooks hooks = {st, post, quit, NULL};
    mn_status status = st->snapshot ? MN_OK : mn_fail(err, MN_ENOMEM, "no memory for a screen");
    if (status == MN_OK)
        status = mn_canvas_init(&st->canvas, cols, rows, m->colours, err);
    if (status == MN_OK)
        status = mn_screen_create(&st->screen, &m->style, &hooks, err);
    if (status != MN_OK)
        mn_stage_finish(st);
    return status;
}

void mn_stage_finish(mn_stage *st)
{
    mn_screen_destroy(st->screen);
    mn_canvas_finish(&st->canvas);
    mn_snapshot_destroy(st->snapshot);
    st->screen = NULL;
    st->snapshot = NULL;
}

mn_status mn_stage_resize(mn_stage *st, int cols, int rows, mn_err *err)
{
    mn_canvas fresh;
    mn_status s = mn_canvas_init(&fresh, cols, rows, st->canvas.colours, err);
    if (s != MN_OK)
        return s;
    mn_canvas_finish(&st->canvas);
    st->canvas = fresh;
    return MN_OK;
}

/* Drawing may ask for other tiles (viewport), which are there at the next look. */
mn_status mn_stage_draw(mn_stage *st, mn_err *err)
{
    mn_status s = MN_OK;
    for (int look = 0; look < 2 && s == MN_OK; look++) {
        if ((s = mn_session_snapshot(st->session, st->snapshot, false, err)) == MN_OK)
            s = mn_screen_draw(st->screen, st->snapshot, &st->canvas, err);
    }
    return s;
}

mn_status mn_stage_picture(mn_stage *st, const char *path, bool replace, mn_err *err)
{
    mn_text log = {0};
    mn_status s = mn_session_log(st->session, &log, err);
    if (s == MN_OK)
        s = mn_picture_screen(st->maker, &st->canvas, st->snapshot, path, log.data, replace,
                              err);
    mn_text_finish(&log);
    return s;
}

static mn_status outcome(mn_stage *st, mn_err *err)
{
    if (st->refused.code == MN_OK)
        return MN_OK;
    return mn_fail(err, st->refused.code, "%s", st->refused.msg);
}

mn_status mn_stage_key(mn_stage *st, int key, mn_err *err)
{
    mn_status s = mn_stage_draw(st, err);
    if (s != MN_OK)
        return s;
    st->refused = (mn_err){0};
    st->posted[0] = '\0';
    mn_screen_key(st->screen, key, st->snapshot);
    return outcome(st, err);
}

mn_status mn_stage_do(mn_stage *st, const char *line, mn_err *err)
{
    st->refused = (mn_err){0};
    st->posted[0] = '\0';
    mn_status s = mn_session_snapshot(st->session, st->snapshot, false, err);
    if (s == MN_OK)
        s = mn_screen_do(st->screen, line, st->snapshot, err);
    return s == MN_OK ? outcome(st, err) : s;
}

#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    char name[64];
    if (!s->hooks.picture)
        return mn_fail(err, MN_EINVAL, "pictures cannot be made here");
    snprintf(name, sizeof name, "mnemoscope-%.32s.png", args->word[1]);
    mn_snapshot *full = mn_snapshot_create();
    mn_text log = {0}, made = {0};
    mn_status status = full ? mn_session_snapshot(s, full, true, err)
                            : mn_fail(err, MN_ENOMEM, "cannot allocate a picture");
    if (status == MN_OK)
        status = mn_session_log(s, &log, err);
    if (status == MN_OK)
        status = s->hooks.picture(s->hooks.ctx, full, args->word[1],
                                  args->n > 2 ? args->word[2] : name, log.data, &made, err);
    if (status == MN_OK)
        mn_text_add(say, "wrote %s", made.data ? made.data : "it");
    mn_snapshot_destroy(full);
    mn_text_finish(&log);
    mn_text_finish(&made);
    return status;
}

const mn_command_ops mn_command_snapshot = {
    .name = "snapshot",
    .usage = "VIEW [FILE]",
    .help = "a picture of a view (or `screen`) as a PNG file",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 2,
    .run = run,
};

#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    char unused[4096];
    const char *path = args->n > 1
                           ? args->word[1]
                           : mn_file_unused("mnemoscope.safetensors", unused, sizeof unused);
    if (!path)
        return mn_fail(err, MN_EIO, "cannot find a free name for a checkpoint here");
    mn_status status = mn_session_save(s, path, false, err);
    if (status == MN_OK)
        mn_text_add(say, "wrote %s", path);
    return status;
}

const mn_command_ops mn_command_save = {
    .name = "save",
    .usage = "[FILE]",
    .help =
        "write a checkpoint that resumes bit for bit; an existing file is never overwritten",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};

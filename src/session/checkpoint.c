/* Checkpoints: the state and the journal of a session as one safetensors file, or in memory. */
#include "session_impl.h"

#include <inttypes.h>
#include <string.h>

#include "mnemoscope/blas.h"

#define FORMAT "mnemoscope 1"

static mn_status add_meta(mn_session *s, mn_tensors_out *out, mn_err *err)
{
    char digest[17];
    snprintf(digest, sizeof digest, "%016" PRIx64, mn_session_digest(s));
    mn_tensors_add_meta(out, "format", FORMAT);
    mn_tensors_add_meta(out, "command_line", s->command_line);
    mn_tensors_add_meta(out, "digest", digest);
    return mn_journal_add(s, out, err);
}

mn_status mn_checkpoint_write(mn_session *s, mn_text *bytes, mn_err *err)
{
    mn_image *image = NULL;
    mn_tensors_out *out = NULL;
    mn_status status = mn_image_of(&image, s, err);
    if (status == MN_OK && (status = mn_tensors_begin(&out, err)) == MN_OK) {
        mn_image_add(image, s, out);
        status = add_meta(s, out, err);
    }
    if (status == MN_OK)
        status = mn_tensors_serialise(out, bytes, err);
    mn_tensors_end(out);
    mn_image_destroy(image);
    return status;
}

static mn_status check_format(const mn_tensors *t, const char *name, mn_err *err)
{
    const char *format = mn_tensors_meta(t, "format");
    if (format && !strcmp(format, FORMAT))
        return MN_OK;
    return mn_fail(err, MN_EFORMAT,
                   "'%s' is no checkpoint of this program: its format is '%.40s', wanted '%s'",
                   name, format ? format : "not given", FORMAT);
}

/* Everything that can fail comes first; from mn_image_fill on nothing does. */
static mn_status fill(mn_session *s, mn_journal *j, const mn_tensors *t, const char *name,
                      mn_err *err)
{
    mn_image *image = NULL;
    mn_status status = mn_image_read(&image, s, &j->config, t, name, err);
    if (status != MN_OK)
        return status;
    mn_image_fill(image, s, t);
    mn_image_destroy(image);
    mn_journal_fill(j, s);
    s->failure.code = MN_OK;
    s->goal = (mn_goal){GOAL_NONE, GOAL_NONE, GOAL_NONE};
    mn_session_apply_live(s);
    return MN_OK;
}

/* A new session of the checkpoint's configuration, filled from it. */
static mn_status open_beside(mn_session **out, mn_journal *j, const mn_tensors *t,
                             const char *name, const mn_session_hooks *hooks, mn_err *err)
{
    mn_session *s = NULL;
    mn_status status = mn_session_create(&s, &j->config, hooks, err);
    if (status == MN_OK)
        status = fill(s, j, t, name, err);
    if (status == MN_OK)
        *out = s;
    else
        mn_session_destroy(s);
    return status;
}

mn_status mn_checkpoint_read(mn_session *s, const mn_tensors *t, const char *name, mn_err *err)
{
    mn_journal j = {0};
    mn_session *fresh = NULL;
    mn_status status = check_format(t, name, err);
    if (status == MN_OK)
        status = mn_journal_read(&j, t, name, err);
    if (status == MN_OK && mn_session_same_parts(s, &j.config)) {
        status = fill(s, &j, t, name, err);
    } else if (status == MN_OK) {
        status = open_beside(&fresh, &j, t, name, NULL, err);
        if (status == MN_OK)
            mn_session_adopt(s, fresh);
        else
            mn_blas_threads(s->config.run.threads);
    }
    mn_journal_finish(&j);
    return status;
}

mn_status mn_session_save(mn_session *s, const char *path, bool replace, mn_err *err)
{
    mn_text bytes = {0};
    mn_status status = mn_checkpoint_write(s, &bytes, err);
    if (status == MN_OK)
        status = mn_file_replace(path, bytes.data, bytes.length, replace, err);
    mn_text_finish(&bytes);
    return status;
}

mn_status mn_session_resume(mn_session **out, const char *path, const mn_session_hooks *hooks,
                            mn_err *err)
{
    mn_tensors *t = NULL;
    mn_journal j = {0};
    mn_status status = mn_tensors_open(&t, path, err);
    if (status == MN_OK)
        status = check_format(t, path, err);
    if (status == MN_OK)
        status = mn_journal_read(&j, t, path, err);
    if (status == MN_OK)
        status = open_beside(out, &j, t, path, hooks, err);
    mn_journal_finish(&j);
    mn_tensors_close(t);
    return status;
}

/* Undo and redo: whole checkpoints in memory, made before every intervention. */
#include "session_impl.h"

#include <stdlib.h>
#include <string.h>

/* Old marks go when all together hold more than this; buffers of dreams can be large. */
static const size_t marks_budget = (size_t)512 << 20;

static void drop_oldest(mn_marks *m)
{
    free(m->at[0].bytes);
    memmove(m->at, m->at + 1, (size_t)--m->n * sizeof *m->at);
}

static size_t total(const mn_marks *m)
{
    size_t bytes = 0;
    for (int i = 0; i < m->n; i++)
        bytes += m->at[i].n;
    return bytes;
}

mn_status mn_mark_make(mn_mark *out, mn_session *s, const char *text, mn_err *err)
{
    mn_text bytes = {0};
    mn_status status = mn_checkpoint_write(s, &bytes, err);
    if (status != MN_OK) {
        mn_text_finish(&bytes);
        return status;
    }
    *out = (mn_mark){.bytes = bytes.data, .n = bytes.length};
    snprintf(out->text, sizeof out->text, "%s", text);
    return MN_OK;
}

void mn_mark_finish(mn_mark *mark)
{
    free(mark->bytes);
    *mark = (mn_mark){0};
}

mn_status mn_mark_restore(const mn_mark *mark, mn_session *s, mn_err *err)
{
    mn_tensors *t = NULL;
    mn_status status = mn_tensors_parse(&t, mark->bytes, mark->n, "the mark in memory", err);
    if (status == MN_OK)
        status = mn_checkpoint_read(s, t, "the mark in memory", err);
    mn_tensors_close(t);
    return status;
}

void mn_marks_push(mn_marks *m, mn_mark mark)
{
    if (m->n == MARKS_MAX)
        drop_oldest(m);
    m->at[m->n++] = mark;
    while (m->n > 1 && total(m) > marks_budget)
        drop_oldest(m);
}

void mn_marks_clear(mn_marks *m)
{
    while (m->n)
        mn_mark_finish(&m->at[--m->n]);
}

/* Goes back to the newest mark of `from`, leaving one in `to`. */
static mn_status travel(mn_session *s, mn_marks *from, mn_marks *to, const char *verb,
                        mn_text *say, mn_err *err)
{
    if (!from->n)
        return mn_fail(err, MN_ELATER, "there is nothing to %s", verb);
    mn_mark here, mark = from->at[from->n - 1];
    int64_t left = s->step;
    mn_status status = mn_mark_make(&here, s, mark.text, err);
    if (status != MN_OK)
        return status;
    if ((status = mn_mark_restore(&mark, s, err)) != MN_OK) {
        mn_mark_finish(&here);
        return status;
    }
    from->n--;
    mn_marks_push(to, here);
    mn_text_add(say, "%s: `%s`, back from step %lld to step %lld", verb, mark.text,
                (long long)left, (long long)s->step);
    mn_history_event(&s->history, s->step, false, say->data ? say->data : verb);
    mn_mark_finish(&mark);
    return MN_OK;
}

mn_status mn_session_undo(mn_session *s, mn_text *say, mn_err *err)
{
    return travel(s, &s->undo, &s->redo, "undo", say, err);
}

mn_status mn_session_redo(mn_session *s, mn_text *say, mn_err *err)
{
    return travel(s, &s->redo, &s->undo, "redo", say, err);
}

/* metrics_file.c: one record per evaluation, flushed, as CSV or JSON lines. The loss is that of
 * the latest training step, per item; the scores are those of the latest probe. */
#include "session_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static bool ends_in(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && !strcmp(text + n - m, ending);
}

static void number(FILE *f, double x, bool csv)
{
    if (isfinite(x))
        fprintf(f, "%.9g", x);
    else if (!csv)
        fprintf(f, "null");
}

static void csv_header(mn_session *s)
{
    fprintf(s->metrics, "what,step,epoch,task,loss,acc,bwt,fwt,forgetting,index_mean,dead,"
                        "regular,exceptional");
    for (int t = 0; t < mn_stream_tasks(s->stream); t++)
        fprintf(s->metrics, ",accuracy_%d,f1_%d,items_%d", t + 1, t + 1, t + 1);
    fprintf(s->metrics, "\n");
}

mn_status mn_session_metrics(mn_session *s, const char *path, mn_err *err)
{
    if (mn_file_exists(path))
        return mn_fail(err, MN_EIO, "cannot write metrics to '%s': it exists already", path);
    FILE *f = fopen(path, "wxe");
    if (!f)
        return mn_fail(err, MN_EIO, "cannot write metrics to '%s': %s", path, strerror(errno));
    if (s->metrics)
        fclose(s->metrics);
    s->metrics = f;
    s->metrics_csv = ends_in(path, ".csv");
    s->metrics_tasks = mn_stream_tasks(s->stream);
    if (s->metrics_csv)
        csv_header(s);
    return MN_OK;
}

static void write_csv(mn_session *s, const char *what, const double *head, size_t n_head,
                      double task)
{
    FILE *f = s->metrics;
    fprintf(f, "%s,%" PRId64 ",%" PRId64 ",%d", what, s->step, s->epoch, (int)task);
    for (size_t i = 0; i < n_head; i++) {
        fprintf(f, ",");
        number(f, head[i], true);
    }
    for (int t = 0; t < mn_stream_tasks(s->stream); t++) {
        const mn_score *now = &s->scores.now[t];
        fprintf(f, ",");
        number(f, now->n ? now->accuracy : (double)NAN, true);
        fprintf(f, ",");
        number(f, now->n ? now->macro_f1 : (double)NAN, true);
        fprintf(f, ",%zu", now->n);
    }
    fprintf(f, "\n");
}

static void write_json(mn_session *s, const char *what, const double *head, size_t n_head,
                       double task)
{
    static const char *const names[] = {"loss", "acc",        "bwt",
                                        "fwt",  "forgetting", "index_mean",
                                        "dead", "regular",    "exceptional"};
    FILE *f = s->metrics;
    fprintf(f, "{\"what\":\"%s\",\"step\":%" PRId64 ",\"epoch\":%" PRId64 ",\"task\":%d", what,
            s->step, s->epoch, (int)task);
    for (size_t i = 0; i < n_head; i++) {
        fprintf(f, ",\"%s\":", names[i]);
        number(f, head[i], false);
    }
    fprintf(f, ",\"tasks\":[");
    for (int t = 0; t < mn_stream_tasks(s->stream); t++) {
        const mn_score *now = &s->scores.now[t];
        fprintf(f, "%s{\"accuracy\":", t ? "," : "");
        number(f, now->n ? now->accuracy : (double)NAN, false);
        fprintf(f, ",\"f1\":");
        number(f, now->n ? now->macro_f1 : (double)NAN, false);
        fprintf(f, ",\"items\":%zu}", now->n);
    }
    fprintf(f, "]}\n");
}

static void stop(mn_session *s, const char *why)
{
    char text[128];
    snprintf(text, sizeof text, "metrics stopped: %s", why);
    mn_session_say(s, true, text);
    fclose(s->metrics);
    s->metrics = NULL;
}

void mn_session_record(mn_session *s, const char *what)
{
    if (!s->metrics)
        return;
    if (s->metrics_csv && s->metrics_tasks != mn_stream_tasks(s->stream)) {
        stop(s, "the tasks are not those that the file has columns for");
        return;
    }
    mn_summary sum = mn_summary_of(s->scores.R, s->scores.untrained, mn_stream_tasks(s->stream),
                                   s->scores.n_trained, NULL);
    const double head[] = {s->scores.loss,
                           sum.acc,
                           sum.bwt,
                           sum.fwt,
                           sum.forgetting,
                           s->scores.index_mean[0],
                           mn_units_count_dead(&s->units),
                           s->scores.returned[MN_REGULAR],
                           s->scores.returned[MN_EXCEPTIONAL]};
    size_t n = sizeof head / sizeof *head;
    if (s->metrics_csv)
        write_csv(s, what, head, n, s->task + 1);
    else
        write_json(s, what, head, n, s->task + 1);
    if (fflush(s->metrics) != 0 || ferror(s->metrics))
        stop(s, strerror(errno));
}

/* csv.c: a row for every run. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/results.h"

/* Undefined numbers are empty. */
static void add_number(double x, mn_text *out)
{
    mn_text_add(out, ",");
    if (isfinite(x))
        mn_text_add(out, "%.9g", x);
}

/* RFC 4180: quoted where it has to be, quotes doubled. */
static void add_text(const char *s, mn_text *out)
{
    mn_text_add(out, ",");
    if (!strpbrk(s, ",\"\r\n")) {
        mn_text_add(out, "%s", s);
        return;
    }
    mn_text_add(out, "\"");
    for (; *s; s++)
        mn_text_add(out, *s == '"' ? "\"\"" : "%c", *s);
    mn_text_add(out, "\"");
}

static void add_header(const mn_results *r, int n_tasks, mn_text *out)
{
    mn_text_add(out, "cell,trial,seed");
    for (int i = 0; i < r->n_axes; i++)
        add_text(r->axes[i].name, out);
    mn_text_add(out, ",ok,error,steps,digest,acc,f1,min_task,bwt,fwt,forgetting,dead,mwe,"
                     "regular,exceptional,stable");
    for (int t = 1; t <= n_tasks; t++)
        mn_text_add(out, ",accuracy_%d,f1_%d,learnt_%d,stable_%d", t, t, t, t);
    mn_text_add(out, "\n");
}

/* At the end, the same as F1, right after the task was learnt, and its items at rest. */
static void add_task(const mn_result *one, int t, mn_text *out)
{
    int n = one->n_tasks;
    bool there = one->ok && t < n;
    add_number(there ? one->R[(n - 1) * n + t] : (double)NAN, out);
    add_number(there ? one->R_f1[(n - 1) * n + t] : (double)NAN, out);
    add_number(there ? one->R[t * n + t] : (double)NAN, out);
    add_number(there ? one->stable_of[t] : (double)NAN, out);
}

static void add_row(const mn_results *r, const mn_result *one, int n_tasks, mn_text *out)
{
    const double measures[] = {one->acc,     one->f1,          one->min_task, one->bwt,
                               one->fwt,     one->forgetting,  one->dead,     one->mwe,
                               one->regular, one->exceptional, one->stable};
    mn_text_add(out, "%d,%d,%d", one->cell, one->trial, one->seed);
    for (int i = 0; i < r->n_axes; i++)
        add_text(one->values[i], out);
    mn_text_add(out, ",%s", one->ok ? "yes" : "no");
    add_text(one->ok ? "" : one->error, out);
    if (one->ok)
        mn_text_add(out, ",%" PRId64 ",%016" PRIx64, one->steps, one->digest);
    else
        mn_text_add(out, ",,");
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        add_number(one->ok ? measures[i] : (double)NAN, out);
    for (int t = 0; t < n_tasks; t++)
        add_task(one, t, out);
    mn_text_add(out, "\n");
}

mn_status mn_results_csv(const mn_results *r, mn_text *out, mn_err *err)
{
    int n_tasks = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i].ok && r->at[i].n_tasks > n_tasks)
            n_tasks = r->at[i].n_tasks;
    add_header(r, n_tasks, out);
    for (size_t i = 0; i < r->n; i++)
        add_row(r, &r->at[i], n_tasks, out);
    return out->failed ? mn_fail(err, MN_ENOMEM, "no memory for a table of %zu runs", r->n)
                       : MN_OK;
}

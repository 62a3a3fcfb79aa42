/* sweep: a study from its recipe and flags to its results, tables and charts. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment.h"
#include "mnemoscope/chart.h"
#include "mnemoscope/file.h"
#include "report.h"
#include "subcommand.h"
#include "summary.h"
#include "sweep_plan.h"
#include "sweep_progress.h"

/* One call: what it is about, and how it stands. Large, so on the heap. */
typedef struct sweep {
    const mn_call *call;
    mn_picture_maker maker;
    mn_plan plan;
    mn_results results; /* what the file holds */
    char path[PATH_MAX];
    bool speaks; /* under MPI only one rank does */
} sweep;

static const mn_chart_ops *find_chart(const char *name, size_t n)
{
    for (int i = 0; mn_charts[i]; i++)
        if (strlen(mn_charts[i]->name) == n && !strncmp(mn_charts[i]->name, name, n))
            return mn_charts[i];
    return NULL;
}

static mn_status check_chart(const char *text, mn_err *err)
{
    size_t n = strcspn(text, "=");
    if (!n || text[n] != '=' || !text[n + 1])
        return mn_fail(err, MN_EINVAL, "--chart wants KIND=FILE.png, found '%.80s'", text);
    if (find_chart(text, n))
        return MN_OK;
    mn_text all = {0};
    for (int i = 0; mn_charts[i]; i++)
        mn_text_add(&all, "%s%s", i ? ", " : "", mn_charts[i]->name);
    mn_status s = mn_fail(err, MN_EINVAL, "unknown chart '%.*s': wanted %s",
                          n < 40 ? (int)n : 40, text, all.failed ? "another" : all.data);
    mn_text_finish(&all);
    return s;
}

static mn_status check_absent(const mn_call *c, const char *path, mn_err *err)
{
    if (!path || mn_call_has(c, MN_OPT_REPLACE) || !mn_file_exists(path))
        return MN_OK;
    return mn_fail(err, MN_EIO, "cannot write '%s': it exists (--replace allows it)", path);
}

/* Everything that would spoil the end of a long study is found at its beginning. */
static mn_status check_targets(const mn_call *c, mn_err *err)
{
    mn_status s = check_absent(c, c->value[MN_OPT_CSV], err);
    for (int i = 0; s == MN_OK && i < c->n_given; i++) {
        const char *text = c->given[i].value;
        if (c->given[i].id == MN_OPT_TABLE)
            s = check_absent(c, text, err);
        if (c->given[i].id == MN_OPT_CHART && (s = check_chart(text, err)) == MN_OK)
            s = check_absent(c, strchr(text, '=') + 1, err);
    }
    return s;
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static mn_status write_table(const sweep *w, const char *path, mn_err *err)
{
    mn_text text = {0};
    bool replace = mn_call_has(w->call, MN_OPT_REPLACE);
    mn_status s = mn_chart_table_text(&w->results, ends_in(path, ".md"), &text, err);
    if (s == MN_OK && text.failed)
        s = mn_fail(err, MN_ENOMEM, "no memory for the table '%s'", path);
    if (s == MN_OK)
        s = mn_file_replace(path, text.length ? text.data : "", text.length, replace, err);
    mn_text_finish(&text);
    return s;
}

static mn_status write_csv(const sweep *w, const char *path, mn_err *err)
{
    mn_text text = {0};
    bool replace = mn_call_has(w->call, MN_OPT_REPLACE);
    mn_status s = mn_results_csv(&w->results, &text, err);
    if (s == MN_OK && text.failed)
        s = mn_fail(err, MN_ENOMEM, "no memory for '%s'", path);
    if (s == MN_OK)
        s = mn_file_replace(path, text.data, text.length, replace, err);
    mn_text_finish(&text);
    return s;
}

static mn_status paint(const sweep *w, const char *text, mn_err *err)
{
    mn_chart_look look;
    size_t n = strcspn(text, "=");
    mn_chart_look_defaults(&look);
    return mn_picture_chart(&w->maker, &w->results, find_chart(text, n), &look, text + n + 1,
                            mn_call_has(w->call, MN_OPT_REPLACE), err);
}

static mn_status write_files(const sweep *w, mn_err *err)
{
    const mn_call *c = w->call;
    mn_status s = MN_OK;
    if (mn_call_has(c, MN_OPT_CSV))
        s = write_csv(w, c->value[MN_OPT_CSV], err);
    for (int i = 0; s == MN_OK && i < c->n_given; i++) {
        if (c->given[i].id == MN_OPT_TABLE)
            s = write_table(w, c->given[i].value, err);
        if (c->given[i].id == MN_OPT_CHART)
            s = paint(w, c->given[i].value, err);
    }
    return s;
}

static mn_status print_report(const sweep *w, mn_err *err)
{
    mn_text text = {0};
    json_t *o = NULL;
    mn_status s;
    if (mn_call_has(w->call, MN_OPT_JSON)) {
        s = mn_report_json(&w->results, w->call->command_line.data, &o, err);
        if (s == MN_OK)
            json_object_set_new(o, "results", json_string(w->path));
        if (s == MN_OK && mn_summary_print(o))
            s = mn_fail(err, MN_EIO, "the report is lost");
        return s;
    }
    if (mn_call_has(w->call, MN_OPT_QUIET))
        return MN_OK;
    s = mn_report_text(&w->results, &text, err);
    if (s == MN_OK)
        printf("%sresults: %s\n", text.data, w->path);
    mn_text_finish(&text);
    return s;
}

/* 0, or 1 when nothing went well; what failed is said either way. */
static int judge(const sweep *w)
{
    mn_report_counts counts;
    mn_err err = {0};
    if (mn_report_count(&w->results, &counts, &err) != MN_OK)
        return mn_call_fail(&err);
    if (!counts.failed)
        return 0;
    bool all = (size_t)counts.failed == w->results.n;
    fflush(stdout);
    if (all)
        fprintf(stderr, "mnemoscope: all %d runs failed, the first: %s\n", counts.failed,
                counts.why);
    else
        fprintf(stderr, "mnemoscope: %d of %zu runs failed, the first: %s\n", counts.failed,
                w->results.n, counts.why);
    return all;
}

static int deliver(sweep *w)
{
    mn_err err = {0};
    char *path = w->path;
    mn_results_finish(&w->results);
    mn_results_init(&w->results);
    if (mn_results_read(&w->results, 1, &path, &err) != MN_OK ||
        write_files(w, &err) != MN_OK || print_report(w, &err) != MN_OK) {
        mn_call_fail(&err);
        return 1;
    }
    return judge(w);
}

/* Whether the file is of this plan; one that cannot be read is for the study to complain of. */
static bool is_same(sweep *w, bool *readable)
{
    mn_text text = {0};
    char *path = w->path;
    *readable = mn_results_read(&w->results, 1, &path, NULL) == MN_OK;
    bool same = *readable && mn_plan_text(&w->plan, &text, NULL) == MN_OK && text.data &&
                w->results.plan && !strcmp(text.data, w->results.plan);
    mn_text_finish(&text);
    return same;
}

/* Results of the same plan are gone on with; those of another go when that was asked for, else
 * the study says how they differ. */
static void meet_file(sweep *w, int jobs)
{
    bool readable = false, quiet = mn_call_has(w->call, MN_OPT_QUIET);
    int all = mn_plan_runs(&w->plan);
    if (!mn_file_exists(w->path)) {
        if (!quiet)
            fprintf(stderr, "%d run%s, %d at a time\n", all, all == 1 ? "" : "s", jobs);
    } else if (is_same(w, &readable)) {
        if (!quiet)
            fprintf(stderr, "continuing: %zu of %d runs are there, %d at a time\n",
                    w->results.n, all, jobs);
    } else {
        mn_results_finish(&w->results);
        mn_results_init(&w->results);
        if (readable && mn_call_has(w->call, MN_OPT_REPLACE))
            unlink(w->path);
    }
}

static int say_stopped(const sweep *w, const mn_sweep_progress *p)
{
    fprintf(stderr,
            "mnemoscope: stopped: %d of %d runs are in '%s'; the same command goes on\n",
            p->n_done, p->n_all, w->path);
    return 128 + p->signal;
}

/* Runs what is missing; negative = all is there, else the exit status. */
static int perform(sweep *w, bool mpi, int jobs)
{
    mn_sweep_progress progress;
    mn_err err = {0};
    if (w->speaks)
        meet_file(w, jobs);
    if (mn_sweep_progress_init(&progress, &w->plan, &w->results,
                               !w->speaks || mn_call_has(w->call, MN_OPT_QUIET), &err) != MN_OK)
        return mn_call_fail(&err);
    mn_study_watch watch = mn_sweep_progress_watch(&progress);
    mn_status s = mpi ? mn_study_run_mpi(&w->plan, w->path, &watch, &err)
                      : mn_study_run(&w->plan, w->path, jobs, &watch, &err);
    mn_sweep_progress_finish(&progress);
    if (s != MN_OK && w->speaks)
        mn_call_fail(&err);
    if (s != MN_OK)
        return 1;
    if (!w->speaks)
        return progress.signal ? 128 + progress.signal : 0;
    return progress.signal ? say_stopped(w, &progress) : -1;
}

static mn_status plan(sweep *w, int *jobs, mn_err *err)
{
    mn_status s = check_targets(w->call, err);
    if (s == MN_OK)
        s = mn_sweep_plan(w->call, &w->plan, err);
    if (s == MN_OK)
        s = mn_sweep_out(w->call, &w->plan, w->path, sizeof w->path, err);
    return s == MN_OK ? mn_sweep_jobs(w->call, &w->plan, jobs, err) : s;
}

/* Under mpirun every rank gets here with the same plan, or with the same reason to give up. */
static int study(sweep *w)
{
    mn_err err = {0};
    int rank, n_ranks, argc = 0, jobs = 1, status;
    char **argv = NULL;
    bool mpi = mn_study_mpi(&argc, &argv, &rank, &n_ranks);
    w->speaks = rank == 0;
    if (plan(w, &jobs, &err) != MN_OK)
        status = w->speaks ? mn_call_fail(&err) : 1;
    else if ((status = perform(w, mpi, mpi ? n_ranks - 1 : jobs)) < 0)
        status = deliver(w);
    if (mpi)
        mn_study_mpi_end();
    return status;
}

static int merge(sweep *w)
{
    mn_err err = {0};
    const mn_call *c = w->call;
    char *paths[MN_CALL_WORDS_MAX];
    mn_status s = check_targets(c, &err);
    if (s == MN_OK && (!mn_call_has(c, MN_OPT_OUT) || c->n_words < 1))
        s = mn_fail(&err, MN_EINVAL, "--merge wants results files and -o FILE");
    for (int i = 0; i < c->n_words; i++)
        paths[i] = (char *)c->word[i];
    snprintf(w->path, sizeof w->path, "%s", s == MN_OK ? c->value[MN_OPT_OUT] : "");
    if (s == MN_OK)
        s = mn_results_read(&w->results, c->n_words, paths, &err);
    if (s == MN_OK)
        s = mn_results_write(&w->results, w->path, mn_call_has(c, MN_OPT_REPLACE), &err);
    return s == MN_OK ? deliver(w) : mn_call_fail(&err);
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    sweep *w = calloc(1, sizeof *w);
    if (!w) {
        mn_fail(&err, MN_ENOMEM, "no memory for a sweep");
        return mn_call_fail(&err);
    }
    w->call = c;
    mn_results_init(&w->results);
    mn_status s = mn_experiment_style(c, &w->maker, &err);
    if (s == MN_OK && c->n_words > 1 && !mn_call_has(c, MN_OPT_MERGE))
        s = mn_fail(&err, MN_EINVAL, "sweep does not know what to do with '%.60s'", c->word[1]);
    int status = s != MN_OK                     ? mn_call_fail(&err)
                 : mn_call_has(c, MN_OPT_MERGE) ? merge(w)
                                                : study(w);
    mn_results_finish(&w->results);
    free(w);
    return status;
}

const mn_subcommand mn_subcommand_sweep = {
    .name = "sweep",
    .usage = "[RECIPE] [FLAGS]",
    .help = "run an experiment over a space of settings",
    .bit = MN_FOR_SWEEP,
    .parameters = true,
    .max_words = MN_CALL_WORDS_MAX,
    .advance = "yes",
    .run = run,
};

#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/browser.h"
#include "mnemoscope/chart.h"
#include "summary.h"

/* The caller frees; NULL when memory is short. */
static mn_point *take_points(const mn_results *r, size_t *n, mn_err *err)
{
    mn_point *points = calloc(r->n + 1, sizeof *points);
    if (points)
        *n = mn_results_points(r, r->n, points);
    else
        mn_fail(err, MN_ENOMEM, "no memory for the points of %zu runs", r->n);
    return points;
}

static const mn_point *best_of(const mn_point *points, size_t n)
{
    const mn_point *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (points[i].n && (!best || points[i].mean > best->mean))
            best = &points[i];
    return best;
}

mn_status mn_report_count(const mn_results *r, mn_report_counts *out, mn_err *err)
{
    size_t n;
    mn_point *points = take_points(r, &n, err);
    if (!points)
        return MN_ENOMEM;
    *out = (mn_report_counts){.points = (int)n};
    out->planned = (double)r->n_cells * r->n_trials * r->n_seeds;
    for (size_t i = 0; i < r->n; i++) {
        out->failed += !r->at[i].ok;
        if (!r->at[i].ok && !out->why)
            out->why = r->at[i].error;
    }
    free(points);
    return MN_OK;
}

static void add_heading(const mn_results *r, const mn_report_counts *c, mn_text *out)
{
    mn_text_add(out, "%s on %s: %zu", r->model, r->data, r->n);
    if ((double)r->n < c->planned)
        mn_text_add(out, " of %.0f", c->planned);
    mn_text_add(out, " run%s, %d point%s, %d seed%s, objective %s", r->n == 1 ? "" : "s",
                c->points, c->points == 1 ? "" : "s", r->n_seeds, r->n_seeds == 1 ? "" : "s",
                r->objective);
    if (c->failed)
        mn_text_add(out, "; %d failed, the first: %s", c->failed, c->why);
    mn_text_add(out, "\n");
}

mn_status mn_report_text(const mn_results *r, mn_text *out, mn_err *err)
{
    mn_report_counts counts;
    size_t n;
    mn_status s = mn_report_count(r, &counts, err);
    if (s != MN_OK)
        return s;
    add_heading(r, &counts, out);
    mn_point *points = take_points(r, &n, err);
    if (!points)
        return MN_ENOMEM;
    const mn_point *best = best_of(points, n);
    if (n && r->n_axes) {
        mn_text_add(out, "\n");
        s = mn_chart_table_text(r, false, out, err);
        mn_text_add(out, "\n");
    }
    if (best && s == MN_OK) {
        mn_text_add(out, "%s", r->n_axes ? "best: " : "");
        mn_browser_describe(r, best, out);
        mn_text_add(out, "\n");
    }
    free(points);
    if (s == MN_OK && out->failed)
        s = mn_fail(err, MN_ENOMEM, "no memory for the report");
    return s;
}

static json_t *point_json(const mn_results *r, const mn_point *p)
{
    json_t *o = json_object(), *settings = json_object();
    for (int i = 0; i < r->n_axes; i++)
        json_object_set_new(settings, r->axes[i].name, json_string(r->at[p->first].values[i]));
    json_object_set_new(o, "settings", settings);
    json_object_set_new(o, "mean", p->n ? mn_summary_number(p->mean) : json_null());
    json_object_set_new(o, "sd", p->n > 1 ? mn_summary_number(p->sd) : json_null());
    json_object_set_new(o, "n", json_integer(p->n));
    json_object_set_new(o, "failed", json_integer(p->n_failed));
    return o;
}

mn_status mn_report_json(const mn_results *r, const char *command_line, json_t **out,
                         mn_err *err)
{
    mn_report_counts counts;
    size_t n;
    mn_status s = mn_report_count(r, &counts, err);
    mn_point *points = s == MN_OK ? take_points(r, &n, err) : NULL;
    if (!points)
        return MN_ENOMEM;
    const mn_point *best = best_of(points, n);
    json_t *o = json_object(), *all = json_array();
    json_object_set_new(o, "program", json_string("mnemoscope " MN_VERSION));
    json_object_set_new(o, "command_line", json_string(command_line));
    json_object_set_new(o, "title", json_string(r->title));
    json_object_set_new(o, "model", json_string(r->model));
    json_object_set_new(o, "data", json_string(r->data));
    json_object_set_new(o, "objective", json_string(r->objective));
    json_object_set_new(o, "runs", json_integer((json_int_t)r->n));
    json_object_set_new(o, "planned", json_integer((json_int_t)counts.planned));
    json_object_set_new(o, "failed", json_integer(counts.failed));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, point_json(r, &points[i]));
    json_object_set_new(o, "points", all);
    json_object_set_new(o, "best", best ? point_json(r, best) : json_null());
    free(points);
    *out = o;
    return MN_OK;
}

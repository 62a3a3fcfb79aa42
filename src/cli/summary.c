#include "summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

json_t *mn_summary_number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *parameter(const mn_param *p, const void *block)
{
    char text[MN_SPEC_MAX];
    switch (p->kind) {
    case MN_INT: return json_integer((json_int_t)mn_param_number(p, block));
    case MN_REAL: return json_real(mn_param_number(p, block));
    case MN_BOOL: return json_boolean(mn_param_number(p, block) != 0.0);
    case MN_CHOICE:
    case MN_TEXT: break;
    }
    return json_string(mn_param_print(p, block, text, sizeof text));
}

json_t *mn_summary_configuration(const mn_config *config)
{
    mn_config copy = *config;
    json_t *all = json_object();
    for (int t = 0; t < MN_N_TABLES; t++) {
        mn_config_table table = mn_config_table_at(&copy, t);
        json_t *one = json_object();
        for (size_t i = 0; i < table.params.n; i++)
            json_object_set_new(one, table.params.rows[i].name,
                                parameter(&table.params.rows[i], table.block));
        json_object_set_new(all, table.name, one);
    }
    return all;
}

/* The trained rows of R; json_array_append_new frees what it cannot append. */
static json_t *matrix(const double *R, int n_rows, int n_cols)
{
    json_t *rows = json_array();
    for (int i = 0; i < n_rows; i++) {
        json_t *row = json_array();
        for (int j = 0; j < n_cols; j++)
            json_array_append_new(row, mn_summary_number(R[i * n_cols + j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static double last_row(const mn_snapshot *s, const double *R, int task)
{
    return s->n_trained ? R[(s->n_trained - 1) * s->n_tasks + task] : (double)NAN;
}

static json_t *tasks(const mn_snapshot *s)
{
    json_t *all = json_array();
    for (int t = 0; t < s->n_tasks; t++) {
        json_t *one = json_object();
        json_object_set_new(one, "task", json_integer(t + 1));
        json_object_set_new(one, "test_items", json_integer((json_int_t)s->R_items[t]));
        json_object_set_new(one, "accuracy", mn_summary_number(last_row(s, s->R, t)));
        json_object_set_new(one, "f1", mn_summary_number(last_row(s, s->R_f1, t)));
        json_object_set_new(one, "forgetting",
                            t < s->n_trained ? mn_summary_number(s->forgetting[t])
                                             : json_null());
        json_array_append_new(all, one);
    }
    return all;
}

static json_t *units(const mn_snapshot *s)
{
    json_t *one = json_object();
    json_object_set_new(one, "n", json_integer(s->n_units));
    json_object_set_new(one, "dead", json_integer(mn_units_count_dead(&s->units)));
    json_object_set_new(one, "weak", json_integer(mn_units_count_weak(&s->units)));
    json_object_set_new(one, "mean_weighted_entropy",
                        mn_summary_number(s->mixture[MN_CENSUS_TEST].weighted));
    for (int i = 0; i < MN_N_INDICES; i++)
        json_object_set_new(one, mn_index_name((mn_index)i),
                            mn_summary_number(s->index_mean[i]));
    return one;
}

static void set_number(json_t *o, const char *key, double x)
{
    json_object_set_new(o, key, mn_summary_number(x));
}

json_t *mn_summary_json(const mn_snapshot *s, const mn_config *config,
                        const mn_summary_times *times, const char *command_line)
{
    char digest[24];
    json_t *o = json_object();
    snprintf(digest, sizeof digest, "%016" PRIx64, s->digest);
    json_object_set_new(o, "program", json_string("mnemoscope " MN_VERSION));
    json_object_set_new(o, "command_line", json_string(command_line));
    json_object_set_new(o, "configuration", mn_summary_configuration(config));
    json_object_set_new(o, "steps", json_integer(s->step));
    json_object_set_new(o, "finished", json_boolean(s->state == MN_FINISHED));
    json_object_set_new(o, "tasks_trained", json_integer(s->n_trained));
    set_number(o, "ACC", s->summary.acc);
    set_number(o, "BWT", s->summary.bwt);
    set_number(o, "FWT", s->summary.fwt);
    set_number(o, "forgetting", s->summary.forgetting);
    set_number(o, "min_task", s->summary.min_task);
    set_number(o, "loss", s->loss);
    if (s->gives_back) {
        set_number(o, "regular", s->returned[MN_REGULAR]);
        set_number(o, "exceptional", s->returned[MN_EXCEPTIONAL]);
    }
    json_object_set_new(o, "tasks", tasks(s));
    json_object_set_new(o, "R", matrix(s->R, s->n_trained, s->n_tasks));
    json_object_set_new(o, "R_f1", matrix(s->R_f1, s->n_trained, s->n_tasks));
    json_object_set_new(o, "units", units(s));
    set_number(o, "seconds", times->seconds);
    set_number(o, "items_per_s",
               times->seconds > 0 ? times->items / times->seconds : (double)NAN);
    json_object_set_new(o, "digest", json_string(digest));
    return o;
}

int mn_summary_print(json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(12) | JSON_ENCODE_ANY);
    json_decref(value);
    if (!text || puts(text) < 0 || fflush(stdout) != 0) {
        fprintf(stderr, "mnemoscope: cannot print the result as JSON\n");
        free(text);
        return 1;
    }
    free(text);
    return 0;
}

static void add_measure(mn_text *out, const char *name, double x, const char *undefined)
{
    if (isfinite(x))
        mn_text_add(out, "%-11s %.4f\n", name, x);
    else
        mn_text_add(out, "%-11s %s\n", name, undefined);
}

void mn_summary_text(const mn_snapshot *s, const mn_summary_times *times, mn_text *out)
{
    const char *several = "undefined for one trained task";
    mn_text_add(out, "%s on %s, %s, %s, preset %s, seed %" PRIu64 "\n", s->model, s->data,
                s->stream, s->strategy, s->preset, s->seed);
    mn_text_add(out, "%-11s %" PRId64 " in %.2f s", "steps", s->step, times->seconds);
    if (times->seconds > 0)
        mn_text_add(out, " (%.0f items/s)", times->items / times->seconds);
    mn_text_add(out, "\n");
    add_measure(out, "ACC", s->summary.acc, "not measured");
    if (s->gives_back) {
        add_measure(out, "regular", s->returned[MN_REGULAR], "no items");
        add_measure(out, "exceptional", s->returned[MN_EXCEPTIONAL], "no items");
    }
    add_measure(out, "BWT", s->summary.bwt, several);
    add_measure(out, "FWT", s->summary.fwt, several);
    add_measure(out, "forgetting", s->summary.forgetting, several);
    for (int t = 0; t < s->n_tasks && s->n_trained; t++)
        mn_text_add(out, "task %-6d accuracy %.4f, F1 %.4f (%zu test items)\n", t + 1,
                    last_row(s, s->R, t), last_row(s, s->R_f1, t), s->R_items[t]);
    mn_text_add(out, "%-11s %d, %d dead, %d weak\n", "units", s->n_units,
                mn_units_count_dead(&s->units), mn_units_count_weak(&s->units));
    add_measure(out, "entropy", s->mixture[MN_CENSUS_TEST].weighted, "not measured");
    for (int i = 0; i < MN_N_INDICES; i++)
        add_measure(out, mn_index_name((mn_index)i), s->index_mean[i], "not measured");
    mn_text_add(out, "%-11s %016" PRIx64 "\n", "digest", s->digest);
}

#include "mnemoscope/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "plan.h"

void mn_results_init(mn_results *r)
{
    memset(r, 0, sizeof *r);
}

void mn_result_finish(mn_result *one)
{
    free(one->R);
    free(one->R_f1);
    one->R = one->R_f1 = NULL;
}

void mn_results_finish(mn_results *r)
{
    for (size_t i = 0; i < r->n; i++)
        mn_result_finish(&r->at[i]);
    free(r->at);
    free(r->plan);
    mn_results_init(r);
}

mn_status mn_results_add(mn_results *r, mn_result *one, mn_err *err)
{
    if (r->n == r->capacity) {
        size_t capacity = r->capacity ? 2 * r->capacity : 64;
        mn_result *at = realloc(r->at, capacity * sizeof *at);
        if (!at)
            return mn_fail(err, MN_ENOMEM, "no memory for %zu results", capacity);
        r->at = at;
        r->capacity = capacity;
    }
    r->at[r->n++] = *one;
    one->R = one->R_f1 = NULL;
    return MN_OK;
}

static int by_place(const void *a, const void *b)
{
    const mn_result *x = a, *y = b;
    int d = (x->cell > y->cell) - (x->cell < y->cell);
    if (!d)
        d = (x->trial > y->trial) - (x->trial < y->trial);
    return d ? d : (x->seed > y->seed) - (x->seed < y->seed);
}

void mn_results_sort(mn_results *r)
{
    if (r->n)
        qsort(r->at, r->n, sizeof *r->at, by_place);
}

static void fill_axes(mn_results *r, const mn_plan *p)
{
    if (p->n_variants) {
        mn_axis *a = &r->axes[r->n_axes++];
        snprintf(a->name, sizeof a->name, "variant");
        a->n_stops = r->n_variants = p->n_variants;
        for (int i = 0; i < p->n_variants; i++) {
            memcpy(a->stops[i], p->variants[i].name, MN_VALUE_MAX);
            memcpy(r->variants[i], p->variants[i].name, MN_VALUE_MAX);
        }
    }
    for (int i = 0; i < p->n_over; i++)
        r->axes[r->n_axes++] = p->over[i];
    r->n_over = r->n_axes;
    for (int i = 0; i < p->n_search; i++)
        r->axes[r->n_axes++] = p->search[i];
}

mn_status mn_results_of(mn_results *r, const mn_plan *p, mn_err *err)
{
    mn_text text = {0};
    mn_status s = mn_plan_check(p, err);
    if (s == MN_OK)
        s = mn_plan_text(p, &text, err);
    if (s != MN_OK) {
        mn_text_finish(&text);
        return s;
    }
    r->plan = text.data;
    snprintf(r->title, sizeof r->title, "%s", p->title);
    snprintf(r->figure, sizeof r->figure, "%s", p->figure);
    snprintf(r->objective, sizeof r->objective, "%s", mn_objective_name(p->objective));
    snprintf(r->data, sizeof r->data, "%.63s", p->base.run.data);
    snprintf(r->model, sizeof r->model, "%s", p->base.run.model);
    fill_axes(r, p);
    r->n_cells = mn_plan_cells(p);
    r->n_seeds = p->seeds;
    r->first_seed = p->first_seed;
    r->n_trials = mn_plan_trials(p);
    return MN_OK;
}

int mn_results_stop(const mn_results *r, int cell, int axis)
{
    for (int i = r->n_over - 1; i > axis; i--)
        cell /= r->axes[i].n_stops;
    return cell % r->axes[axis].n_stops;
}

/* The point whose first run is at `first`. */
static mn_point point_at(const mn_results *r, size_t first)
{
    const mn_result *one = &r->at[first];
    mn_point p = {.cell = one->cell, .trial = one->trial, .first = first};
    double sum = 0.0, squares = 0.0;
    size_t end = first;
    for (; end < r->n && r->at[end].cell == p.cell && r->at[end].trial == p.trial; end++) {
        double x = mn_result_objective(r, &r->at[end]);
        p.n += isfinite(x);
        p.n_failed += !r->at[end].ok;
        sum += isfinite(x) ? x : 0.0;
    }
    p.mean = p.n ? sum / p.n : (double)NAN;
    for (size_t i = first; i < end; i++) {
        double x = mn_result_objective(r, &r->at[i]);
        squares += isfinite(x) ? (x - p.mean) * (x - p.mean) : 0.0;
    }
    p.sd = p.n > 1 ? sqrt(squares / (p.n - 1)) : (double)NAN;
    return p;
}

size_t mn_results_points(const mn_results *r, size_t max, mn_point *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n && n < max; i++)
        if (!i || r->at[i].cell != r->at[i - 1].cell || r->at[i].trial != r->at[i - 1].trial)
            out[n++] = point_at(r, i);
    return n;
}

bool mn_results_best(const mn_results *r, int cell, mn_point *out)
{
    bool found = false;
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].cell != cell ||
            (i && r->at[i - 1].cell == cell && r->at[i].trial == r->at[i - 1].trial))
            continue;
        mn_point p = point_at(r, i);
        if (!p.n || (found && (p.n_failed > out->n_failed ||
                               (p.n_failed == out->n_failed && !(p.mean > out->mean)))))
            continue;
        *out = p;
        found = true;
    }
    return found;
}

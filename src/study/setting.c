/* setting.c: which configuration a run has. Later ones win:
 *
 *     base, variant, cell, what was tuned, trial, seed
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "sampler.h"

mn_status mn_plan_cell(const mn_plan *p, int cell, mn_config *out, mn_err *err)
{
    int stops[MN_AXES_MAX];
    int variant = mn_plan_split(p, cell, stops);
    mn_status s = MN_OK;
    *out = p->base;
    if (variant >= 0)
        s = mn_settings_apply(out, p->variants[variant].settings, err);
    for (int i = 0; s == MN_OK && i < p->n_over; i++)
        s = mn_config_set(out, p->over[i].name, p->over[i].stops[stops[i]], err);
    return s;
}

mn_status mn_plan_cell_pinned(const mn_plan *p, int cell, mn_config *out, mn_err *err)
{
    mn_status s = mn_plan_cell(p, cell, out, err);
    for (int i = 0; s == MN_OK && i < p->n_pins; i++)
        if (p->pins[i].cell == cell)
            s = mn_settings_apply(out, p->pins[i].settings, err);
    return s;
}

mn_status mn_plan_config(const mn_plan *p, int cell, char values[][MN_VALUE_MAX], int seed,
                         mn_config *out, mn_err *err)
{
    int n_grid = p->n_over + (p->n_variants > 0);
    mn_status s = mn_plan_cell_pinned(p, cell, out, err);
    for (int i = 0; s == MN_OK && i < p->n_search; i++)
        s = mn_config_set(out, p->search[i].name, values[n_grid + i], err);
    out->run.seed = seed;
    out->run.advance = true;
    return s;
}

static void grid_values(const mn_plan *p, int cell, char values[][MN_VALUE_MAX])
{
    int stops[MN_AXES_MAX], n = 0;
    int variant = mn_plan_split(p, cell, stops);
    if (variant >= 0)
        snprintf(values[n++], MN_VALUE_MAX, "%s", p->variants[variant].name);
    for (int i = 0; i < p->n_over; i++)
        snprintf(values[n++], MN_VALUE_MAX, "%s", p->over[i].stops[stops[i]]);
}

/* The mean objective of a trial over its seeds, in their order; NAN when one of them failed.
 * False while one is missing. */
static bool value_of(const mn_plan *p, const mn_results *r, int cell, int trial, double *value,
                     const mn_result **some)
{
    double sum = 0.0;
    for (int i = 0; i < p->seeds; i++) {
        const mn_result *found = NULL;
        for (size_t k = 0; r && !found && k < r->n; k++)
            if (r->at[k].cell == cell && r->at[k].trial == trial &&
                r->at[k].seed == p->first_seed + i)
                found = &r->at[k];
        if (!found)
            return false;
        sum += mn_result_objective(r, found);
        *some = found;
    }
    *value = sum / p->seeds;
    return true;
}

/* Trials 0 .. n-1 of a cell, as points of the unit cube. */
static mn_status observe(const mn_plan *p, const mn_results *r, int cell, int n,
                         mn_observation *seen, mn_err *err)
{
    int n_grid = p->n_over + (p->n_variants > 0);
    for (int t = 0; t < n; t++) {
        const mn_result *some = NULL;
        if (!value_of(p, r, cell, t, &seen[t].value, &some))
            return mn_fail(err, MN_ELATER, "trial %d of cell %d is not there yet", t, cell);
        for (int i = 0; i < p->n_search; i++)
            seen[t].u[i] = mn_axis_position(&p->search[i], some->values[n_grid + i]);
    }
    return MN_OK;
}

static mn_status propose(const mn_plan *p, const mn_results *r, int cell, int trial,
                         char values[][MN_VALUE_MAX], mn_err *err)
{
    double u[MN_AXES_MAX] = {0};
    int n = trial - trial % p->round;
    mn_space space = {.n = p->n_search};
    const mn_turn turn = {(uint64_t)p->first_seed, cell, trial};
    for (int i = 0; i < p->n_search; i++)
        space.n_stops[i] = p->search[i].n_stops;
    mn_observation *seen = calloc((size_t)n + 1, sizeof *seen);
    if (!seen)
        return mn_fail(err, MN_ENOMEM, "no memory for %d trials", n);
    mn_status s = observe(p, r, cell, n, seen, err);
    if (s == MN_OK)
        s = mn_sampler_find(p->sampler)->propose(&space, seen, (size_t)n, &turn, u, err);
    free(seen);
    for (int i = 0; s == MN_OK && i < p->n_search; i++)
        mn_axis_value(&p->search[i], u[i], values[i]);
    return s;
}

mn_status mn_plan_values(const mn_plan *p, const mn_results *so_far, int cell, int trial,
                         char values[][MN_VALUE_MAX], mn_err *err)
{
    int n_grid = p->n_over + (p->n_variants > 0);
    grid_values(p, cell, values);
    return p->n_search ? propose(p, so_far, cell, trial, values + n_grid, err) : MN_OK;
}

mn_status mn_study_config(const mn_plan *p, const mn_results *so_far, int cell, int trial,
                          int seed, mn_config *out, mn_err *err)
{
    char values[2 * MN_AXES_MAX][MN_VALUE_MAX];
    if (cell < 0 || cell >= mn_plan_cells(p) || trial < 0 || trial >= mn_plan_trials(p))
        return mn_fail(err, MN_EINVAL, "cell %d, trial %d found: %d cells of %d trials wanted",
                       cell, trial, mn_plan_cells(p), mn_plan_trials(p));
    mn_plan pinned = *p;
    mn_status s = mn_plan_pin(&pinned, err);
    if (s == MN_OK)
        s = mn_plan_values(&pinned, so_far, cell, trial, values, err);
    return s == MN_OK ? mn_plan_config(&pinned, cell, values, seed, out, err) : s;
}

mn_status mn_results_config(const mn_results *r, size_t run, mn_config *out, mn_err *err)
{
    mn_plan p;
    mn_plan_defaults(&p);
    if (run >= r->n)
        return mn_fail(err, MN_EINVAL, "run %zu found: there are %zu", run, r->n);
    if (!r->plan)
        return mn_fail(err, MN_EINVAL,
                       "the settings of run %zu are unknown: results without a plan", run);
    mn_result *one = &r->at[run];
    mn_status s = mn_plan_recipe(&p, "plan", r->plan, false, err);
    return s == MN_OK ? mn_plan_config(&p, one->cell, one->values, one->seed, out, err) : s;
}

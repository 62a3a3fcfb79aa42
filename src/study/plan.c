#include "plan.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sampler.h"

void mn_plan_defaults(mn_plan *p)
{
    memset(p, 0, sizeof *p);
    mn_config_defaults(&p->base);
    p->base.run.advance = true;
    p->seeds = 1;
    p->first_seed = p->base.run.seed;
    p->trials = 20;
    p->round = 4;
    p->n_shards = 1;
    snprintf(p->sampler, sizeof p->sampler, "tpe");
}

int mn_plan_trials(const mn_plan *p)
{
    return p->n_search ? p->trials : 1;
}

/* Stops at more than a study may have, so that no product overflows. */
static long long cells(const mn_plan *p)
{
    long long n = p->n_variants ? p->n_variants : 1;
    for (int i = 0; i < p->n_over && n <= MN_RUNS_MAX; i++)
        n *= p->over[i].n_stops;
    return n;
}

int mn_plan_cells(const mn_plan *p)
{
    return (int)cells(p);
}

bool mn_plan_shard_has(const mn_plan *p, int cell)
{
    return cell % p->n_shards == p->shard;
}

int mn_plan_runs(const mn_plan *p)
{
    int n = mn_plan_cells(p);
    long long own = n > p->shard ? (n - p->shard + p->n_shards - 1) / p->n_shards : 0;
    own *= (long long)mn_plan_trials(p) * p->seeds;
    return own > INT_MAX ? INT_MAX : (int)own;
}

int mn_plan_split(const mn_plan *p, int cell, int stops[MN_AXES_MAX])
{
    for (int i = p->n_over; i-- > 0; cell /= p->over[i].n_stops)
        stops[i] = cell % p->over[i].n_stops;
    return p->n_variants ? cell : -1;
}

mn_status mn_settings_apply(mn_config *c, const char *settings, mn_err *err)
{
    mn_words w;
    mn_status s = mn_words_split(&w, settings, err);
    for (int i = 0; s == MN_OK && i < w.n; i++)
        s = mn_config_assign(c, w.word[i], err);
    return s;
}

mn_status mn_plan_ground(const mn_plan *p, mn_config *out, mn_err *err)
{
    *out = p->base;
    return p->n_variants ? mn_settings_apply(out, p->variants[0].settings, err) : MN_OK;
}

static mn_status check_axis(const mn_axis *a, const mn_config *ground, mn_err *err)
{
    mn_text text = {0};
    mn_axis again;
    mn_axis_print(a, &text);
    mn_status s = text.failed ? mn_fail(err, MN_ENOMEM, "no memory for axis '%s'", a->name)
                              : mn_axis_parse(&again, text.data, ground, err);
    mn_text_finish(&text);
    return s;
}

static mn_status check_names(const mn_plan *p, mn_err *err)
{
    mn_config c;
    mn_status s = MN_OK;
    for (int i = 0; s == MN_OK && i < p->n_variants; i++) {
        c = p->base;
        s = mn_settings_apply(&c, p->variants[i].settings, err);
    }
    if (s == MN_OK)
        s = mn_plan_ground(p, &c, err);
    for (int i = 0; s == MN_OK && i < p->n_over; i++)
        s = check_axis(&p->over[i], &c, err);
    for (int i = 0; s == MN_OK && i < p->n_search; i++)
        s = check_axis(&p->search[i], &c, err);
    if (s == MN_OK && !mn_sampler_find(p->sampler))
        s = mn_fail(err, MN_EINVAL, "unknown sampler '%s'", p->sampler);
    return s;
}

static mn_status check_counts(const mn_plan *p, mn_err *err)
{
    if (p->seeds < 1 || p->first_seed < 0 || p->first_seed > INT_MAX - p->seeds)
        return mn_fail(err, MN_EINVAL,
                       "%d seeds from %d on found: 1 or more, from 0 to %d, wanted", p->seeds,
                       p->first_seed, INT_MAX);
    if (p->trials < 1 || p->round < 1)
        return mn_fail(err, MN_EINVAL, "%d trials, %d at a time, found: 1 or more wanted",
                       p->trials, p->round);
    if (p->n_shards < 1 || p->shard < 0 || p->shard >= p->n_shards)
        return mn_fail(err, MN_EINVAL, "shard %d of %d found: 0 of 1 up to N-1 of N wanted",
                       p->shard, p->n_shards);
    double n = (double)cells(p) * mn_plan_trials(p) * p->seeds;
    if (n > MN_RUNS_MAX)
        return mn_fail(
            err, MN_EINVAL,
            "more than %d runs found (%lld cells, %d trials, %d seeds): fewer wanted",
            MN_RUNS_MAX, cells(p), mn_plan_trials(p), p->seeds);
    return MN_OK;
}

mn_status mn_plan_check(const mn_plan *p, mn_err *err)
{
    mn_status s = check_counts(p, err);
    if (s == MN_OK && p->n_over + (p->n_variants > 0) > MN_AXES_MAX)
        s = mn_fail(err, MN_EINVAL, "too many axes: at most %d wanted, variants counted as one",
                    MN_AXES_MAX);
    for (int i = 0; s == MN_OK && i < p->n_over; i++)
        if (p->over[i].kind != MN_AXIS_STOPS)
            s = mn_fail(err, MN_EINVAL,
                        "axis '%s' of the grid has no values of its own: wanted a list, "
                        "FROM:TO:STEP or FROM..TO:log:N",
                        p->over[i].name);
    return s == MN_OK ? check_names(p, err) : s;
}

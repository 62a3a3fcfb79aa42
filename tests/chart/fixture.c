#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/study.h"

#include "support.h"

const made_study made_studies[N_STUDIES] = {
    [STUDY_PROPORTION] = {.title = "Rehearsal proportion (figure 1a)",
                          .axes = {{.name = "vertex", .stops = "2,5,10,20"},
                                   {.name = "proportion",
                                    .stops = "0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1"}},
                          .n_seeds = 5,
                          .n_trials = 1,
                          .n_tasks = 5,
                          .recipe = "set strategy=rehearsal\nover n=2,5,10,20\n"
                                    "over proportion=0:1:0.1\nseeds 5\n"},
    [STUDY_STRENGTH] = {.title = "Penalties (figure 4)",
                        .axes = {{.name = "variant", .stops = "L2,EWC,MAS,SI"},
                                 {.name = "vertex", .stops = "2,5,10,20"},
                                 {.name = "strength",
                                  .stops = "1e-2,1e-1,1,10,100,1e3,1e4,1e5,1e6"}},
                        .n_seeds = 3,
                        .n_trials = 1,
                        .n_tasks = 5},
    [STUDY_METHODS] = {.title = "Methods",
                       .axes = {{.name = "variant",
                                 .stops = "vanilla,rehearsal,pseudorehearsal,GEM,A-GEM,L2,EWC,"
                                          "MAS,SI"},
                                {.name = "vertex", .stops = "2,5,10,20"}},
                       .n_seeds = 10,
                       .n_trials = 1,
                       .n_tasks = 5},
    [STUDY_GRID] = {.title = "Rate and temperature (appendix D)",
                    .axes = {{.name = "vertex", .stops = "2,5,10,20"},
                             {.name = "rate", .stops = "0.01,0.02,0.05,0.1,0.2"},
                             {.name = "temperature", .stops = "0.5,0.7,0.9,1.1,1.5,2"}},
                    .n_seeds = 3,
                    .n_trials = 1,
                    .n_tasks = 1},
    [STUDY_TUNED] = {.title = "Tuned",
                     .axes = {{.name = "variant", .stops = "EWC,MAS"},
                              {.name = "vertex", .stops = "2,20"},
                              {.name = "strength", .lo = 1e-2, .hi = 1e6, .log = true}},
                     .n_seeds = 2,
                     .n_trials = 20,
                     .n_tasks = 5,
                     .fail_every = 7}};

static void make_axis(mn_axis *a, const made_axis *m)
{
    snprintf(a->name, sizeof a->name, "%s", m->name);
    a->lo = m->lo;
    a->hi = m->hi;
    a->kind = m->stops ? MN_AXIS_STOPS : m->log ? MN_AXIS_LOG : MN_AXIS_LINEAR;
    for (const char *at = m->stops; at && *at && a->n_stops < MN_STOPS_MAX;) {
        size_t n = strcspn(at, ",");
        snprintf(a->stops[a->n_stops++], MN_VALUE_MAX, "%.*s", (int)n, at);
        at += n + (at[n] == ',');
    }
}

/* Hills over the last axis, one per combination of the others, as high as the sums say. */
static double height(const mn_results *r, const int *stops, double u)
{
    double sum = 0.0;
    for (int i = 0; i + 1 < r->n_axes; i++)
        sum += (1.0 + i) * stops[i];
    double top = 0.45 + 0.3 * fmod(sum, 5.0) / 4.0, middle = 0.4 + 0.1 * fmod(sum, 4.0);
    return top + 0.2 - 0.9 * (u - middle) * (u - middle);
}

static void make_run(mn_results *r, const made_study *m, int cell, int trial, int seed,
                     mn_rng *rng)
{
    mn_result *one = &r->at[r->n++];
    int stops[2 * MN_AXES_MAX] = {0}, rest = cell;
    double u = 0.5;
    *one = (mn_result){.cell = cell,
                       .trial = trial,
                       .seed = seed,
                       .n_tasks = m->n_tasks,
                       .dead = (double)NAN,
                       .stable = (double)NAN,
                       .mwe = (double)NAN};
    for (int i = r->n_over - 1; i >= 0; i--) {
        stops[i] = rest % r->axes[i].n_stops;
        rest /= r->axes[i].n_stops;
    }
    for (int i = 0; i < r->n_axes; i++) {
        const mn_axis *a = &r->axes[i];
        if (a->kind == MN_AXIS_STOPS) {
            u = a->n_stops > 1 ? stops[i] / (a->n_stops - 1.0) : 0.5;
            snprintf(one->values[i], MN_VALUE_MAX, "%s", a->stops[stops[i]]);
        } else {
            u = fmod(0.618 * (trial + 1) + 0.1 * cell, 1.0);
            double v = a->kind == MN_AXIS_LOG ? a->lo * pow(a->hi / a->lo, u)
                                              : a->lo + u * (a->hi - a->lo);
            snprintf(one->values[i], MN_VALUE_MAX, "%.10g", v);
        }
    }
    if (r->n_variants)
        snprintf(one->variant, sizeof one->variant, "%s", r->variants[stops[0]]);
    one->ok = !m->fail_every || (int)r->n % m->fail_every != 0;
    if (!one->ok) {
        snprintf(one->error, sizeof one->error, "the memories left the range of numbers");
        one->acc = one->f1 = one->min_task = (double)NAN;
        return;
    }
    one->acc = height(r, stops, u) + 0.04 * (mn_rng_uniform(rng) - 0.5);
    one->f1 = one->min_task = one->acc - 0.02;
    one->R = calloc((size_t)m->n_tasks * (size_t)m->n_tasks, sizeof *one->R);
    for (int i = 0; one->R && i < m->n_tasks; i++)
        for (int j = 0; j < m->n_tasks; j++)
            one->R[i * m->n_tasks + j] =
                j > i ? 0.1
                      : 0.94 - 0.08 * (i - j) * (2.0 - one->acc) - 0.02 * mn_rng_uniform(rng);
}

static void add_plan(mn_results *r, const char *recipe)
{
    mn_plan *p = calloc(1, sizeof *p);
    mn_text text = {0};
    mn_err err;
    assert_non_null(p);
    mn_plan_defaults(p);
    assert_ok(mn_plan_recipe(p, "made", recipe, false, &err), &err);
    assert_ok(mn_plan_text(p, &text, &err), &err);
    r->plan = text.data;
    free(p);
}

void make_results(mn_results *r, const made_study *m)
{
    mn_rng rng;
    mn_rng_seed(&rng, 1, "made results");
    *r = (mn_results){.n_seeds = m->n_seeds, .n_trials = m->n_trials, .n_cells = 1};
    snprintf(r->title, sizeof r->title, "%s", m->title);
    snprintf(r->objective, sizeof r->objective, "acc");
    for (const made_axis *a = m->axes; a->name; a++) {
        make_axis(&r->axes[r->n_axes++], a);
        r->n_over += a->stops != NULL;
        r->n_cells *= a->stops ? r->axes[r->n_axes - 1].n_stops : 1;
    }
    if (r->n_axes && !strcmp(r->axes[0].name, "variant"))
        for (; r->n_variants < r->axes[0].n_stops; r->n_variants++)
            memcpy(r->variants[r->n_variants], r->axes[0].stops[r->n_variants], MN_VALUE_MAX);
    if (m->recipe)
        add_plan(r, m->recipe);
    r->capacity = (size_t)r->n_cells * (size_t)m->n_trials * (size_t)m->n_seeds;
    r->at = calloc(r->capacity + 1, sizeof *r->at);
    for (int cell = 0; r->at && cell < r->n_cells; cell++)
        for (int trial = 0; trial < m->n_trials; trial++)
            for (int seed = 1; seed <= m->n_seeds; seed++)
                make_run(r, m, cell, trial, seed, &rng);
}

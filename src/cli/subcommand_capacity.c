/* capacity: how many random states the model of the flags holds, beside the formulas. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/capacity.h"
#include "subcommand.h"

enum { LOADS_MAX = 64, UNITS_MAX = 4096, STATES_MAX = 100000, PROBES = 200, SWEEPS = 100 };

typedef struct mn_survey {
    int units, n_loads, states[LOADS_MAX];
    double flips;
    mn_capacity found[LOADS_MAX];
} mn_survey;

static mn_status read_whole(const char *what, const char *text, char end, int most, int *out,
                            const char **rest, mn_err *err)
{
    char *after;
    const long x = strtol(text, &after, 10);
    if (after == text || (*after && *after != end) || x < 1 || x > most)
        return mn_fail(err, MN_EINVAL,
                       "%s '%.40s' not understood: wanted a number from 1 to %d", what, text,
                       most);
    *out = (int)x;
    *rest = after;
    return MN_OK;
}

static mn_status read_states(mn_survey *s, const char *text, mn_err *err)
{
    mn_status status = MN_OK;
    for (const char *at = text; status == MN_OK; at++) {
        if (s->n_loads == LOADS_MAX)
            return mn_fail(err, MN_EINVAL, "too many numbers of states: wanted at most %d",
                           LOADS_MAX);
        status = read_whole("states", at, ',', STATES_MAX, &s->states[s->n_loads++], &at, err);
        if (!*at)
            break;
    }
    return status;
}

static mn_status read(mn_survey *s, const mn_call *c, mn_err *err)
{
    const char *rest;
    mn_status status = read_whole("units", c->word[0], '\0', UNITS_MAX, &s->units, &rest, err);
    if (status == MN_OK)
        status = read_states(s, c->word[1], err);
    if (status != MN_OK || c->n_words < 3)
        return status;
    char *after;
    s->flips = strtod(c->word[2], &after);
    if (after == c->word[2] || *after || !(s->flips >= 0.0 && s->flips <= 0.5))
        return mn_fail(err, MN_EINVAL,
                       "flips '%.40s' not understood: wanted a share from 0 to 0.5",
                       c->word[2]);
    return MN_OK;
}

static mn_status measure(mn_survey *s, const mn_config *c, mn_err *err)
{
    const mn_model_ops *ops = mn_model_find(c->run.model);
    for (int i = 0; i < s->n_loads; i++) {
        const mn_load load = {.units = s->units,
                              .states = s->states[i],
                              .probes = PROBES,
                              .epochs = c->run.epochs,
                              .flips = s->flips,
                              .update = MN_ASYNCHRONOUS,
                              .max_sweeps = SWEEPS};
        const mn_status status = mn_capacity_measure(ops, &c->model, &load,
                                                     (uint64_t)c->run.seed, &s->found[i], err);
        if (status != MN_OK)
            return status;
    }
    return MN_OK;
}

static const mn_param *param_of(const mn_config *c, const char *name)
{
    return mn_param_find(mn_model_params(mn_model_find(c->run.model)), name);
}

/* What is to be expected, where there is a formula. */
static void print_expected(const mn_survey *s, const mn_config *c)
{
    const mn_param *vertex = param_of(c, "vertex"), *kind = param_of(c, "interaction");
    char text[32] = "";
    if (kind)
        mn_param_print(kind, &c->model, text, sizeof text);
    if (!strcmp(text, "exponential"))
        printf("expected: up to about 2^%d states\n", s->units / 2);
    else if (vertex && strcmp(text, "log-sum-exp") != 0) {
        const int n = (int)mn_param_number(vertex, &c->model);
        printf("expected without errors at vertex %d: up to %.0f states\n", n,
               mn_capacity_dense(s->units, n));
    } else if (param_of(c, "rule"))
        printf("Hebb's rule: %.0f states with few errors, %.0f without\n",
               mn_capacity_hebb(s->units), mn_capacity_hebb_exact(s->units));
}

static void print_text(const mn_survey *s, const mn_config *c)
{
    printf("%s, %d units, seed %d, %g of the units turned over before recall\n", c->run.model,
           s->units, (int)c->run.seed, s->flips);
    print_expected(s, c);
    printf("\nstates  per unit  whole (%%)  wrong units (%%)  at rest (%%)  probes%s\n",
           isnan(s->found[0].spurious) ? "" : "  spurious (%)  ratio  its ratio");
    for (int i = 0; i < s->n_loads; i++) {
        const mn_capacity *f = &s->found[i];
        printf("%6d  %8.3f  %9.1f  %15.2f  %11.1f  %6d", f->states,
               (double)f->states / s->units, 100.0 * f->whole, 100.0 * f->wrong,
               100.0 * f->settled, f->probes);
        if (isfinite(f->spurious))
            printf("  %12.1f  %5.3f", 100.0 * f->spurious, f->ratio);
        if (f->spurious > 0.0)
            printf("  %9.3f", f->spurious_ratio);
        printf("\n");
    }
}

/* A member of a JSON object; what is undefined is null. */
static void print_member(const char *name, double x)
{
    printf(",\"%s\":", name);
    if (isfinite(x))
        printf("%.17g", x);
    else
        printf("null");
}

static void print_json(const mn_survey *s, const mn_config *c)
{
    printf("{\"model\":\"%s\",\"units\":%d,\"seed\":%d,\"flips\":%.17g,\"loads\":[",
           c->run.model, s->units, (int)c->run.seed, s->flips);
    for (int i = 0; i < s->n_loads; i++) {
        const mn_capacity *f = &s->found[i];
        printf("%s{\"states\":%d,\"probes\":%d,\"whole\":%.17g,\"wrong\":%.17g,"
               "\"settled\":%.17g",
               i ? "," : "", f->states, f->probes, f->whole, f->wrong, f->settled);
        print_member("spurious", f->spurious);
        print_member("ratio", f->ratio);
        print_member("spurious_ratio", f->spurious_ratio);
        printf("}");
    }
    printf("]}\n");
}

static int run(const mn_call *c)
{
    mn_survey s = {0};
    mn_err err = {0};
    if (read(&s, c, &err) != MN_OK || measure(&s, &c->config, &err) != MN_OK)
        return mn_call_fail(&err);
    if (mn_call_has(c, MN_OPT_JSON))
        print_json(&s, &c->config);
    else
        print_text(&s, &c->config);
    return 0;
}

const mn_subcommand mn_subcommand_capacity = {
    .name = "capacity",
    .usage = "UNITS STATES,... [FLIPS] [FLAGS]",
    .help = "measure how many random states a memory holds",
    .bit = MN_FOR_CAPACITY,
    .parameters = true,
    .min_words = 2,
    .max_words = 3,
    .run = run,
};

#include "chart_impl.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Spaced in the logarithm at least so evenly, and over so wide a range. */
static const double LOG_RANGE = 50.0, LOG_EVENNESS = 2.5;

static double number_of(const char *text)
{
    char *end;
    double v = strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    return *text && !*end && isfinite(v) ? v : (double)NAN;
}

static bool are_numbers(const mn_axis *a)
{
    for (int i = 0; i < a->n_stops; i++)
        if (isnan(number_of(a->stops[i])))
            return false;
    return a->n_stops > 0;
}

bool mn_chart_is_numeric(const mn_axis *a)
{
    return a->kind != MN_AXIS_STOPS || (a->n_stops > 1 && are_numbers(a));
}

static bool are_logarithmic(const mn_axis *a)
{
    double least = HUGE_VAL, most = 0.0;
    for (int i = 0; i + 1 < a->n_stops; i++) {
        double x = number_of(a->stops[i]), y = number_of(a->stops[i + 1]);
        if (!(x > 0.0) || !(y > x))
            return false;
        least = fmin(least, log(y / x));
        most = fmax(most, log(y / x));
    }
    return a->n_stops >= 3 && most <= LOG_EVENNESS * least &&
           number_of(a->stops[a->n_stops - 1]) >= LOG_RANGE * number_of(a->stops[0]);
}

static mn_dimension axis_of(const mn_results *r, int i)
{
    const mn_axis *a = &r->axes[i];
    bool stops = a->kind == MN_AXIS_STOPS;
    return (mn_dimension){.n_stops = stops ? a->n_stops : 0,
                          .variant = !strcmp(a->name, "variant"),
                          .searched = i >= r->n_over,
                          .numeric = !stops || are_numbers(a),
                          .log = stops ? are_numbers(a) && are_logarithmic(a)
                                       : a->kind == MN_AXIS_LOG,
                          .open = stops ? a->n_stops > 1 : true,
                          .name = a->name,
                          .title = strcmp(a->name, "variant") ? a->name : "method"};
}

/* Whether all runs have the same strategy, which names its parameters then. */
static bool has_one_strategy(const mn_results *r)
{
    for (int i = 0; i < r->n_axes; i++)
        if (!strcmp(r->axes[i].name, "strategy") && r->axes[i].n_stops != 1)
            return false;
    return !r->n_variants;
}

/* "n" and "rehearsal proportion": as the configuration behind the runs knows them, where it can
 * be had. */
static void name_dimensions(mn_survey *s)
{
    const mn_results *r = s->results;
    mn_config c;
    if (mn_results_config(r, 0, &c, NULL) != MN_OK)
        return;
    for (int i = 0; i < s->n_dimensions; i++) {
        mn_dimension *d = &s->dimensions[i];
        const mn_param *p;
        mn_config_table t;
        if (d->variant || mn_config_find(&c, d->name, &p, &t, NULL) != MN_OK)
            continue;
        bool named = !strcmp(t.name, "strategy") && has_one_strategy(r);
        d->title =
            mn_figure_text(s->figure, "%s%s%s%s%s%s%s%s", named ? c.run.strategy : "",
                           named ? " " : "", p->name, p->alias ? " " : "",
                           p->alias ? p->alias : "", p->unit && *p->unit ? " (" : "",
                           p->unit && *p->unit ? p->unit : "", p->unit && *p->unit ? ")" : "");
        d->name = p->alias ? p->alias : p->name;
    }
}

const char *mn_survey_setting(const mn_survey *s, size_t point, int dimension)
{
    return s->results->at[s->points[point].first].values[dimension];
}

double mn_survey_number(const mn_survey *s, size_t point, int dimension)
{
    return number_of(mn_survey_setting(s, point, dimension));
}

const char *mn_survey_stop(const mn_survey *s, int dimension, int stop)
{
    return stop >= 0 && stop < s->dimensions[dimension].n_stops
               ? s->results->axes[dimension].stops[stop]
               : "";
}

/* The same text, or the same number written otherwise. */
static int stop_of(const mn_survey *s, size_t point, int dimension)
{
    const char *setting = mn_survey_setting(s, point, dimension);
    double v = number_of(setting);
    for (int i = 0; i < s->dimensions[dimension].n_stops; i++) {
        const char *stop = mn_survey_stop(s, dimension, i);
        if (!strcmp(stop, setting) || number_of(stop) == v)
            return i;
    }
    return -1;
}

mn_survey mn_survey_of(const mn_results *r, mn_figure *f)
{
    mn_survey s = {.results = r, .figure = f};
    for (int i = 0; i < r->n_axes && i < MN_DIMENSIONS_MAX; i++)
        s.dimensions[s.n_dimensions++] = axis_of(r, i);
    name_dimensions(&s);
    s.points = mn_figure_room(f, r->n + 1, sizeof *s.points);
    if (!s.points)
        return s;
    size_t n = mn_results_points(r, r->n, s.points);
    s.stops = mn_figure_room(f, n * (size_t)s.n_dimensions + 1, sizeof *s.stops);
    s.n = s.stops ? n : 0;
    for (size_t i = 0; i < s.n; i++)
        for (int d = 0; d < s.n_dimensions; d++)
            s.stops[i * (size_t)s.n_dimensions + (size_t)d] = stop_of(&s, i, d);
    return s;
}

int mn_survey_at(const mn_survey *s, size_t point, int dimension)
{
    return s->stops[point * (size_t)s->n_dimensions + (size_t)dimension];
}

/* As the study judges: fewer failed runs first, then the mean; NAN is worse than everything. */
bool mn_survey_is_better(const mn_survey *s, size_t a, long b)
{
    const mn_point *p = &s->points[a], *q = b < 0 ? NULL : &s->points[b];
    if (isnan(p->mean) || !q || isnan(q->mean))
        return !isnan(p->mean);
    return p->n_failed != q->n_failed ? p->n_failed < q->n_failed : p->mean > q->mean;
}

long mn_survey_chosen(const mn_survey *s, int point)
{
    long best = -1;
    if (point >= 0 && (size_t)point < s->n)
        return point;
    for (size_t i = 0; i < s->n; i++)
        if (mn_survey_is_better(s, i, best))
            best = (long)i;
    return best;
}

int mn_survey_failed(const mn_survey *s)
{
    int failed = 0;
    for (size_t i = 0; i < s->n; i++)
        failed += s->points[i].n_failed;
    return failed;
}

static bool holds(const int *taken, int n, int dimension)
{
    for (int i = 0; i < n; i++)
        if (taken[i] == dimension)
            return true;
    return false;
}

int mn_survey_free(const mn_survey *s, const int *taken, int n, mn_wish wish)
{
    for (int d = 0; d < s->n_dimensions; d++) {
        const mn_dimension *k = &s->dimensions[d];
        if (k->open && !k->searched && !holds(taken, n, d) &&
            (wish == MN_WISH_ANY || k->numeric))
            return d;
    }
    return MN_NO_DIMENSION;
}

int mn_survey_wanted(const mn_survey *s, int wanted)
{
    return wanted >= 0 && wanted < s->n_dimensions && s->dimensions[wanted].open
               ? wanted
               : MN_NO_DIMENSION;
}

/* tuned.c: what earlier results say is best, for every cell of a plan. */
#include <stdio.h>
#include <string.h>

#include "plan.h"

/* Whether the configuration of a cell has this value, however either was written. */
static bool has_value(const mn_config *c, const char *name, const char *value)
{
    mn_config own = *c, other = *c;
    const mn_param *p;
    mn_config_table a, b;
    char x[MN_SPEC_MAX], y[MN_SPEC_MAX];
    if (mn_config_set(&other, name, value, NULL) != MN_OK ||
        mn_config_find(&own, name, &p, &a, NULL) != MN_OK ||
        mn_config_find(&other, name, &p, &b, NULL) != MN_OK)
        return false;
    return !strcmp(mn_param_print(p, a.block, x, sizeof x),
                   mn_param_print(p, b.block, y, sizeof y));
}

static bool suits(const mn_results *r, int cell, const char *variant, const mn_config *c)
{
    for (int i = 0; i < r->n_over; i++) {
        const char *value = r->axes[i].stops[mn_results_stop(r, cell, i)];
        if (!strcmp(r->axes[i].name, "variant") ? strcmp(value, variant) != 0
                                                : !has_value(c, r->axes[i].name, value))
            return false;
    }
    return true;
}

static bool has_variant(const mn_results *r, const char *name)
{
    for (int i = 0; i < r->n_variants; i++)
        if (!strcmp(r->variants[i], name))
            return true;
    return r->n_variants == 0;
}

/* "strength=12.5 margin=0.1" of a point, quoted where it has to be. */
static mn_status take_settings(const mn_results *r, const mn_point *best, mn_pin *pin,
                               mn_err *err)
{
    mn_text all = {0};
    for (int i = r->n_over; i < r->n_axes; i++) {
        char one[sizeof r->axes[i].name + MN_VALUE_MAX];
        snprintf(one, sizeof one, "%s=%s", r->axes[i].name, r->at[best->first].values[i]);
        mn_text_add(&all, "%s", i > r->n_over ? " " : "");
        mn_words_quote(&all, one);
    }
    mn_status s = MN_OK;
    if (all.failed || all.length >= sizeof pin->settings)
        s = mn_fail(err, MN_EINVAL, "tuned settings are too long: at most %zu bytes wanted",
                    sizeof pin->settings - 1);
    else
        snprintf(pin->settings, sizeof pin->settings, "%s", all.data);
    mn_text_finish(&all);
    return s;
}

static mn_status find_best(const mn_plan *p, const mn_results *r, const mn_config *c,
                           const char *variant, int own, mn_point *best, mn_err *err)
{
    for (int cell = 0; cell < r->n_cells; cell++)
        if (suits(r, cell, variant, c) && mn_results_best(r, cell, best))
            return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "tuned results '%.200s' have no run that ended well for cell %d%s%s",
                   p->tuned, own, *variant ? ", " : "", variant);
}

static mn_status pin_cell(mn_plan *p, const mn_results *r, int cell, mn_err *err)
{
    mn_config c;
    mn_point best;
    int stops[MN_AXES_MAX];
    int variant = mn_plan_split(p, cell, stops);
    const char *name = variant >= 0 ? p->variants[variant].name : "";
    if (!has_variant(r, name))
        return MN_OK;
    mn_status s = mn_plan_cell(p, cell, &c, err);
    if (s != MN_OK || (s = find_best(p, r, &c, name, cell, &best, err)) != MN_OK)
        return s;
    if (p->n_pins == MN_PINS_MAX)
        return mn_fail(err, MN_EINVAL, "too many tuned cells: at most %d wanted", MN_PINS_MAX);
    p->pins[p->n_pins].cell = cell;
    if ((s = take_settings(r, &best, &p->pins[p->n_pins], err)) == MN_OK)
        p->n_pins++;
    return s;
}

mn_status mn_plan_pin(mn_plan *p, mn_err *err)
{
    mn_results r;
    char *path = p->tuned;
    if (!p->tuned[0] || p->n_pins)
        return MN_OK;
    mn_results_init(&r);
    mn_status s = mn_results_read(&r, 1, &path, err);
    if (s == MN_OK && r.n_axes == r.n_over)
        s = mn_fail(err, MN_EINVAL, "tuned results '%.200s' searched nothing", p->tuned);
    for (int cell = 0; s == MN_OK && cell < mn_plan_cells(p); cell++)
        s = pin_cell(p, &r, cell, err);
    mn_results_finish(&r);
    return s;
}

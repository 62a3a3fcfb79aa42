/* plan_text.c: a plan as a recipe that depends on nothing: neither on later defaults nor on
 * presets nor on the file of tuned settings. */
#include "plan.h"

#include <string.h>

static void add_parameter(const char *table, const char *name, const char *value, mn_text *out)
{
    mn_text setting = {0};
    mn_text_add(&setting, "%s.%s=%s", table, name, value);
    mn_text_add(out, "set ");
    out->failed |= setting.failed;
    if (!setting.failed)
        mn_words_quote(out, setting.data);
    mn_text_add(out, "\n");
    mn_text_finish(&setting);
}

/* A preset and a model bring settings with them: they come first, and everything again after.
 */
static void add_base(const mn_plan *p, mn_text *out)
{
    mn_config c = p->base;
    c.run.seed = p->first_seed;
    c.run.advance = true;
    add_parameter("run", "preset", c.run.preset, out);
    add_parameter("run", "model", c.run.model, out);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(&c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            const mn_param *row = &t.params.rows[j];
            char value[MN_SPEC_MAX];
            if (strcmp(row->name, "preset") && strcmp(row->name, "model"))
                add_parameter(t.name, row->name,
                              mn_param_print(row, t.block, value, sizeof value), out);
        }
    }
}

static void add_axes(const char *word, int n, const mn_axis *axes, mn_text *out)
{
    for (int i = 0; i < n; i++) {
        mn_text_add(out, "%s ", word);
        mn_axis_print(&axes[i], out);
        mn_text_add(out, "\n");
    }
}

static void add_head(const mn_plan *p, mn_text *out)
{
    if (p->title[0])
        mn_text_add(out, "title %s\n", p->title);
    if (p->figure[0])
        mn_text_add(out, "figure %s\n", p->figure);
    mn_text_add(out, "objective %s\nseeds %d\n", mn_objective_name(p->objective), p->seeds);
    if (p->n_search)
        mn_text_add(out, "sampler %s\ntrials %d\nround %d\n", p->sampler, p->trials, p->round);
}

/* Whether every line is one: a value with a newline in it would begin another. */
static mn_status check_lines(const mn_plan *p, mn_err *err)
{
    mn_config c = p->base;
    if (strpbrk(p->title, "\r\n#") || strpbrk(p->figure, "\r\n# "))
        return mn_fail(err, MN_EINVAL,
                       "title '%s' or chart '%s' has a line break or '#' in it: neither wanted",
                       p->title, p->figure);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(&c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            char value[MN_SPEC_MAX];
            if (strpbrk(mn_param_print(&t.params.rows[j], t.block, value, sizeof value),
                        "\r\n"))
                return mn_fail(err, MN_EINVAL, "%s has a line break in it: one line wanted",
                               t.params.rows[j].name);
        }
    }
    return MN_OK;
}

static mn_status write(const mn_plan *p, mn_text *out, mn_err *err)
{
    mn_status s = check_lines(p, err);
    if (s != MN_OK)
        return s;
    add_head(p, out);
    add_base(p, out);
    for (int i = 0; i < p->n_variants; i++)
        mn_text_add(out, "variant %s: %s\n", p->variants[i].name, p->variants[i].settings);
    add_axes("over", p->n_over, p->over, out);
    add_axes("search", p->n_search, p->search, out);
    for (int i = 0; i < p->n_pins; i++)
        mn_text_add(out, "pin %d %s\n", p->pins[i].cell, p->pins[i].settings);
    return out->failed ? mn_fail(err, MN_ENOMEM, "no memory for the text of a plan") : MN_OK;
}

mn_status mn_plan_text(const mn_plan *p, mn_text *out, mn_err *err)
{
    mn_plan pinned = *p;
    mn_status s = mn_plan_pin(&pinned, err);
    return s == MN_OK ? write(&pinned, out, err) : s;
}

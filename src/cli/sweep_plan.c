#include "sweep_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mnemoscope/file.h"

enum { RECIPE_MAX = 1 << 20, JOBS_MAX = 256 };

/* "over" and the text behind it, as a line of a recipe. */
static mn_status say(mn_plan *p, const char *word, const char *text, mn_err *err)
{
    mn_text line = {0};
    mn_text_add(&line, "%s %s", word, text);
    mn_status s = line.failed ? mn_fail(err, MN_ENOMEM, "no memory for the plan")
                              : mn_plan_line(p, line.data, false, err);
    mn_text_finish(&line);
    return s;
}

/* "set NAME=VALUE", quoted. */
static mn_status set(mn_plan *p, const char *name, const char *value, mn_err *err)
{
    mn_text word = {0}, quoted = {0};
    mn_text_add(&word, "%s=%s", name, value);
    if (!word.failed)
        mn_words_quote(&quoted, word.data);
    mn_status s = word.failed || quoted.failed ? mn_fail(err, MN_ENOMEM, "no memory")
                                               : say(p, "set", quoted.data, err);
    mn_text_finish(&word);
    mn_text_finish(&quoted);
    return s;
}

static mn_status read_own(const char *path, mn_plan *p, bool small, mn_err *err)
{
    char *text;
    size_t size;
    mn_status s = mn_file_read(path, RECIPE_MAX, &text, &size, err);
    if (s != MN_OK)
        return s;
    s = mn_plan_recipe(p, path, text, small, err);
    free(text);
    return s;
}

/* One of the program's, or a file that is there. */
static mn_status take_recipe(const char *word, mn_plan *p, bool small, mn_err *err)
{
    const char *names[64];
    int n = 0;
    for (const mn_recipe *r = mn_recipes; r->name && n < 63; r++) {
        names[n++] = r->name;
        if (!strcmp(r->name, word))
            return mn_plan_recipe(p, r->name, r->text, small, err);
    }
    names[n] = NULL;
    if (mn_file_exists(word))
        return read_own(word, p, small, err);
    const char *closest = mn_text_closest(word, names);
    return mn_fail(err, MN_EINVAL, "unknown recipe '%.80s': %s%s%s", word,
                   closest ? "did you mean '" : "`mnemoscope list recipes` names them",
                   closest ? closest : "", closest ? "'?" : "");
}

/* Whether the axis is over the parameter of this name, whatever each is called. */
static bool is_over(const mn_plan *p, const mn_axis *a, const char *name)
{
    mn_config own = p->base;
    const mn_param *one, *other;
    mn_config_table t, u;
    return mn_config_find(&own, name, &one, &t, NULL) == MN_OK &&
           mn_config_find(&own, a->name, &other, &u, NULL) == MN_OK && one == other &&
           t.block == u.block;
}

/* A flag for a parameter that the recipe goes through leaves this one value of it. */
static mn_status take_flag(const mn_assign *a, mn_plan *p, mn_err *err)
{
    bool axis = false;
    for (int i = 0; i < p->n_over; i++)
        axis |= is_over(p, &p->over[i], a->name);
    for (int i = 0; i < p->n_search; i++)
        axis |= is_over(p, &p->search[i], a->name);
    if (!axis)
        return set(p, a->name, a->value, err);
    mn_text text = {0};
    mn_text_add(&text, "%s=%s", a->name, a->value);
    mn_status s = text.failed ? mn_fail(err, MN_ENOMEM, "no memory for the plan")
                              : say(p, "over", text.data, err);
    mn_text_finish(&text);
    return s;
}

static bool chooses_parts(const mn_assign *a)
{
    return !strcmp(a->name, "model") || !strcmp(a->name, "preset");
}

/* Model and preset first: the others may be theirs. */
static mn_status take_flags(const mn_call *c, mn_plan *p, mn_err *err)
{
    mn_status s = MN_OK;
    for (int i = 0; s == MN_OK && i < c->n_assigns; i++)
        if (!strcmp(c->assigns[i].name, "model"))
            s = take_flag(&c->assigns[i], p, err);
    for (int i = 0; s == MN_OK && i < c->n_assigns; i++)
        if (!strcmp(c->assigns[i].name, "preset"))
            s = take_flag(&c->assigns[i], p, err);
    for (int i = 0; s == MN_OK && i < c->n_assigns; i++)
        if (!chooses_parts(&c->assigns[i]))
            s = take_flag(&c->assigns[i], p, err);
    return s;
}

/* "rehearsal.proportion=..." is proportion=... of the strategy rehearsal, which is chosen. */
static mn_status take_axis(mn_plan *p, const char *word, const char *text, char *chosen,
                           mn_err *err)
{
    char prefix[MN_NAME_MAX];
    size_t n = strcspn(text, ".=");
    snprintf(prefix, sizeof prefix, "%.*s", n < sizeof prefix ? (int)n : 0, text);
    if (text[n] != '.' || !mn_strategy_find(prefix))
        return say(p, word, text, err);
    if (*chosen && strcmp(chosen, prefix))
        return mn_fail(err, MN_EINVAL,
                       "'%s' and '%s' cannot both be the strategy: --variant compares them",
                       chosen, prefix);
    snprintf(chosen, MN_NAME_MAX, "%s", prefix);
    mn_status s = set(p, "strategy", prefix, err);
    return s == MN_OK ? say(p, word, text + n + 1, err) : s;
}

static mn_status take_options(const mn_call *c, mn_plan *p, mn_err *err)
{
    static const struct {
        mn_option_id id;
        bool axis;
    } lines[] = {{MN_OPT_OVER, true},    {MN_OPT_SEARCH, true},    {MN_OPT_VARIANT, false},
                 {MN_OPT_TRIALS, false}, {MN_OPT_SAMPLER, false},  {MN_OPT_SEEDS, false},
                 {MN_OPT_TUNED, false},  {MN_OPT_OBJECTIVE, false}};
    char chosen[MN_NAME_MAX] = "";
    mn_status s = MN_OK;
    for (int i = 0; s == MN_OK && i < c->n_given; i++)
        for (size_t k = 0; s == MN_OK && k < sizeof lines / sizeof *lines; k++) {
            const mn_given *g = &c->given[i];
            const char *word = mn_options[g->id].name;
            if (g->id != lines[k].id)
                continue;
            s = lines[k].axis ? take_axis(p, word, g->value, chosen, err)
                              : say(p, word, g->value, err);
        }
    return s;
}

static mn_status take_shard(const mn_call *c, mn_plan *p, mn_err *err)
{
    const char *text = c->value[MN_OPT_SHARD];
    char *slash, *end;
    if (!text)
        return MN_OK;
    long i = strtol(text, &slash, 10), n = *slash == '/' ? strtol(slash + 1, &end, 10) : 0;
    if (slash == text || *slash != '/' || end == slash + 1 || *end || i < 1 || n < i ||
        n > MN_RUNS_MAX)
        return mn_fail(err, MN_EINVAL, "--shard cannot be '%.40s': wanted I/N, from 1/N to N/N",
                       text);
    p->shard = (int)i - 1;
    p->n_shards = (int)n;
    return MN_OK;
}

mn_status mn_sweep_plan(const mn_call *c, mn_plan *p, mn_err *err)
{
    bool small = mn_call_has(c, MN_OPT_SMALL);
    mn_status s;
    mn_plan_defaults(p);
    if (!c->n_words && small)
        return mn_fail(err, MN_EINVAL, "--small is a size of recipes, and none is named");
    if (c->n_words && (s = take_recipe(c->word[0], p, small, err)) != MN_OK)
        return s;
    if ((s = take_flags(c, p, err)) != MN_OK || (s = take_options(c, p, err)) != MN_OK ||
        (s = take_shard(c, p, err)) != MN_OK)
        return s;
    if (!c->n_words && !p->n_over && !p->n_search && !p->n_variants &&
        !mn_call_has(c, MN_OPT_SEEDS))
        return mn_fail(err, MN_EINVAL,
                       "sweep wants a recipe (`mnemoscope list recipes`), --over, --search, "
                       "--variant or --seeds");
    return mn_plan_check(p, err);
}

mn_status mn_sweep_jobs(const mn_call *c, const mn_plan *p, int *jobs, mn_err *err)
{
    const char *text = c->value[MN_OPT_JOBS];
    char *end = "";
    long n = text ? strtol(text, &end, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    if (text && (end == text || *end || n < 1 || n > JOBS_MAX))
        return mn_fail(err, MN_EINVAL,
                       "--jobs cannot be '%.40s': wanted a whole number from 1 to %d", text,
                       JOBS_MAX);
    int runs = mn_plan_runs(p);
    *jobs = n < 1 ? 1 : n > runs && runs > 0 ? runs : n > JOBS_MAX ? JOBS_MAX : (int)n;
    return MN_OK;
}

/* The recipe's name without its folder and ending. */
static void stem(const char *word, char *out, size_t size)
{
    const char *slash = strrchr(word, '/');
    snprintf(out, size, "%s", slash ? slash + 1 : word);
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

mn_status mn_sweep_out(const mn_call *c, const mn_plan *p, char *path, size_t size, mn_err *err)
{
    char name[256] = "sweep", part[48] = "";
    const char *given = c->value[MN_OPT_OUT];
    if (c->n_words)
        stem(c->word[0], name, sizeof name);
    if (p->n_shards > 1)
        snprintf(part, sizeof part, "-%d-of-%d", p->shard + 1, p->n_shards);
    int n = given ? snprintf(path, size, "%s", given)
                  : snprintf(path, size, "%s%s.jsonl", name, part);
    if (n < 0 || (size_t)n >= size || !n)
        return mn_fail(err, MN_EINVAL, "cannot write the results to '%.80s': %s", path,
                       n ? "the name is too long" : "the name is empty");
    return MN_OK;
}

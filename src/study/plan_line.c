/* plan_line.c: the lines of a recipe. */
#include "plan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampler.h"

enum { LINE_MAX_ = 4096 };

static mn_status copy_text(char *out, size_t size, const char *what, const char *text,
                           mn_err *err)
{
    size_t n = strlen(text);
    if (n >= size)
        return mn_fail(err, MN_EINVAL, "%s is too long: %zu bytes found, at most %zu wanted",
                       what, n, size - 1);
    memcpy(out, text, n + 1);
    return MN_OK;
}

static mn_status read_count(int *out, const char *what, const char *text, mn_err *err)
{
    char *end;
    double n = strtod(text, &end);
    if (end == text || *end || !(n >= 1.0 && n <= MN_RUNS_MAX) || n != (double)(int)n)
        return mn_fail(err, MN_EINVAL,
                       "%s cannot be '%.40s': wanted a whole number from 1 to %d", what, text,
                       MN_RUNS_MAX);
    *out = (int)n;
    return MN_OK;
}

static mn_status obey_set(mn_plan *p, const char *rest, mn_err *err)
{
    mn_config c = p->base;
    mn_status s = mn_settings_apply(&c, rest, err);
    if (s != MN_OK)
        return s;
    p->base = c;
    p->base.run.advance = true;
    p->first_seed = c.run.seed;
    return MN_OK;
}

static void remove_axis(int *n, mn_axis *axes, const char *name)
{
    for (int i = 0; i < *n; i++)
        if (!strcmp(axes[i].name, name)) {
            memmove(&axes[i], &axes[i + 1], (size_t)(*n - i - 1) * sizeof *axes);
            (*n)--;
            return;
        }
}

/* In the place of one with the same name, else at the end. */
static mn_status put_axis(int *n, mn_axis *axes, const mn_axis *a, mn_err *err)
{
    int i = 0;
    while (i < *n && strcmp(axes[i].name, a->name))
        i++;
    if (i == MN_AXES_MAX)
        return mn_fail(err, MN_EINVAL, "too many axes, '%s' is the %dth: at most %d wanted",
                       a->name, MN_AXES_MAX + 1, MN_AXES_MAX);
    axes[i] = *a;
    *n += i == *n;
    return MN_OK;
}

static mn_status read_axis(const mn_plan *p, mn_axis *a, const char *text, mn_err *err)
{
    mn_config ground;
    mn_status s = mn_plan_ground(p, &ground, err);
    return s == MN_OK ? mn_axis_parse(a, text, &ground, err) : s;
}

static mn_status obey_over(mn_plan *p, const char *rest, mn_err *err)
{
    mn_axis a;
    mn_status s = read_axis(p, &a, rest, err);
    if (s != MN_OK)
        return s;
    if (a.kind != MN_AXIS_STOPS)
        return mn_fail(err, MN_EINVAL,
                       "cannot make a grid over '%.80s': wanted a list, FROM:TO:STEP or "
                       "FROM..TO:log:N",
                       rest);
    if ((s = put_axis(&p->n_over, p->over, &a, err)) == MN_OK)
        remove_axis(&p->n_search, p->search, a.name);
    return s;
}

static mn_status obey_search(mn_plan *p, const char *rest, mn_err *err)
{
    mn_axis a;
    mn_status s = read_axis(p, &a, rest, err);
    if (s == MN_OK && (s = put_axis(&p->n_search, p->search, &a, err)) == MN_OK)
        remove_axis(&p->n_over, p->over, a.name);
    return s;
}

static mn_status read_variant(const mn_plan *p, mn_variant *v, const char *text, mn_err *err)
{
    size_t n = strcspn(text, ":");
    if (!n || n >= sizeof v->name || text[n] != ':')
        return mn_fail(err, MN_EINVAL,
                       "cannot read variant '%.60s': wanted NAME: SETTINGS, with a name of at "
                       "most %zu bytes",
                       text, sizeof v->name - 1);
    snprintf(v->name, sizeof v->name, "%.*s", (int)n, text);
    text += n + 1;
    while (isspace((unsigned char)*text))
        text++;
    mn_config c = p->base;
    mn_status s = copy_text(v->settings, sizeof v->settings, "a variant", text, err);
    return s == MN_OK ? mn_settings_apply(&c, v->settings, err) : s;
}

static mn_status obey_variant(mn_plan *p, const char *rest, mn_err *err)
{
    mn_variant v;
    mn_status s = read_variant(p, &v, rest, err);
    if (s != MN_OK)
        return s;
    int i = 0;
    while (i < p->n_variants && strcmp(p->variants[i].name, v.name))
        i++;
    if (i == MN_VARIANTS_MAX)
        return mn_fail(err, MN_EINVAL, "too many variants: at most %d wanted", MN_VARIANTS_MAX);
    p->variants[i] = v;
    p->n_variants += i == p->n_variants;
    return MN_OK;
}

static mn_status obey_trials(mn_plan *p, const char *rest, mn_err *err)
{
    return read_count(&p->trials, "trials", rest, err);
}

static mn_status obey_round(mn_plan *p, const char *rest, mn_err *err)
{
    return read_count(&p->round, "round", rest, err);
}

static mn_status obey_seeds(mn_plan *p, const char *rest, mn_err *err)
{
    return read_count(&p->seeds, "seeds", rest, err);
}

static mn_status obey_sampler(mn_plan *p, const char *rest, mn_err *err)
{
    const char *names[16];
    size_t n = 0;
    while (n < 15 && (names[n] = mn_sampler_name(n)))
        n++;
    names[n] = NULL;
    if (mn_sampler_find(rest))
        return copy_text(p->sampler, sizeof p->sampler, "a sampler", rest, err);
    const char *close = mn_text_closest(rest, names);
    return mn_fail(err, MN_EINVAL, "unknown sampler '%.40s': did you mean '%s'?", rest,
                   close ? close : names[0]);
}

static mn_status obey_objective(mn_plan *p, const char *rest, mn_err *err)
{
    return mn_objective_find(&p->objective, rest, err);
}

static mn_status obey_tuned(mn_plan *p, const char *rest, mn_err *err)
{
    p->n_pins = 0;
    return copy_text(p->tuned, sizeof p->tuned, "a file's name", rest, err);
}

static mn_status obey_figure(mn_plan *p, const char *rest, mn_err *err)
{
    return copy_text(p->figure, sizeof p->figure, "a chart's name", rest, err);
}

static mn_status obey_title(mn_plan *p, const char *rest, mn_err *err)
{
    return copy_text(p->title, sizeof p->title, "a title", rest, err);
}

/* "pin CELL SETTINGS": written by mn_plan_text in the place of `tuned`. */
static mn_status obey_pin(mn_plan *p, const char *rest, mn_err *err)
{
    char *end;
    long cell = strtol(rest, &end, 10);
    if (end == rest || *end != ' ' || cell < 0 || cell >= MN_RUNS_MAX ||
        p->n_pins == MN_PINS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "cannot read 'pin %.40s': wanted CELL SETTINGS, at most %d times", rest,
                       MN_PINS_MAX);
    mn_pin *pin = &p->pins[p->n_pins];
    mn_status s = copy_text(pin->settings, sizeof pin->settings, "a pin", end + 1, err);
    if (s != MN_OK)
        return s;
    pin->cell = (int)cell;
    p->n_pins++;
    return MN_OK;
}

static const struct {
    const char *word;
    mn_status (*obey)(mn_plan *p, const char *rest, mn_err *err);
} lines[] = {
    {"set", obey_set},         {"over", obey_over},       {"search", obey_search},
    {"variant", obey_variant}, {"trials", obey_trials},   {"round", obey_round},
    {"seeds", obey_seeds},     {"sampler", obey_sampler}, {"objective", obey_objective},
    {"tuned", obey_tuned},     {"figure", obey_figure},   {"title", obey_title},
    {"pin", obey_pin},
};

static mn_status obey(mn_plan *p, const char *word, const char *rest, mn_err *err)
{
    const char *names[sizeof lines / sizeof *lines + 2] = {"small"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        names[i + 1] = lines[i].word;
        if (strcmp(lines[i].word, word))
            continue;
        if (!*rest)
            return mn_fail(err, MN_EINVAL, "'%s' has nothing behind it", word);
        return lines[i].obey(p, rest, err);
    }
    const char *close = mn_text_closest(word, names);
    return mn_fail(err, MN_EINVAL, "unknown line '%.40s'%s%s%s", word,
                   close ? ": did you mean '" : ": wanted set, over, search, variant, ...",
                   close ? close : "", close ? "'?" : "");
}

/* Without blanks around it and without a comment. */
static mn_status trim(char *out, const char *line, size_t n, mn_err *err)
{
    while (n && isspace((unsigned char)*line)) {
        line++;
        n--;
    }
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        quoted ^= line[i] == '"' && (i == 0 || line[i - 1] != '\\');
        if (!quoted && line[i] == '#' && (i == 0 || isspace((unsigned char)line[i - 1])))
            n = i;
    }
    while (n && isspace((unsigned char)line[n - 1]))
        n--;
    if (n >= LINE_MAX_ || memchr(line, '\n', n))
        return mn_fail(err, MN_EINVAL, "a line is too long, or two: at most %d bytes wanted",
                       LINE_MAX_ - 1);
    memcpy(out, line, n);
    out[n] = '\0';
    return MN_OK;
}

/* The first word of a line is ended; returns what follows it. */
static char *cut_word(char *line)
{
    char *rest = line + strcspn(line, " \t");
    if (*rest)
        *rest++ = '\0';
    return rest + strspn(rest, " \t");
}

enum { BIG = 1, SMALL = 2 }; /* which lines are meant */

static mn_status obey_line(mn_plan *p, const char *text, size_t n, int which, mn_err *err)
{
    char line[LINE_MAX_];
    mn_status s = trim(line, text, n, err);
    if (s != MN_OK || !*line)
        return s;
    char *rest = cut_word(line);
    if (strcmp(line, "small"))
        return which & BIG ? obey(p, line, rest, err) : MN_OK;
    if (!(which & SMALL))
        return MN_OK;
    char *behind = cut_word(rest);
    return obey(p, rest, behind, err);
}

mn_status mn_plan_line(mn_plan *p, const char *line, bool small, mn_err *err)
{
    return obey_line(p, line, strlen(line), small ? BIG | SMALL : BIG, err);
}

static mn_status obey_all(mn_plan *p, const char *name, const char *text, int which,
                          mn_err *err)
{
    int number = 1;
    for (const char *at = text; *at; number++) {
        mn_err inner;
        size_t n = strcspn(at, "\n");
        mn_status s = obey_line(p, at, n, which, &inner);
        if (s != MN_OK)
            return mn_fail(err, s, "%s:%d: %s", name, number, inner.msg);
        at += n + (at[n] == '\n');
    }
    return MN_OK;
}

mn_status mn_plan_recipe(mn_plan *p, const char *name, const char *text, bool small,
                         mn_err *err)
{
    mn_err inner;
    mn_status s = obey_all(p, name, text, BIG, err);
    if (s == MN_OK && small)
        s = obey_all(p, name, text, SMALL, err);
    if (s == MN_OK && (s = mn_plan_check(p, &inner)) != MN_OK)
        return mn_fail(err, s, "%s: %s", name, inner.msg);
    return s;
}

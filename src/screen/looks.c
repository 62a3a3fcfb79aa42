#include "looks_impl.h"

#include <string.h>

mn_status mn_look_choose(const mn_words *a, mn_naming name, int now, int *out, mn_err *err)
{
    mn_text all = {0};
    if (a->n < 2) {
        *out = name(now + 1) ? now + 1 : 0;
        return MN_OK;
    }
    for (int i = 0; name(i); i++) {
        if (!strcmp(name(i), a->word[1])) {
            *out = i;
            mn_text_finish(&all);
            return MN_OK;
        }
        mn_text_add(&all, "%s%s", i ? ", " : "", name(i));
    }
    mn_fail(err, MN_EINVAL, "no %s '%.40s': wanted %.160s", a->word[0], a->word[1],
            all.failed ? "another one" : all.data);
    mn_text_finish(&all);
    return MN_EINVAL;
}

mn_status mn_look_choose_truth(const mn_words *a, bool *value, mn_err *err)
{
    if (a->n < 2)
        *value = !*value;
    else if (!strcmp(a->word[1], "yes") || !strcmp(a->word[1], "no"))
        *value = a->word[1][0] == 'y';
    else
        return mn_fail(err, MN_EINVAL, "%s '%.40s': wanted yes or no", a->word[0], a->word[1]);
    return MN_OK;
}

mn_status mn_look_refuse(const mn_words *a, const char *wanted, mn_err *err)
{
    return mn_fail(err, MN_EINVAL, "%s '%.40s': wanted %s", a->word[0], a->word[1], wanted);
}

#define MN_LOOK(id, called, words, about, least, most)                                         \
    static const mn_command_ops ops_##id = {.name = called,                                    \
                                            .usage = words,                                    \
                                            .help = about,                                     \
                                            .kind = MN_LOOK,                                   \
                                            .min_args = least,                                 \
                                            .max_args = most};
#include "looks.def"
#undef MN_LOOK

const mn_command_ops *const mn_looks[] = {
#define MN_LOOK(id, called, words, about, least, most) &ops_##id,
#include "looks.def"
#undef MN_LOOK
    NULL};

static mn_status (*const runs[])(mn_screen *, const mn_words *, const mn_snapshot *,
                                 mn_err *) = {
#define MN_LOOK(id, called, words, about, least, most) mn_look_##id,
#include "looks.def"
#undef MN_LOOK
};

const mn_command_ops *mn_look_find(const char *name)
{
    for (int i = 0; mn_looks[i]; i++)
        if (!strcmp(mn_looks[i]->name, name))
            return mn_looks[i];
    return NULL;
}

mn_status mn_look_run(mn_screen *s, const mn_command_ops *look, const mn_words *args,
                      const mn_snapshot *snap, mn_err *err)
{
    int i = 0;
    while (mn_looks[i] != look)
        i++;
    if (args->n - 1 < look->min_args || args->n - 1 > look->max_args)
        return mn_fail(err, MN_EINVAL, "%s: %d words found, wanted: %s %s", look->name,
                       args->n - 1, look->name, look->usage);
    return runs[i](s, args, snap, err);
}

#include "whereabouts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/text.h"

bool mn_whereabouts_file(const char *folder, const char *file, char *path, size_t size)
{
    static const char *const endings[] = {"", ".gz"};
    for (int i = 0; i < 2; i++)
        if (snprintf(path, size, "%s/%s%s", folder, file, endings[i]) < (int)size &&
            mn_file_exists(path))
            return true;
    return false;
}

/* A search under way: `found` is "" until a folder has one of the files. */
struct search {
    const mn_whereabouts *set;
    char found[PATH_MAX];
    mn_text tried;
};

static void try_folder(struct search *s, const char *folder)
{
    char path[PATH_MAX];
    for (int i = 0; s->set->files[i] && !s->found[0]; i++)
        if (mn_whereabouts_file(folder, s->set->files[i], path, sizeof path))
            snprintf(s->found, sizeof s->found, "%s", folder);
}

/* The set's folders below `root` and, below, `middle` ("/mnemoscope" or ""). */
static void try_below(struct search *s, const char *root, const char *middle)
{
    char folder[PATH_MAX];
    for (int i = 0; s->set->folders[i]; i++)
        if (snprintf(folder, sizeof folder, "%s%s/%s", root, middle, s->set->folders[i]) <
            (int)sizeof folder)
            try_folder(s, folder);
}

/* Remembers where the search has been, for the message. */
static void note(struct search *s, const char *root, const char *middle)
{
    mn_text_add(&s->tried, "%s%s%s", s->tried.length ? ", " : "", root, middle);
}

static void try_named(struct search *s, const char *root)
{
    note(s, root, "");
    try_below(s, root, "");
    try_folder(s, root);
}

static void try_xdg(struct search *s, const char *root)
{
    note(s, root, "/mnemoscope");
    try_below(s, root, "/mnemoscope");
    note(s, root, "/datasets");
    try_below(s, root, "/datasets"); /* where Debian's dataset packages put them */
}

/* Each folder of a list like $PATH. */
static void try_list(struct search *s, const char *list)
{
    while (*list) {
        char root[PATH_MAX];
        size_t n = strcspn(list, ":");
        if (n && snprintf(root, sizeof root, "%.*s", (int)n, list) < (int)sizeof root)
            try_xdg(s, root);
        list += n + (list[n] == ':');
    }
}

/* The variable's value, or NULL when it is unset or empty, which XDG says is the same. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static void try_usual_places(struct search *s)
{
    const char *own = variable("MNEMOSCOPE_DATA"), *home = variable("XDG_DATA_HOME"),
               *list = variable("XDG_DATA_DIRS"), *person = variable("HOME");
    char folder[PATH_MAX];
    if (own)
        try_named(s, own);
    if (home)
        try_xdg(s, home);
    else if (person && snprintf(folder, sizeof folder, "%s/.local/share", person) < PATH_MAX)
        try_xdg(s, folder);
    try_list(s, list ? list : "/usr/local/share:/usr/share");
    if (list)
        try_xdg(s, "/usr/share");
}

static mn_status search(struct search *s, const mn_data_cfg *cfg, mn_err *err)
{
    if (cfg->data_dir[0])
        try_named(s, cfg->data_dir);
    else
        try_usual_places(s);
    if (s->found[0])
        return MN_OK;
    if (cfg->data_dir[0])
        return mn_fail(err, MN_EIO, "cannot find %s in '%s' (%s)", s->set->name, cfg->data_dir,
                       s->set->source);
    return mn_fail(err, MN_EIO, "cannot find %s (%s) in data-dir (not set), %s", s->set->name,
                   s->set->source, s->tried.data ? s->tried.data : "");
}

mn_status mn_whereabouts_find(const mn_whereabouts *w, const mn_data_cfg *cfg, char *out,
                              size_t size, mn_err *err)
{
    struct search s = {.set = w};
    mn_status status = search(&s, cfg, err);
    if (status == MN_OK && snprintf(out, size, "%s", s.found) >= (int)size)
        status = mn_fail(err, MN_EIO, "the path '%.80s...' is too long", s.found);
    mn_text_finish(&s.tried);
    return status;
}

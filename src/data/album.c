#include "album.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mnemoscope/text.h"

/* Entries that are passed over without being looked at. */
static int is_shown(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* By bytes, whatever the locale: the order of the classes is part of the experiment. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static mn_status list(const char *folder, struct dirent ***entries, size_t *n, mn_err *err)
{
    int found = scandir(folder, entries, is_shown, by_name);
    if (found >= 0) {
        *n = (size_t)found;
        return MN_OK;
    }
    return mn_fail(err, errno == ENOMEM ? MN_ENOMEM : MN_EIO, "cannot read the folder '%s': %s",
                   folder, strerror(errno));
}

static void forget(struct dirent **entries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
}

/* "folder/name", for the caller to free; NULL without memory. */
static char *join(const char *folder, const char *name)
{
    mn_text t = {0};
    mn_text_add(&t, "%s/%s", folder, name);
    if (!t.failed)
        return t.data;
    mn_text_finish(&t);
    return NULL;
}

static mn_status fill_class(mn_album_class *c, mn_err *err)
{
    struct dirent **entries = NULL;
    size_t n = 0;
    mn_status s = list(c->path, &entries, &n, err);
    if (s != MN_OK)
        return s;
    if (n == 0 || n > MN_ALBUM_MAX)
        s = mn_fail(err, MN_EFORMAT, "the folder '%s' has %zu files: a class has 1 to %d",
                    c->path, n, MN_ALBUM_MAX);
    else if (!(c->names = calloc(n, sizeof *c->names)))
        s = mn_fail(err, MN_ENOMEM, "no memory for the names in '%s'", c->path);
    for (size_t i = 0; i < n && s == MN_OK; i++) {
        if (!(c->names[i] = strdup(entries[i]->d_name)))
            s = mn_fail(err, MN_ENOMEM, "no memory for the names in '%s'", c->path);
        else
            c->n++;
    }
    forget(entries, n);
    return s;
}

/* One more class, when the entry is a folder or leads to one. */
static mn_status add_class(mn_album *a, const char *folder, const char *name, mn_err *err)
{
    struct stat st;
    char *path = join(folder, name);
    if (!path)
        return mn_fail(err, MN_ENOMEM, "no memory for the classes in '%s'", folder);
    mn_status s = MN_OK;
    if (stat(path, &st))
        s = mn_fail(err, MN_EIO, "cannot look at '%s': %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode) && a->n_classes == MN_ALBUM_CLASSES_MAX)
        s = mn_fail(err, MN_EFORMAT, "'%s' has more than %d folders", folder,
                    MN_ALBUM_CLASSES_MAX);
    if (s != MN_OK || !S_ISDIR(st.st_mode)) {
        free(path);
        return s;
    }
    mn_album_class *c = &a->classes[a->n_classes++];
    c->path = path;
    if ((s = fill_class(c, err)) != MN_OK)
        return s;
    a->n += (size_t)c->n;
    if (a->n > MN_ALBUM_MAX)
        return mn_fail(err, MN_EFORMAT, "'%s' has more than %d pictures", folder, MN_ALBUM_MAX);
    return MN_OK;
}

static mn_status fill(mn_album *a, const char *folder, mn_err *err)
{
    struct dirent **entries = NULL;
    size_t n = 0;
    mn_status s = list(folder, &entries, &n, err);
    if (s != MN_OK)
        return s;
    size_t most = n < MN_ALBUM_CLASSES_MAX ? n : MN_ALBUM_CLASSES_MAX;
    if (!(a->classes = calloc(most + 1, sizeof *a->classes)))
        s = mn_fail(err, MN_ENOMEM, "no memory for the classes in '%s'", folder);
    for (size_t i = 0; i < n && s == MN_OK; i++)
        s = add_class(a, folder, entries[i]->d_name, err);
    forget(entries, n);
    if (s == MN_OK && a->n_classes == 0)
        s = mn_fail(err, MN_EFORMAT, "no folder in '%s': one per class wanted", folder);
    return s;
}

mn_status mn_album_open(mn_album *out, const char *folder, mn_err *err)
{
    mn_album a = {0};
    mn_status s = fill(&a, folder, err);
    if (s == MN_OK)
        *out = a;
    else
        mn_album_close(&a);
    return s;
}

void mn_album_close(mn_album *a)
{
    for (int i = 0; i < a->n_classes; i++) {
        for (int j = 0; j < a->classes[i].n; j++)
            free(a->classes[i].names[j]);
        free(a->classes[i].names);
        free(a->classes[i].path);
    }
    free(a->classes);
    *a = (mn_album){0};
}

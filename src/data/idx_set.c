#include "idx_set.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idx.h"
#include "mnemoscope/dataset_impl.h"
#include "mnemoscope/file.h"
#include "mnemoscope/text.h"

enum { N_CLASSES = 10, SIDE_MAX = 1024 };

/* A file has two spellings, each with or without ".gz". */
static const struct role {
    const char *before, *after;
    int n_dims;
} roles[MN_N_SPLITS][2] = {
    {{"train-images", "idx3-ubyte", MN_IDX_IMAGES},
     {"train-labels", "idx1-ubyte", MN_IDX_LABELS}},
    {{"t10k-images", "idx3-ubyte", MN_IDX_IMAGES},
     {"t10k-labels", "idx1-ubyte", MN_IDX_LABELS}},
};

/* The path of the file in `folder` under whichever spelling is there; false when none is. */
static bool find_file(const char *folder, const struct role *r, char *path, size_t size)
{
    static const char *const spellings[][2] = {
        {"-", ""}, {"-", ".gz"}, {".", ""}, {".", ".gz"}};
    for (int i = 0; i < 4; i++)
        if (snprintf(path, size, "%s/%s%s%s%s", folder, r->before, spellings[i][0], r->after,
                     spellings[i][1]) < (int)size &&
            mn_file_exists(path))
            return true;
    return false;
}

/* A search under way: `found` is "" until a folder has one of the files. */
struct search {
    const mn_idx_set *set;
    char found[PATH_MAX];
    mn_text tried;
};

static void try_folder(struct search *s, const char *folder)
{
    char path[PATH_MAX];
    if (s->found[0])
        return;
    for (int i = 0; i < 4; i++)
        if (find_file(folder, &roles[i / 2][i % 2], path, sizeof path)) {
            snprintf(s->found, sizeof s->found, "%s", folder);
            return;
        }
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

static mn_status find_folder(struct search *s, const mn_data_cfg *cfg, mn_err *err)
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

static mn_status read_role(mn_idx *x, const char *folder, const struct role *r, mn_err *err)
{
    char path[PATH_MAX];
    if (!find_file(folder, r, path, sizeof path))
        return mn_fail(err, MN_EIO, "cannot find '%s-%s' (plain or .gz) in '%s'", r->before,
                       r->after, folder);
    return mn_idx_read(x, path, r->n_dims, err);
}

static mn_status check_pair(const char *folder, const struct role *r, const mn_idx *images,
                            const mn_idx *labels, mn_err *err)
{
    if (images->dims[0] != labels->dims[0])
        return mn_fail(err, MN_EFORMAT,
                       "'%s' and '%s' in '%s' do not belong together: %zu images, %zu labels",
                       r[0].before, r[1].before, folder, images->dims[0], labels->dims[0]);
    if (images->dims[1] > SIDE_MAX || images->dims[2] > SIDE_MAX)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' in '%s' has images of %zu by %zu pixels, at most %d by %d wanted",
                       r[0].before, folder, images->dims[2], images->dims[1], SIDE_MAX,
                       SIDE_MAX);
    for (size_t i = 0; i < labels->n; i++)
        if (labels->data[i] >= N_CLASSES)
            return mn_fail(err, MN_EFORMAT, "label %zu of '%s' in '%s' is %d: 0 to %d wanted",
                           i, r[1].before, folder, labels->data[i], N_CLASSES - 1);
    return MN_OK;
}

/* The first split sets the size of the images, the second must have the same. */
static mn_status check_size(mn_dataset *d, mn_split split, const mn_idx *images, mn_err *err)
{
    int height = (int)images->dims[1], width = (int)images->dims[2];
    if (split == MN_TRAIN)
        d->shape = (mn_data_shape){.width = width,
                                   .height = height,
                                   .channels = 1,
                                   .n_classes = N_CLASSES,
                                   .bytes = true};
    if (width != d->shape.width || height != d->shape.height)
        return mn_fail(err, MN_EFORMAT,
                       "test images of '%s' are %d by %d pixels, training images %d by %d",
                       d->ops->name, width, height, d->shape.width, d->shape.height);
    return MN_OK;
}

static mn_status load_split(mn_dataset *d, const char *folder, mn_split split, mn_err *err)
{
    mn_idx images = {0}, labels = {0};
    mn_status s = read_role(&images, folder, &roles[split][0], err);
    if (s == MN_OK)
        s = read_role(&labels, folder, &roles[split][1], err);
    if (s == MN_OK)
        s = check_pair(folder, roles[split], &images, &labels, err);
    if (s == MN_OK)
        s = check_size(d, split, &images, err);
    if (s == MN_OK)
        s = mn_dataset_reserve(d, split, images.dims[0], err);
    if (s == MN_OK) {
        memcpy(d->bytes[split], images.data, images.n);
        for (size_t i = 0; i < labels.n; i++)
            d->labels[split][i] = labels.data[i];
    }
    mn_idx_finish(&images);
    mn_idx_finish(&labels);
    return s;
}

mn_status mn_idx_set_load(const mn_idx_set *set, mn_dataset *d, const mn_data_cfg *cfg,
                          mn_err *err)
{
    struct search search = {.set = set};
    mn_status s = find_folder(&search, cfg, err);
    for (int split = 0; split < MN_N_SPLITS && s == MN_OK; split++)
        s = load_split(d, search.found, (mn_split)split, err);
    mn_text_finish(&search.tried);
    return s;
}

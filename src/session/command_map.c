#include "session_impl.h"

#include <string.h>

/* What is asked for, over what there is. */
typedef struct request {
    mn_map_method method;
    mn_map_fit fit;
    mn_umap_cfg cfg;
    bool named; /* the method was */
} request;

static mn_status refuse(const char *word, mn_err *err)
{
    return mn_fail(err, MN_EINVAL,
                   "map '%.40s': wanted umap, pca, off or next, then items, weights or other, "
                   "and neighbours=N",
                   word);
}

static bool read_method(request *r, const char *word)
{
    if (!strcmp(word, "next")) {
        r->method = (r->method + 1) % MN_N_MAP_METHODS;
        return true;
    }
    for (int i = 0; i < MN_N_MAP_METHODS; i++)
        if (!strcmp(word, mn_map_method_name((mn_map_method)i))) {
            r->method = (mn_map_method)i;
            return true;
        }
    return false;
}

static bool read_fit(request *r, const char *word)
{
    if (!strcmp(word, "other")) {
        r->fit = (r->fit + 1) % MN_N_MAP_FITS;
        return true;
    }
    for (int i = 0; i < MN_N_MAP_FITS; i++)
        if (!strcmp(word, mn_map_fit_name((mn_map_fit)i))) {
            r->fit = (mn_map_fit)i;
            return true;
        }
    return false;
}

static mn_status read_word(request *r, const char *word, mn_err *err)
{
    static const char neighbours[] = "neighbours=";
    if (!strncmp(word, neighbours, sizeof neighbours - 1))
        return mn_param_set(mn_param_find(mn_umap_params, "neighbours"), &r->cfg,
                            word + sizeof neighbours - 1, err);
    if (read_method(r, word)) {
        r->named = true;
        return MN_OK;
    }
    return read_fit(r, word) ? MN_OK : refuse(word, err);
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_map now;
    request r = {0};
    mn_atlas *fresh = NULL;
    mn_atlas_describe(s->atlas, &now);
    mn_param_defaults(mn_umap_params, &r.cfg);
    r.method = now.method;
    r.fit = now.fit;
    for (int i = 1; i < args->n; i++) {
        const mn_status status = read_word(&r, args->word[i], err);
        if (status != MN_OK)
            return status;
    }
    if (!r.named && r.method == MN_MAP_OFF)
        r.method = MN_MAP_UMAP;
    if (r.method != MN_MAP_OFF) {
        const mn_status status = mn_atlas_create(&fresh, s, r.method, r.fit, &r.cfg, err);
        if (status != MN_OK)
            return status;
        mn_atlas_describe(fresh, &now);
        mn_text_add(say, "%s of %d units and %d items, fitted to the %s",
                    mn_map_method_name(r.method), now.n_units, now.n_items,
                    mn_map_fit_name(r.fit));
    } else
        mn_text_add(say, "no map");
    mn_atlas_destroy(s->atlas);
    s->atlas = fresh;
    return MN_OK;
}

const mn_command_ops mn_command_map = {
    .name = "map",
    .usage = "umap|pca|off|next [items|weights|other] [neighbours=N]",
    .help = "units and items on a plane, fitted to the items or the weights; made while "
            "training goes on",
    .kind = MN_LOOK,
    .min_args = 1,
    .max_args = 3,
    .run = run,
};

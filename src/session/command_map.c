#include "session_impl.h"

#include <string.h>

#include "mnemoscope/umap.h"

/* What is asked for, over what there is. */
typedef struct request {
    mn_map_method method;
    mn_map_fit fit;
    mn_map_colour colour;
    mn_umap_cfg cfg;
    bool method_named, recoloured, made_anew;
} request;

static const char *method_at(int i)
{
    return mn_map_method_name((mn_map_method)i);
}

static const char *fit_at(int i)
{
    return mn_map_fit_name((mn_map_fit)i);
}

static const char *colour_at(int i)
{
    return mn_map_colour_name((mn_map_colour)i);
}

/* The number of one of n names, or the one after `now` when the word asks for that; -1:
 * neither.
 */
static int find(const char *word, const char *(*name_at)(int), int n, const char *next, int now)
{
    if (!strcmp(word, next))
        return (now + 1) % n;
    for (int i = 0; i < n; i++)
        if (!strcmp(word, name_at(i)))
            return i;
    return -1;
}

static mn_status read_word(request *r, const char *word, mn_err *err)
{
    static const char neighbours[] = "neighbours=";
    const int method = find(word, method_at, MN_N_MAP_METHODS, "next-method", (int)r->method),
              fit = find(word, fit_at, MN_N_MAP_FITS, "other-fit", (int)r->fit),
              colour = find(word, colour_at, MN_N_MAP_COLOURS, "next-colour", (int)r->colour);
    if (colour >= 0) {
        r->colour = (mn_map_colour)colour;
        r->recoloured = true;
        return MN_OK;
    }
    r->made_anew = true;
    if (method >= 0) {
        r->method = (mn_map_method)method;
        r->method_named = true;
        return MN_OK;
    }
    if (fit >= 0) {
        r->fit = (mn_map_fit)fit;
        return MN_OK;
    }
    if (!strncmp(word, neighbours, sizeof neighbours - 1))
        return mn_param_set(mn_param_find(mn_umap_params, "neighbours"), &r->cfg,
                            word + sizeof neighbours - 1, err);
    return mn_fail(err, MN_EINVAL,
                   "map '%.40s': wanted umap, pca, off or next-method; items, weights or "
                   "other-fit; class, count, task or next-colour; neighbours=N",
                   word);
}

static mn_status read_words(request *r, mn_session *s, const mn_words *args, mn_err *err)
{
    mn_map now;
    mn_status status = MN_OK;
    mn_atlas_describe(s->atlas, &now);
    *r = (request){.method = now.method, .fit = now.fit, .colour = s->map_colour};
    mn_param_defaults(mn_umap_params, &r->cfg);
    for (int i = 1; i < args->n && status == MN_OK; i++)
        status = read_word(r, args->word[i], err);
    if (r->made_anew && !r->method_named && r->method == MN_MAP_OFF)
        r->method = MN_MAP_UMAP;
    return status;
}

static mn_status make_anew(mn_session *s, const request *r, mn_text *say, mn_err *err)
{
    mn_atlas *fresh = NULL;
    if (r->method != MN_MAP_OFF) {
        mn_map map;
        const mn_status status = mn_atlas_create(&fresh, s, r->method, r->fit, &r->cfg, err);
        if (status != MN_OK)
            return status;
        mn_atlas_describe(fresh, &map);
        mn_text_add(say, "%s of %d units and %d items, fitted to the %s",
                    method_at((int)r->method), map.n_units, map.n_items, fit_at((int)r->fit));
    } else
        mn_text_add(say, "no map");
    mn_atlas_destroy(s->atlas);
    s->atlas = fresh;
    return MN_OK;
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    request r;
    mn_status status = read_words(&r, s, args, err);
    if (status == MN_OK && r.made_anew)
        status = make_anew(s, &r, say, err);
    if (status != MN_OK)
        return status;
    s->map_colour = r.colour;
    if (r.recoloured)
        mn_text_add(say, "%scolours tell the %s", r.made_anew ? "; " : "",
                    colour_at((int)r.colour));
    return MN_OK;
}

const mn_command_ops mn_command_map = {
    .name = "map",
    .usage = "[umap|pca|off] [items|weights] [class|count|task] [neighbours=N]",
    .help = "units and items on a plane: how it is made, what it is fitted to, what colours "
            "tell; made while training goes on",
    .kind = MN_LOOK,
    .min_args = 1,
    .max_args = 4,
    .run = run,
};

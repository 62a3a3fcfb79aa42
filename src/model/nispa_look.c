/* What NISPA shows of itself: gauges, and how plasticity is used up over the phases. */
#include <stdio.h>

#include "nispa.h"

static double share_of(const int *flags, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += flags[i] != 0;
    return (double)sum / (double)n;
}

bool mn_nispa_gauge(mn_model *m, int index, mn_gauge *out)
{
    const mn_nispa *st = m->state;
    const int *hidden = st->stable + st->stack.N;
    switch (index) {
    case 0:
        *out = (mn_gauge){"stable", "share of the neurons that are frozen",
                          share_of(hidden, (size_t)m->n_units)};
        return true;
    case 1:
        *out = (mn_gauge){"phase", "of the task; 0 once it is done",
                          st->clock[MN_NISPA_DONE] ? 0.0 : st->clock[MN_NISPA_PHASE]};
        return true;
    case 2:
        *out = (mn_gauge){"connections", "share of all that there could be",
                          share_of(st->stack.connected, st->stack.n_weights)};
        return true;
    case 3:
        *out = (mn_gauge){"moved", "connections moved at the last phase's end",
                          st->clock[MN_NISPA_SHED]};
        return true;
    default: return false;
    }
}

static void draw_layer(const mn_nispa *st, int layer, mn_portrait *out)
{
    const int recorded = st->clock[MN_NISPA_RECORDED];
    const int n = recorded < MN_NISPA_POINTS ? recorded : MN_NISPA_POINTS;
    char name[32];
    snprintf(name, sizeof name, "layer %d", layer + 1);
    mn_portrait_series *s = mn_portrait_add(out, name, n);
    for (int i = 0; s && i < n; i++) {
        s->x[i] = recorded - n + i + 1;
        s->y[i] = (double)st->history[layer * MN_NISPA_POINTS + i];
    }
}

bool mn_nispa_portrait(mn_model *m, mn_portrait *out)
{
    const mn_nispa *st = m->state;
    const mn_nispa_cfg *cfg = m->cfg;
    const int phase = st->clock[MN_NISPA_PHASE];
    snprintf(out->title, sizeof out->title, "Neurons taken from plasticity");
    snprintf(out->x_name, sizeof out->x_name, "phase of the run");
    snprintf(out->y_name, sizeof out->y_name, "share of the layer");
    for (int l = 0; l < st->stack.depth; l++)
        draw_layer(st, l, out);
    if (st->clock[MN_NISPA_DONE])
        mn_portrait_fact(out, "the task is done in %d phases; nothing moves", phase);
    else
        mn_portrait_fact(out, "phase %d: stable neurons are to carry %.1f %% of activity",
                         phase, 100.0 * mn_nispa_share(cfg, phase));
    mn_portrait_fact(out, "best accuracy of the task %.2f %%, of the phase %.2f %%",
                     100.0 * (double)st->accuracy[0], 100.0 * (double)st->accuracy[1]);
    for (int l = 0; l < st->stack.depth; l++)
        mn_portrait_fact(
            out, "layer %d: %.1f %% frozen", l + 1,
            100.0 * share_of(mn_nispa_targets(st, st->stable, l), (size_t)st->stack.neurons));
    return true;
}

#include <math.h>

#include "interneuron.h"

/* Figure 12 of Bricken et al. 2023: how inhibition makes an item's activity sparse. */

static void add(mn_portrait *out, const mn_dynamics *d, const char *name, const float *y)
{
    mn_portrait_series *s = mn_portrait_add(out, name, d->n);
    for (int j = 0; s && j < s->n; j++) {
        s->x[j] = 1e3 * d->dt * d->at[j];
        s->y[j] = y[j] > 0.0f ? (double)y[j] : (double)NAN; /* the axis is logarithmic */
    }
}

bool mn_interneuron_portrait(mn_model *m, mn_portrait *out)
{
    const mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const mn_dynamics *d = &st->last;
    int n_newborn = 0;
    for (int u = 0; u < st->E; u++)
        n_newborn += st->newborn[u];
    *out = (mn_portrait){.title = "Excitation and inhibition, an item's way to rest",
                         .x_name = "time (ms, log)",
                         .x_log = true,
                         .y_log = true,
                         .y_name = "share, rate (log)"};
    add(out, d, "active units (share)", d->active);
    add(out, d, "excitation (mean rate)", d->excitation);
    add(out, d, "inhibition (mean rate)", d->inhibition);
    if (!d->n) {
        mn_portrait_fact(out, "no item yet");
        return true;
    }
    mn_portrait_fact(out, "%d of %d excitatory units active (rate above %g)", d->n_active,
                     st->E, cfg->theta);
    mn_portrait_fact(out, "%s after %d steps of %g ms: %.0f ms",
                     d->rested ? "at rest" : "still moving", d->steps, 1e3 * d->dt,
                     1e3 * d->dt * d->steps);
    mn_portrait_fact(out, "%d inhibitory units, %d newborn excitatory ones", st->I, n_newborn);
    mn_portrait_fact(out, "of the batch: %.1f active, %.0f %% of the items at rest",
                     st->mean_active, 100.0 * st->share_rested);
    return true;
}

bool mn_interneuron_gauge(mn_model *m, int index, mn_gauge *out)
{
    const mn_interneuron *st = m->state;
    const double undefined = st->last.n ? 0.0 : (double)NAN;
    const mn_gauge gauges[] = {
        {"active", "excitatory units that an item keeps active", st->mean_active},
        {"inhibition", "mean rate of the inhibitory units", st->mean_inhibition},
        {"steps", "steps until an item is at rest", st->mean_steps},
        {"at rest", "share of the items that came to rest in time", st->share_rested},
    };
    if (index < 0 || index >= (int)(sizeof gauges / sizeof *gauges))
        return false;
    *out = gauges[index];
    out->value += undefined;
    return true;
}

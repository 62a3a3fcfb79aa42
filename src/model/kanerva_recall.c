#include <string.h>

#include "kanerva.h"

/* Iterated reading. All units of a state are read at once, from the address that its inputs
 * are, so an order of units makes no difference. A state far from all that was written may find
 * locations with nothing in them: there it stays.
 *
 * The energy of a state is a quarter of its squared distance from what is read for it: the bits
 * that the next reading changes, 0 at rest. Nothing makes it fall from one reading to the next;
 * outside the critical distance it does not. */

/* Copies the inputs of the waiting states together and lists their locations. */
static void address(mn_model *m, const float *V, int n)
{
    mn_kanerva *st = m->state;
    const size_t N = (size_t)st->N, D = (size_t)st->D;
    for (int i = 0; i < n; i++)
        memcpy(st->next + (size_t)i * N, V + (size_t)st->waiting[i] * D, N * sizeof *V);
    mn_kanerva_activate(m, st->next, n);
}

/* Reads state v for listed item i; false if that changes nothing. */
static bool renew(mn_model *m, int i, float *v)
{
    mn_kanerva *st = m->state;
    const size_t size = (size_t)st->D * sizeof *v;
    if (!mn_kanerva_read(m, i, st->state) || !memcmp(v, st->state, size))
        return false;
    memcpy(v, st->state, size);
    return true;
}

void mn_kanerva_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                      mn_rng *order, int *sweeps, bool *converged)
{
    mn_kanerva *st = m->state;
    for (int i = 0; i < n; i++) {
        st->waiting[i] = i;
        if (sweeps)
            sweeps[i] = 0;
        if (converged)
            converged[i] = false;
    }
    for (int t = 0; t < max_sweeps && n > 0; t++) {
        int n_left = 0;
        address(m, V, n);
        for (int i = 0; i < n; i++) {
            const int at = st->waiting[i];
            const bool moved = renew(m, i, V + (size_t)at * (size_t)st->D);
            if (moved && sweeps)
                sweeps[at]++;
            if (!moved && converged)
                converged[at] = true;
            if (moved)
                st->waiting[n_left++] = at;
        }
        n = n_left;
    }
}

double mn_kanerva_energy(mn_model *m, const float *v)
{
    mn_kanerva *st = m->state;
    double sum = 0.0;
    mn_kanerva_activate(m, v, 1);
    if (!mn_kanerva_read(m, 0, st->state))
        return 0.0;
    for (int j = 0; j < st->D; j++) {
        const double off = (double)v[j] - (double)st->state[j];
        sum += off * off;
    }
    return sum / 4.0;
}

/* The patterns in each active location, of those in all of them. */
void mn_kanerva_shares(mn_model *m, const float *v, float *share)
{
    const mn_kanerva *st = m->state;
    double n_written = 0.0;
    mn_kanerva_activate(m, v, 1);
    memset(share, 0, (size_t)st->r * sizeof *share);
    for (size_t p = 0; p < st->first[1]; p++)
        n_written += st->writes[st->location[p]];
    for (size_t p = 0; p < st->first[1] && n_written > 0.0; p++)
        share[st->location[p]] = (float)(st->writes[st->location[p]] / n_written);
}

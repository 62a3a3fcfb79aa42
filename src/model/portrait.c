#include "mnemoscope/portrait.h"

#include <stdarg.h>
#include <stdio.h>

mn_portrait_series *mn_portrait_add(mn_portrait *p, const char *name, int n)
{
    if (p->n_series == MN_PORTRAIT_SERIES)
        return NULL;
    mn_portrait_series *s = &p->series[p->n_series++];
    snprintf(s->name, sizeof s->name, "%s", name);
    s->n = n < MN_PORTRAIT_POINTS ? n : MN_PORTRAIT_POINTS;
    s->dim = false;
    return s;
}

void mn_portrait_fact(mn_portrait *p, const char *fmt, ...)
{
    if (p->n_facts == MN_PORTRAIT_FACTS)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->facts[p->n_facts++], sizeof p->facts[0], fmt, args);
    va_end(args);
}

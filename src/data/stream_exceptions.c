#include <stdio.h>
#include <stdlib.h>

#include "mnemoscope/stream_impl.h"

/* Many items of some classes and a few of others (Tyulmankov, Stachenfeld, Krotov and Abbott
 * 2023, equation 1). What is asked is whether they are stored, so the test items are the
 * training items. */

/* `regular` becomes all classes of the task. */
static mn_status join(bool *regular, const bool *exceptional, int n, mn_err *err)
{
    for (int c = 0; c < n; c++) {
        if (regular[c] && exceptional[c])
            return mn_fail(err, MN_EINVAL,
                           "class %d cannot be both regular and exceptional: one wanted", c);
        regular[c] = regular[c] || exceptional[c];
    }
    return MN_OK;
}

static mn_status add(mn_stream *s, bool *regular, bool *exceptional, int n, mn_err *err)
{
    mn_plan p = {.classes = regular,
                 .exceptional = exceptional,
                 .n_regular = s->cfg.regular_items,
                 .n_exceptional = s->cfg.exceptional_items};
    mn_status status = mn_stream_read_classes(s->cfg.regular, n, regular, err);
    if (status == MN_OK)
        status = mn_stream_read_classes(s->cfg.exceptional, n, exceptional, err);
    if (status == MN_OK)
        status = join(regular, exceptional, n, err);
    snprintf(p.title, sizeof p.title, "many of %.15s, few of %.15s", s->cfg.regular,
             s->cfg.exceptional);
    return status == MN_OK ? mn_stream_add_task(s, &p, err) : status;
}

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    const int n = mn_stream_classes(s);
    bool *classes = calloc((size_t)n, 2 * sizeof *classes);
    if (!classes)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a choice of %d classes", n);
    const mn_status status = add(s, classes, classes + n, n, err);
    free(classes);
    return status;
}

const mn_stream_ops mn_stream_exceptions = {
    .name = "exceptions",
    .title = "Exceptions",
    .cite = "Tyulmankov, Stachenfeld, Krotov and Abbott 2023",
    .about = "many items of some classes and a few of others, to be stored",
    .plan = plan,
};

#include <stdio.h>
#include <string.h>

#include "mnemoscope/stream_impl.h"

static mn_status add_named(mn_stream *s, const char *spec, mn_err *err)
{
    mn_plan p = {0};
    mn_status status = mn_stream_add_data(s, spec, &p.data, err);
    if (status != MN_OK)
        return status;
    snprintf(p.title, sizeof p.title, "%s", mn_stream_data_name(s, p.data));
    return mn_stream_add_task(s, &p, err);
}

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    mn_status status = add_named(s, mn_dataset_name(s->source.data), err);
    while (status == MN_OK && argument) {
        char spec[MN_DATA_SPEC_MAX];
        size_t n = strcspn(argument, ",");
        if (n == 0 || n >= sizeof spec)
            return mn_fail(err, MN_EINVAL,
                           "'%.80s' is no data set's name: names with commas between wanted",
                           n ? argument : "");
        snprintf(spec, sizeof spec, "%.*s", (int)n, argument);
        status = add_named(s, spec, err);
        argument = argument[n] ? argument + n + 1 : NULL;
    }
    return status;
}

const mn_stream_ops mn_stream_sequence = {
    .name = "sequence",
    .title = "One data set after the other",
    .cite = "",
    .about = "the run's own data set first, then those named: sequence:fashion,digits",
    .argument = "DATA,...",
    .plan = plan,
};

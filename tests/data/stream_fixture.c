#include "stream_fixture.h"

#include <stdio.h>

#include "mnemoscope/file.h"
#include "support.h"

static mn_dataset *data;

static mn_data_cfg data_cfg(void)
{
    mn_data_cfg c;
    mn_param_defaults(mn_data_params, &c);
    c.items = N_ITEMS;
    c.test_items = N_TEST_ITEMS;
    return c;
}

int load_digits(void **state)
{
    mn_err err = {0};
    mn_data_cfg c = data_cfg();
    return mn_dataset_load(&data, "digits", &c, 1, &err) != MN_OK;
}

int free_digits(void **state)
{
    mn_dataset_free(data);
    return 0;
}

const mn_dataset *digits(void)
{
    return data;
}

mn_tasks_cfg tasks_cfg(int n_tasks)
{
    mn_tasks_cfg c;
    mn_param_defaults(mn_tasks_params, &c);
    c.n_tasks = n_tasks;
    return c;
}

mn_status try_stream(mn_stream **s, const char *spec, mn_tasks_cfg c, uint64_t seed,
                     mn_err *err)
{
    const mn_data_cfg how = data_cfg();
    return mn_stream_create(s, spec, &c, &(mn_stream_source){data, &how, seed}, err);
}

mn_stream *make_stream(const char *spec, mn_tasks_cfg c, uint64_t seed)
{
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_ok(try_stream(&s, spec, c, seed, &err), &err);
    return s;
}

void refuse_stream(const char *spec, mn_tasks_cfg c, const char *part)
{
    mn_stream *s = NULL;
    mn_err err = {0};
    mn_status status = try_stream(&s, spec, c, 1, &err);
    assert_failed(status, &err, status == MN_OK ? MN_EINVAL : status, part);
    assert_null(s);
}

void gather_one(const mn_stream *s, int task, uint32_t i, float *x)
{
    mn_stream_gather(s, task, MN_TRAIN, &i, 1, -1.0f, 1.0f, x);
}

const char *stream_file(const char *bytes, size_t n)
{
    static char spec[4200];
    mn_err err = {0};
    snprintf(spec, sizeof spec, "file:%s/stream.txt", tests_scratch());
    assert_ok(mn_file_replace(spec + 5, bytes, n, true, &err), &err);
    return spec;
}

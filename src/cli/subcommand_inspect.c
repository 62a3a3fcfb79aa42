/* inspect: what a checkpoint or a picture says about itself. The files are anybody's: nothing
 * they hold reaches the terminal unfiltered. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/paint.h"
#include "mnemoscope/safetensors.h"
#include "subcommand.h"
#include "summary.h"

static const unsigned char png_magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

/* Told by the first bytes, whatever the file's name ends in. */
static mn_status is_picture(const char *path, bool *out, mn_err *err)
{
    unsigned char head[sizeof png_magic];
    FILE *f = fopen(path, "rb");
    if (!f)
        return mn_fail(err, MN_EIO, "cannot open '%s': %s", path, strerror(errno));
    *out =
        fread(head, 1, sizeof head, f) == sizeof head && !memcmp(head, png_magic, sizeof head);
    fclose(f);
    return MN_OK;
}

static double number_at(const mn_entry *e, size_t i)
{
    switch (e->dtype) {
    case MN_F32: return (double)((const float *)e->data)[i];
    case MN_F64: return ((const double *)e->data)[i];
    case MN_U8: return ((const unsigned char *)e->data)[i];
    case MN_I32: return ((const int32_t *)e->data)[i];
    case MN_I64: return (double)((const int64_t *)e->data)[i];
    case MN_U64: return (double)((const uint64_t *)e->data)[i];
    case MN_OTHER: break;
    }
    return (double)NAN;
}

static json_t *describe_tensor(const mn_entry *e)
{
    json_t *o = json_object(), *shape = json_array();
    double lo = DBL_MAX, hi = -DBL_MAX;
    size_t undefined = 0;
    for (size_t i = 0; i < e->n; i++) {
        double x = number_at(e, i);
        if (!isfinite(x)) {
            undefined++;
            continue;
        }
        lo = fmin(lo, x);
        hi = fmax(hi, x);
    }
    for (int i = 0; i < e->n_dims; i++)
        json_array_append_new(shape, json_integer((json_int_t)e->dims[i]));
    json_object_set_new(o, "name", json_string(e->name));
    json_object_set_new(o, "type", json_string(e->dtype_name));
    json_object_set_new(o, "shape", shape);
    json_object_set_new(o, "least", mn_summary_number(lo <= hi ? lo : (double)NAN));
    json_object_set_new(o, "largest", mn_summary_number(lo <= hi ? hi : (double)NAN));
    json_object_set_new(o, "not_finite", json_integer((json_int_t)undefined));
    return o;
}

static mn_status read_tensors(const char *path, json_t *o, mn_err *err)
{
    mn_tensors *t = NULL;
    const char *key, *value;
    mn_status s = mn_tensors_open(&t, path, err);
    if (s != MN_OK)
        return s;
    json_t *tensors = json_array(), *metadata = json_object();
    for (size_t i = 0; i < mn_tensors_count(t); i++)
        json_array_append_new(tensors, describe_tensor(mn_tensors_at(t, i)));
    for (size_t i = 0; mn_tensors_meta_at(t, i, &key, &value); i++)
        json_object_set_new(metadata, key, json_string(value));
    const mn_entry *position = mn_tensors_find(t, "position");
    const char *format = mn_tensors_meta(t, "format");
    bool ours = format && !strncmp(format, "mnemoscope", 10);
    json_object_set_new(o, "kind", json_string(ours ? "checkpoint" : "safetensors"));
    if (ours && position && position->dtype == MN_I64 && position->n)
        json_object_set_new(o, "step",
                            json_integer((json_int_t)((const int64_t *)position->data)[0]));
    json_object_set_new(o, "tensors", tensors);
    json_object_set_new(o, "metadata", metadata);
    mn_tensors_close(t);
    return MN_OK;
}

static mn_status read_picture(const char *path, json_t *o, mn_err *err)
{
    mn_png_info info = {0};
    mn_status s = mn_png_inspect(path, &info, err);
    if (s != MN_OK)
        return s;
    json_t *metadata = json_object();
    for (int i = 0; i < info.n; i++)
        json_object_set_new(metadata, info.keys[i], json_string(info.values[i]));
    json_object_set_new(o, "kind", json_string("picture"));
    json_object_set_new(o, "width", json_integer(info.width));
    json_object_set_new(o, "height", json_integer(info.height));
    json_object_set_new(o, "metadata", metadata);
    mn_png_info_finish(&info);
    return MN_OK;
}

/* The text with every line behind `indent` columns; controls become '?'. */
static void print_safely(const char *text, int indent)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '\n' && c[1])
            printf("\n%*s", indent, "");
        else if (*c == '\n')
            continue;
        else if (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0) /* a C1 control in UTF-8 */
            putchar('?'), c++;
        else
            putchar(*c < 0x20 || *c == 0x7F ? '?' : *c);
    }
    putchar('\n');
}

static void print_number(const char *name, json_t *value)
{
    if (json_is_number(value))
        printf("  %s %.6g", name, json_number_value(value));
}

static void print_tensor(json_t *e)
{
    size_t i;
    json_t *dim;
    json_t *shape = json_object_get(e, "shape");
    const char *name = json_string_value(json_object_get(e, "name"));
    int column = printf("  %-4s ", json_string_value(json_object_get(e, "type")));
    if (!json_array_size(shape))
        column += printf("scalar");
    json_array_foreach(shape, i, dim)
    {
        column += printf("%s%" JSON_INTEGER_FORMAT, i ? " x " : "", json_integer_value(dim));
    }
    printf("%*s", column < 24 ? 24 - column : 1, "");
    if (json_is_number(json_object_get(e, "least")))
        printf("%12.5g to %-12.5g ", json_number_value(json_object_get(e, "least")),
               json_number_value(json_object_get(e, "largest")));
    else
        printf("%12s %15s ", "empty", "");
    if (json_integer_value(json_object_get(e, "not_finite")))
        printf("(%" JSON_INTEGER_FORMAT " not finite) ",
               json_integer_value(json_object_get(e, "not_finite")));
    print_safely(name ? name : "?", 0);
}

static void print_text(const char *path, json_t *o)
{
    const char *key;
    json_t *value, *e;
    size_t i;
    printf("%s: %s", path, json_string_value(json_object_get(o, "kind")));
    print_number("step", json_object_get(o, "step"));
    print_number("width", json_object_get(o, "width"));
    print_number("height", json_object_get(o, "height"));
    printf("\n");
    json_array_foreach(json_object_get(o, "tensors"), i, e)
    {
        print_tensor(e);
    }
    json_object_foreach(json_object_get(o, "metadata"), key, value)
    {
        const char *text = json_string_value(value);
        print_safely(key, 0);
        printf("  ");
        print_safely(text ? text : "(not UTF-8)", 2);
    }
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    const char *path = c->word[0];
    bool picture = false;
    json_t *o = json_object();
    mn_status s = is_picture(path, &picture, &err);
    json_object_set_new(o, "file", json_string(path));
    if (s == MN_OK)
        s = picture ? read_picture(path, o, &err) : read_tensors(path, o, &err);
    if (s != MN_OK) {
        json_decref(o);
        mn_call_fail(&err);
        return 1;
    }
    if (mn_call_has(c, MN_OPT_JSON))
        return mn_summary_print(o);
    print_text(path, o);
    json_decref(o);
    return 0;
}

const mn_subcommand mn_subcommand_inspect = {
    .name = "inspect",
    .usage = "FILE [--json]",
    .help = "say what a checkpoint or a picture holds",
    .bit = MN_FOR_INSPECT,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};

#include "results_reader.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "report.h"

typedef struct reader {
    const mn_call *call;
    mn_picture_maker maker;
    mn_results results;
    char stem[256]; /* of the file's name, for pictures */
} reader;

/* What else a file may be, told by its first bytes: the way to look at that. */
static mn_status refuse_other(const char *path, mn_err *err)
{
    unsigned char head[16] = {0};
    FILE *f = fopen(path, "rb");
    if (!f)
        return mn_fail(err, MN_EIO, "cannot open '%s': %s", path, strerror(errno));
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    if (n >= 8 && !memcmp(head, "\x89PNG", 4))
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is a picture, not results: `mnemoscope inspect` reads it", path);
    if (n > 9 && head[8] == '{' && !head[7]) /* a length of 8 bytes, then JSON */
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is a checkpoint, not results: --resume goes on from it", path);
    if (!n)
        return mn_fail(err, MN_EFORMAT, "'%s' is empty, and no results of a sweep", path);
    return MN_OK;
}

static void take_stem(reader *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(r->stem, sizeof r->stem, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(r->stem, '.');
    if (dot && dot != r->stem)
        *dot = '\0';
}

static mn_status picture(void *ctx, const mn_chart_ops *chart, const mn_chart_look *look,
                         const mn_style *style, mn_text *made, mn_err *err)
{
    reader *r = ctx;
    char wanted[sizeof r->stem + 64], path[PATH_MAX];
    mn_picture_maker maker = r->maker;
    maker.style.palette = style->palette;
    maker.style.unsigned_palette = style->unsigned_palette;
    maker.style.light = style->light;
    snprintf(wanted, sizeof wanted, "%s-%s.png", r->stem, chart->name);
    if (!mn_file_unused(wanted, path, sizeof path))
        return mn_fail(err, MN_EIO, "cannot write '%.120s': no free name is left", wanted);
    mn_status s = mn_picture_chart(&maker, &r->results, chart, look, path, false, err);
    if (s == MN_OK)
        mn_text_add(made, "%s", path);
    return s;
}

static mn_status open_session(void *ctx, size_t run, mn_session **out, mn_err *err)
{
    reader *r = ctx;
    mn_config config;
    mn_session_hooks hooks = {&r->maker, mn_picture_hook, r->call->command_line.data};
    mn_status s = mn_results_config(&r->results, run, &config, err);
    if (s == MN_OK)
        s = mn_config_set(&config, "advance", "yes", err);
    return s == MN_OK ? mn_session_create(out, &config, &hooks, err) : s;
}

static int print(const reader *r, const char *why)
{
    mn_err err = {0};
    mn_text text = {0};
    int status = 0;
    if (why)
        printf("lines instead of a full screen: %s\n", why);
    if (mn_report_text(&r->results, &text, &err) == MN_OK)
        fputs(text.data, stdout);
    else
        status = mn_call_fail(&err);
    mn_text_finish(&text);
    return status;
}

static int show(reader *r, const mn_reader_looks *l)
{
    const mn_explorer *e = r->call->explorer;
    const mn_browser_source source = {&r->results, r, picture, open_session};
    const char *why = NULL;
    if (mn_call_has(r->call, MN_OPT_PLAIN))
        return print(r, NULL);
    if (e && e->possible && e->possible(&why))
        return e->browse(&source, l->colour, l->glyphs, l->strokes, l->background, l->fps);
    if (!e || !e->possible)
        why = "this program was built without the full screen";
    return print(r, why);
}

int mn_results_reader(const mn_call *c, const char *path, const mn_picture_maker *maker,
                      const mn_reader_looks *looks)
{
    mn_err err = {0};
    reader *r = calloc(1, sizeof *r);
    if (!r) {
        mn_fail(&err, MN_ENOMEM, "no memory for the results of '%s'", path);
        return mn_call_fail(&err);
    }
    char *paths[] = {(char *)path};
    r->call = c;
    r->maker = *maker;
    mn_results_init(&r->results);
    take_stem(r, path);
    mn_status s = refuse_other(path, &err);
    if (s == MN_OK)
        s = mn_results_read(&r->results, 1, paths, &err);
    int status = s == MN_OK ? show(r, looks) : mn_call_fail(&err);
    mn_results_finish(&r->results);
    free(r);
    return status;
}

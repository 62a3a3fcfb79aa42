/* A person's own stream: a text file with a task on each line.
 *
 *     # what comes first is the title; everything is optional
 *     task "zeros and ones"     classes=0,1
 *     task "the same, turned"   classes=0,1 angle=45
 *     task "some garments"      data=fashion classes=3-5 items=500
 *
 * Lines are split as commands are. Bytes that are no text a terminal may see are refused. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/stream_impl.h"
#include "mnemoscope/text.h"

enum { SIZE_MAX_BYTES = 65536 };

/* What a line may say, besides the title. */
struct line {
    char data[MN_DATA_SPEC_MAX], classes[256];
    double angle, share;
    int seed, items, test_items;
};

#define INTEGER(name_, field, help_)                                                           \
    {                                                                                          \
        .name = name_, .kind = MN_INT, .offset = offsetof(struct line, field),                 \
        .max = 2147483647, .unit = "", .help = help_                                           \
    }
#define TEXT(field, help_)                                                                     \
    {                                                                                          \
        .name = #field, .kind = MN_TEXT, .offset = offsetof(struct line, field),               \
        .text_size = sizeof(((struct line *)0)->field), .def_text = "", .unit = "",            \
        .help = help_                                                                          \
    }
static const mn_param rows[] = {
    TEXT(data, "a data set other than the run's"),
    TEXT(classes, "classes and ranges of them: 0,1 or 3-5"),
    {.name = "angle",
     .kind = MN_REAL,
     .offset = offsetof(struct line, angle),
     .min = -360,
     .max = 360,
     .unit = "degrees",
     .help = "how far pictures are turned, anticlockwise"},
    {.name = "share",
     .kind = MN_REAL,
     .offset = offsetof(struct line, share),
     .max = 1,
     .unit = "",
     .help = "share of the pixels that move"},
    INTEGER("seed", seed, "tasks with equal seeds choose and move alike"),
    INTEGER("items", items, "training items; 0 takes all"),
    INTEGER("test-items", test_items, "test items; 0 takes all"),
};
static const mn_param_table table = {rows, sizeof rows / sizeof *rows};

static mn_status refuse_key(const char *word, mn_err *err)
{
    const char *names[sizeof rows / sizeof *rows + 1];
    char name[40];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < table.n; i++)
        names[i] = rows[i].name;
    names[table.n] = NULL;
    const char *close = mn_text_closest(name, names);
    if (close)
        return mn_fail(err, MN_EFORMAT, "cannot read '%.80s': did you mean '%s'?", word, close);
    return mn_fail(err, MN_EFORMAT,
                   "cannot read '%.80s': data, classes, angle, share, seed, items or "
                   "test-items and a value wanted",
                   word);
}

/* NAME=VALUE into the line; *given has a bit for every row there was. */
static mn_status read_setting(struct line *l, const char *word, unsigned *given, mn_err *err)
{
    size_t n = strcspn(word, "=");
    for (size_t i = 0; i < table.n && word[n]; i++) {
        if (strlen(rows[i].name) != n || strncmp(rows[i].name, word, n) != 0)
            continue;
        if (*given & 1u << i)
            return mn_fail(err, MN_EFORMAT, "'%s' is said twice", rows[i].name);
        if (!word[n + 1])
            return mn_fail(err, MN_EFORMAT, "'%s' has no value", word);
        *given |= 1u << i;
        return mn_param_set(&rows[i], l, word + n + 1, err);
    }
    return refuse_key(word, err);
}

static mn_status add_line(mn_stream *s, const struct line *l, bool seeded, const char *title,
                          bool *classes, mn_err *err)
{
    int n_classes = mn_stream_classes(s);
    mn_plan p = {.n = {l->items, l->test_items},
                 .angle = l->angle,
                 .share = l->share,
                 .seeded = seeded,
                 .seed = (uint64_t)l->seed};
    snprintf(p.title, sizeof p.title, "%s", title);
    mn_status status = *l->data ? mn_stream_add_data(s, l->data, &p.data, err) : MN_OK;
    if (status == MN_OK && *l->classes) {
        memset(classes, 0, (size_t)n_classes * sizeof *classes);
        status = mn_stream_read_classes(l->classes, n_classes, classes, err);
        p.classes = classes;
    }
    return status == MN_OK ? mn_stream_add_task(s, &p, err) : status;
}

static mn_status read_task(mn_stream *s, const mn_words *w, bool *classes, mn_err *err)
{
    struct line l;
    unsigned given = 0;
    int at = 1;
    const char *title = "";
    mn_status status = MN_OK;
    if (strcmp(w->word[0], "task"))
        return mn_fail(err, MN_EFORMAT, "'%.80s' found: 'task' wanted", w->word[0]);
    mn_param_defaults(table, &l);
    if (w->n > 1 && !strchr(w->word[1], '='))
        title = w->word[at++];
    if (strlen(title) >= MN_TITLE_MAX)
        return mn_fail(err, MN_EFORMAT, "the title '%.20s...' has %zu bytes: at most %d wanted",
                       title, strlen(title), MN_TITLE_MAX - 1);
    for (; at < w->n && status == MN_OK; at++)
        status = read_setting(&l, w->word[at], &given, err);
    const mn_param *seed = mn_param_find(table, "seed");
    if (status == MN_OK)
        status = add_line(s, &l, given >> (seed - rows) & 1u, title, classes, err);
    return status;
}

/* Controls, those of UTF-8 too: what a terminal would obey. */
static bool is_control(const unsigned char *c)
{
    return (*c < ' ' && !strchr("\t\r", *c)) || *c == '\0' || *c == 0x7f ||
           (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f);
}

static mn_status check_text(const char *line, size_t n, mn_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (is_control((const unsigned char *)line + i))
            return mn_fail(err, MN_EFORMAT, "byte %zu is a control character: text wanted",
                           i + 1);
    errno = 0;
    json_t *valid = json_stringn(line, n);
    json_decref(valid);
    if (!valid && errno == ENOMEM)
        return mn_fail(err, MN_ENOMEM, "cannot allocate %zu bytes", n);
    return valid ? MN_OK : mn_fail(err, MN_EFORMAT, "this is not UTF-8: text wanted");
}

static mn_status read_line(mn_stream *s, char *line, size_t n, bool *classes, mn_err *err)
{
    mn_words w;
    mn_status status = check_text(line, n, err);
    line[n] = '\0';
    if (status == MN_OK)
        status = mn_words_split(&w, line, err);
    return status == MN_OK && w.n ? read_task(s, &w, classes, err) : status;
}

/* `text` ends in a NUL that size does not count; newlines are written over. */
static mn_status read_lines(mn_stream *s, const char *path, char *text, size_t size,
                            bool *classes, mn_err *err)
{
    char *end = text + size;
    for (int number = 1; text < end; number++) {
        mn_err why = {0};
        char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((newline ? newline : end) - text);
        mn_status status = read_line(s, text, n, classes, &why);
        if (status != MN_OK)
            return mn_fail(err, status, "line %d of '%.120s': %s", number, path, why.msg);
        text += n + 1;
    }
    if (s->n_tasks)
        return MN_OK;
    return mn_fail(err, MN_EFORMAT,
                   "'%.120s' has no task: lines such as 'task \"zeros and ones\" classes=0,1' "
                   "wanted",
                   path);
}

static mn_status plan(mn_stream *s, const char *path, mn_err *err)
{
    char *text = NULL;
    size_t size = 0;
    mn_status status = mn_file_read(path, SIZE_MAX_BYTES, &text, &size, err);
    if (status != MN_OK)
        return status;
    bool *classes = calloc((size_t)mn_stream_classes(s), sizeof *classes);
    if (classes)
        status = read_lines(s, path, text, size, classes, err);
    else
        status = mn_fail(err, MN_ENOMEM, "cannot allocate the classes of a task");
    free(classes);
    free(text);
    return status;
}

const mn_stream_ops mn_stream_file = {
    .name = "file",
    .title = "A stream of one's own",
    .cite = "",
    .about =
        "a text file with a task on each line: task \"zeros and ones\" classes=0,1 angle=45",
    .argument = "FILE",
    .plan = plan,
};

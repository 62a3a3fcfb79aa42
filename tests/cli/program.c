#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 64 };

const char *scratch_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return path;
}

void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(scratch_path(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

char *read_file(const char *name, size_t *n)
{
    FILE *f = fopen(scratch_path(name), "rb");
    if (!f)
        fail_msg("there is no '%s'", name);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *bytes = malloc((size_t)size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)size, f), size);
    bytes[size] = '\0';
    fclose(f);
    if (n)
        *n = (size_t)size;
    return bytes;
}

int has_file(const char *name)
{
    return access(scratch_path(name), F_OK) == 0;
}

static void redirect(const char *name, int flags, int to)
{
    int fd = open(name, flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0)
        _exit(126);
    close(fd);
}

static outcome run_words(const char *path, const char *input, char **words)
{
    outcome o = {0};
    int status;
    write_file("stdin", input ? input : "", input ? strlen(input) : 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (chdir(tests_scratch()) != 0)
            _exit(126);
        redirect("stdin", O_RDONLY, 0);
        redirect("stdout", O_WRONLY | O_CREAT | O_TRUNC, 1);
        redirect("stderr", O_WRONLY | O_CREAT | O_TRUNC, 2);
        execv(path, words);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    o.out = read_file("stdout", NULL);
    o.err = read_file("stderr", NULL);
    return o;
}

static outcome run_list(const char *path, const char *input, va_list list)
{
    char *words[WORDS_MAX + 2] = {strdup(path)};
    int n = 1;
    for (const char *w; (w = va_arg(list, const char *)) && n <= WORDS_MAX;)
        words[n++] = strdup(w);
    outcome o = run_words(path, input, words);
    for (int i = 0; i < n; i++)
        free(words[i]);
    return o;
}

outcome call(const char *input, ...)
{
    const char *program = getenv("MN_PROGRAM");
    va_list list;
    if (!program)
        fail_msg("MN_PROGRAM names no program");
    va_start(list, input);
    outcome o = run_list(program, input, list);
    va_end(list);
    return o;
}

outcome call_other(const char *path, const char *input, ...)
{
    va_list list;
    va_start(list, input);
    outcome o = run_list(path, input, list);
    va_end(list);
    return o;
}

void outcome_finish(outcome *o)
{
    free(o->out);
    free(o->err);
    *o = (outcome){0};
}

void assert_refused(outcome o, int status, const char *part)
{
    if (o.status != status)
        fail_msg("status is %d, want %d (it said: %s)", o.status, status, o.err);
    if (!strstr(o.err, part))
        fail_msg("'%s' does not say '%s'", o.err, part);
    if (strncmp(o.err, "mnemoscope: ", 12) || strchr(o.err, '\n') != o.err + strlen(o.err) - 1)
        fail_msg("wanted one line of the program, got '%s'", o.err);
    outcome_finish(&o);
}

char *assert_fine(outcome o)
{
    if (o.status || *o.err)
        fail_msg("status is %d, it said: %s", o.status, o.err);
    free(o.err);
    return o.out;
}

json_t *assert_json(outcome o)
{
    json_error_t error;
    char *text = assert_fine(o);
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!value)
        fail_msg("no JSON (%s, line %d): %.200s", error.text, error.line, text);
    free(text);
    return value;
}

const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    if (!s)
        fail_msg("there is no text '%s'", key);
    return s;
}

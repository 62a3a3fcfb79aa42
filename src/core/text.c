#include "mnemoscope/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for n more bytes and the final NUL. */
static bool reserve(mn_text *t, size_t n)
{
    if (t->failed || n > SIZE_MAX / 2 - t->length)
        return !(t->failed = true);
    size_t wanted = t->length + n + 1;
    if (wanted <= t->capacity)
        return true;
    size_t capacity = t->capacity ? t->capacity : 64;
    while (capacity < wanted)
        capacity *= 2;
    char *data = realloc(t->data, capacity);
    if (!data)
        return !(t->failed = true);
    t->data = data;
    t->capacity = capacity;
    return true;
}

void mn_text_bytes(mn_text *t, const void *bytes, size_t n)
{
    if (!reserve(t, n))
        return;
    if (n)
        memcpy(t->data + t->length, bytes, n);
    t->length += n;
    t->data[t->length] = '\0';
}

void mn_text_add(mn_text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    if (n >= 0 && reserve(t, (size_t)n)) {
        vsnprintf(t->data + t->length, (size_t)n + 1, fmt, again);
        t->length += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

void mn_text_reset(mn_text *t)
{
    t->length = 0;
    t->failed = false;
    if (t->data)
        t->data[0] = '\0';
}

void mn_text_finish(mn_text *t)
{
    free(t->data);
    *t = (mn_text){0};
}

/* Copies one word starting at *at into *to; false when a quote is left open. */
static bool take_word(const char **at, char **to)
{
    char quote = 0;
    const char *c = *at;
    for (; *c && (quote || !isspace((unsigned char)*c)); c++) {
        if (!quote && (*c == '\'' || *c == '"'))
            quote = *c;
        else if (quote && *c == quote)
            quote = 0;
        else if (quote == '"' && *c == '\\' && c[1])
            *(*to)++ = *++c;
        else
            *(*to)++ = *c;
    }
    *(*to)++ = '\0';
    *at = c;
    return !quote;
}

mn_status mn_words_split(mn_words *w, const char *line, mn_err *err)
{
    w->n = 0;
    if (strlen(line) >= sizeof w->store)
        return mn_fail(err, MN_EINVAL, "line is too long: %zu bytes found, at most %zu wanted",
                       strlen(line), sizeof w->store - 1);
    char *to = w->store;
    const char *c = line;
    for (;;) {
        while (isspace((unsigned char)*c))
            c++;
        if (!*c || *c == '#')
            return MN_OK;
        if (w->n == MN_WORDS_MAX) {
            w->n = 0;
            return mn_fail(err, MN_EINVAL, "line has too many words: at most %d wanted",
                           MN_WORDS_MAX);
        }
        w->word[w->n++] = to;
        if (!take_word(&c, &to)) {
            w->n = 0;
            return mn_fail(err, MN_EINVAL, "quote is left open in '%.80s'", line);
        }
    }
}

void mn_words_quote(mn_text *t, const char *word)
{
    if (*word && !strpbrk(word, " \t\n\r\v\f'\"\\#")) {
        mn_text_add(t, "%s", word);
        return;
    }
    mn_text_add(t, "\"");
    for (; *word; word++)
        mn_text_add(t, *word == '"' || *word == '\\' ? "\\%c" : "%c", *word);
    mn_text_add(t, "\"");
}

enum { CLOSEST_MAX = 40 };

/* Levenshtein's distance; words longer than CLOSEST_MAX are far from everything. */
static int distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > CLOSEST_MAX || m > CLOSEST_MAX)
        return CLOSEST_MAX;
    int row[CLOSEST_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int replace = diagonal + (a[i - 1] != b[j - 1]);
            int other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replace < other ? replace : other;
        }
    }
    return row[m];
}

const char *mn_text_closest(const char *word, const char *const *names)
{
    const char *best = NULL;
    int least = (int)strlen(word) / 3 + 2; /* further away than this is another word */
    for (; *names; names++) {
        int d = strncmp(*names, word, strlen(word)) == 0 && *word ? 1 : distance(word, *names);
        if (d < least) {
            least = d;
            best = *names;
        }
    }
    return best;
}

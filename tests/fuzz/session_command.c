/* Lines of the command language, done one after the other by one session: done, or refused with
 * a message and without a trace. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "data_replay.h"
#include "mnemoscope/session.h"

enum { STEPS_MAX = 8 };

static mn_session *create(void)
{
    static const char *const settings[] = {"items=5", "test-items=5", "batch=5", "memories=2",
                                           "advance=no"};
    mn_session *s = NULL;
    mn_config c;
    mn_config_defaults(&c);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (mn_config_assign(&c, settings[i], NULL) != MN_OK)
            abort();
    if (mn_session_create(&s, &c, NULL, NULL) != MN_OK)
        abort();
    return s;
}

/* Not what writes files, nor what is honest work for minutes: numbers of four digits and more,
 * also as 1e9, and all items of a data set. */
static bool is_left_out(const char *line)
{
    static const char *const words[] = {"save", "export", "metrics", "items"};
    int digits = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(line, words[i]))
            return true;
    for (const char *c = line; *c; c++) {
        digits = isdigit((unsigned char)*c) ? digits + 1 : 0;
        if (digits > 3 || (digits && (c[1] == 'e' || c[1] == 'E' || c[1] == 'x')))
            return true;
    }
    return false;
}

static void do_line(mn_session *s, const char *line)
{
    mn_err err = {0};
    uint64_t before = mn_session_digest(s);
    if (mn_session_do(s, line, NULL, &err) != MN_OK &&
        (!err.msg[0] || mn_session_digest(s) != before))
        abort();
    for (int i = 0; i < STEPS_MAX && mn_session_advance(s); i++)
        continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *text = calloc(n + 1, 1), *rest = text, *line;
    mn_session *s = create();
    if (!text)
        abort();
    memcpy(text, bytes, n);
    while ((line = strsep(&rest, "\n")))
        if (!is_left_out(line))
            do_line(s, line);
    mn_session_destroy(s);
    free(text);
    return 0;
}

size_t fuzz_sample(size_t which, uint8_t *out, size_t room)
{
    static const char *const samples[] = {
        "step 3\nset n=20 T=0.7\ndream 4\nundo\nredo\n",
        "set tasks=permuted n-tasks=2\nrun until task 2\ntask next\nup n\ndown leak\nreset\n",
        "dreaming\ndream 9\nepoch 2\nviewport wins winner-share 0 3 1 -1\nnote \"a 'b'\"\n"};
    if (which >= sizeof samples / sizeof *samples)
        return 0;
    size_t length = strlen(samples[which]);
    memcpy(out, samples[which], length);
    return length;
}

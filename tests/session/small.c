#include "small.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

void small_config(mn_config *c, const char *settings)
{
    mn_words w;
    mn_err err;
    char line[1024];
    snprintf(line, sizeof line,
             "items=200 test-items=60 batch=50 memories=12 probe-items=40 epochs=4 %s",
             settings ? settings : "");
    mn_config_defaults(c);
    assert_ok(mn_words_split(&w, line, &err), &err);
    for (int i = 0; i < w.n; i++)
        assert_ok(mn_config_assign(c, w.word[i], &err), &err);
}

mn_session *small_session(const char *settings)
{
    mn_config c;
    mn_err err;
    mn_session *s = NULL;
    small_config(&c, settings);
    assert_ok(mn_session_create(&s, &c, NULL, &err), &err);
    return s;
}

const mn_strategy_ops *small_strategy(size_t i)
{
    for (size_t k = 0; mn_strategies[k]; k++)
        if (!mn_strategies[k]->weigh && !mn_strategies[k]->odds && !i--)
            return mn_strategies[k];
    return NULL;
}

void small_do(mn_session *s, const char *line)
{
    mn_err err;
    assert_ok(mn_session_do(s, line, NULL, &err), &err);
}

void small_run(mn_session *s)
{
    while (mn_session_advance(s))
        continue;
}

mn_session *small_replay(const char *script)
{
    mn_config c;
    mn_err err;
    mn_session *s = NULL;
    char *copy = strdup(script), *rest = copy, *line;
    small_config(&c, NULL);
    assert_ok(mn_session_create(&s, &c, NULL, &err), &err);
    while ((line = strsep(&rest, "\n"))) {
        long long step;
        int used = 0;
        if (sscanf(line, "at %lld %n", &step, &used) == 1) {
            char until[64];
            snprintf(until, sizeof until, "run until step %lld", step);
            small_do(s, until);
            small_run(s);
            line += used;
        }
        small_do(s, line);
        small_run(s);
    }
    free(copy);
    return s;
}

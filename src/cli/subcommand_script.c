/* script: the command language from a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment.h"
#include "interrupt.h"
#include "mnemoscope/file.h"
#include "script.h"
#include "subcommand.h"

enum { SCRIPT_BYTES_MAX = 16 << 20, COLS = 80, ROWS = 24 };

static mn_status perform(const mn_call *c, const mn_picture_maker *maker, mn_session *s,
                         const char *text, size_t n, int *signal, mn_err *err)
{
    mn_stage stage;
    mn_status status = mn_stage_init(&stage, s, maker, COLS, ROWS, err);
    if (status != MN_OK)
        return status;
    bool standard = !strcmp(c->word[0], "-"), quiet = mn_call_has(c, MN_OPT_QUIET);
    mn_script script = {.stage = &stage,
                        .name = standard ? "standard input" : c->word[0],
                        .interrupts = mn_interrupt_open(),
                        .quiet = quiet,
                        .replace = mn_call_has(c, MN_OPT_REPLACE)};
    status = mn_script_run(&script, text, n, err);
    mn_text said = {0};
    if (status == MN_OK)
        status = mn_experiment_deliver(c, maker, s, &said, err);
    if (status == MN_OK && said.length && !quiet)
        fputs(said.data, stdout);
    mn_text_finish(&said);
    *signal = script.signal;
    mn_interrupt_close(script.interrupts);
    mn_stage_finish(&stage);
    return status;
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    mn_session *s = NULL;
    mn_picture_maker maker;
    char *text = NULL;
    size_t n = 0;
    int signal = 0;
    const char *path = strcmp(c->word[0], "-") ? c->word[0] : "/dev/stdin";
    if (mn_file_read(path, SCRIPT_BYTES_MAX, &text, &n, &err) != MN_OK)
        return mn_call_fail(&err);
    if (mn_experiment_open(c, &maker, &s, &err) != MN_OK) {
        free(text);
        return mn_call_fail(&err);
    }
    mn_status status = perform(c, &maker, s, text, n, &signal, &err);
    mn_session_destroy(s);
    free(text);
    if (status != MN_OK) {
        mn_call_fail(&err);
        return 1;
    }
    return signal ? 128 + signal : 0;
}

const mn_subcommand mn_subcommand_script = {
    .name = "script",
    .usage = "FILE [FLAGS]",
    .help = "do the commands in a file (-: standard input)",
    .bit = MN_FOR_SCRIPT,
    .parameters = true,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};

#include "mnemoscope/cli.h"

#include <jansson.h>
#include <stdio.h>

#include "help.h"
#include "mnemoscope/blas.h"
#include "subcommand.h"

static int show_help(const mn_call *c, int argc)
{
    mn_text text = {0};
    bool named = argc > 1 && c->subcommand != mn_subcommands[0];
    if (named)
        mn_help_subcommand(c->subcommand, &text);
    else
        mn_help_program(&text);
    if (!text.failed)
        fputs(text.data, stdout);
    mn_text_finish(&text);
    return 0;
}

static int show_version(const mn_call *c)
{
    const bool full = c->explorer && c->explorer->possible;
    printf("mnemoscope %s\n%s, jansson %s, full screen %s\n", MN_VERSION, mn_blas_name(),
           jansson_version_str(), full ? "built in" : "left out");
    return 0;
}

/* What was written to stdout may have been lost when it is closed (a full disk, a broken pipe).
 */
static int finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "mnemoscope: cannot write to standard output\n");
    return status ? status : 1;
}

int mn_cli_main(int argc, char **argv, const mn_explorer *explorer)
{
    mn_call c = {.explorer = explorer};
    mn_err err = {0};
    int status;
    if (mn_call_parse(&c, argc, argv, &err) != MN_OK)
        status = mn_call_fail(&err);
    else if (mn_call_has(&c, MN_OPT_HELP))
        status = show_help(&c, argc);
    else if (mn_call_has(&c, MN_OPT_VERSION))
        status = show_version(&c);
    else
        status = c.subcommand->run(&c);
    mn_call_finish(&c);
    return finish_output(status);
}

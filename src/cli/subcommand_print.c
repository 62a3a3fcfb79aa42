/* print: texts that are made from the tables when the program is built. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "completion.h"
#include "help.h"
#include "manual.h"
#include "mnemoscope/file.h"

enum { TEMPLATE_MAX = 1 << 20 };

static mn_status write_manual(const char *path, mn_text *out, mn_err *err)
{
    char *template = NULL;
    size_t n = 0;
    if (!path)
        return mn_fail(err, MN_EINVAL, "print man wants the template");
    mn_status s = mn_file_read(path, TEMPLATE_MAX, &template, &n, err);
    if (s == MN_OK)
        s = mn_manual_fill(template, out, err);
    free(template);
    return s;
}

static const struct {
    const char *name;
    void (*write)(mn_text *out);
} texts[] = {{"bash", mn_completion_bash},
             {"zsh", mn_completion_zsh},
             {"fish", mn_completion_fish},
             {"help", mn_help_program},
             {"readme-keys", mn_help_keys}};

static int run(const mn_call *c)
{
    mn_err err = {0};
    mn_text out = {0};
    mn_status s = MN_EINVAL;
    if (!strcmp(c->word[0], "man"))
        s = write_manual(c->word[1], &out, &err);
    else
        mn_fail(&err, MN_EINVAL,
                "cannot print '%.40s': wanted man, bash, zsh, fish, help or "
                "readme-keys",
                c->word[0]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(c->word[0], texts[i].name)) {
            texts[i].write(&out);
            s = MN_OK;
        }
    if (s == MN_OK && out.failed)
        s = mn_fail(&err, MN_ENOMEM, "no memory for the text");
    if (s == MN_OK && out.length)
        fwrite(out.data, 1, out.length, stdout);
    mn_text_finish(&out);
    return s == MN_OK ? 0 : mn_call_fail(&err);
}

const mn_subcommand mn_subcommand_print = {
    .name = "print",
    .usage = "man TEMPLATE | bash | zsh | fish | help | readme-keys",
    .help = "texts made from the tables, for the build",
    .hidden = true,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};

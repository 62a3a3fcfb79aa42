/* cli.h: the command line: everything but the full screen. Main thread.
 *
 * Each subcommand returns the process's exit status: 0, 1 (failed, message printed), 2 (wrong
 * usage).
 */
#ifndef MNEMOSCOPE_CLI_H
#define MNEMOSCOPE_CLI_H

#include "mnemoscope/browser.h"
#include "mnemoscope/session.h"

/* What main.c lends: the explorer, which this folder may not know. */
typedef struct mn_explorer {
    int (*run)(mn_session *adopted, const char *colour, const char *glyphs, const char *strokes,
               const char *background, bool paused, int fps);
    int (*browse)(const mn_browser_source *source, const char *colour, const char *glyphs,
                  const char *strokes, const char *background, int fps);
    int (*doctor)(const char *colour, const char *glyphs, const char *strokes,
                  const char *background);
    bool (*possible)(const char **why_not);
} mn_explorer;

int mn_cli_main(int argc, char **argv, const mn_explorer *explorer);

#endif

#include "mnemoscope/cli.h"

#ifdef MN_HAVE_TUI
#include <stdio.h>

#include "mnemoscope/tui.h"

static int run(mn_session *adopted, const char *colour, const char *glyphs, const char *strokes,
               const char *background, bool paused, int fps)
{
    mn_tui_options o = {colour, glyphs, strokes, background, paused, fps};
    mn_err err;
    int exit_status = 0;
    if (mn_tui_run(adopted, &o, &exit_status, &err) == MN_OK)
        return exit_status;
    fprintf(stderr, "mnemoscope: %s\n", err.msg);
    return 1;
}

static int browse(const mn_browser_source *source, const char *colour, const char *glyphs,
                  const char *strokes, const char *background, int fps)
{
    mn_tui_options o = {colour, glyphs, strokes, background, false, fps};
    mn_err err;
    int exit_status = 0;
    if (mn_tui_browse(source, &o, &exit_status, &err) == MN_OK)
        return exit_status;
    fprintf(stderr, "mnemoscope: %s\n", err.msg);
    return 1;
}

static int doctor(const char *colour, const char *glyphs, const char *strokes,
                  const char *background)
{
    mn_tui_options o = {
        .colour = colour, .glyphs = glyphs, .strokes = strokes, .background = background};
    return mn_tui_doctor(&o);
}

static const mn_explorer explorer = {run, browse, doctor, mn_tui_possible};
#endif

int main(int argc, char **argv)
{
#ifdef MN_HAVE_TUI
    return mn_cli_main(argc, argv, &explorer);
#else
    return mn_cli_main(argc, argv, NULL);
#endif
}

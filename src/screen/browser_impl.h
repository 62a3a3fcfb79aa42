/* browser_impl.h: the fields of a browser, for the files that draw it and act on it. */
#ifndef MNEMOSCOPE_SCREEN_BROWSER_IMPL_H
#define MNEMOSCOPE_SCREEN_BROWSER_IMPL_H

#include "browser_cursor.h"
#include "mnemoscope/browser.h"

struct mn_browser {
    const mn_results *r;
    mn_points points;
    mn_style style;
    mn_browser_hooks hooks;
    mn_cells_painter *painter;
    mn_figure figure;
    mn_chart_look look;
    int chart; /* index into mn_charts */
    bool helping, too_small;
    char note[504]; /* "" = the caption tells about the point */
    bool note_bad;
};

void mn_browser_note(mn_browser *b, bool bad, const char *fmt, ...) MN_PRINTF(3, 4);

#endif

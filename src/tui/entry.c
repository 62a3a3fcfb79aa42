#include "entry.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "terminfo_entries.h"

enum { DIRECT_COLOURS = 1 << 24 };

static const char *const names[MN_N_COLOURS] = {
    [MN_DIRECT] = "direct", [MN_256] = "256", [MN_16] = "16", [MN_MONO] = "mono"};

const char *mn_entry_colours_name(mn_colours c)
{
    return names[c];
}

static bool given(const char *s)
{
    return s && *s;
}

/* tigetflag and tigetstr take non-const names in older headers. */
static bool flag(const char *name)
{
    return tigetflag((char *)name) > 0;
}

static void look_up(const char *term, mn_entry_facts *out)
{
    int found = 0;
    if (setupterm(term, STDOUT_FILENO, &found) != OK || found != 1)
        return;
    char *cup = tigetstr((char *)"cup");
    out->known = true;
    out->addressable = cup && cup != (char *)-1 && !flag("hc");
    out->rgb = flag("RGB") || flag("Tc");
    out->colours = tigetnum((char *)"colors");
    del_curterm(cur_term);
}

void mn_entry_facts_of(const char *asked, mn_entry_facts *out)
{
    *out = (mn_entry_facts){.asked = asked,
                            .term = getenv("TERM"),
                            .colorterm = getenv("COLORTERM"),
                            .no_color = getenv("NO_COLOR"),
                            .inside_tmux = given(getenv("TMUX"))};
    if (given(out->term))
        look_up(out->term, out);
}

static bool starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static bool promises_true_colour(const mn_entry_facts *f)
{
    return given(f->colorterm) &&
           (!strcmp(f->colorterm, "truecolor") || !strcmp(f->colorterm, "24bit"));
}

/* COLORTERM outlives the terminal that set it: screen 4 mangles true colour, and the console
 * rounds it to eight colours. */
static bool deaf_to_true_colour(const mn_entry_facts *f)
{
    return starts(f->term, "linux") || (starts(f->term, "screen") && !f->inside_tmux);
}

static mn_colours native(const mn_entry_facts *f)
{
    if (!f->known || f->colours >= 256)
        return MN_256;
    return f->colours >= 8 ? MN_16 : MN_MONO;
}

static mn_status decide(const mn_entry_facts *f, mn_entry *out, mn_err *err)
{
    const char *asked = given(f->asked) ? f->asked : "auto";
    for (int c = 0; c < MN_N_COLOURS; c++)
        if (!strcmp(asked, names[c])) {
            out->colours = (mn_colours)c;
            snprintf(out->why, sizeof out->why, "asked for");
            return MN_OK;
        }
    if (strcmp(asked, "auto") != 0)
        return mn_fail(err, MN_EINVAL,
                       "'%s' is not a colour mode: auto, direct, 256, 16 and mono are", asked);
    if (given(f->no_color)) {
        out->colours = MN_MONO;
        snprintf(out->why, sizeof out->why, "NO_COLOR is set");
    } else if ((promises_true_colour(f) || f->rgb || f->colours >= DIRECT_COLOURS) &&
               !deaf_to_true_colour(f)) {
        out->colours = MN_DIRECT;
        snprintf(out->why, sizeof out->why, "%s",
                 promises_true_colour(f) ? "COLORTERM promises true colour"
                                         : "terminfo promises true colour");
    } else {
        out->colours = native(f);
        snprintf(out->why, sizeof out->why,
                 f->known ? "terminfo gives '%.60s' %d colours"
                          : "terminfo does not know '%.60s', so it is taken for an xterm",
                 f->term, f->colours > 0 ? f->colours : 0);
    }
    return MN_OK;
}

/* The system's own description serves unless it cannot say what was chosen. */
static bool own_serves(const mn_entry_facts *f, mn_colours c)
{
    if (!f->known || c == MN_DIRECT)
        return false;
    if (c == MN_MONO)
        return true;
    return f->colours < DIRECT_COLOURS && f->colours >= (c == MN_256 ? 256 : 8);
}

mn_status mn_entry_choose(const mn_entry_facts *f, mn_entry *out, mn_err *err)
{
    mn_entry e = {.term = f->term, .stranger = !f->known};
    if (!given(f->term))
        return mn_fail(err, MN_EINVAL, "TERM is not set: it names the kind of terminal");
    if (!strcmp(f->term, "dumb") || (f->known && !f->addressable))
        return mn_fail(err, MN_EINVAL, "a terminal of the kind '%.60s' cannot move its cursor",
                       f->term);
    mn_status s = decide(f, &e, err);
    if (s != MN_OK)
        return s;
    e.console = starts(f->term, "linux");
    if (!own_serves(f, e.colours)) {
        bool direct = e.colours == MN_DIRECT;
        e.term = direct ? "mnemoscope-direct" : "mnemoscope-256";
        e.terminfo = direct ? mn_terminfo_direct : mn_terminfo_256;
    }
    *out = e;
    return MN_OK;
}

#include "mnemoscope/tui.h"

#include <curses.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe.h"
#include "settings.h"
#include "terminal.h"

enum { RAMP_STEPS = 32, ANSWER_MS = 1000 };

typedef struct doctor {
    const mn_tui_options *options;
    mn_entry_facts facts;
    mn_entry entry;
    mn_style style;
    bool utf8, tty;
} doctor;

static const char *or_unset(const char *s)
{
    return s && *s ? s : "not set";
}

static void say_size(void)
{
    struct winsize w = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || !w.ws_col)
        printf("size        unknown\n");
    else
        printf("size        %dx%d%s\n", w.ws_col, w.ws_row,
               w.ws_col < 40 || w.ws_row < 12   ? ": too small, 40x12 is the least"
               : w.ws_col < 80 || w.ws_row < 24 ? ": small, 80x24 shows every panel"
                                                : "");
}

static void say_round_trip(const doctor *d)
{
    double ms = d->tty ? mn_probe_round_trip(ANSWER_MS) : -1;
    if (!d->tty)
        printf("round trip  not measured: this is not a terminal\n");
    else if (ms < 0)
        printf("round trip  no answer within %d ms\n", ANSWER_MS);
    else
        printf("round trip  %.1f ms\n", ms);
}

static void say_terminal(const doctor *d)
{
    const mn_entry_facts *f = &d->facts;
    printf("curses      %s\n", curses_version());
    printf("TERM        %s", or_unset(f->term));
    if (f->known)
        printf(": known, %d colours%s%s\n", f->colours > 0 ? f->colours : 0,
               f->rgb ? ", true colour" : "", f->addressable ? "" : ", cannot move its cursor");
    else
        printf(": not in this machine's terminfo database\n");
    printf("COLORTERM   %s\n", or_unset(f->colorterm));
    printf("NO_COLOR    %s\n", or_unset(f->no_color));
    printf("tmux        %s\n", f->inside_tmux ? "yes" : "no");
    printf("latency     %s\n", getenv("MNEMOSCOPE_LATENCY")
                                   ? "told when the explorer is left"
                                   : "MNEMOSCOPE_LATENCY=1 tells how long keys took to show");
    printf("encoding    %s\n", nl_langinfo(CODESET));
    say_size();
    say_round_trip(d);
}

static void say_choice(const doctor *d)
{
    printf("\ncolours     %s: %s\n", mn_entry_colours_name(d->entry.colours), d->entry.why);
    printf("entry       %s%s\n", d->entry.term,
           d->entry.terminfo ? " (built in)" : " (the system's)");
    printf("tiles       %s\n", mn_glyphs_name(d->style.glyphs));
    printf("curves      %s\n", mn_strokes_name(d->style.strokes));
    printf("background  %s\n", d->style.light ? "light" : "dark");
}

static void say_glyphs(const doctor *d)
{
    static const struct {
        const char *name, *sample, *use;
    } rows[] = {
        {"half", "▀▄█▀▄█▀▄█▀▄█", "--glyphs half"},
        {"quadrant", "▘▝▖▗▞▚▛▜▙▟▌▐", "--glyphs quadrant"},
        {"shade", " ░▒▓█▓▒░ ░▒▓", "--glyphs shade"},
        {"eighths", "▁▂▃▄▅▆▇█▇▆▅▄", "bars and histograms"},
        {"braille", "⠁⠃⠇⡇⣇⣧⣷⣿⣶⣤⣀⡀", "--lines braille"},
        {"boxes", "┌─┬─┐│├─┼─┤└", "frames"},
    };
    printf("\nEach line should show twelve whole cells between the bars.\n");
    for (size_t i = 0; d->utf8 && i < sizeof rows / sizeof *rows; i++)
        printf("  %-9s |%s|  %s\n", rows[i].name, rows[i].sample, rows[i].use);
    printf("  %-9s |%s|  %s\n", "ascii", " .:oO@ ,-=x#", "--ascii");
    if (!d->utf8)
        printf(
            "  The locale is not UTF-8: the other glyphs are not used (try LC_ALL=C.UTF-8).\n");
}

static void say_swatch(mn_colours mode, int32_t colour)
{
    if (colour < 0)
        printf(" ");
    else if (mode == MN_DIRECT)
        printf("\033[48;2;%d;%d;%dm ", colour >> 16 & 255, colour >> 8 & 255, colour & 255);
    else
        printf("\033[48;5;%dm ", colour);
}

static void say_ramps(const doctor *d)
{
    mn_colours mode = d->entry.colours;
    if (!d->tty || mode > MN_256) {
        printf("\nColour maps are not drawn here: %s.\n",
               d->tty ? "this mode has too few colours" : "this is not a terminal");
        return;
    }
    printf("\nEach colour map should run evenly, without stripes (key c).\n");
    for (int i = 0; mn_palettes[i]; i++) {
        const mn_palette *p = mn_palettes[i];
        printf("  %-9s |", p->name);
        for (int k = 0; k < RAMP_STEPS; k++)
            say_swatch(mode,
                       mn_palette_colour(p, k / (RAMP_STEPS - 1.0), mode, d->style.light));
        printf("\033[m|  %s\n", p->about);
    }
}

int mn_tui_doctor(const mn_tui_options *o)
{
    mn_err err;
    doctor d = {.options = o, .tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)};
    d.utf8 = mn_terminal_locale(mn_settings_want_utf8(o));
    mn_entry_facts_of(o->colour, &d.facts);
    say_terminal(&d);
    if (mn_entry_choose(&d.facts, &d.entry, &err) != MN_OK ||
        mn_settings_style(o, &d.entry, d.utf8, &d.style, &err) != MN_OK) {
        printf("\nno full screen here: %s\n", err.msg);
        return 1;
    }
    say_choice(&d);
    say_glyphs(&d);
    say_ramps(&d);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

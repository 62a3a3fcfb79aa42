#include "settings.h"

#include <stdlib.h>
#include <string.h>

static bool automatic(const char *s)
{
    return !s || !*s || !strcmp(s, "auto");
}

bool mn_settings_want_utf8(const mn_tui_options *o)
{
    return (!automatic(o->glyphs) && strcmp(o->glyphs, "ascii") != 0) ||
           (!automatic(o->strokes) && strcmp(o->strokes, "ascii") != 0);
}

bool mn_settings_background_open(const mn_tui_options *o)
{
    return automatic(o->background);
}

static mn_status find_glyphs(const char *name, mn_glyphs *out, mn_err *err)
{
    for (int g = 0; g < MN_N_GLYPHS; g++)
        if (!strcmp(name, mn_glyphs_name((mn_glyphs)g))) {
            *out = (mn_glyphs)g;
            return MN_OK;
        }
    return mn_fail(err, MN_EINVAL,
                   "'%.60s' is not a kind of glyphs: auto, half, quadrant, "
                   "shade and ascii are",
                   name);
}

static mn_status find_strokes(const char *name, mn_strokes *out, mn_err *err)
{
    for (int k = 0; k < MN_N_STROKES; k++)
        if (!strcmp(name, mn_strokes_name((mn_strokes)k))) {
            *out = (mn_strokes)k;
            return MN_OK;
        }
    return mn_fail(err, MN_EINVAL,
                   "'%.60s' is not a kind of strokes: auto, braille, block and ascii are",
                   name);
}

/* Two grey levels a cell need colours; without them the finer quadrants say more. The console's
 * font has neither. */
static mn_glyphs best_glyphs(const mn_entry *e, bool utf8)
{
    if (!utf8)
        return MN_ASCII;
    if (e->console)
        return MN_SHADE;
    return e->colours == MN_DIRECT || e->colours == MN_256 ? MN_HALF : MN_QUADRANT;
}

static mn_strokes best_strokes(const mn_entry *e, bool utf8)
{
    if (!utf8)
        return MN_ASCII_LINES;
    return e->console ? MN_BLOCK : MN_BRAILLE;
}

/* rxvt and its imitators export their colours as "15;0" or "15;default;0": the last is the
 * background, and 7 and above 8 are light. */
static bool light_by_colorfgbg(void)
{
    const char *v = getenv("COLORFGBG");
    const char *last = v ? strrchr(v, ';') : NULL;
    if (!last || last[1] < '0' || last[1] > '9')
        return false;
    int colour = atoi(last + 1);
    return colour == 7 || (colour > 8 && colour < 16);
}

static mn_status find_background(const char *name, bool *light, mn_err *err)
{
    if (automatic(name))
        *light = light_by_colorfgbg();
    else if (!strcmp(name, "light") || !strcmp(name, "dark"))
        *light = name[0] == 'l';
    else
        return mn_fail(err, MN_EINVAL, "'%.60s' is not a background: auto, dark and light are",
                       name);
    return MN_OK;
}

static const mn_palette *first_signed(void)
{
    int i = 0;
    while (mn_palettes[i] && !mn_palettes[i]->signed_map)
        i++;
    return mn_palettes[i];
}

mn_status mn_settings_style(const mn_tui_options *o, const mn_entry *e, bool utf8,
                            mn_style *out, mn_err *err)
{
    mn_style style = {.palette = first_signed(),
                      .unsigned_palette = mn_palette_find("magma"),
                      .glyphs = best_glyphs(e, utf8),
                      .strokes = best_strokes(e, utf8),
                      .utf8 = utf8,
                      .levels = 32,
                      .hysteresis = 0.35};
    mn_status s = find_background(o->background, &style.light, err);
    if (s == MN_OK && !automatic(o->glyphs))
        s = find_glyphs(o->glyphs, &style.glyphs, err);
    if (s == MN_OK && !automatic(o->strokes))
        s = find_strokes(o->strokes, &style.strokes, err);
    if (s == MN_OK)
        *out = style;
    return s;
}

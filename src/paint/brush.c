#include "brush.h"

#include <stdio.h>
#include <string.h>

#include "number.h"
#include "utf8.h"

void mn_brush_put(const mn_brush *b, int x, int y, uint32_t ch, int32_t fg, uint8_t attr)
{
    mn_canvas_put(b->canvas, x, y, (mn_cell){ch, fg, MN_DEFAULT_COLOUR, attr});
}

int mn_brush_columns(const mn_brush *b, const char *text)
{
    return text ? mn_canvas_columns(b->canvas, text) : 0;
}

int mn_brush_text(const mn_brush *b, int x, int y, int width, const char *text, mn_tone tone)
{
    if (!text || width <= 0)
        return 0;
    int32_t fg = mn_tone_colour(tone, b->canvas->colours, b->style->light);
    uint8_t attr = mn_tone_attr(tone);
    if (b->canvas->colours < MN_16 && fg != MN_DEFAULT_COLOUR)
        attr &= MN_BOLD; /* the colour says it; two signals would shout */
    bool cut = mn_brush_columns(b, text) > width;
    int used = mn_canvas_text(b->canvas, x, y, cut ? width - 1 : width, text, fg,
                              MN_DEFAULT_COLOUR, attr);
    if (!cut)
        return used;
    mn_brush_put(b, x + used, y, mn_brush_glyph(b, 0x2026, '~'), fg, attr);
    return used + 1;
}

void mn_brush_text_right(const mn_brush *b, int x, int y, int width, const char *text,
                         mn_tone tone)
{
    int columns = mn_brush_columns(b, text);
    int used = columns < width ? columns : width;
    mn_brush_text(b, x + width - used, y, used, text, tone);
}

uint32_t mn_brush_glyph(const mn_brush *b, uint32_t utf8, char ascii)
{
    return b->style->utf8 ? utf8 : (unsigned char)ascii;
}

int32_t mn_brush_class(const mn_brush *b, int class)
{
    return mn_class_colour(class, b->canvas->colours, b->style->light);
}

const mn_palette *mn_style_palette(const mn_style *s, mn_scale scale)
{
    const mn_palette *p = scale == MN_SIGNED ? s->palette : s->unsigned_palette;
    return p ? p : mn_palettes[0];
}

bool mn_brush_coloured(const mn_brush *b, mn_scale scale)
{
    return b->canvas->colours <= MN_256 && mn_style_palette(b->style, scale)->dark.n_xterm > 0;
}

/* Signed levels always keep the sign, also where the palette shows only the size, because the
 * glyphs of other modes need it. */
static int count_levels(const mn_palette *p, mn_scale scale, int wanted, mn_colours mode,
                        bool light)
{
    wanted = wanted < 3 ? 3 : wanted > MN_LEVELS_MAX ? MN_LEVELS_MAX : wanted;
    bool folded = scale == MN_SIGNED && !p->signed_map;
    bool half = scale == MN_UNSIGNED && !p->unsigned_map;
    int n = mn_palette_steps(p, wanted, mode, light);
    if (n < wanted)
        n = folded ? 2 * n - 1 : half ? n / 2 + 1 : n;
    n = n < wanted ? n : wanted;
    return scale == MN_SIGNED && n % 2 == 0 ? n - 1 : n;
}

const mn_inks *mn_brush_inks(mn_brush *b, mn_scale scale)
{
    const mn_style *s = b->style;
    const mn_palette *p = mn_style_palette(s, scale);
    mn_inks *k = &b->painter->inks[scale];
    int n = count_levels(p, scale, s->levels, b->canvas->colours, s->light);
    if (k->palette == p && k->mode == b->canvas->colours && k->light == s->light && k->n == n)
        return k;
    *k = (mn_inks){p, b->canvas->colours, scale, s->light, n, {0}};
    for (int i = 0; i < n; i++) {
        double v = (double)i / (n - 1);
        double t = scale == MN_SIGNED ? mn_palette_place(p, scale, 2.0 * v - 1.0, -1.0, 1.0)
                                      : mn_palette_place(p, scale, v, 0.0, 1.0);
        k->colour[i] = mn_palette_colour(p, t, k->mode, s->light);
    }
    return k;
}

void mn_style_dots(const mn_style *s, int *x, int *y)
{
    mn_glyphs g = s->utf8 ? s->glyphs : MN_ASCII;
    *x = g == MN_QUADRANT ? 2 : 1;
    *y = g == MN_QUADRANT || g == MN_HALF ? 2 : 1;
}

/* Dots of a gradient, from one share of the limits to another. */
static void gradient(mn_brush *b, mn_scale scale, float from, float to, mn_rect box)
{
    enum { STEPS = 8 };
    float ramp[STEPS];
    int x, y;
    mn_style_dots(b->style, &x, &y);
    for (int i = 0; i < STEPS; i++)
        ramp[i] = from + (to - from) * (float)i / (STEPS - 1);
    mn_picture p = {ramp, STEPS, 1, 1, scale, 0.0f, 1.0f};
    mn_brush_picture(b, &p, box, box.w * x, y);
}

int mn_brush_ramp(mn_brush *b, mn_scale scale, const char *low, const char *high, int x, int y,
                  int width)
{
    enum { RAMP = 4 };
    int lows = mn_brush_columns(b, low), highs = mn_brush_columns(b, high);
    int used = lows + 1 + RAMP + (scale == MN_SIGNED ? 3 : 0) + RAMP + 1 + highs;
    if (used > width) {
        char text[64];
        if (scale == MN_SIGNED)
            snprintf(text, sizeof text, "±%.24s", high);
        else
            snprintf(text, sizeof text, "%.24s..%.24s", low, high);
        used = mn_brush_columns(b, text);
        return used > width ? 0 : mn_brush_text(b, x + width - used, y, used, text, MN_DIM);
    }
    x += width - used;
    x += mn_brush_text(b, x, y, lows, low, MN_DIM) + 1;
    if (scale == MN_SIGNED) {
        gradient(b, scale, -1.0f, -0.25f, (mn_rect){x, y, RAMP, 1});
        x += RAMP + 1;
        x += mn_brush_text(b, x, y, 1, "0", MN_DIM) + 1;
        gradient(b, scale, 0.25f, 1.0f, (mn_rect){x, y, RAMP, 1});
    } else {
        gradient(b, scale, 0.0f, 0.5f, (mn_rect){x, y, RAMP, 1});
        x += RAMP;
        gradient(b, scale, 0.5f, 1.0f, (mn_rect){x, y, RAMP, 1});
    }
    mn_brush_text(b, x + RAMP + 1, y, highs, high, MN_DIM);
    return used;
}

int mn_brush_scale(mn_brush *b, mn_scale scale, float lo, float hi, int x, int y, int width)
{
    char low[MN_NUMBER_MAX], high[MN_NUMBER_MAX];
    mn_number(low, scale == MN_SIGNED ? -(double)hi : (double)lo);
    mn_number(high, (double)hi);
    return mn_brush_ramp(b, scale, low, high, x, y, width);
}

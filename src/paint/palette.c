#include "mnemoscope/palette.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define LENGTH(...) (sizeof __VA_ARGS__ / sizeof *__VA_ARGS__)
#define RGB(...)    (const uint32_t[]){__VA_ARGS__}, LENGTH(((const uint32_t[]){__VA_ARGS__}))
#define XTERM(...)  (const uint8_t[]){__VA_ARGS__}, LENGTH(((const uint8_t[]){__VA_ARGS__}))
#define NO_XTERM    NULL, 0
#define RAMP(...)                                                                              \
    {                                                                                          \
        __VA_ARGS__                                                                            \
    }
#define NO_RAMP                                                                                \
    {                                                                                          \
        NULL, 0, NULL, 0                                                                       \
    }
#define MN_PALETTE(id, about, fits_signed, fits_unsigned, dark, ...)                           \
    static const mn_palette palette_##id = {#id,           about, fits_signed,                 \
                                            fits_unsigned, dark,  __VA_ARGS__};
#include "palettes.def"
#undef MN_PALETTE

const mn_palette *const mn_palettes[] = {
#define MN_PALETTE(id, ...) &palette_##id,
#include "palettes.def"
#undef MN_PALETTE
    NULL};

const mn_palette *mn_palette_find(const char *name)
{
    for (const mn_palette *const *p = mn_palettes; *p; p++)
        if (strcmp((*p)->name, name) == 0)
            return *p;
    return NULL;
}

/* The ramp for a background, and t turned round when it is the other one's. */
static const mn_ramp *ramp_of(const mn_palette *p, bool light, double *t)
{
    *t = !(*t > 0.0) ? 0.0 : *t < 1.0 ? *t : 1.0;
    if (!light)
        return &p->dark;
    if (p->light.n_rgb)
        return &p->light;
    *t = 1.0 - *t;
    return &p->dark;
}

static uint32_t mix(uint32_t a, uint32_t b, double t)
{
    uint32_t rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double from = a >> shift & 255, to = b >> shift & 255;
        rgb |= (uint32_t)(from + (to - from) * t + 0.5) << shift;
    }
    return rgb;
}

uint32_t mn_palette_rgb(const mn_palette *p, double t, bool light)
{
    const mn_ramp *r = ramp_of(p, light, &t);
    double at = t * (r->n_rgb - 1);
    int i = (int)at < r->n_rgb - 1 ? (int)at : r->n_rgb - 2;
    return mix(r->rgb[i], r->rgb[i + 1], at - i);
}

int32_t mn_direct_colour(uint32_t rgb)
{
    return (int32_t)(rgb < 8 ? 8 : rgb);
}

int32_t mn_palette_colour(const mn_palette *p, double t, mn_colours mode, bool light)
{
    const mn_ramp *r = ramp_of(p, light, &t);
    if (!r->n_xterm || mode > MN_256)
        return MN_DEFAULT_COLOUR;
    if (mode == MN_256)
        return r->xterm[(int)(t * (r->n_xterm - 1) + 0.5)];
    return mn_direct_colour(mn_palette_rgb(p, light && r == &p->dark ? 1.0 - t : t, light));
}

int mn_palette_steps(const mn_palette *p, int wanted, mn_colours mode, bool light)
{
    double t = 0.0;
    int n = ramp_of(p, light, &t)->n_xterm;
    return mode == MN_256 && n && n < wanted ? n : wanted;
}

double mn_palette_place(const mn_palette *p, mn_scale scale, double value, double lo, double hi)
{
    if (scale == MN_SIGNED) {
        double w = value / (hi > 0.0 ? hi : 1.0);
        return p->signed_map ? 0.5 + 0.5 * w : fabs(w);
    }
    double t = (value - lo) / (hi > lo ? hi - lo : 1.0);
    return p->unsigned_map ? t : 0.5 + 0.5 * t;
}

uint32_t mn_xterm_rgb(int index)
{
    if (index >= 232) {
        uint32_t v = 8u + 10u * (uint32_t)(index < 256 ? index - 232 : 23);
        return v << 16 | v << 8 | v;
    }
    static const uint32_t steps[] = {0, 95, 135, 175, 215, 255};
    int i = index < 16 ? 0 : index - 16;
    return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
}

typedef struct {
    uint32_t rgb;
    uint8_t xterm, ansi;
} named_colour;

static int32_t in_mode(const named_colour *c, mn_colours mode)
{
    switch (mode) {
    case MN_DIRECT: return mn_direct_colour(c->rgb);
    case MN_256: return c->xterm;
    case MN_16: return c->ansi;
    default: return MN_DEFAULT_COLOUR;
    }
}

/* Okabe & Ito 2008. Black becomes near-white on dark screens; yellow, sky blue and orange are
 * darkened on light ones, where they would be too faint for lines. */
int32_t mn_class_colour(int class, mn_colours mode, bool light)
{
    static const named_colour on_dark[] = {
        {0x56b4e9, 74, 14}, {0xe69f00, 178, 11}, {0x009e73, 36, 10}, {0xcc79a7, 175, 13},
        {0xf0e442, 227, 3}, {0x3d8fd1, 68, 12},  {0xd55e00, 166, 9}, {0xe6e6e6, 254, 15}};
    static const named_colour on_light[] = {
        {0x2b8cc4, 32, 6},  {0xc98700, 172, 3}, {0x009e73, 29, 2},  {0xb5578c, 132, 5},
        {0xa89a00, 142, 3}, {0x0072b2, 25, 4},  {0xd55e00, 166, 1}, {0x202020, 234, 0}};
    if (class < 0)
        return mn_tone_colour(MN_ACCENT, mode, light);
    return in_mode((light ? on_light : on_dark) + class % 8, mode);
}

int32_t mn_tone_colour(mn_tone tone, mn_colours mode, bool light)
{
    static const named_colour on_dark[] = {[MN_DIM] = {0x8c8c8c, 245, 7},
                                           [MN_GOOD] = {0x3fc79a, 79, 10},
                                           [MN_BAD] = {0xff7a45, 209, 9},
                                           [MN_ACCENT] = {0x6fc3f2, 117, 14}};
    static const named_colour on_light[] = {[MN_DIM] = {0x6e6e6e, 242, 8},
                                            [MN_GOOD] = {0x00785a, 29, 2},
                                            [MN_BAD] = {0xb84500, 130, 1},
                                            [MN_ACCENT] = {0x005f99, 25, 4}};
    if (tone == MN_PLAIN || tone == MN_STRONG)
        return MN_DEFAULT_COLOUR;
    return in_mode((light ? on_light : on_dark) + tone, mode);
}

uint8_t mn_tone_attr(mn_tone tone)
{
    static const uint8_t attrs[] = {
        [MN_PLAIN] = 0,      [MN_STRONG] = MN_BOLD,   [MN_DIM] = MN_FAINT,
        [MN_GOOD] = MN_BOLD, [MN_BAD] = MN_UNDERLINE, [MN_ACCENT] = MN_BOLD | MN_UNDERLINE};
    return attrs[tone];
}

#include "pen.h"

#include <math.h>
#include <string.h>

#include "font.h"
#include "number.h"
#include "utf8.h"

static void set_pixel(const mn_pen *p, int x, int y, uint32_t rgb)
{
    unsigned char *at = p->image->rgb + 3 * ((size_t)y * (size_t)p->image->width + (size_t)x);
    at[0] = (unsigned char)(rgb >> 16);
    at[1] = (unsigned char)(rgb >> 8);
    at[2] = (unsigned char)rgb;
}

/* `v` of 255 parts ink. */
static void mix_pixel(const mn_pen *p, size_t at, uint32_t rgb, int v)
{
    for (int k = 0; k < 3; k++) {
        unsigned char *c = p->image->rgb + 3 * at + k;
        int ink = (int)(rgb >> (16 - 8 * k) & 255);
        *c = (unsigned char)((*c * (255 - v) + ink * v + 127) / 255);
    }
}

static mn_rect clipped(mn_rect r, int width, int height)
{
    int x0 = r.x > 0 ? r.x : 0, y0 = r.y > 0 ? r.y : 0;
    int x1 = r.x + r.w < width ? r.x + r.w : width;
    int y1 = r.y + r.h < height ? r.y + r.h : height;
    return (mn_rect){x0, y0, x1 > x0 ? x1 - x0 : 0, y1 > y0 ? y1 - y0 : 0};
}

void mn_pen_fill(const mn_pen *p, mn_rect r, uint32_t rgb)
{
    r = clipped(r, p->image->width, p->image->height);
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            set_pixel(p, x, y, rgb);
}

void mn_pen_blend(const mn_pen *p, mn_rect r, uint32_t rgb, double share)
{
    int v = (int)(share * 255.0 + 0.5);
    r = clipped(r, p->image->width, p->image->height);
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            mix_pixel(p, (size_t)y * (size_t)p->image->width + (size_t)x, rgb, v);
}

void mn_pen_frame(const mn_pen *p, mn_rect r, int thickness, uint32_t rgb)
{
    int t = thickness, w = r.w + 2 * t;
    mn_pen_fill(p, (mn_rect){r.x - t, r.y - t, w, t}, rgb);
    mn_pen_fill(p, (mn_rect){r.x - t, r.y + r.h, w, t}, rgb);
    mn_pen_fill(p, (mn_rect){r.x - t, r.y, t, r.h}, rgb);
    mn_pen_fill(p, (mn_rect){r.x + r.w, r.y, t, r.h}, rgb);
}

int mn_pen_column(const mn_pen *p)
{
    return MN_FONT_COLS * p->scale;
}

int mn_pen_row(const mn_pen *p)
{
    return MN_FONT_ROWS * p->scale;
}

static void character(const mn_pen *p, int x, int y, uint32_t ch, uint32_t rgb, bool bold)
{
    uint8_t rows[MN_FONT_ROWS];
    int s = p->scale, wide = bold ? s + (s + 1) / 2 : s;
    mn_font_bits(ch, rows);
    for (int dy = 0; dy < MN_FONT_ROWS; dy++)
        for (int dx = 0; dx < MN_FONT_COLS; dx++)
            if (rows[dy] >> dx & 1)
                mn_pen_fill(p, (mn_rect){x + dx * s, y + dy * s, wide, s}, rgb);
}

static int count(const char *text)
{
    int n = 0;
    while (n < 4096 && mn_utf8_next(&text))
        n++;
    return n;
}

int mn_pen_width(const mn_pen *p, const char *text)
{
    return text ? count(text) * mn_pen_column(p) : 0;
}

int mn_pen_text(const mn_pen *p, int x, int y, int width, const char *text, uint32_t rgb,
                bool bold)
{
    int column = mn_pen_column(p), room = width / column, used = 0;
    uint32_t ch;
    if (!text || room <= 0)
        return 0;
    bool cut = count(text) > room;
    for (; used < (cut ? room - 1 : room) && (ch = mn_utf8_next(&text)); used++)
        character(p, x + used * column, y, ch, rgb, bold);
    if (cut)
        character(p, x + used++ * column, y, 0x2026, rgb, bold);
    return used * column;
}

void mn_pen_text_right(const mn_pen *p, int x, int y, int width, const char *text, uint32_t rgb)
{
    int wanted = mn_pen_width(p, text), used = wanted < width ? wanted : width;
    mn_pen_text(p, x + width - used, y, used, text, rgb, false);
}

void mn_pen_text_centred(const mn_pen *p, int x, int y, int width, const char *text,
                         uint32_t rgb)
{
    /* The last column of a character is empty: half of it moves the middle. */
    int wanted = mn_pen_width(p, text), spare = width - wanted;
    mn_pen_text(p, x + (spare > 0 ? (spare + p->scale) / 2 : 0), y, width, text, rgb, false);
}

uint32_t mn_pen_tone(const mn_pen *p, mn_tone tone)
{
    int32_t rgb = mn_tone_colour(tone, MN_DIRECT, p->light);
    return rgb == MN_DEFAULT_COLOUR ? p->ink : (uint32_t)rgb;
}

uint32_t mn_pen_class(const mn_pen *p, int class)
{
    return (uint32_t)mn_class_colour(class, MN_DIRECT, p->light);
}

void mn_pen_stroke_begin(mn_pen *p, mn_rect clip)
{
    p->clip = clipped(clip, p->image->width, p->image->height);
    for (int y = p->clip.y; y < p->clip.y + p->clip.h; y++)
        memset(p->coverage + (size_t)y * (size_t)p->image->width + (size_t)p->clip.x, 0,
               (size_t)p->clip.w);
}

/* Distance of a point from a segment. */
static double distance(double x, double y, double x0, double y0, double dx, double dy)
{
    double length = dx * dx + dy * dy;
    double t = length > 0.0 ? ((x - x0) * dx + (y - y0) * dy) / length : 0.0;
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return hypot(x - x0 - t * dx, y - y0 - t * dy);
}

void mn_pen_stroke(mn_pen *p, double x0, double y0, double x1, double y1, double thickness)
{
    double reach = thickness / 2.0 + 0.5;
    mn_rect c = p->clip;
    int left = (int)floor(fmin(x0, x1) - reach), right = (int)ceil(fmax(x0, x1) + reach);
    int top = (int)floor(fmin(y0, y1) - reach), bottom = (int)ceil(fmax(y0, y1) + reach);
    left = left > c.x ? left : c.x;
    top = top > c.y ? top : c.y;
    for (int y = top; y <= bottom && y < c.y + c.h; y++)
        for (int x = left; x <= right && x < c.x + c.w; x++) {
            double share = reach - distance(x, y, x0, y0, x1 - x0, y1 - y0);
            unsigned char *at = p->coverage + (size_t)y * (size_t)p->image->width + (size_t)x;
            int v = share <= 0.0 ? 0 : share >= 1.0 ? 255 : (int)(share * 255.0 + 0.5);
            if (v > *at)
                *at = (unsigned char)v;
        }
}

void mn_pen_stroke_end(mn_pen *p, uint32_t rgb)
{
    mn_rect c = p->clip;
    for (int y = c.y; y < c.y + c.h; y++)
        for (int x = c.x; x < c.x + c.w; x++) {
            size_t i = (size_t)y * (size_t)p->image->width + (size_t)x;
            if (p->coverage[i])
                mix_pixel(p, i, rgb, p->coverage[i]);
        }
}

uint32_t mn_pen_value(const mn_pen *p, mn_scale scale, double value, double lo, double hi)
{
    const mn_palette *palette = mn_style_palette(p->style, scale);
    if (isnan(value))
        return p->grey; /* no palette has this flat grey at its ends; the legend says "·" */
    return mn_palette_rgb(palette, mn_palette_place(palette, scale, value, lo, hi), p->light);
}

static uint32_t picture_colour(const mn_pen *p, const mn_picture *m, size_t at)
{
    size_t plane = (size_t)m->width * (size_t)m->height;
    double lo = m->scale == MN_SIGNED ? -(double)m->hi : (double)m->lo, hi = (double)m->hi;
    uint32_t rgb = 0;
    if (m->channels != 3)
        return mn_pen_value(p, m->scale, (double)m->pixels[at], lo, hi);
    for (size_t c = 0; c < 3; c++) {
        double t = ((double)m->pixels[c * plane + at] - lo) / (hi > lo ? hi - lo : 1.0);
        t = !(t > 0.0) ? 0.0 : t < 1.0 ? t : 1.0;
        rgb = rgb << 8 | (uint32_t)(t * 255.0 + 0.5);
    }
    return rgb;
}

/* Every pixel of the box shows the native pixel under its middle. */
static void enlarge(const mn_pen *p, const mn_picture *m, mn_rect box)
{
    for (int y = 0; y < m->height; y++)
        for (int x = 0; x < m->width; x++) {
            int x0 = (int)((long long)x * box.w / m->width);
            int x1 = (int)((long long)(x + 1) * box.w / m->width);
            int y0 = (int)((long long)y * box.h / m->height);
            int y1 = (int)((long long)(y + 1) * box.h / m->height);
            mn_pen_fill(p, (mn_rect){box.x + x0, box.y + y0, x1 - x0, y1 - y0},
                        picture_colour(p, m, (size_t)y * (size_t)m->width + (size_t)x));
        }
}

/* Every pixel of the box is the mean colour of the native pixels that fall on it. */
static void shrink(const mn_pen *p, const mn_picture *m, mn_rect box)
{
    for (int y = 0; y < box.h; y++)
        for (int x = 0; x < box.w; x++) {
            int x0 = (int)((long long)x * m->width / box.w);
            int x1 = (int)((long long)(x + 1) * m->width / box.w);
            int y0 = (int)((long long)y * m->height / box.h);
            int y1 = (int)((long long)(y + 1) * m->height / box.h);
            long sum[3] = {0}, n = 0;
            for (int j = y0; j < y1 || j == y0; j++)
                for (int i = x0; i < x1 || i == x0; i++, n++) {
                    uint32_t rgb =
                        picture_colour(p, m, (size_t)j * (size_t)m->width + (size_t)i);
                    for (int k = 0; k < 3; k++)
                        sum[k] += (long)(rgb >> (16 - 8 * k) & 255);
                }
            mn_pen_fill(p, (mn_rect){box.x + x, box.y + y, 1, 1},
                        (uint32_t)(sum[0] / n << 16 | sum[1] / n << 8 | sum[2] / n));
        }
}

void mn_pen_picture(const mn_pen *p, const mn_picture *m, mn_rect box)
{
    if (!m->pixels || m->width <= 0 || m->height <= 0 || box.w <= 0 || box.h <= 0)
        return;
    if (box.w >= m->width && box.h >= m->height)
        enlarge(p, m, box);
    else
        shrink(p, m, box);
}

void mn_pen_ramp(const mn_pen *p, mn_scale scale, const char *low, const char *high,
                 mn_rect box)
{
    double from = scale == MN_SIGNED ? -1.0 : 0.0;
    int col = mn_pen_column(p), highs = mn_pen_width(p, high) + col;
    int room = box.w - highs - mn_pen_width(p, low) - col;
    int width = room < 20 * col ? room : 20 * col;
    mn_rect bar = {box.x + box.w - highs - width, box.y + 2 * p->scale, width,
                   box.h - 4 * p->scale};
    if (width < 2 * col)
        return;
    for (int x = 0; x < width; x++)
        mn_pen_fill(p, (mn_rect){bar.x + x, bar.y, 1, bar.h},
                    mn_pen_value(p, scale, from + (1.0 - from) * x / (width - 1), from, 1.0));
    mn_pen_frame(p, bar, (p->scale + 1) / 2, p->grey);
    if (scale == MN_SIGNED) /* zero's place, since its colour is the paper's */
        mn_pen_fill(
            p, (mn_rect){bar.x + width / 2, bar.y + bar.h, (p->scale + 1) / 2, 2 * p->scale},
            p->grey);
    mn_pen_text_right(p, bar.x - col - mn_pen_width(p, low), box.y,
                      mn_pen_width(p, low) + col / 2, low, p->grey);
    mn_pen_text(p, bar.x + width + col / 2, box.y, highs, high, p->grey, false);
}

void mn_pen_scale(const mn_pen *p, mn_scale scale, float lo, float hi, mn_rect box)
{
    char low[MN_NUMBER_MAX], high[MN_NUMBER_MAX];
    mn_number(low, scale == MN_SIGNED ? -(double)hi : (double)lo);
    mn_number(high, (double)hi);
    mn_pen_ramp(p, scale, low, high, box);
}

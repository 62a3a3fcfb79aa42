#include "toned.h"

enum { ELLIPSIS = 0x2026 };

int mn_toned_text(const mn_style *style, mn_canvas *c, int x, int y, int width, mn_tone tone,
                  uint8_t attr, const char *text)
{
    int32_t fg = mn_tone_colour(tone, c->colours, style->light);
    uint8_t toned = mn_tone_attr(tone);
    if (c->colours < MN_16 && fg != MN_DEFAULT_COLOUR)
        toned &= MN_BOLD; /* the colour says it; faint as well would be too dark to read */
    attr |= toned;
    int used = mn_canvas_text(c, x, y, width, text, fg, MN_DEFAULT_COLOUR, attr);
    if (width > 1 && used == width && mn_canvas_columns(c, text) > width)
        mn_canvas_put(c, x + width - 1, y, (mn_cell){ELLIPSIS, fg, MN_DEFAULT_COLOUR, attr});
    return used;
}

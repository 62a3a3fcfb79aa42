#include "font.h"

#include <stddef.h>
#include <string.h>

/* Where glyphs start, and where the lines of boxes cross. */
enum { GLYPH_TOP = 2, MIDDLE_COL = 2, MIDDLE_ROW = 5, FULL = (1 << MN_FONT_COLS) - 1 };

static const struct {
    uint32_t ch;
    const char *rows; /* five columns a row, '/' between rows */
} glyphs[] = {
#define MN_GLYPH(ch, rows) {ch, rows},
#include "font.def"
#undef MN_GLYPH
};

static const char *find(uint32_t ch)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (glyphs[i].ch == ch)
            return glyphs[i].rows;
    return NULL;
}

static void glyph(const char *art, uint8_t rows[])
{
    for (int y = GLYPH_TOP, x = 0; *art; art++) {
        if (*art == '/') {
            y++;
            x = 0;
            continue;
        }
        if (*art == '#')
            rows[y] |= (uint8_t)(1 << x);
        x++;
    }
}

static void fill(uint8_t rows[], int x0, int x1, int y0, int y1)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            rows[y] |= (uint8_t)(1 << x);
}

/* Arms from the middle: 1 left, 2 right, 4 up, 8 down; 16 heavy. */
static int arms_of(uint32_t ch)
{
    static const struct {
        uint16_t ch;
        uint8_t arms;
    } boxes[] = {{0x2500, 3},  {0x2501, 19}, {0x2502, 12}, {0x2503, 28}, {0x250C, 10},
                 {0x2510, 9},  {0x2514, 6},  {0x2518, 5},  {0x251C, 14}, {0x2524, 13},
                 {0x252C, 11}, {0x2534, 7},  {0x253C, 15}, {0x256D, 10}, {0x256E, 9},
                 {0x256F, 5},  {0x2570, 6},  {0x2574, 1},  {0x2576, 2},  {0x2575, 4},
                 {0x2577, 8},  {0x2550, 19}, {0x2551, 28}, {0x254D, 19}, {0x2505, 19},
                 {0x2509, 19}, {0x2508, 3},  {0x2504, 3},  {0x254C, 3},  {0x250A, 12}};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (boxes[i].ch == ch)
            return boxes[i].arms;
    return 0;
}

static void box(uint32_t ch, int arms, uint8_t rows[])
{
    int thick = arms & 16 ? 2 : 1;
    if (arms & 1)
        fill(rows, 0, MIDDLE_COL + thick, MIDDLE_ROW, MIDDLE_ROW + thick);
    if (arms & 2)
        fill(rows, MIDDLE_COL, MN_FONT_COLS, MIDDLE_ROW, MIDDLE_ROW + thick);
    if (arms & 4)
        fill(rows, MIDDLE_COL, MIDDLE_COL + thick, 0, MIDDLE_ROW + thick);
    if (arms & 8)
        fill(rows, MIDDLE_COL, MIDDLE_COL + thick, MIDDLE_ROW, MN_FONT_ROWS);
    int kept = ch == 0x254D || ch == 0x254C ? 0x1B /* two dashes */
               : ch == 0x2505 || ch == 0x2504 || ch == 0x2508 || ch == 0x2509 ? 0x15 /* dots */
                                                                              : FULL;
    for (int y = 0; y < MN_FONT_ROWS; y++)
        rows[y] &= (uint8_t)(ch == 0x250A && y % 3 == 2 ? 0 : kept);
}

/* Quadrants of U+2596..U+259F, bits as in pictures: 1 2 / 4 8. */
static void block(uint32_t ch, uint8_t rows[])
{
    static const uint8_t corners[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    const int w = MN_FONT_COLS, h = MN_FONT_ROWS;
    if (ch == 0x2580)
        fill(rows, 0, w, 0, h / 2);
    else if (ch <= 0x2588)
        fill(rows, 0, w, h - (int)(ch - 0x2580) * h / 8, h);
    else if (ch <= 0x258F)
        fill(rows, 0, ((int)(0x2590 - ch) * w + 4) / 8, 0, h);
    else if (ch == 0x2590)
        fill(rows, w / 2, w, 0, h);
    else if (ch >= 0x2596)
        for (int i = 0; i < 4; i++)
            if (corners[ch - 0x2596] >> i & 1)
                fill(rows, i % 2 * w / 2, (i % 2 + 1) * w / 2, i / 2 * h / 2,
                     (i / 2 + 1) * h / 2);
}

/* A quarter, a half and three quarters of the dots. */
static void shade(uint32_t ch, uint8_t rows[])
{
    for (int y = 0; y < MN_FONT_ROWS; y++) {
        int sparse = y % 2 ? 0 : y % 4 ? 0x15 : 0x2A;
        rows[y] = (uint8_t)(ch == 0x2591   ? sparse
                            : ch == 0x2592 ? (y % 2 ? 0x15 : 0x2A)
                                           : FULL & ~sparse);
    }
}

/* Dots of 2 x 2 in a grid of 2 x 4. */
static void braille(uint32_t ch, uint8_t rows[])
{
    static const uint8_t bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 2; x++)
            if (ch & bits[y][x])
                fill(rows, 3 * x, 3 * x + 2, 3 * y, 3 * y + 2);
}

void mn_font_bits(uint32_t ch, uint8_t rows[MN_FONT_ROWS])
{
    memset(rows, 0, MN_FONT_ROWS);
    int arms = arms_of(ch);
    if (ch == ' ' || ch == 0xA0 || ch == 0)
        return;
    if (arms)
        box(ch, arms, rows);
    else if (ch >= 0x2591 && ch <= 0x2593)
        shade(ch, rows);
    else if (ch >= 0x2580 && ch <= 0x259F && ch != 0x2594 && ch != 0x2595)
        block(ch, rows);
    else if (ch >= 0x2800 && ch <= 0x28FF)
        braille(ch, rows);
    else
        glyph(find(ch) ? find(ch) : find('?'), rows);
}

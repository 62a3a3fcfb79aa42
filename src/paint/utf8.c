#include "utf8.h"

#include <stddef.h>

/* Length of the sequence that `first` begins and the bits that it holds; 0 = malformed. */
static int sequence(unsigned char first, uint32_t *bits)
{
    if (first < 0x80) {
        *bits = first;
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0) {
        *bits = first & 0x1Fu;
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        *bits = first & 0x0Fu;
        return 3;
    }
    if (first >= 0xF0 && first < 0xF5) {
        *bits = first & 0x07u;
        return 4;
    }
    return 0;
}

/* Characters that are not one column wide in any terminal: ranges, not the whole table, because
 * the explorer's own text has none and foreign text only has to stay aligned. */
static int one_column(uint32_t ch)
{
    static const uint32_t others[][2] = {
        {0x00, 0x1F},       {0x7F, 0x9F},         {0x0300, 0x036F}, {0x0483, 0x0489},
        {0x0591, 0x05BD},   {0x0610, 0x061A},     {0x064B, 0x065F}, {0x0E31, 0x0E31},
        {0x0E34, 0x0E3A},   {0x1100, 0x115F},     {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
        {0x200B, 0x200F},   {0x2028, 0x202E},     {0x2060, 0x206F}, {0x20D0, 0x20FF},
        {0x231A, 0x231B},   {0x2E80, 0x303E},     {0x3041, 0xA4CF}, {0xA960, 0xA97F},
        {0xAC00, 0xD7A3},   {0xD800, 0xDFFF},     {0xF900, 0xFAFF}, {0xFE00, 0xFE6F},
        {0xFEFF, 0xFEFF},   {0xFF00, 0xFF60},     {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
        {0x20000, 0x3FFFF}, {0xE0000, 0xFFFFFFFF}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ch >= others[i][0] && ch <= others[i][1])
            return 0;
    return 1;
}

uint32_t mn_utf8_next(const char **at)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)*at;
    uint32_t ch;
    if (!*c)
        return 0;
    int n = sequence(*c, &ch);
    int taken = 1;
    while (taken < n && (c[taken] & 0xC0) == 0x80)
        ch = ch << 6 | (c[taken++] & 0x3Fu);
    *at += taken;
    return n == 0 || taken < n || ch < least[n] || !one_column(ch) ? '?' : ch;
}

int mn_utf8_write(uint32_t ch, char *out)
{
    if (ch < 0x80) {
        out[0] = (char)ch;
        return 1;
    }
    int n = ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (int i = n - 1; i > 0; i--, ch >>= 6)
        out[i] = (char)(0x80u | (ch & 0x3Fu));
    out[0] = (char)(lead[n] | ch);
    return n;
}

const char *mn_utf8_ascii(uint32_t ch, char store[2])
{
    static const struct {
        uint32_t ch;
        const char *ascii;
    } folds[] = {{0x00A0, " "},  {0x00B0, "o"},  {0x00B1, "+-"}, {0x00B2, "2"},  {0x00B7, "."},
                 {0x00BD, ".5"}, {0x00D7, "x"},  {0x2013, "-"},  {0x2014, "-"},  {0x2018, "'"},
                 {0x2019, "'"},  {0x201C, "\""}, {0x201D, "\""}, {0x2020, "+"},  {0x2022, "*"},
                 {0x2026, ".."}, {0x2190, "<"},  {0x2191, "^"},  {0x2192, ">"},  {0x2193, "v"},
                 {0x2212, "-"},  {0x2260, "!="}, {0x2264, "<="}, {0x2265, ">="}, {0x25AE, "#"},
                 {0x25B2, "^"},  {0x25B6, ">"},  {0x25B8, ">"},  {0x25BC, "v"},  {0x25CF, "*"},
                 {0x271D, "+"},  {0x2713, "v"},  {0x270E, "*"},  {0x2717, "x"},  {0x2550, "="},
                 {0x2501, "-"},  {0x2503, "|"},  {0x03BE, "xi"}, {0x03B2, "b"},  {0x2302, "^"},
                 {0x2605, "!"},  {0x25CB, "o"},  {0x25A0, "#"},  {0x25A1, "o"},  {0x25C6, "*"}};
    store[0] = '?';
    store[1] = '\0';
    if (ch < 0x80)
        store[0] = (char)ch;
    else if (ch >= 0x2500 && ch < 0x2580) /* boxes: verticals, horizontals, the rest */
        store[0] =
            ch == 0x2502 || ch == 0x250A ? '|'
            : ch <= 0x2501 || ch == 0x254D || ch == 0x2505 || ch == 0x2508 || ch == 0x2550
                ? '-'
                : '+';
    else if (ch >= 0x2580 && ch < 0x2596) /* blocks */
        store[0] = '#';
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (folds[i].ch == ch)
            return folds[i].ascii;
    return store;
}

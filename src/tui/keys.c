#include "keys.h"

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/screen.h"

/* Cursor keys come as ESC [ or ESC O depending on a mode that multiplexers forget to set; Home
 * and End have four spellings. */
static const struct {
    const char *bytes;
    int code;
} spellings[] = {
    {"\033[A", KEY_UP},     {"\033OA", KEY_UP},    {"\033[B", KEY_DOWN},
    {"\033OB", KEY_DOWN},   {"\033[C", KEY_RIGHT}, {"\033OC", KEY_RIGHT},
    {"\033[D", KEY_LEFT},   {"\033OD", KEY_LEFT},  {"\033[H", KEY_HOME},
    {"\033OH", KEY_HOME},   {"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END},    {"\033OF", KEY_END},   {"\033[4~", KEY_END},
    {"\033[8~", KEY_END},   {"\033[3~", KEY_DC},   {"\033[5~", KEY_PPAGE},
    {"\033[6~", KEY_NPAGE}, {"\033[Z", KEY_BTAB},  {"\033OP", KEY_F(1)},
    {"\033[11~", KEY_F(1)}, {"\033[[A", KEY_F(1)}, {"\033OM", KEY_ENTER},
};

static const struct {
    int code, key;
} codes[] = {
    {KEY_UP, MN_KEY_UP},         {KEY_DOWN, MN_KEY_DOWN},
    {KEY_LEFT, MN_KEY_LEFT},     {KEY_RIGHT, MN_KEY_RIGHT},
    {KEY_PPAGE, MN_KEY_PAGE_UP}, {KEY_NPAGE, MN_KEY_PAGE_DOWN},
    {KEY_HOME, MN_KEY_HOME},     {KEY_END, MN_KEY_END},
    {KEY_ENTER, MN_KEY_ENTER},   {KEY_BACKSPACE, MN_KEY_BACKSPACE},
    {KEY_DC, MN_KEY_DELETE},     {KEY_BTAB, MN_KEY_BACK_TAB},
    {KEY_F(1), MN_KEY_F1},       {KEY_A1, MN_KEY_HOME},
    {KEY_A3, MN_KEY_PAGE_UP},    {KEY_C1, MN_KEY_END},
    {KEY_C3, MN_KEY_PAGE_DOWN},
};

void mn_keys_define(void)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        define_key(spellings[i].bytes, spellings[i].code);
    define_key(NULL, KEY_MOUSE); /* its reports are read whole, with the other replies */
}

static int of_code(wint_t code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == (int)code)
            return codes[i].key;
    return 0;
}

static int of_character(wint_t ch)
{
    switch (ch) {
    case '\r':
    case '\n': return MN_KEY_ENTER;
    case '\t': return MN_KEY_TAB;
    case '\b':
    case 127: return MN_KEY_BACKSPACE;
    case 27: return MN_KEY_ESCAPE;
    default: return ch < MN_KEY_UP ? (int)ch : 0;
    }
}

/* A sequence arrives in one piece: a bracket right behind an escape was not typed. */
static bool begins_sequence(mn_reply *r)
{
    wint_t ch;
    int kind = get_wch(&ch);
    if (kind == ERR)
        return false;
    if (kind == OK && mn_reply_begin(r, ch))
        return true;
    if (kind == OK)
        unget_wch((wchar_t)ch);
    else
        ungetch((int)ch);
    return false;
}

int mn_keys_next(mn_reply *r)
{
    for (;;) {
        wint_t ch;
        int kind = get_wch(&ch);
        if (kind == ERR)
            return 0;
        if (r->state != MN_REPLY_NONE && kind == OK) {
            mn_reply_add(r, ch);
            if (r->touched)
                return MN_KEYS_TOUCH;
            continue;
        }
        r->state = MN_REPLY_NONE;
        int key = kind == KEY_CODE_YES ? of_code(ch) : of_character(ch);
        if (key == MN_KEY_ESCAPE && begins_sequence(r))
            continue;
        if (key)
            return key;
    }
}

#include "mnemoscope/screen.h"

#include <stdio.h>
#include <string.h>

#define MN_CTRL(letter) ((letter) - '@')

const mn_binding mn_bindings[] = {
#define MN_BINDING(key, line, group, hint, help, priority)                                     \
    {key, line, group, hint, help, priority},
#include "keys.def"
#undef MN_BINDING
    {0}};

static const struct {
    const char *view;
    mn_binding binding;
} panels[] = {
#define MN_PANEL_BINDING(view, key, line, group, hint, help, priority)                         \
    {view, {key, line, group, hint, help, priority}},
#include "panel_keys.def"
#undef MN_PANEL_BINDING
};

enum { N_PANELS = sizeof panels / sizeof *panels };

const mn_binding *mn_panel_bindings(const char *view, int i)
{
    for (int at = 0; at < N_PANELS; at++)
        if (!strcmp(panels[at].view, view) && i-- == 0)
            return &panels[at].binding;
    return NULL;
}

static const struct {
    const char *name;
    int key;
} names[] = {
    {"Space", ' '},
    {"Up", MN_KEY_UP},
    {"Down", MN_KEY_DOWN},
    {"Left", MN_KEY_LEFT},
    {"Right", MN_KEY_RIGHT},
    {"PgUp", MN_KEY_PAGE_UP},
    {"PgDn", MN_KEY_PAGE_DOWN},
    {"Home", MN_KEY_HOME},
    {"End", MN_KEY_END},
    {"Enter", MN_KEY_ENTER},
    {"Esc", MN_KEY_ESCAPE},
    {"Backspace", MN_KEY_BACKSPACE},
    {"Delete", MN_KEY_DELETE},
    {"Tab", MN_KEY_TAB},
    {"S-Tab", MN_KEY_BACK_TAB},
    {"F1", MN_KEY_F1},
};

enum { N_NAMES = sizeof names / sizeof *names };

/* One character of UTF-8 and nothing behind it; 0 when it is anything else. */
static int parse_character(const char *name)
{
    const unsigned char *c = (const unsigned char *)name;
    int n = *c < 0x80 ? 1 : *c >= 0xF0 ? 4 : *c >= 0xE0 ? 3 : *c >= 0xC0 ? 2 : 0;
    if (!n || strlen(name) != (size_t)n)
        return 0;
    int key = n == 1 ? *c : *c & (0xFF >> (n + 1));
    for (int i = 1; i < n; i++) {
        if ((c[i] & 0xC0) != 0x80)
            return 0;
        key = key << 6 | (c[i] & 0x3F);
    }
    return key < ' ' || key == 127 || key > 0x10FFFF ? 0 : key;
}

int mn_key_parse(const char *name)
{
    for (int i = 0; i < N_NAMES; i++)
        if (!strcmp(names[i].name, name))
            return names[i].key;
    if (!strncmp(name, "C-", 2) && name[2] && !name[3]) {
        int letter = name[2] >= 'a' && name[2] <= 'z' ? name[2] - 'a' + 'A' : name[2];
        return letter >= 'A' && letter <= 'Z' ? MN_CTRL(letter) : 0;
    }
    return parse_character(name);
}

static void write_character(int key, char *out, size_t size)
{
    unsigned c = (unsigned)key;
    if (c < 0x80)
        snprintf(out, size, "%c", (int)c);
    else if (c < 0x800)
        snprintf(out, size, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
    else if (c < 0x10000)
        snprintf(out, size, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)),
                 (int)(0x80 | (c & 0x3F)));
    else
        snprintf(out, size, "%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3F)),
                 (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
}

const char *mn_key_name(int key, char *out, size_t size)
{
    snprintf(out, size, "?");
    for (int i = 0; i < N_NAMES; i++)
        if (names[i].key == key) {
            snprintf(out, size, "%s", names[i].name);
            return out;
        }
    if (key > 0 && key < ' ')
        snprintf(out, size, "C-%c", key + '`');
    else if (key >= ' ' && key != 127 && key < MN_KEY_UP)
        write_character(key, out, size);
    return out;
}

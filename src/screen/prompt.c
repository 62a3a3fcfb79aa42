#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/screen.h"

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void replace(mn_prompt *p, const char *line)
{
    snprintf(p->line, sizeof p->line, "%s", line);
    p->length = p->cursor = strlen(p->line);
}

void mn_prompt_start(mn_prompt *p, const char *line)
{
    replace(p, line);
    p->back = 0;
    p->hint[0] = '\0';
}

static void insert(mn_prompt *p, const char *bytes, size_t n)
{
    if (p->length + n >= sizeof p->line)
        return;
    memmove(p->line + p->cursor + n, p->line + p->cursor, p->length - p->cursor + 1);
    memcpy(p->line + p->cursor, bytes, n);
    p->length += n;
    p->cursor += n;
}

/* Takes out the bytes from..cursor. */
static void erase(mn_prompt *p, size_t from)
{
    memmove(p->line + from, p->line + p->cursor, p->length - p->cursor + 1);
    p->length -= p->cursor - from;
    p->cursor = from;
}

static size_t before(const mn_prompt *p)
{
    size_t at = p->cursor;
    while (at > 0 && continues(p->line[--at]))
        ;
    return at;
}

static size_t behind(const mn_prompt *p)
{
    size_t at = p->cursor;
    if (at < p->length)
        at++;
    while (at < p->length && continues(p->line[at]))
        at++;
    return at;
}

static size_t word_before(const mn_prompt *p)
{
    size_t at = p->cursor;
    while (at > 0 && p->line[at - 1] == ' ')
        at--;
    while (at > 0 && p->line[at - 1] != ' ')
        at--;
    return at;
}

static void look_back(mn_prompt *p, int direction)
{
    int kept = p->n_history < MN_PROMPT_HISTORY ? p->n_history : MN_PROMPT_HISTORY;
    int back = p->back + direction;
    if (back < 0 || back > kept)
        return;
    if (!p->back)
        snprintf(p->kept, sizeof p->kept, "%s", p->line);
    p->back = back;
    int at = (p->next - back + 2 * MN_PROMPT_HISTORY) % MN_PROMPT_HISTORY;
    replace(p, back ? p->history[at] : p->kept);
}

void mn_prompt_remember(mn_prompt *p)
{
    int last = (p->next + MN_PROMPT_HISTORY - 1) % MN_PROMPT_HISTORY;
    if (!p->length || (p->n_history && !strcmp(p->history[last], p->line)))
        return;
    memcpy(p->history[p->next], p->line, p->length + 1);
    p->next = (p->next + 1) % MN_PROMPT_HISTORY;
    if (p->n_history < MN_PROMPT_HISTORY)
        p->n_history++;
}

/* Length of what all the lines begin with. */
static size_t common_start(const char *lines)
{
    size_t n = strcspn(lines, "\n");
    for (const char *line = lines; *line;) {
        size_t length = strcspn(line, "\n"), same = 0;
        while (same < n && same < length && line[same] == lines[same])
            same++;
        n = same;
        line += length + (line[length] == '\n');
    }
    return n;
}

static void list_found(mn_prompt *p, const char *lines)
{
    snprintf(p->hint, sizeof p->hint, "%s", lines);
    for (char *c = p->hint; *c; c++)
        if (*c == '\n')
            *c = ' ';
}

/* Completes the word before the cursor as far as it is certain; says what it could be when it
 * is not. */
static void complete(mn_prompt *p, const char *model)
{
    char head[MN_PROMPT_MAX];
    mn_text found = {0};
    size_t start = 0;
    snprintf(head, sizeof head, "%.*s", (int)p->cursor, p->line);
    size_t n = mn_complete(head, model, &found, &start);
    p->hint[0] = '\0';
    if (n && !found.failed) {
        size_t same = common_start(found.data);
        erase(p, start);
        insert(p, found.data, same);
        if (n > 1)
            list_found(p, found.data);
        else if (p->length && p->line[p->cursor - 1] != '=')
            insert(p, " ", 1);
    } else
        snprintf(p->hint, sizeof p->hint, "nothing to complete");
    mn_text_finish(&found);
}

static void type(mn_prompt *p, int key)
{
    char bytes[8];
    mn_key_name(key, bytes, sizeof bytes);
    if (key == ' ')
        snprintf(bytes, sizeof bytes, " ");
    insert(p, bytes, strlen(bytes));
}

bool mn_prompt_key(mn_prompt *p, int key, const char *model)
{
    enum { CTRL_A = 1, CTRL_B, CTRL_E = 5, CTRL_F, CTRL_K = 11, CTRL_U = 21, CTRL_W = 23 };
    if (key == MN_KEY_TAB) {
        complete(p, model);
        return true;
    }
    p->hint[0] = '\0';
    switch (key) {
    case MN_KEY_LEFT:
    case CTRL_B: p->cursor = before(p); return true;
    case MN_KEY_RIGHT:
    case CTRL_F: p->cursor = behind(p); return true;
    case MN_KEY_HOME:
    case CTRL_A: p->cursor = 0; return true;
    case MN_KEY_END:
    case CTRL_E: p->cursor = p->length; return true;
    case MN_KEY_UP: look_back(p, 1); return true;
    case MN_KEY_DOWN: look_back(p, -1); return true;
    case MN_KEY_BACKSPACE: erase(p, before(p)); return true;
    case MN_KEY_DELETE: {
        size_t from = p->cursor;
        p->cursor = behind(p);
        erase(p, from);
        return true;
    }
    case CTRL_U: erase(p, 0); return true;
    case CTRL_W: erase(p, word_before(p)); return true;
    case CTRL_K: p->line[p->length = p->cursor] = '\0'; return true;
    default: break;
    }
    if (key < ' ' || key == 127 || key >= MN_KEY_UP)
        return false;
    type(p, key);
    return true;
}

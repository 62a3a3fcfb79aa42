#include "reply.h"

#include <stdio.h>
#include <string.h>

const char mn_reply_question[] = "\033]11;?\033\\";

bool mn_reply_begin(mn_reply *r, unsigned ch)
{
    r->n = 0;
    r->state = ch == '['   ? MN_REPLY_CONTROL
               : ch == 'O' ? MN_REPLY_SINGLE
               : ch == ']' ? MN_REPLY_STRING
                           : MN_REPLY_NONE;
    return r->state != MN_REPLY_NONE;
}

/* "11;rgb:RRRR/GGGG/BBBB", one to four hexadecimal digits each; some say rgba and one more. */
static void read_background(mn_reply *r)
{
    unsigned value[3];
    int at[4] = {0};
    const char *text = strstr(r->text, ":");
    if (strncmp(r->text, "11;rgb", 6) != 0 || !text ||
        sscanf(text, ":%n%4x%n/%4x%n/%4x%n", &at[0], &value[0], &at[1], &value[1], &at[2],
               &value[2], &at[3]) != 3)
        return;
    double part[3];
    for (int i = 0; i < 3; i++) {
        int digits = at[i + 1] - at[i] - (i > 0);
        part[i] = value[i] / (double)((1u << 4 * digits) - 1);
    }
    r->heard = true;
    r->light = 0.299 * part[0] + 0.587 * part[1] + 0.114 * part[2] > 0.5;
}

/* "<0;12;5" and M: the left button at column 12, row 5; 32 more while it is dragged. Others,
 * wheels and modified ones are left alone; a release ends in m. */
static void read_mouse(mn_reply *r)
{
    enum { DRAGGED = 32 };
    int button, x, y, n = 0;
    if (sscanf(r->text, "<%4d;%5d;%5d%n", &button, &x, &y, &n) != 3 || r->text[n] ||
        (button != 0 && button != DRAGGED) || x < 1 || y < 1)
        return;
    r->touched = true;
    r->first = button == 0;
    r->x = x - 1;
    r->y = y - 1;
}

void mn_reply_add(mn_reply *r, unsigned ch)
{
    bool final = r->state == MN_REPLY_CONTROL  ? ch >= 0x40 && ch <= 0x7e
                 : r->state == MN_REPLY_STRING ? ch == 7 || ch == '\\'
                                               : true;
    if (r->state == MN_REPLY_STRING && final) {
        r->text[r->n] = '\0';
        read_background(r);
    }
    if (r->state == MN_REPLY_CONTROL && ch == 'M' && r->mouse) {
        r->text[r->n] = '\0';
        read_mouse(r);
    }
    if (final)
        r->state = MN_REPLY_NONE;
    else if (ch >= 32 && ch < 127 && r->n + 1 < sizeof r->text)
        r->text[r->n++] = (char)ch;
}

/* reply.h: sequences among the keys that nobody typed: the terminal's answer about its
 * background, what its mouse does, and whatever else begins with an escape and means nothing
 * here. Pure. */
#ifndef MNEMOSCOPE_TUI_REPLY_H
#define MNEMOSCOPE_TUI_REPLY_H

#include <stdbool.h>
#include <stddef.h>

typedef enum mn_reply_state {
    MN_REPLY_NONE,    /* the next character is a key */
    MN_REPLY_CONTROL, /* ESC [ ... up to a final byte */
    MN_REPLY_SINGLE,  /* ESC O and one more */
    MN_REPLY_STRING   /* ESC ] ... up to BEL or ESC \ */
} mn_reply_state;

/* All zero to begin with. Lives as long as the terminal: an answer may come in pieces. */
typedef struct mn_reply {
    mn_reply_state state;
    char text[64];
    size_t n;
    bool heard; /* about the background, and */
    bool light; /* it is light */
    bool mouse; /* its reports were asked for; else they mean nothing */
    /* the mouse's button is down (`touched`, the reader sets it back) at a cell; `first`: it
     * has just been pressed */
    bool touched, first;
    int x, y;
} mn_reply;

/* A question for the background's colour: OSC 11. */
extern const char mn_reply_question[];

/* After an escape: whether `ch` begins a sequence. */
bool mn_reply_begin(mn_reply *r, unsigned ch);
/* The sequence's next character. */
void mn_reply_add(mn_reply *r, unsigned ch);

#endif

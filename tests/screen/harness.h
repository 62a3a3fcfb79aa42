/* harness.h: a screen with a snapshot, a canvas and a record of what it posted. */
#ifndef MNEMOSCOPE_TESTS_HARNESS_H
#define MNEMOSCOPE_TESTS_HARNESS_H

#include <stdbool.h>

#include "../view/fixture.h"
#include "mnemoscope/screen.h"

typedef struct mn_harness {
    mn_fixture *fixture;
    mn_snapshot *snap;
    mn_screen *screen;
    mn_canvas canvas;
    mn_text posted; /* a line each */
    bool refuse;    /* post returns false */
    int quits, saves, suspends;
} mn_harness;

void harness_open(mn_harness *h, int cols, int rows, bool utf8);
void harness_close(mn_harness *h);
void harness_resize(mn_harness *h, int cols, int rows);
void harness_draw(mn_harness *h);
/* Keys by name, separated by blanks; draws after each. */
void harness_keys(mn_harness *h, const char *names);
/* Text typed a character at a time. */
void harness_type(mn_harness *h, const char *text);
/* Whether a row of the canvas has the text; row -1 is the last, or any with HARNESS_ANY. */
enum { HARNESS_ANY = 1000 };
bool harness_shows(const mn_harness *h, int row, const char *text);
/* The number of times the line was posted (as the beginning of a line). */
int harness_posted(const mn_harness *h, const char *line);

#endif

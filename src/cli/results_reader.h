/* results_reader.h: `explore RESULTS`: a study's results on the full screen, or as text.
 */
#ifndef MN_CLI_RESULTS_READER_H
#define MN_CLI_RESULTS_READER_H

#include "call.h"

/* Looks (auto where nothing was said) as the flags have them. */
typedef struct mn_reader_looks {
    const char *colour, *glyphs, *strokes, *background;
    int fps;
} mn_reader_looks;

/* Returns the exit status. A file that is something else is refused by what it is. */
int mn_results_reader(const mn_call *c, const char *path, const mn_picture_maker *maker,
                      const mn_reader_looks *looks);

#endif

/* stream_title.h: what a task is, in a few words. Private to src/data. */
#ifndef MNEMOSCOPE_STREAM_TITLE_H
#define MNEMOSCOPE_STREAM_TITLE_H

#include "mnemoscope/stream_impl.h"

/* "digits 2 and 3, turned by 30 degrees"; the plan's own title goes first. Returns out. */
char *mn_stream_title(const mn_plan *plan, const mn_dataset *d, const char *data_name,
                      char *out, size_t size);

#endif

/* line.h: a result as one line of JSON, and results as the lines of a file. */
#ifndef MNEMOSCOPE_STUDY_LINE_H
#define MNEMOSCOPE_STUDY_LINE_H

#include "mnemoscope/results.h"

void mn_result_finish(mn_result *one);
/* Takes over the arrays of `one`. */
MN_MUST_CHECK mn_status mn_results_add(mn_results *r, mn_result *one, mn_err *err);

/* line.c: with its newline. The results say what the axes are called and what may be in them.
 */
MN_MUST_CHECK mn_status mn_result_write(const mn_result *one, const mn_results *of,
                                        mn_text *out, mn_err *err);
MN_MUST_CHECK mn_status mn_result_read(mn_result *out, const mn_results *of, const char *line,
                                       size_t n, mn_err *err);
/* The first line of a file, and the plan that a first line holds (the caller frees). */
MN_MUST_CHECK mn_status mn_head_write(const mn_results *r, mn_text *out, mn_err *err);
MN_MUST_CHECK mn_status mn_head_read(char **plan, const char *line, size_t n, mn_err *err);

/* file.c: what of a file is whole lines; with `r` of the same plan already known a file of
 * another is refused, an empty `r` becomes what the file says. */
MN_MUST_CHECK mn_status mn_results_load(mn_results *r, const char *path, size_t *whole,
                                        mn_err *err);
/* Into order; a run that is there twice, and the same, is dropped once. */
MN_MUST_CHECK mn_status mn_results_unite(mn_results *r, mn_err *err);
/* The file's text, in the order of r->at. */
MN_MUST_CHECK mn_status mn_results_text(const mn_results *r, mn_text *out, mn_err *err);

#endif

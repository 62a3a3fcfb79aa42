#include "mnemoscope/figure.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No screen or page needs more than FRAME_MAX: whoever asks for it has a wrong number. */
enum { FRAME_START = 64 * 1024, FRAME_MAX = 1 << 29, FRAME_ALIGN = 16 };

mn_status mn_figure_init(mn_figure *f, mn_err *err)
{
    *f = (mn_figure){.frame = malloc(FRAME_START), .frame_size = FRAME_START};
    if (!f->frame) {
        *f = (mn_figure){0};
        return mn_fail(err, MN_ENOMEM, "cannot allocate a figure of %d bytes", FRAME_START);
    }
    mn_figure_reset(f);
    return MN_OK;
}

void mn_figure_finish(mn_figure *f)
{
    if (!f)
        return;
    free(f->frame);
    *f = (mn_figure){0};
}

void mn_figure_reset(mn_figure *f)
{
    f->title = f->status = "";
    f->n_parts = 0;
    f->frame_used = f->frame_wanted = 0;
    f->full = false;
}

bool mn_figure_grow(mn_figure *f)
{
    if (!f->full || f->frame_wanted <= f->frame_size || f->frame_wanted > FRAME_MAX)
        return false;
    /* A view returns at the first refusal, so what was wanted is only the beginning. */
    size_t size = f->frame_wanted * 2;
    unsigned char *frame = malloc(size);
    if (!frame)
        return false;
    free(f->frame);
    f->frame = frame;
    f->frame_size = size;
    mn_figure_reset(f);
    return true;
}

/* Saturates, so that an absurd size is refused instead of wrapping round. */
static size_t padded(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 4 / size)
        return SIZE_MAX / 4;
    return (n * size + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
}

void *mn_figure_room(mn_figure *f, size_t n, size_t size)
{
    size_t bytes = padded(n, size);
    if (f->frame_wanted <= SIZE_MAX / 4)
        f->frame_wanted += bytes;
    if (f->full || bytes > f->frame_size - f->frame_used) {
        f->full = true;
        return NULL;
    }
    void *room = f->frame + f->frame_used;
    f->frame_used += bytes;
    return memset(room, 0, bytes);
}

static const char *format(mn_figure *f, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *text = n < 0 ? NULL : mn_figure_room(f, (size_t)n + 1, 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return text ? text : "";
}

const char *mn_figure_text(mn_figure *f, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = format(f, fmt, args);
    va_end(args);
    return text;
}

void mn_figure_title(mn_figure *f, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    f->title = format(f, fmt, args);
    va_end(args);
}

void mn_figure_status(mn_figure *f, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    f->status = format(f, fmt, args);
    va_end(args);
}

mn_part *mn_figure_add(mn_figure *f, mn_mark_kind kind, const void *mark)
{
    assert(f->n_parts < MN_PARTS_MAX && kind < MN_N_MARKS);
    mn_part *part = &f->parts[f->n_parts++];
    *part = (mn_part){.kind = kind, .mark = mark, .column_weight = 1.0, .weight = 1.0};
    return part;
}

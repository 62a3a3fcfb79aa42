#include "display.h"

#include <string.h>

#include "mnemoscope/file.h"
#include "screen_impl.h"

enum { PICTURE_SCALE = 2 };

static mn_status write_text(const mn_canvas *c, const char *path, mn_err *err)
{
    mn_text text = {0};
    mn_canvas_dump(c, 0, &text);
    mn_status status = text.failed
                           ? mn_fail(err, MN_ENOMEM, "cannot allocate the text for '%s'", path)
                           : mn_file_replace(path, text.data, text.length, false, err);
    mn_text_finish(&text);
    return status;
}

static mn_status write_picture(const mn_screen *s, const mn_canvas *c, const char *path,
                               mn_err *err)
{
    mn_image image = {0};
    mn_status status = mn_paint_screen(c, PICTURE_SCALE, s->style.light, &image, err);
    if (status == MN_OK)
        status = mn_png_write(path, &image, NULL, NULL, 0, err);
    mn_image_finish(&image);
    return status;
}

mn_status mn_display_save(mn_screen *s, const mn_snapshot *snap, const char *path, char *made,
                          size_t size, mn_err *err)
{
    mn_canvas c;
    size_t n = strlen(path);
    if (!mn_file_unused(path, made, size))
        return mn_fail(err, MN_EIO, "cannot save the screen: no free name like '%.160s'", path);
    mn_status status = mn_canvas_init(&c, s->cols, s->rows, s->colours, err);
    if (status != MN_OK)
        return status;
    /* Every cell afresh: hysteresis is for moving pictures. */
    mn_cells_painter_forget(s->painter);
    status = mn_screen_draw(s, snap, &c, err);
    if (status == MN_OK)
        status = n > 4 && !strcmp(path + n - 4, ".png") ? write_picture(s, &c, made, err)
                                                        : write_text(&c, made, err);
    mn_canvas_finish(&c);
    return status;
}

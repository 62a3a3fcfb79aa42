#include "picture.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/screen.h"
#include "mnemoscope/view.h"

enum { SCREEN_COLS = 132, SCREEN_ROWS = 43, SCREEN_SCALE = 2 };
enum { CHART_WIDTH = 1280, CHART_HEIGHT = 800, CHART_SCALE = 2 };
enum { WALL_MOST = 2400, WALL_LEAST = 480, WALL_SCALE = 4 }; /* pixels, but for the scale */

mn_status mn_picture_check(const char *view, mn_err *err)
{
    const char *names[32];
    int n = 0;
    if (!strcmp(view, "screen") || mn_view_find(view))
        return MN_OK;
    for (int i = 0; mn_views[i] && n < 30; i++)
        names[n++] = mn_views[i]->name;
    names[n++] = "screen";
    names[n] = NULL;
    const char *closest = mn_text_closest(view, names);
    return mn_fail(err, MN_EINVAL, "unknown view '%.40s': %s%s%s", view,
                   closest ? "did you mean '" : "see 'mnemoscope list views'",
                   closest ? closest : "", closest ? "'?" : "");
}

/* The lowest page of a width on which a wall shows every unit; height 0 when there is none. */
static mn_page fit_height(const mn_snapshot *snap, const mn_look *look, mn_page page)
{
    mn_page lower = page;
    while (lower.height > 0 &&
           mn_view_page(snap, look, mn_pixels_room(&lower)) >= (uint32_t)snap->n_units) {
        page = lower;
        lower.height -= 2 * page.scale;
    }
    if (page.height == WALL_MOST)
        page.height = 0;
    return page;
}

/* The page of this scale, not much higher than wide and not wider than twice its
 * height, that leaves
 * the fewest places of the last row empty; height 0 when nothing fits. */
static mn_page fit_scale(const mn_snapshot *snap, const mn_look *look, int scale, bool light)
{
    mn_page best = {.scale = scale, .light = light};
    int fewest = INT_MAX, n = snap->n_units, across = 0;
    for (int width = WALL_LEAST; width <= WALL_MOST && fewest; width += 4 * scale) {
        mn_page page = {width, WALL_MOST, scale, light};
        int now = mn_view_wall_fit(snap, look, mn_pixels_room(&page)).across;
        if (now < 1 || now == across)
            continue;
        across = now;
        page = fit_height(snap, look, page);
        int empty = (across - n % across) % across;
        if (page.height > 0 && page.height <= width * 5 / 4 && width <= 2 * page.height &&
            empty < fewest) {
            fewest = empty;
            best = page;
        }
    }
    return best;
}

/* A page for a wall with all units at their native size, as large an integer scale as stays
 * printable. */
static mn_page fit_wall(const mn_snapshot *snap, mn_look *look, bool light)
{
    look->tile_size = snap->width > snap->height ? snap->width : snap->height;
    for (int scale = WALL_SCALE; scale >= 1; scale--) {
        mn_page page = fit_scale(snap, look, scale, light);
        if (page.height > 0)
            return page;
    }
    return (mn_page){WALL_MOST, WALL_MOST, 1, light};
}

static mn_status paint_view(const mn_picture_maker *m, const mn_snapshot *snap,
                            const mn_view_ops *view, mn_image *out, mn_err *err)
{
    mn_figure figure;
    mn_look look;
    mn_page page = {CHART_WIDTH, CHART_HEIGHT, CHART_SCALE, m->style.light};
    mn_look_defaults(&look);
    look.order = snap->viewport.order;
    look.index = snap->viewport.index;
    look.cursor = view->fit ? -1 : snap->viewport.cursor; /* a wall on paper has no cursor */
    if (!strcmp(view->name, "wall"))
        page = fit_wall(snap, &look, m->style.light);
    mn_status s = mn_figure_init(&figure, err);
    if (s != MN_OK)
        return s;
    s = mn_view_make(view, snap, &look, mn_pixels_room(&page), &figure, err);
    if (s == MN_OK)
        s = mn_paint_pixels(&page, &m->style, &figure, out, err);
    mn_figure_finish(&figure);
    return s;
}

static bool post_nothing(void *ctx, const char *line)
{
    (void)ctx, (void)line;
    return true;
}

static void quit_nothing(void *ctx, bool save)
{
    (void)ctx, (void)save;
}

static mn_status paint_whole(const mn_picture_maker *m, const mn_snapshot *snap, mn_image *out,
                             mn_err *err)
{
    const mn_screen_hooks hooks = {NULL, post_nothing, quit_nothing, NULL};
    mn_screen *screen = NULL;
    mn_canvas canvas;
    mn_status s = mn_canvas_init(&canvas, SCREEN_COLS, SCREEN_ROWS, m->colours, err);
    if (s != MN_OK)
        return s;
    if ((s = mn_screen_create(&screen, &m->style, &hooks, err)) == MN_OK &&
        (s = mn_screen_draw(screen, snap, &canvas, err)) == MN_OK)
        s = mn_paint_screen(&canvas, SCREEN_SCALE, m->style.light, out, err);
    mn_screen_destroy(screen);
    mn_canvas_finish(&canvas);
    return s;
}

/* An existing file is replaced in one step, and only by a whole new one. */
static mn_status write_png(const mn_image *image, const char *path, const char *const *keys,
                           const char *const *values, int n, bool replace, mn_err *err)
{
    char fresh[4096];
    if (!replace || !mn_file_exists(path))
        return mn_png_write(path, image, keys, values, n, err);
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return mn_fail(err, MN_EINVAL, "cannot write '%.80s...': the name is too long", path);
    mn_status s = mn_png_write(fresh, image, keys, values, n, err);
    if (s == MN_OK && rename(fresh, path) != 0)
        s = mn_fail(err, MN_EIO, "cannot replace '%s' by '%s'", path, fresh);
    return s;
}

static mn_status write_file(const mn_picture_maker *m, const mn_snapshot *snap,
                            const mn_image *image, const char *path, const char *configuration,
                            bool replace, mn_err *err)
{
    char digest[24], step[24];
    snprintf(digest, sizeof digest, "%016" PRIx64, snap->digest);
    snprintf(step, sizeof step, "%" PRId64, snap->step);
    const char *const keys[] = {"Software", "mnemoscope:command-line", "mnemoscope:digest",
                                "mnemoscope:step", "mnemoscope:configuration"};
    const char *const values[] = {"mnemoscope " MN_VERSION,
                                  m->command_line ? m->command_line : "", digest, step,
                                  configuration ? configuration : ""};
    return write_png(image, path, keys, values, 5, replace, err);
}

mn_status mn_picture_chart(const mn_picture_maker *m, const mn_results *r,
                           const mn_chart_ops *chart, const mn_chart_look *look,
                           const char *path, bool replace, mn_err *err)
{
    static const char *const keys[] = {"Software", "mnemoscope:command-line",
                                       "mnemoscope:plan"};
    const char *const values[] = {"mnemoscope " MN_VERSION,
                                  m->command_line ? m->command_line : "",
                                  r->plan ? r->plan : ""};
    mn_page page = {CHART_WIDTH, CHART_HEIGHT, CHART_SCALE, m->style.light};
    mn_image image = {0};
    mn_figure figure;
    mn_status s = mn_figure_init(&figure, err);
    if (s != MN_OK)
        return s;
    s = mn_chart_make(chart, r, look, mn_pixels_room(&page), &figure, err);
    if (s == MN_OK)
        s = mn_paint_pixels(&page, &m->style, &figure, &image, err);
    if (s == MN_OK)
        s = write_png(&image, path, keys, values, 3, replace, err);
    mn_image_finish(&image);
    mn_figure_finish(&figure);
    return s;
}

mn_status mn_picture_write(const mn_picture_maker *m, const mn_snapshot *snap, const char *view,
                           const char *path, const char *configuration, bool replace,
                           mn_err *err)
{
    mn_image image = {0};
    mn_status s = mn_picture_check(view, err);
    if (s != MN_OK)
        return s;
    const mn_view_ops *ops = mn_view_find(view);
    s = ops ? paint_view(m, snap, ops, &image, err) : paint_whole(m, snap, &image, err);
    if (s == MN_OK)
        s = write_file(m, snap, &image, path, configuration, replace, err);
    mn_image_finish(&image);
    return s;
}

mn_status mn_picture_screen(const mn_picture_maker *m, const mn_canvas *canvas,
                            const mn_snapshot *snap, const char *path,
                            const char *configuration, bool replace, mn_err *err)
{
    mn_image image = {0};
    mn_status s = mn_paint_screen(canvas, SCREEN_SCALE, m->style.light, &image, err);
    if (s == MN_OK)
        s = write_file(m, snap, &image, path, configuration, replace, err);
    mn_image_finish(&image);
    return s;
}

mn_status mn_picture_hook(void *maker, const mn_snapshot *snap, const char *view,
                          const char *path, const char *metadata, mn_text *made, mn_err *err)
{
    char name[4096];
    if (!mn_file_unused(path, name, sizeof name))
        return mn_fail(err, MN_EIO, "cannot write '%.120s': no free name is left", path);
    mn_status s = mn_picture_write(maker, snap, view, name, metadata, false, err);
    if (s == MN_OK && made)
        mn_text_add(made, "%s", name);
    return s;
}

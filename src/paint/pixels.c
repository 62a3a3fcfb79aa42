#include "mnemoscope/paint.h"

#include <stdlib.h>
#include <string.h>

#include "font.h"
#include "mark.h"

/* Margins of a page, in characters: sides, title block, and room below for scale bars. */
enum { SIDE_COLS = 2, TOP_ROWS = 3, BOTTOM_ROWS = 3 };
enum { PAGE_MAX = 16384, SCALE_MAX = 16 };

mn_room mn_pixels_room(const mn_page *page)
{
    int s = page->scale > 0 ? page->scale : 1;
    int cols = page->width / (MN_FONT_COLS * s) - 2 * SIDE_COLS;
    int rows = page->height / (MN_FONT_ROWS * s) - TOP_ROWS - BOTTOM_ROWS;
    return (mn_room){cols > 0 ? cols : 0, rows > 0 ? rows : 0, MN_FONT_COLS, MN_FONT_ROWS};
}

static mn_status create(mn_image *i, int width, int height, mn_err *err)
{
    if (width < 1 || height < 1 || width > PAGE_MAX || height > PAGE_MAX)
        return mn_fail(err, MN_EINVAL, "making a picture: %d x %d pixels found, 1..%d wanted",
                       width, height, PAGE_MAX);
    unsigned char *rgb = calloc((size_t)width * (size_t)height, 3);
    if (!rgb)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a picture of %d x %d pixels", width,
                       height);
    *i = (mn_image){width, height, rgb};
    return MN_OK;
}

void mn_image_finish(mn_image *i)
{
    if (!i)
        return;
    free(i->rgb);
    *i = (mn_image){0};
}

static mn_pen pen_for(mn_image *image, const mn_style *style, int scale, bool light)
{
    return (mn_pen){.image = image,
                    .style = style,
                    .scale = scale,
                    .light = light,
                    .paper = light ? 0xffffff : 0x000000,
                    .ink = light ? 0x101010 : 0xf0f0f0,
                    .grey = light ? 0x6a6a6a : 0x989898,
                    .faint = light ? 0xdedede : 0x303030};
}

/* The title in letters half as large again; the status at the right on the same baseline or,
 * below a title that leaves it no room, as a caption at the foot of the page. */
static void paint_titles(const mn_pen *p, const mn_figure *f)
{
    mn_pen large = *p;
    large.scale = (3 * p->scale + 1) / 2;
    int x = SIDE_COLS * mn_pen_column(p), width = p->image->width - 2 * x;
    int y = mn_pen_row(p) * 3 / 4;
    int used = mn_pen_text(&large, x, y, width, f->title, p->ink, true);
    int base = y + mn_pen_row(&large) - mn_pen_row(p) - 3 * (large.scale - p->scale);
    int left = width - used - mn_pen_column(p);
    if (mn_pen_width(p, f->status) <= left)
        mn_pen_text_right(p, x + used + mn_pen_column(p), base, left, f->status, p->grey);
    else
        mn_pen_text(p, x, p->image->height - mn_pen_row(p) * 5 / 4, width, f->status, p->grey,
                    false);
}

/* Headings below others stand off by half a row, at most by the one that the page's foot can
 * spare; the layout does not know, because views count whole rows. */
static int air_above(const mn_figure *f, const mn_rect boxes[], int i, int row)
{
    int headings = 0;
    for (int k = 0; k <= i; k++)
        if (f->parts[k].column == f->parts[i].column && f->parts[k].title && boxes[k].h > 0)
            headings += boxes[k].y > TOP_ROWS;
    return headings < 2 ? headings * row / 2 : row;
}

static void paint_parts(mn_pen *p, const mn_figure *f, mn_room room)
{
    mn_rect boxes[MN_PARTS_MAX];
    int col = mn_pen_column(p), row = mn_pen_row(p);
    mn_parts_layout(f, (mn_rect){SIDE_COLS, TOP_ROWS, room.cols, room.rows}, MN_COLUMN_GAP,
                    boxes);
    for (int i = 0; i < f->n_parts; i++) {
        const mn_part *part = &f->parts[i];
        mn_rect box = {boxes[i].x * col, boxes[i].y * row + air_above(f, boxes, i, row),
                       boxes[i].w * col, boxes[i].h * row};
        if (box.w <= 0 || box.h <= 0)
            continue;
        if (part->title) {
            mn_pen_text(p, box.x, box.y, box.w, part->title, p->ink, true);
            box.y += row;
            box.h -= row;
        }
        p->at_foot = boxes[i].y + boxes[i].h == TOP_ROWS + room.rows;
        if (box.h > 0)
            mn_mark_of(part->kind)->pixels(p, part->mark, box);
    }
}

mn_status mn_paint_pixels(const mn_page *page, const mn_style *s, const mn_figure *f,
                          mn_image *out, mn_err *err)
{
    mn_image image;
    mn_status status;
    if (page->scale < 1 || page->scale > SCALE_MAX)
        return mn_fail(err, MN_EINVAL, "making a picture: scale %d found, 1..%d wanted",
                       page->scale, SCALE_MAX);
    if ((status = create(&image, page->width, page->height, err)) != MN_OK)
        return status;
    mn_pen pen = pen_for(&image, s, page->scale, page->light);
    pen.coverage = malloc((size_t)page->width * (size_t)page->height);
    if (!pen.coverage) {
        mn_image_finish(&image);
        return mn_fail(err, MN_ENOMEM, "cannot allocate a picture of %d x %d pixels",
                       page->width, page->height);
    }
    mn_pen_fill(&pen, (mn_rect){0, 0, image.width, image.height}, pen.paper);
    paint_titles(&pen, f);
    paint_parts(&pen, f, mn_pixels_room(page));
    free(pen.coverage);
    *out = image;
    return MN_OK;
}

/* xterm's own sixteen, a little softened. */
static uint32_t ansi_rgb(int index)
{
    static const uint32_t colours[16] = {
        0x000000, 0xc0392b, 0x27933b, 0xb58900, 0x2f6fc9, 0xa44fa4, 0x2a9d9d, 0xd0d0d0,
        0x6c6c6c, 0xff6b5a, 0x5fd35f, 0xf5d95c, 0x6fa8ff, 0xe08ae0, 0x66dede, 0xffffff};
    return colours[index & 15];
}

static uint32_t resolve(int32_t colour, mn_colours mode, uint32_t otherwise)
{
    if (colour == MN_DEFAULT_COLOUR || mode == MN_MONO)
        return otherwise;
    if (mode == MN_DIRECT)
        return (uint32_t)colour & 0xffffff;
    return colour < 16 ? ansi_rgb(colour) : mn_xterm_rgb(colour);
}

static uint32_t halfway(uint32_t a, uint32_t b)
{
    return ((a & 0xfefefe) >> 1) + ((b & 0xfefefe) >> 1);
}

static void paint_cell(const mn_pen *p, const mn_cell *cell, mn_colours mode, int x, int y)
{
    uint8_t rows[MN_FONT_ROWS];
    int s = p->scale, wide = cell->attr & MN_BOLD ? s + (s + 1) / 2 : s;
    uint32_t ink = resolve(cell->fg, mode, p->ink), paper = resolve(cell->bg, mode, p->paper);
    if (cell->attr & MN_FAINT)
        ink = halfway(ink, paper);
    if (cell->attr & MN_REVERSE) {
        uint32_t swap = ink;
        ink = paper;
        paper = swap;
    }
    mn_font_bits(cell->ch, rows);
    if (cell->attr & MN_UNDERLINE)
        rows[MN_FONT_ROWS - 1] = (1 << MN_FONT_COLS) - 1;
    mn_pen_fill(p, (mn_rect){x, y, MN_FONT_COLS * s, MN_FONT_ROWS * s}, paper);
    for (int dy = 0; dy < MN_FONT_ROWS; dy++)
        for (int dx = 0; dx < MN_FONT_COLS; dx++)
            if (rows[dy] >> dx & 1)
                mn_pen_fill(
                    p, (mn_rect){x + dx * s, y + dy * s, dx < MN_FONT_COLS - 1 ? wide : s, s},
                    ink);
}

mn_status mn_paint_screen(const mn_canvas *c, int scale, bool light, mn_image *out, mn_err *err)
{
    mn_image image;
    mn_status status;
    if (scale < 1 || scale > SCALE_MAX)
        return mn_fail(err, MN_EINVAL, "making a picture: scale %d found, 1..%d wanted", scale,
                       SCALE_MAX);
    int col = MN_FONT_COLS * scale, row = MN_FONT_ROWS * scale, margin = col;
    if ((status = create(&image, c->cols * col + 2 * margin, c->rows * row + 2 * margin,
                         err)) != MN_OK)
        return status;
    mn_pen pen = pen_for(&image, NULL, scale, light);
    mn_pen_fill(&pen, (mn_rect){0, 0, image.width, image.height}, pen.paper);
    for (int y = 0; y < c->rows; y++)
        for (int x = 0; x < c->cols; x++)
            paint_cell(&pen, &c->cells[(size_t)y * (size_t)c->cols + (size_t)x], c->colours,
                       margin + x * col, margin + y * row);
    *out = image;
    return MN_OK;
}

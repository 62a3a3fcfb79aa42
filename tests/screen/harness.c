#include "harness.h"

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool post(void *ctx, const char *line)
{
    mn_harness *h = ctx;
    if (h->refuse)
        return false;
    mn_text_add(&h->posted, "%s\n", line);
    return true;
}

static void quit(void *ctx, bool save)
{
    mn_harness *h = ctx;
    h->quits++;
    h->saves += save;
}

static void suspend(void *ctx)
{
    mn_harness *h = ctx;
    h->suspends++;
}

void harness_open(mn_harness *h, int cols, int rows, bool utf8)
{
    mn_err err;
    mn_style style = {.palette = mn_palettes[0],
                      .unsigned_palette = mn_palettes[0],
                      .glyphs = utf8 ? MN_SHADE : MN_ASCII,
                      .strokes = utf8 ? MN_BRAILLE : MN_ASCII_LINES,
                      .utf8 = utf8,
                      .levels = 32};
    *h = (mn_harness){.fixture = fixture_create(64, 5)};
    mn_screen_hooks hooks = {.ctx = h, .post = post, .quit = quit, .suspend = suspend};
    h->snap = fixture_trained(h->fixture);
    assert_ok(mn_screen_create(&h->screen, &style, &hooks, &err), &err);
    assert_ok(mn_canvas_init(&h->canvas, cols, rows, MN_MONO, &err), &err);
    harness_draw(h);
}

void harness_close(mn_harness *h)
{
    mn_screen_destroy(h->screen);
    mn_canvas_finish(&h->canvas);
    fixture_destroy(h->fixture);
    mn_text_finish(&h->posted);
}

void harness_resize(mn_harness *h, int cols, int rows)
{
    mn_err err;
    mn_canvas_finish(&h->canvas);
    assert_ok(mn_canvas_init(&h->canvas, cols, rows, MN_MONO, &err), &err);
    harness_draw(h);
}

void harness_draw(mn_harness *h)
{
    mn_err err;
    assert_ok(mn_screen_draw(h->screen, h->snap, &h->canvas, &err), &err);
}

void harness_keys(mn_harness *h, const char *names)
{
    char copy[256], *rest = copy;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name; (name = strtok_r(rest, " ", &rest));) {
        int key = mn_key_parse(name);
        if (!key)
            fail_msg("no key '%s'", name);
        mn_screen_key(h->screen, key, h->snap);
        harness_draw(h);
    }
}

void harness_type(mn_harness *h, const char *text)
{
    for (; *text; text++)
        mn_screen_key(h->screen, (unsigned char)*text, h->snap);
    harness_draw(h);
}

bool harness_shows(const mn_harness *h, int row, const char *text)
{
    mn_text dump = {0};
    bool found = false;
    mn_canvas_dump(&h->canvas, 0, &dump);
    assert_false(dump.failed);
    if (row < 0)
        row += h->canvas.rows;
    char *rest = dump.data;
    for (int y = 0; rest && *rest; y++) {
        char *end = strchr(rest, '\n');
        *end = '\0';
        if (row == HARNESS_ANY || row == y)
            found |= strstr(rest, text) != NULL;
        rest = end + 1;
    }
    mn_text_finish(&dump);
    return found;
}

int harness_posted(const mn_harness *h, const char *line)
{
    int n = 0;
    for (const char *p = h->posted.data; p && *p; p = strchr(p, '\n') + 1)
        n += !strncmp(p, line, strlen(line));
    return n;
}

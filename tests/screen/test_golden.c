#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "mnemoscope/file.h"

/* Written afresh when MN_UPDATE_GOLDENS is set; read every change of a golden file as a person
 * would. */
static void compare(const char *name, const mn_text *got)
{
    char path[4096], *want;
    size_t size;
    mn_err err;
    snprintf(path, sizeof path, "%s/%s.txt", tests_path("golden/screen"), name);
    if (getenv("MN_UPDATE_GOLDENS")) {
        assert_ok(mn_file_replace(path, got->data, got->length, true, &err), &err);
        return;
    }
    assert_ok(mn_file_read(path, 1 << 20, &want, &size, &err), &err);
    if (strcmp(want, got->data))
        fail_msg("the screen differs from '%s':\n%s", path, got->data);
    free(want);
}

static void hide_number(char *at)
{
    for (; at && *at >= '0' && *at <= '9'; at++)
        *at = '#';
}

/* How many things help knows of changes with every parameter that anybody adds, and what may be
 * saved with every view. */
static void hide_total(char *dump)
{
    char *help = strstr(dump, " Help: "), *saving = strstr(dump, "Save what?: ");
    char *of = help || saving ? strstr(help ? help : saving, " of ") : NULL;
    hide_number(of ? of + 4 : NULL);
    hide_number(saving ? saving + 12 : NULL);
}

static void check(const char *name, int cols, int rows, bool utf8, const char *lines,
                  mn_snapshot *(*fill)(mn_fixture *))
{
    mn_harness h;
    mn_err err;
    mn_text text = {0};
    char copy[256], *rest = copy;
    harness_open(&h, cols, rows, utf8);
    h.snap = fill(h.fixture);
    harness_draw(&h);
    snprintf(copy, sizeof copy, "%s", lines);
    for (char *line; (line = strtok_r(rest, ";", &rest));)
        assert_ok(mn_screen_do(h.screen, line, h.snap, &err), &err);
    harness_draw(&h);
    mn_canvas_dump(&h.canvas, 1, &text);
    assert_false(text.failed);
    hide_total(text.data);
    compare(name, &text);
    mn_text_finish(&text);
    harness_close(&h);
}

static void the_screen_at_40x12_is_as_it_was(void **state)
{
    (void)state;
    check("40x12", 40, 12, true, "", fixture_trained);
    check("40x12-ascii", 40, 12, false, "", fixture_trained);
    check("40x12-tasks", 40, 12, true, "focus tasks", fixture_trained);
    check("40x12-neurons", 40, 12, true, "focus neurons", fixture_trained);
    check("40x12-help", 40, 12, true, "help vertex", fixture_trained);
}

static void the_screen_at_60x16_is_as_it_was(void **state)
{
    (void)state;
    check("60x16", 60, 16, true, "", fixture_trained);
    check("60x16-ascii", 60, 16, false, "", fixture_trained);
    check("60x16-dream", 60, 16, true, "focus dream", fixture_trained);
}

static void the_screen_at_80x24_is_as_it_was(void **state)
{
    (void)state;
    check("80x24", 80, 24, true, "", fixture_trained);
    check("80x24-ascii", 80, 24, false, "", fixture_trained);
    check("80x24-fresh", 80, 24, true, "", fixture_fresh);
    check("80x24-inspect", 80, 24, true, "cursor 12;inspect", fixture_trained);
    check("80x24-dream", 80, 24, true, "focus dream", fixture_trained);
    check("80x24-tasks", 80, 24, true, "focus tasks;zoom", fixture_trained);
    check("80x24-neurons", 80, 24, true, "focus neurons;zoom", fixture_trained);
    check("80x24-timeline", 80, 24, true, "focus timeline;zoom", fixture_trained);
    check("80x24-help", 80, 24, true, "help dream", fixture_trained);
    check("80x24-prompt", 80, 24, true, "prompt set vertex=", fixture_trained);
    check("80x24-chooser", 80, 24, true, "chooser", fixture_trained);
}

static void the_screen_at_132x43_is_as_it_was(void **state)
{
    (void)state;
    check("132x43", 132, 43, true, "", fixture_trained);
    check("132x43-ascii", 132, 43, false, "", fixture_trained);
    check("132x43-dream", 132, 43, true, "focus dream;zoom", fixture_trained);
}

static void the_screen_at_200x60_is_as_it_was(void **state)
{
    (void)state;
    check("200x60", 200, 60, true, "", fixture_trained);
    check("200x60-ascii", 200, 60, false, "", fixture_trained);
    check("200x60-fresh", 200, 60, true, "", fixture_fresh);
    check("200x60-inspect", 200, 60, true, "cursor 12;inspect", fixture_trained);
}

static void the_sparse_memorys_screens_are_as_they_were(void **state)
{
    (void)state;
    check("80x24-sparse-neurons", 80, 24, true, "focus neurons;zoom", fixture_sparse);
    check("80x24-sparse-neurons-run", 80, 24, false, "focus neurons;zoom;window run",
          fixture_sparse);
    check("80x24-coroner", 80, 24, true, "next-dead;focus coroner;zoom", fixture_sparse);
    check("80x24-coroner-alive", 80, 24, true, "focus coroner", fixture_sparse);
    check("80x24-gauges", 80, 24, true, "focus gauges;zoom", fixture_sparse);
    check("80x24-portrait", 80, 24, true, "focus portrait;zoom", fixture_sparse);
    check("80x24-sparse-inspect", 80, 24, true, "cursor 12;inspect", fixture_sparse);
    check("200x60-sparse-inspect", 200, 60, true, "cursor 12;inspect;focus coroner;focus wall",
          fixture_sparse);
    check("200x60-sparse-neurons", 200, 60, true, "focus neurons;zoom", fixture_sparse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_at_40x12_is_as_it_was),
        cmocka_unit_test(the_screen_at_60x16_is_as_it_was),
        cmocka_unit_test(the_screen_at_80x24_is_as_it_was),
        cmocka_unit_test(the_screen_at_132x43_is_as_it_was),
        cmocka_unit_test(the_screen_at_200x60_is_as_it_was),
        cmocka_unit_test(the_sparse_memorys_screens_are_as_they_were),
    };
    return cmocka_run_group_tests_name("golden screens", tests, NULL, NULL);
}

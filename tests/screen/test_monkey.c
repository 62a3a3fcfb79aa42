#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"

enum { KEYS = 20000, DRAW_EVERY = 5 };

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static int any_key(unsigned *seed)
{
    switch (next(seed) % 4) {
    case 0: return MN_KEY_UP + (int)(next(seed) % (MN_KEY_F1 - MN_KEY_UP + 1));
    case 1: return 1 + (int)(next(seed) % 127);
    case 2: {
        int n = 0;
        while (mn_bindings[n].key)
            n++;
        return mn_bindings[next(seed) % (unsigned)n].key;
    }
    default: return (int)(next(seed) % 0x11000F);
    }
}

static void resize(mn_harness *h, unsigned *seed)
{
    static const int sizes[][2] = {{1, 1},   {39, 11},  {40, 12},  {60, 16},
                                   {80, 24}, {100, 30}, {132, 43}, {160, 45}};
    const int *size = sizes[next(seed) % (sizeof sizes / sizeof *sizes)];
    harness_resize(h, size[0], size[1]);
}

/* Lines that write files have no place in a monkey's hands: Enter in the prompt or the chooser
 * could run save-display. */
static bool harmless(const mn_harness *h, int key)
{
    bool enter = key == MN_KEY_ENTER || key == '\n' || key == '\r';
    return !enter || !harness_shows(h, HARNESS_ANY, "save-display");
}

static void no_sequence_of_keys_breaks_the_screen(void **state)
{
    (void)state;
    unsigned seed = 20260101u;
    mn_harness h;
    harness_open(&h, 80, 24, true);
    for (int i = 0; i < KEYS; i++) {
        int key = any_key(&seed);
        if (i % 200 == 0)
            resize(&h, &seed);
        if (i % 500 == 0)
            h.snap = i % 1000 ? fixture_fresh(h.fixture) : fixture_trained(h.fixture);
        if (harmless(&h, key))
            mn_screen_key(h.screen, key, h.snap);
        if (i % DRAW_EVERY == 0)
            harness_draw(&h);
        h.refuse = i % 997 < 20;
        assert_int_equal(h.canvas.clipped, 0);
    }
    harness_close(&h);
}

static void every_key_is_safe_at_every_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},   {39, 11},  {40, 12},  {60, 16},
                                   {80, 24}, {132, 43}, {200, 60}, {500, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mn_harness h;
        harness_open(&h, sizes[i][0], sizes[i][1], i % 2);
        for (const mn_binding *b = mn_bindings; b->key; b++) {
            mn_screen_key(h.screen, b->key, h.snap);
            harness_draw(&h);
            assert_int_equal(h.canvas.clipped, 0);
            mn_screen_key(h.screen, MN_KEY_ESCAPE, h.snap);
        }
        harness_close(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sequence_of_keys_breaks_the_screen),
        cmocka_unit_test(every_key_is_safe_at_every_size),
    };
    return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}

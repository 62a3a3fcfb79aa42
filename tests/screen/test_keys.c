#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"

static void every_key_parses_back_from_its_name(void **state)
{
    (void)state;
    char name[16];
    for (int key = 1; key < 0x3000; key++) {
        if (key == 127 || (key >= 0x80 && key < 0xA0) || (key < ' ' && key > 26))
            continue;
        assert_int_equal(mn_key_parse(mn_key_name(key, name, sizeof name)), key);
    }
    for (int key = MN_KEY_UP; key <= MN_KEY_F1; key++)
        assert_int_equal(mn_key_parse(mn_key_name(key, name, sizeof name)), key);
    assert_int_equal(mn_key_parse("\360\237\230\200"), 0x1F600);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const none[] = {"",      "Spac", "C-",   "C-1",      "C-cc",
                                       "ab",    "\200", "\303", "\303\303", "\xFF\xFF",
                                       "space", "\x7F", "\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(mn_key_parse(none[i]), 0);
}

static void every_binding_leads_to_a_command_or_a_look(void **state)
{
    (void)state;
    for (const mn_binding *b = mn_bindings; b->key; b++) {
        mn_words words;
        mn_err err;
        assert_ok(mn_words_split(&words, b->line, &err), &err);
        const mn_command_ops *c = mn_look_find(words.word[0]);
        if (!c)
            c = mn_command_find(words.word[0]);
        if (!c)
            fail_msg("'%s' is no command", b->line);
        assert_in_range(words.n - 1, c->min_args, c->max_args);
        assert_true(*b->group && *b->help);
        for (const mn_binding *other = mn_bindings; other < b; other++)
            assert_true(other->key != b->key);
    }
}

static void every_view_has_a_key_that_focuses_it(void **state)
{
    (void)state;
    for (int i = 0; mn_views[i]; i++) {
        char line[64];
        const mn_binding *b = mn_bindings;
        snprintf(line, sizeof line, "focus %s", mn_views[i]->name);
        while (b->key && b->key != mn_views[i]->key)
            b++;
        assert_true(b->key && !strcmp(b->line, line));
    }
}

static void no_look_hides_a_command_of_the_session(void **state)
{
    (void)state;
    for (int i = 0; mn_looks[i]; i++) {
        assert_null(mn_command_find(mn_looks[i]->name));
        assert_true(*mn_looks[i]->help && mn_looks[i]->usage && !mn_looks[i]->run);
        assert_int_equal(mn_looks[i]->kind, MN_LOOK);
    }
}

static void keys_of_the_session_are_posted(void **state)
{
    (void)state;
    static const char *const want[][2] = {
        {"Space", "toggle"},     {".", "step"},         {";", "epoch"},
        {"<", "pace slower"},    {">", "pace faster"},  {"n", "up vertex"},
        {"N", "down vertex"},    {"l", "up rate"},      {"L", "down rate"},
        {"t", "task next"},      {"d", "dream 64"},     {"D", "dreaming"},
        {"r", "reset"},          {"u", "undo"},         {"C-r", "redo"},
        {"R", "reset new-seed"}, {"s", "snapshot wall"}};
    mn_harness h;
    harness_open(&h, 80, 24, true);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        char line[64];
        snprintf(line, sizeof line, "%s\n", want[i][1]);
        harness_keys(&h, want[i][0]);
        if (harness_posted(&h, line) != 1)
            fail_msg("%s did not post '%s'", want[i][0], want[i][1]);
    }
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_parses_back_from_its_name),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(every_binding_leads_to_a_command_or_a_look),
        cmocka_unit_test(every_view_has_a_key_that_focuses_it),
        cmocka_unit_test(no_look_hides_a_command_of_the_session),
        cmocka_unit_test(keys_of_the_session_are_posted),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}

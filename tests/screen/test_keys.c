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

static void every_digit_focuses_its_view(void **state)
{
    (void)state;
    for (int i = 0; mn_views[i]; i++) {
        char line[64];
        const mn_binding *b = mn_bindings;
        if (!mn_views[i]->key)
            continue; /* in the list of views only */
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

static void every_strategy_is_chosen_from_a_list(void **state)
{
    (void)state;
    for (int i = 0; mn_strategies[i]; i++)
        for (int typed = 0; typed < 2; typed++) {
            mn_harness h;
            char line[64];
            harness_open(&h, 80, 24, true);
            harness_keys(&h, "a");
            assert_true(harness_shows(&h, HARNESS_ANY, mn_strategies[i]->name));
            if (typed)
                harness_type(&h, mn_strategies[i]->name);
            else
                harness_keys(&h, "Home");
            for (int down = 0; !typed && down < i; down++)
                harness_keys(&h, down % 2 ? "Down" : "Tab");
            harness_keys(&h, "Enter");
            snprintf(line, sizeof line, "set strategy=%s\n", mn_strategies[i]->name);
            if (harness_posted(&h, line) != 1)
                fail_msg("%s cannot be chosen", mn_strategies[i]->name);
            harness_close(&h);
        }
}

static void the_list_of_strategies_begins_at_the_one_in_use(void **state)
{
    (void)state;
    mn_harness h;
    harness_open(&h, 80, 24, true);
    harness_keys(&h, "a Enter");
    assert_int_equal(harness_posted(&h, "set strategy=pseudorehearsal\n"), 1);
    harness_keys(&h, "a Down Esc");
    assert_int_equal(harness_posted(&h, "set strategy="), 1);
    harness_close(&h);
}

static void strength_is_turned_where_there_is_one(void **state)
{
    (void)state;
    mn_harness h;
    harness_open(&h, 80, 24, true);
    harness_keys(&h, "j");
    assert_int_equal(harness_posted(&h, "up strength"), 0);
    assert_true(harness_shows(&h, -2, "pseudorehearsal has no strength"));
    h.snap = fixture_protected(h.fixture);
    harness_keys(&h, "j J");
    assert_int_equal(harness_posted(&h, "up strength\n"), 1);
    assert_int_equal(harness_posted(&h, "down strength\n"), 1);
    harness_close(&h);
}

static void keys_for_what_the_model_lacks_say_so(void **state)
{
    (void)state;
    static const char *const keys[][3] = {{"n", "up vertex", "the model mlp has no vertex"},
                                          {"B", "prompt", "the model mlp has no temperature"},
                                          {"d", "dream", "no recall, so it cannot dream"},
                                          {"p", "recall", "no recall, so it cannot relax"}};
    mn_harness h;
    harness_open(&h, 200, 24, true);
    assert_true(harness_shows(&h, -1, "vertex") && harness_shows(&h, -1, "dream"));
    snprintf(h.snap->model, sizeof h.snap->model, "mlp");
    h.snap->recalls = false;
    harness_draw(&h);
    assert_false(harness_shows(&h, -1, "vertex") || harness_shows(&h, -1, "dream"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        harness_keys(&h, keys[i][0]);
        assert_int_equal(harness_posted(&h, keys[i][1]), 0);
        if (!harness_shows(&h, -2, keys[i][2]))
            fail_msg("%s does not say '%s'", keys[i][0], keys[i][2]);
    }
    harness_keys(&h, "l");
    assert_int_equal(harness_posted(&h, "up rate\n"), 1);
    snprintf(h.snap->model, sizeof h.snap->model, "dam");
    harness_keys(&h, "k");
    assert_int_equal(harness_posted(&h, "up k"), 0);
    assert_true(harness_shows(&h, -2, "the model dam has no k"));
    snprintf(h.snap->model, sizeof h.snap->model, "sdmlp");
    harness_keys(&h, "k K");
    assert_int_equal(harness_posted(&h, "up k\n") + harness_posted(&h, "down k\n"), 2);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_parses_back_from_its_name),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(every_binding_leads_to_a_command_or_a_look),
        cmocka_unit_test(every_digit_focuses_its_view),
        cmocka_unit_test(no_look_hides_a_command_of_the_session),
        cmocka_unit_test(keys_of_the_session_are_posted),
        cmocka_unit_test(every_strategy_is_chosen_from_a_list),
        cmocka_unit_test(the_list_of_strategies_begins_at_the_one_in_use),
        cmocka_unit_test(strength_is_turned_where_there_is_one),
        cmocka_unit_test(keys_for_what_the_model_lacks_say_so),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}

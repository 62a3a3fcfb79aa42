#include "support.h"

#include "pace.h"

static mn_pace after_first_frame(bool running)
{
    mn_pace p;
    mn_pace_init(&p, 20);
    assert_int_equal(mn_pace_wait(&p, 100.0), 0);
    mn_pace_begin(&p, 100.0, running);
    mn_pace_end(&p, 0.001);
    return p;
}

static void paused_means_no_timer_at_all(void **state)
{
    mn_pace p = after_first_frame(false);
    assert_int_equal(mn_pace_wait(&p, 100.0), -1);
    assert_int_equal(mn_pace_wait(&p, 1e6), -1);
}

static void snapshots_are_drawn_at_the_frame_rate(void **state)
{
    mn_pace p = after_first_frame(true);
    mn_pace_touch(&p, false);
    assert_int_equal(mn_pace_wait(&p, 100.010), 40);
    assert_int_equal(mn_pace_wait(&p, 100.050), 0);
}

static void keys_do_not_wait_for_the_frame_rate(void **state)
{
    mn_pace p = after_first_frame(true);
    mn_pace_touch(&p, true);
    assert_int_equal(mn_pace_wait(&p, 100.020), 0);
    mn_pace_begin(&p, 100.020, true);
    mn_pace_touch(&p, false);
    assert_int_equal(mn_pace_wait(&p, 100.040), 30);
}

static void a_still_is_drawn_exactly_and_once(void **state)
{
    mn_pace p = after_first_frame(true);
    assert_int_equal(mn_pace_wait(&p, 100.0), 400);
    assert_int_equal(mn_pace_wait(&p, 100.4), 0);
    mn_fineness f = mn_pace_begin(&p, 100.4, true);
    assert_int_equal(f.levels, 128);
    assert_true(f.hysteresis == 0);
    mn_pace_end(&p, 0.001);
    assert_int_equal(mn_pace_wait(&p, 200.0), -1);
    mn_pace_touch(&p, false);
    f = mn_pace_begin(&p, 200.0, true);
    assert_int_equal(f.levels, 32);
    assert_true(f.hysteresis > 0);
}

static void a_paused_picture_is_exact(void **state)
{
    mn_pace p;
    mn_pace_init(&p, 20);
    assert_int_equal(mn_pace_begin(&p, 0.0, false).levels, 128);
}

static void a_slow_terminal_gets_less_until_it_is_quick_again(void **state)
{
    mn_pace p = after_first_frame(true);
    mn_pace_end(&p, 0.2);
    mn_pace_touch(&p, true);
    assert_int_equal(mn_pace_wait(&p, 100.0), 200);
    assert_int_equal(mn_pace_begin(&p, 100.2, true).levels, 16);
    for (int i = 0; i < 100 && p.choked; i++)
        mn_pace_end(&p, 0.001);
    mn_pace_touch(&p, false);
    assert_int_equal(mn_pace_begin(&p, 101.0, true).levels, 32);
}

static void an_exact_picture_does_not_make_a_terminal_slow(void **state)
{
    mn_pace p;
    mn_pace_init(&p, 20);
    mn_pace_begin(&p, 0.0, false);
    mn_pace_end(&p, 0.5);
    assert_false(p.choked);
}

static void absurd_frame_rates_are_brought_into_range(void **state)
{
    mn_pace p;
    mn_pace_init(&p, 0);
    assert_int_equal(p.fps, 20);
    mn_pace_init(&p, 100000);
    assert_int_equal(p.fps, 60);
    mn_pace_init(&p, -3);
    assert_int_equal(p.fps, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paused_means_no_timer_at_all),
        cmocka_unit_test(snapshots_are_drawn_at_the_frame_rate),
        cmocka_unit_test(keys_do_not_wait_for_the_frame_rate),
        cmocka_unit_test(a_still_is_drawn_exactly_and_once),
        cmocka_unit_test(a_paused_picture_is_exact),
        cmocka_unit_test(a_slow_terminal_gets_less_until_it_is_quick_again),
        cmocka_unit_test(an_exact_picture_does_not_make_a_terminal_slow),
        cmocka_unit_test(absurd_frame_rates_are_brought_into_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

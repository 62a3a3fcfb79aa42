#include "mnemoscope/coroner.h"

#include <math.h>
#include <string.h>

#include "support.h"

/* A unit that fired in step 4120 and of which nothing else is known. */
static mn_evidence plain(void)
{
    return (mn_evidence){.last_fired = 4120,
                         .k_then = (double)NAN,
                         .k_now = (double)NAN,
                         .norm_then = 1.0,
                         .norm_now = 1.0,
                         .moved = 0.0,
                         .moved_step = (double)NAN,
                         .own_items = (double)NAN,
                         .rival = -1,
                         .rival_items = (double)NAN,
                         .rival_share = (double)NAN};
}

static void every_cause_has_its_evidence(void **state)
{
    mn_evidence e = plain();
    assert_int_equal(mn_coroner_verdict(&e), MN_FADED);
    e.rival = 17, e.rival_items = 0.5;
    assert_int_equal(mn_coroner_verdict(&e), MN_OVERTAKEN);
    e.k_then = 500.0, e.k_now = 490.0;
    assert_int_equal(mn_coroner_verdict(&e), MN_K_SHRANK);
    e.moved_step = 0.03;
    assert_int_equal(mn_coroner_verdict(&e), MN_STALE_MOMENTUM);
    e.k_now = 250.0;
    assert_int_equal(mn_coroner_verdict(&e), MN_K_SHRANK);
    e.own_items = 0.5;
    assert_int_equal(mn_coroner_verdict(&e), MN_FADED);
    e.norm_now = 0.01;
    assert_int_equal(mn_coroner_verdict(&e), MN_NORM_COLLAPSED);
    e.last_fired = -1;
    assert_int_equal(mn_coroner_verdict(&e), MN_NEVER_WON);
}

static void weak_evidence_is_none(void **state)
{
    mn_evidence e = plain();
    e.rival = 3, e.rival_items = 0.25;
    e.k_then = 10.0, e.k_now = 9.5;
    e.moved_step = 0.002;
    e.norm_now = 0.4;
    assert_int_equal(mn_coroner_verdict(&e), MN_FADED);
}

static void what_is_not_a_number_accuses_nobody(void **state)
{
    mn_evidence e = plain();
    e.norm_then = e.norm_now = e.moved = (double)NAN;
    assert_int_equal(mn_coroner_verdict(&e), MN_FADED);
    e.rival = 1; /* of whom nothing else is known */
    assert_int_equal(mn_coroner_verdict(&e), MN_FADED);
}

static void a_finding_has_the_numbers(void **state)
{
    char text[200];
    mn_evidence e = plain();
    e.k_then = 40.0, e.k_now = 10.0;
    e.rival = 17, e.rival_items = 1.0, e.rival_share = 31.0;
    assert_string_equal(mn_coroner_tell(&e, "neuron", 4, text, sizeof text),
                        "fell silent after step 4120, when k went from 40 to 10; neuron 17 now "
                        "wins its last 4 items, and fires 31 times as often as the mean");
    e.rival_items = 0.5;
    assert_non_null(
        strstr(mn_coroner_tell(&e, "neuron", 4, text, sizeof text), "2 of its last 4"));
    e.k_now = 40.0, e.own_items = 1.0;
    assert_string_equal(mn_coroner_tell(&e, "neuron", 4, text, sizeof text),
                        "fell silent after step 4120; it would fire for its last 4 items, but "
                        "they have not come any more");
    e = plain();
    e.moved_step = 0.25;
    assert_non_null(
        strstr(mn_coroner_tell(&e, "neuron", 0, text, sizeof text), "moved it by 25 %"));
    e.last_fired = -1;
    assert_string_equal(mn_coroner_tell(&e, "neuron", 0, text, sizeof text),
                        "no item has ever made it fire");
}

static void a_finding_too_long_for_its_place_is_cut(void **state)
{
    char text[24];
    mn_evidence e = plain();
    e.rival = 2147483647, e.rival_items = 1.0, e.rival_share = 1e300;
    e.last_fired = INT64_MAX;
    e.norm_now = 1e-300;
    mn_coroner_tell(&e, "neuron", 4, text, sizeof text);
    assert_int_equal(strlen(text), sizeof text - 1);
}

static void every_cause_has_a_name_and_a_sentence(void **state)
{
    for (int c = 0; c < MN_N_CAUSES; c++) {
        assert_true(strlen(mn_cause_name((mn_cause)c)) > 3);
        assert_true(strlen(mn_cause_about((mn_cause)c)) > 20);
        for (int d = 0; d < c; d++)
            assert_string_not_equal(mn_cause_name((mn_cause)c), mn_cause_name((mn_cause)d));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cause_has_its_evidence),
        cmocka_unit_test(weak_evidence_is_none),
        cmocka_unit_test(what_is_not_a_number_accuses_nobody),
        cmocka_unit_test(a_finding_has_the_numbers),
        cmocka_unit_test(a_finding_too_long_for_its_place_is_cut),
        cmocka_unit_test(every_cause_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests_name("coroner", tests, NULL, NULL);
}

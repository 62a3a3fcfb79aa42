#include "program.h"

#include <stdlib.h>
#include <string.h>

static char *checkpoint(size_t *n)
{
    if (!has_file("good.safetensors"))
        free(assert_fine(call(NULL, "run", TINY, "--steps", "3", "-q", "--save",
                              "good.safetensors", "--snapshot", "tasks=good.png", NULL)));
    return read_file("good.safetensors", n);
}

static void a_checkpoint_tells_all(void **state)
{
    size_t n, i;
    json_t *tensor;
    int found = 0;
    (void)state;
    free(checkpoint(&n));
    json_t *o = assert_json(call(NULL, "inspect", "good.safetensors", "--json", NULL));
    assert_string_equal(text_of(o, "kind"), "checkpoint");
    assert_int_equal(json_integer_value(json_object_get(o, "step")), 3);
    json_array_foreach(json_object_get(o, "tensors"), i, tensor)
    {
        if (strcmp(text_of(tensor, "name"), "memories"))
            continue;
        json_t *shape = json_object_get(tensor, "shape");
        found = 1;
        assert_int_equal(json_integer_value(json_array_get(shape, 0)), 12);
        assert_int_equal(json_integer_value(json_array_get(shape, 1)), 794);
        assert_true(json_number_value(json_object_get(tensor, "largest")) <= 1.0);
    }
    assert_true(found);
    assert_non_null(
        strstr(text_of(json_object_get(o, "metadata"), "configuration"), "model.vertex="));
    json_decref(o);
    char *text = assert_fine(call(NULL, "inspect", "good.safetensors", NULL));
    assert_non_null(strstr(text, "memories"));
    assert_non_null(strstr(text, "12 x 794"));
    free(text);
}

static void the_kind_is_told_by_content(void **state)
{
    size_t n;
    (void)state;
    char *bytes = checkpoint(&n);
    write_file("liar.png", bytes, n);
    free(bytes);
    json_t *o = assert_json(call(NULL, "inspect", "liar.png", "--json", NULL));
    assert_string_equal(text_of(o, "kind"), "checkpoint");
    json_decref(o);
}

static void cut_files_are_one_clear_error(void **state)
{
    static const char *const names[] = {"good.safetensors", "good.png"};
    size_t n;
    (void)state;
    free(checkpoint(&n));
    for (int k = 0; k < 2; k++) {
        char *bytes = read_file(names[k], &n);
        const size_t cuts[] = {0, 1, 7, 8, 9, 40, n / 2, n - 1};
        for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
            write_file("cut", bytes, cuts[i]);
            assert_refused(call(NULL, "inspect", "cut", NULL), 1, "cut");
        }
        free(bytes);
    }
}

static void damaged_files_are_one_clear_error(void **state)
{
    static const char *const headers[] = {
        "{}",
        "[]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,400]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
        "{\"a\":1}",
        "not json",
    };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char bytes[256] = {0};
        size_t n = strlen(headers[i]);
        bytes[0] = (char)n;
        memcpy(bytes + 8, headers[i], n);
        write_file("bad", bytes, 8 + n + 4);
        assert_refused(call(NULL, "inspect", "bad", NULL), 1, "bad");
        assert_refused(call(NULL, "run", "--resume", "bad", NULL), 1, "bad");
        assert_refused(call(NULL, "run", TINY, "--weights", "bad", NULL), 1, "bad");
    }
    assert_refused(call(NULL, "inspect", ".", NULL), 1, "'.'");
}

/* Every byte of a picture's text chunks is covered by a checksum. */
static void a_flipped_bit_in_a_picture_is_noticed(void **state)
{
    size_t n;
    (void)state;
    free(checkpoint(&n));
    char *bytes = read_file("good.png", &n);
    char *text = NULL;
    for (size_t i = 0; i + 8 < n && !text; i++)
        if (!memcmp(bytes + i, "Software", 8))
            text = bytes + i;
    assert_non_null(text);
    text[14] ^= 1;
    write_file("flipped.png", bytes, n);
    assert_refused(call(NULL, "inspect", "flipped.png", NULL), 1, "flipped.png");
    free(bytes);
}

/* Terminals act on controls; metadata is anybody's. */
static void controls_in_metadata_do_not_reach_the_terminal(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"k\\u001b[2Jey\":\"v\\u001b]0;title\\u0007\\u009b1m\"},"
        "\"\\u001b[31mname\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    char bytes[8 + sizeof header] = {(char)(sizeof header - 1)};
    (void)state;
    memcpy(bytes + 8, header, sizeof header - 1);
    write_file("controls", bytes, 8 + sizeof header - 1);
    char *text = assert_fine(call(NULL, "inspect", "controls", NULL));
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\007'));
    assert_null(strstr(text, "\xc2\x9b"));
    assert_non_null(strstr(text, "name"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checkpoint_tells_all),
        cmocka_unit_test(the_kind_is_told_by_content),
        cmocka_unit_test(cut_files_are_one_clear_error),
        cmocka_unit_test(damaged_files_are_one_clear_error),
        cmocka_unit_test(a_flipped_bit_in_a_picture_is_noticed),
        cmocka_unit_test(controls_in_metadata_do_not_reach_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

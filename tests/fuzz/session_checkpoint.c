/* A checkpoint whose bytes are changed: the input is a list of changes, four bytes each (where,
 * three bytes; what), of one strategy or another. Refused, or a session that can be trained,
 * looked at and written. */
#include <stdlib.h>
#include <string.h>

#include "data_replay.h"
#include "session_impl.h"

static const char *const settings[] = {"items=20",   "test-items=20",  "batch=10",
                                       "memories=3", "tasks=permuted", "n-tasks=2",
                                       "epochs=1"};
static const char *const strategies[] = {"strategy=pseudorehearsal", "strategy=si",
                                         "strategy=gem"};
enum { N_STRATEGIES = sizeof strategies / sizeof *strategies };

typedef struct subject {
    mn_session *session;
    mn_text bytes;
    mn_snapshot *snapshot;
} subject;
static subject subjects[N_STRATEGIES];

static void must(mn_status status)
{
    if (status != MN_OK)
        abort();
}

static void start(subject *state, const char *strategy)
{
    mn_config c;
    mn_config_defaults(&c);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        must(mn_config_assign(&c, settings[i], NULL));
    must(mn_config_assign(&c, strategy, NULL));
    must(mn_session_create(&state->session, &c, NULL, NULL));
    must(mn_session_do(state->session, "dream 5", NULL, NULL));
    must(mn_session_do(state->session, "step 3", NULL, NULL)); /* one task has ended */
    while (mn_session_advance(state->session))
        continue;
    must(mn_checkpoint_write(state->session, &state->bytes, NULL));
    if (!(state->snapshot = mn_snapshot_create()))
        abort();
}

/* The header is a twentieth of the file and half of the fun. */
static void change(char *bytes, size_t n, const uint8_t *input, size_t n_input)
{
    uint64_t header;
    memcpy(&header, bytes, sizeof header);
    for (size_t i = 0; i + 4 <= n_input; i += 4) {
        size_t room = input[i] & 0x80 ? 8 + (size_t)header : n;
        size_t at = (size_t)(input[i] & 0x7f) << 16 | (size_t)input[i + 1] << 8 | input[i + 2];
        bytes[at % room] = (char)input[i + 3];
    }
}

static void use(mn_session *s, mn_snapshot *snapshot)
{
    mn_text again = {0};
    mn_err err;
    if (mn_session_do(s, "step 2", NULL, &err) == MN_OK)
        while (mn_session_advance(s))
            continue;
    mn_session_evaluate(s);
    must(mn_session_snapshot(s, snapshot, true, &err));
    must(mn_checkpoint_write(s, &again, &err));
    mn_text_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t n_input)
{
    mn_tensors *t = NULL;
    mn_err err = {0};
    size_t which = n_input % N_STRATEGIES;
    subject *state = &subjects[which];
    if (!state->session)
        start(state, strategies[which]);
    char *bytes = malloc(state->bytes.length);
    if (!bytes)
        abort();
    memcpy(bytes, state->bytes.data, state->bytes.length);
    change(bytes, state->bytes.length, input, n_input);
    mn_status status = mn_tensors_parse(&t, bytes, state->bytes.length, "fuzz", &err);
    if (status == MN_OK)
        status = mn_checkpoint_read(state->session, t, "fuzz", &err);
    if (status == MN_OK)
        use(state->session, state->snapshot);
    else if (!err.msg[0])
        abort();
    mn_tensors_close(t);
    free(bytes);
    return 0;
}

size_t fuzz_sample(size_t which, uint8_t *out, size_t room)
{
    static const uint8_t changes[] = {0x80, 1, 7, '7', 0, 40, 200, 0xff, 1, 3, 5, 0x80};
    if (which)
        return 0;
    memcpy(out, changes, sizeof changes);
    return sizeof changes;
}

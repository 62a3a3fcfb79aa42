#include "session_impl.h"

#include <string.h>

/* Eight bytes at a time through a multiply and a fold (the mixing step of wyhash); the tail is
 * padded with zeros and the length goes in, so that no two lengths collide by padding. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t mn_digest_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    size_t whole = n / 8;
    hash ^= n;
    for (size_t i = 0; i < whole; i++) {
        uint64_t word;
        memcpy(&word, p + 8 * i, 8);
        hash = fold(hash ^ word ^ 0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu);
    }
    uint64_t tail = 0;
    if (n % 8)
        memcpy(&tail, p + 8 * whole, n % 8);
    return fold(hash ^ tail ^ 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u);
}

static uint64_t digest_array(uint64_t h, const mn_state_array *a)
{
    size_t n = (size_t)a->rows * (size_t)a->cols;
    return a->f ? mn_digest_bytes(h, a->f, n * sizeof(float))
                : mn_digest_bytes(h, a->i, n * sizeof(int));
}

static uint64_t digest_state(mn_session *s, uint64_t h)
{
    mn_state_array a;
    for (int i = 0; mn_model_state(s->model, i, &a); i++)
        h = digest_array(h, &a);
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        h = digest_array(h, &a);
    for (int i = 0; mn_strategy_state(s->strategy, i, &a); i++)
        h = digest_array(h, &a);
    for (int i = 0; s->returns.ledger && mn_ledger_state(s->returns.ledger, i, &a); i++)
        h = digest_array(h, &a);
    return s->returns.ledger ? mn_digest_bytes(h, &s->returns.damage, sizeof s->returns.damage)
                             : h;
}

/* Buffers can be large and rarely change. */
static uint64_t digest_buffer(mn_session *s)
{
    const mn_buffer *b = mn_strategy_buffer(s->strategy);
    if (!s->buffer_digest) {
        uint64_t h = mn_digest_bytes(1, b->X, b->n * (size_t)b->n_inputs * sizeof(float));
        h = mn_digest_bytes(h, b->Y, b->n * (size_t)b->n_classes * sizeof(float));
        if (b->n)
            h = mn_digest_bytes(h, b->task, b->n * sizeof *b->task);
        s->buffer_digest = h | 1;
    }
    return s->buffer_digest;
}

uint64_t mn_session_digest(mn_session *s)
{
    if (s->digest_step == s->step && s->digest)
        return s->digest;
    uint64_t h =
        mn_digest_bytes(1, mn_model_theta(s->model), mn_model_size(s->model) * sizeof(float));
    h = digest_state(s, h);
    h ^= digest_buffer(s);
    h = mn_digest_bytes(h, &s->order_rng, sizeof s->order_rng);
    h = mn_digest_bytes(h, &s->strategy_rng, sizeof s->strategy_rng);
    h = mn_digest_bytes(h, &s->dream_rng, sizeof s->dream_rng);
    h = mn_digest_bytes(h, &s->model_rng, sizeof s->model_rng);
    const int64_t position[] = {s->step, s->task_step, s->epoch, s->task, (int64_t)s->at};
    s->digest = mn_digest_bytes(h, position, sizeof position);
    s->digest_step = s->step;
    return s->digest;
}

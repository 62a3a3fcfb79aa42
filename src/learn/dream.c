#include "mnemoscope/dream.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/arena.h"
#include "mnemoscope/kernel.h"

const char *mn_verdict_name(mn_verdict v)
{
    static const char *const names[MN_N_VERDICTS] = {"memory", "mixture", "spurious",
                                                     "unsettled"};
    assert(v >= 0 && v < MN_N_VERDICTS);
    return names[v];
}

/* Distinct attractors of one batch of dreams: packed bits, found by an open hash table. */
typedef struct attractor {
    mn_judgement judgement;
    size_t n_dreams;
} attractor;

typedef struct attractors {
    size_t n, n_words, n_slots; /* n_slots: a power of two, at least twice the dreams */
    uint64_t *bits;             /* (dreams, n_words) */
    attractor *at;              /* (dreams) */
    uint32_t *slot;             /* (n_slots): 1 + number of the attractor, 0 = empty */
} attractors;

/* A batch of dreams: what was asked for, and arrays carved once from one arena. */
typedef struct work {
    mn_model *m;
    mn_buffer *into;        /* or NULL */
    mn_dream_record *first; /* or NULL */
    mn_dream_tally *tally;
    const mn_dream_plan *plan;
    int task, n_state, n_chunk;
    size_t room;       /* pseudoitems that `into` is still to receive */
    bool graded;       /* states are of any length, not of +-1 */
    float *V;          /* (n_chunk, n_state) */
    int *sweeps;       /* (n_chunk) */
    bool *converged;   /* (n_chunk) */
    float *share;      /* (n_units) */
    float *cue, *next; /* (n_state): where the first dream started, where it goes */
    uint64_t *packed;  /* (n_words) */
    attractors known;
} work;

static void layout(work *w, size_t n, mn_arena *a)
{
    size_t n_state = (size_t)w->n_state, n_chunk = (size_t)w->n_chunk;
    attractors *k = &w->known;
    k->n_words = (n_state + 63) / 64;
    k->n_slots = 16;
    while (k->n_slots / 2 < n && k->n_slots <= SIZE_MAX / 4)
        k->n_slots *= 2;
    w->V = mn_arena_bytes(a, n_chunk, n_state * sizeof *w->V);
    w->sweeps = mn_arena_ints(a, n_chunk);
    w->converged = mn_arena_bytes(a, n_chunk, sizeof *w->converged);
    w->share = mn_arena_floats(a, (size_t)mn_model_n_units(w->m));
    w->cue = mn_arena_floats(a, n_state);
    w->next = mn_arena_floats(a, n_state);
    w->packed = mn_arena_bytes(a, k->n_words, sizeof *w->packed);
    k->bits = mn_arena_bytes(a, n, k->n_words * sizeof *k->bits);
    k->at = mn_arena_bytes(a, n, sizeof *k->at);
    k->slot = mn_arena_bytes(a, k->n_slots, sizeof *k->slot);
}

static void pack(size_t n_state, const float *v, float above, uint64_t *packed)
{
    memset(packed, 0, (n_state + 63) / 64 * sizeof *packed);
    for (size_t i = 0; i < n_state; i++)
        packed[i / 64] |= (uint64_t)(v[i] > above) << (i % 64);
}

/* The attractor with these bits; a new one when there is none yet (n_dreams 0). */
static attractor *find(attractors *k, const uint64_t *packed)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < k->n_words; i++) {
        hash = (hash ^ packed[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    size_t row = k->n_words * sizeof *packed, slot = hash & (k->n_slots - 1);
    for (; k->slot[slot]; slot = (slot + 1) & (k->n_slots - 1)) {
        size_t i = k->slot[slot] - 1;
        if (!memcmp(k->bits + i * k->n_words, packed, row))
            return &k->at[i];
    }
    memcpy(k->bits + k->n * k->n_words, packed, row);
    k->slot[slot] = (uint32_t)++k->n;
    return &k->at[k->n - 1];
}

static mn_verdict name(int n_on, double share)
{
    if (n_on == 0)
        return MN_SPURIOUS;
    return share >= 0.5 ? MN_MEMORY : MN_MIXTURE;
}

static int count_on(const float *v, int n, int *last_on)
{
    int n_on = 0;
    for (int i = 0; i < n; i++)
        if (v[i] > 0.0f) {
            n_on++;
            *last_on = i;
        }
    return n_on;
}

mn_judgement mn_dream_judge(mn_model *m, const float *v, bool converged, float *share)
{
    const mn_shape *shape = mn_model_shape(m);
    int on = 0, n_on = count_on(v + shape->n_visible + shape->n_extra, shape->n_classes, &on);
    mn_model_shares(m, v, share);
    size_t unit = mn_argmax((size_t)mn_model_n_units(m), share);
    double most = (double)share[unit];
    return (mn_judgement){(int)unit, most, converged ? name(n_on, most) : MN_UNSETTLED};
}

/* Uniform +-1, 64 units to a random word. */
static void draw_even(mn_rng *r, int n, float *v)
{
    uint64_t word = 0;
    for (int j = 0; j < n; j++, word >>= 1) {
        if (j % 64 == 0)
            word = mn_rng_next(r);
        v[j] = word & 1 ? 1.0f : -1.0f;
    }
}

/* From +-1 to the model's range. */
static void grade(const work *w, int n)
{
    float lo, hi;
    mn_model_range(mn_model_kind(w->m), &lo, &hi);
    for (size_t i = 0; i < (size_t)n * (size_t)w->n_state && w->graded; i++)
        w->V[i] = w->V[i] > 0.0f ? hi : lo;
}

/* n probes of n_units units, the first n_visible of which are pixels; each starts on a fresh
 * word. */
static void draw(mn_rng *r, double ink, int n, int n_visible, int n_units, float *V)
{
    const bool even = ink == 0.5;
    for (int i = 0; i < n; i++, V += n_units) {
        for (int j = 0; j < n_visible && !even; j++)
            V[j] = mn_rng_uniform(r) < ink ? 1.0f : -1.0f;
        int at = even ? 0 : n_visible;
        draw_even(r, n_units - at, V + at);
    }
}

/* Writes down the states from cue to end. next: room for one of them. Returns whether the last
 * update changed nothing. */
static bool follow(mn_model *m, const float *cue, mn_update update, int max_sweeps,
                   mn_rng *order, float *next, mn_dream_record *d)
{
    size_t n_state = (size_t)mn_model_n_state(m);
    float *state = d->states;
    memcpy(state, cue, n_state * sizeof *state);
    d->energy[0] = mn_model_energy(m, state);
    d->changed[0] = 0;
    d->n_states = 1;
    for (d->n_updates = 0; d->n_updates < max_sweeps; d->n_updates++) {
        memcpy(next, state, n_state * sizeof *state);
        mn_model_relax(m, next, 1, update, 1, order, NULL, NULL);
        int n_changed = 0;
        for (size_t i = 0; i < n_state; i++)
            n_changed += next[i] != state[i];
        if (!n_changed)
            return true;
        if (d->n_states < MN_DREAM_STATES)
            d->n_states++;
        state = d->states + (size_t)(d->n_states - 1) * n_state;
        memcpy(state, next, n_state * sizeof *state);
        d->energy[d->n_states - 1] = mn_model_energy(m, state);
        d->changed[d->n_states - 1] = n_changed;
    }
    return false;
}

static float *last_state(const mn_dream_record *d, size_t n_state)
{
    return d->states + (size_t)(d->n_states - 1) * n_state;
}

/* Follows the first dream again. The last state is the one the batch found: looking must show
 * what is trained on, whatever rounding does to a batch of one. */
static void record(work *w)
{
    size_t n_state = (size_t)w->n_state;
    follow(w->m, w->cue, MN_SYNCHRONOUS, w->plan->max_sweeps, NULL, w->next, w->first);
    memcpy(last_state(w->first, n_state), w->V, n_state * sizeof *w->V);
}

/* A relaxed state as an item: the class part becomes the target, the rest the input. */
static void keep(const work *w, const float *v)
{
    mn_buffer *b = w->into;
    size_t row = mn_buffer_extend(b, 1, w->task);
    float lo, hi;
    mn_model_range(mn_model_kind(w->m), &lo, &hi);
    float *x = b->X + row * (size_t)b->n_inputs, *y = b->Y + row * (size_t)b->n_classes;
    for (int i = 0; i < b->n_inputs; i++)
        x[i] = w->graded ? v[i] : v[i] > 0.0f ? hi : lo;
    for (int c = 0; c < b->n_classes; c++)
        y[c] = v[b->n_inputs + c] > 0.0f ? 1.0f : 0.0f;
}

static void count(const work *w, const float *v, mn_verdict verdict)
{
    mn_dream_tally *t = w->tally;
    const mn_shape *shape = mn_model_shape(w->m);
    int class_on = 0, task_on = 0;
    int n_classes =
        count_on(v + shape->n_visible + shape->n_extra, shape->n_classes, &class_on);
    int n_tasks = count_on(v + shape->n_visible, shape->n_extra, &task_on);
    t->verdicts[verdict]++;
    t->n_classes_on[n_classes < 2 ? n_classes : 2]++;
    if (n_classes == 1 && t->by_class)
        t->by_class[class_on]++;
    if (t->by_task)
        t->by_task[n_tasks == 1 ? task_on : shape->n_extra]++;
}

/* Where the dream that settled in v ended. Every distinct attractor is judged once: with few of
 * them that saves most of the work. */
static attractor *settle(work *w, const float *v)
{
    const size_t n = (size_t)w->n_state;
    pack(n, v, w->graded ? (float)(mn_sum(n, v) / (double)n) : 0.0f, w->packed);
    attractor *a = find(&w->known, w->packed);
    if (!a->n_dreams++)
        a->judgement = mn_dream_judge(w->m, v, true, w->share);
    return a;
}

/* Judges, counts and keeps dream i of the chunk; its attractor, or NULL when it has none. */
static const attractor *end(work *w, int i, mn_judgement *j)
{
    const float *v = w->V + (size_t)i * (size_t)w->n_state;
    const attractor *a = w->converged[i] ? settle(w, v) : NULL;
    *j = a ? a->judgement : mn_dream_judge(w->m, v, false, w->share);
    count(w, v, j->verdict);
    const bool again = a && a->n_dreams > 1;
    w->tally->repeats += again;
    if (w->into && w->room && !(again && w->plan->distinct) && (a || !w->plan->settled)) {
        keep(w, v);
        w->room--;
    }
    return a;
}

static mn_status prepare(work *w, size_t n, mn_arena *a, mn_err *err)
{
    layout(w, n, a);
    mn_status s = mn_arena_allocate(a, "a batch of dreams", err);
    if (s == MN_OK)
        layout(w, n, a);
    return s;
}

static void describe(mn_dream_record *d, const mn_judgement *j)
{
    d->unit = j->unit;
    d->share = j->share;
    d->verdict = j->verdict;
}

/* There is room for the pseudoitems. */
static void dream(work *w, size_t n, mn_rng *r)
{
    mn_dream_tally *t = w->tally;
    const attractor *of_first = NULL;
    double n_sweeps = t->sweeps * (double)t->n;
    for (size_t done = 0; done < n;) {
        int n_now = n - done < (size_t)w->n_chunk ? (int)(n - done) : w->n_chunk;
        bool is_first = w->first && done == 0;
        draw(r, w->plan->ink, n_now, mn_model_shape(w->m)->n_visible, w->n_state, w->V);
        grade(w, n_now);
        memcpy(w->cue, w->V, (size_t)w->n_state * sizeof *w->cue);
        mn_model_relax(w->m, w->V, n_now, w->plan->update, w->plan->max_sweeps, r, w->sweeps,
                       w->converged);
        if (is_first)
            record(w);
        for (int i = 0; i < n_now; i++, done++) {
            mn_judgement j;
            const attractor *a = end(w, i, &j);
            n_sweeps += w->sweeps[i];
            if (is_first && i == 0) {
                of_first = a;
                describe(w->first, &j);
            }
        }
    }
    if (w->first)
        w->first->repeat = of_first && of_first->n_dreams > 1;
    t->n += n;
    t->sweeps = n_sweeps / (double)t->n;
}

mn_status mn_dream(mn_model *m, size_t n, const mn_dream_plan *plan, mn_rng *r, int task,
                   mn_buffer *into, mn_dream_record *first, mn_dream_tally *tally, mn_err *err)
{
    assert(plan->max_sweeps > 0 && (!first || plan->update == MN_SYNCHRONOUS));
    if (!mn_model_recalls(m))
        return mn_fail(err, MN_EINVAL,
                       "cannot dream: '%s' does not recall, it has no attractors",
                       mn_model_name(mn_model_kind(m)));
    if (n > UINT32_MAX / 4)
        return mn_fail(err, MN_EINVAL, "cannot dream %zu states at once: wanted at most %u", n,
                       UINT32_MAX / 4);
    if (first) {
        first->cue[0] = '\0';
        first->n_states = 0;
    }
    if (!n)
        return MN_OK;
    size_t batch = (size_t)mn_model_shape(m)->batch;
    mn_dream_tally unseen = {0};
    work w = {.m = m,
              .into = into,
              .first = first,
              .tally = tally ? tally : &unseen,
              .plan = plan,
              .task = task,
              .n_state = mn_model_n_state(m),
              .graded = mn_model_reconstructs(mn_model_kind(m)),
              .n_chunk = (int)(n < batch ? n : batch),
              .room = plan->most && plan->most < n ? plan->most : n};
    mn_arena a = {0};
    mn_status s = prepare(&w, n, &a, err);
    if (s == MN_OK && into)
        s = mn_buffer_reserve(into, w.room, err);
    if (s == MN_OK)
        dream(&w, n, r);
    mn_arena_finish(&a);
    return s;
}

/* A batch of probes as inputs, and what is read from the model. */
typedef struct answers {
    float *logits;
    int *exponent;
} answers;

static void answer(mn_model *m, size_t n, const mn_dream_plan *plan, const mn_loss_ops *loss,
                   mn_rng *r, int task, mn_buffer *into, const answers *w)
{
    const mn_shape *shape = mn_model_shape(m);
    float lo, hi;
    mn_model_range(mn_model_kind(m), &lo, &hi);
    for (size_t left = n; left > 0;) {
        int n_now = left < (size_t)shape->batch ? (int)left : shape->batch;
        size_t first = mn_buffer_extend(into, (size_t)n_now, task),
               n_inputs = (size_t)into->n_inputs;
        float *X = into->X + first * n_inputs;
        draw(r, plan->ink, n_now, shape->n_visible, into->n_inputs, X);
        for (size_t i = 0; i < (size_t)n_now * n_inputs; i++)
            X[i] = X[i] > 0.0f ? hi : lo;
        mn_model_forward(m, X, n_now, w->logits, w->exponent);
        loss->respond(n_now, shape->n_classes, w->logits, w->exponent,
                      into->Y + first * (size_t)into->n_classes);
        left -= (size_t)n_now;
    }
}

mn_status mn_dream_answer(mn_model *m, size_t n, const mn_dream_plan *plan,
                          const mn_loss_ops *loss, mn_rng *r, int task, mn_buffer *into,
                          mn_err *err)
{
    const mn_shape *shape = mn_model_shape(m);
    const size_t batch = (size_t)shape->batch;
    mn_arena a = {0};
    answers w = {0};
    mn_status s = mn_buffer_reserve(into, n, err);
    for (int pass = 0; pass < 2 && s == MN_OK; pass++) {
        w.logits = mn_arena_bytes(&a, batch, (size_t)shape->n_classes * sizeof *w.logits);
        w.exponent = mn_arena_ints(&a, batch);
        if (pass == 0)
            s = mn_arena_allocate(&a, "the answers to random probes", err);
    }
    if (s == MN_OK)
        answer(m, n, plan, loss, r, task, into, &w);
    mn_arena_finish(&a);
    return s;
}

mn_status mn_dream_follow(mn_model *m, const float *cue, mn_update update, int max_sweeps,
                          mn_rng *order, mn_dream_record *d, mn_err *err)
{
    assert(max_sweeps > 0 && (order || update == MN_SYNCHRONOUS));
    if (!mn_model_recalls(m))
        return mn_fail(err, MN_EINVAL, "cannot recall: '%s' has no attractors",
                       mn_model_name(mn_model_kind(m)));
    size_t n_state = (size_t)mn_model_n_state(m);
    mn_arena a = {0};
    float *next = NULL, *share = NULL;
    mn_status s = MN_OK;
    for (int pass = 0; pass < 2 && s == MN_OK; pass++) {
        next = mn_arena_floats(&a, n_state);
        share = mn_arena_floats(&a, (size_t)mn_model_n_units(m));
        if (pass == 0)
            s = mn_arena_allocate(&a, "the recall of a cue", err);
    }
    if (s == MN_OK) {
        bool settled = follow(m, cue, update, max_sweeps, order, next, d);
        mn_judgement j = mn_dream_judge(m, last_state(d, n_state), settled, share);
        snprintf(d->cue, sizeof d->cue, "recall");
        d->repeat = false;
        describe(d, &j);
    }
    mn_arena_finish(&a);
    return s;
}

#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/view.h"

enum {
    SIDE = 28,
    PIXELS = SIDE * SIDE,
    CLASSES = 10,
    N_MOMENTS = 60,
    N_STATES = 7,
    GALLERY = 8
};

struct mn_fixture {
    mn_snapshot snap;
    int n_units, n_tasks;
    uint32_t *fired[MN_N_WINDOWS], *order, *tile_unit;
    int64_t *last_fired;
    float *share, *norm, *index[MN_N_INDICES], *pixels, *extra, *classes, *states, *gallery,
        *importance, *unit_importance;
    int *label;
    uint32_t *mixed, *by_class;
    float *entropy, *mix_share;
    int *top;
    uint8_t *cause;
};

static void *room(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (!p)
        abort();
    return p;
}

mn_fixture *fixture_create(int n_units, int n_tasks)
{
    size_t n = (size_t)n_units, state = PIXELS + (size_t)n_tasks + CLASSES;
    mn_fixture *f = room(1, sizeof *f);
    f->n_units = n_units;
    f->n_tasks = n_tasks;
    for (int w = 0; w < MN_N_WINDOWS; w++)
        f->fired[w] = room(n, sizeof *f->fired[w]);
    for (int i = 0; i < MN_N_INDICES; i++)
        f->index[i] = room(n, sizeof *f->index[i]);
    f->order = room(n, sizeof *f->order);
    f->tile_unit = room(n, sizeof *f->tile_unit);
    f->last_fired = room(n, sizeof *f->last_fired);
    f->share = room(n, sizeof *f->share);
    f->norm = room(n, sizeof *f->norm);
    f->label = room(n, sizeof *f->label);
    f->pixels = room(n * PIXELS, sizeof *f->pixels);
    f->importance = room(n * PIXELS, sizeof *f->importance);
    f->unit_importance = room(n, sizeof *f->unit_importance);
    f->extra = room(n * (size_t)n_tasks, sizeof *f->extra);
    f->classes = room(n * CLASSES, sizeof *f->classes);
    f->states = room(MN_DREAM_STATES * state, sizeof *f->states);
    f->gallery = room((size_t)MN_GALLERY_MAX * PIXELS, sizeof *f->gallery);
    f->mixed = room(n, sizeof *f->mixed);
    f->by_class = room(n * CLASSES, sizeof *f->by_class);
    f->entropy = room(n, sizeof *f->entropy);
    f->mix_share = room(n, sizeof *f->mix_share);
    f->top = room(n, sizeof *f->top);
    f->cause = room(n, sizeof *f->cause);
    f->snap.moments = room(MN_HISTORY_MAX, sizeof *f->snap.moments);
    f->snap.events = room(MN_EVENTS_MAX, sizeof *f->snap.events);
    return f;
}

void fixture_destroy(mn_fixture *f)
{
    for (int w = 0; w < MN_N_WINDOWS; w++)
        free(f->fired[w]);
    for (int i = 0; i < MN_N_INDICES; i++)
        free(f->index[i]);
    free(f->order);
    free(f->tile_unit);
    free(f->last_fired);
    free(f->share);
    free(f->norm);
    free(f->label);
    free(f->pixels);
    free(f->importance);
    free(f->unit_importance);
    free(f->extra);
    free(f->classes);
    free(f->states);
    free(f->gallery);
    free(f->mixed);
    free(f->by_class);
    free(f->entropy);
    free(f->mix_share);
    free(f->top);
    free(f->cause);
    free(f->snap.moments);
    free(f->snap.events);
    free(f);
}

/* Seven-segment digits with soft edges: pictures a person recognises at every size. */
static void draw_digit(int digit, float *to)
{
    static const unsigned char segments[CLASSES] = {0x77, 0x24, 0x5D, 0x6D, 0x2E,
                                                    0x6B, 0x7B, 0x25, 0x7F, 0x6F};
    static const int boxes[7][4] = {{8, 4, 20, 6},   {6, 6, 8, 14},  {20, 6, 22, 14},
                                    {8, 13, 20, 15}, {6, 14, 8, 22}, {20, 14, 22, 22},
                                    {8, 22, 20, 24}};
    for (int i = 0; i < PIXELS; i++) {
        double best = 1e9;
        for (int k = 0; k < 7; k++) {
            const int *b = boxes[k];
            double x = i % SIDE + 0.5, y = i / SIDE + 0.5;
            double dx = fmax(fmax(b[0] - x, x - b[2]), 0.0),
                   dy = fmax(fmax(b[1] - y, y - b[3]), 0.0);
            if (segments[digit] >> k & 1)
                best = fmin(best, hypot(dx, dy));
        }
        to[i] = (float)(0.8 * exp(-best * best / 2.0) - 0.25);
    }
}

static float grain(int i, int seed)
{
    unsigned h = (unsigned)i * 2654435761u ^ (unsigned)seed * 40503u;
    h ^= h >> 13;
    h *= 1274126177u;
    return (float)(h >> 16 & 0xFFFF) / 32768.0f - 1.0f;
}

static void fill_frame(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    mn_moment *moments = s->moments;
    mn_event *events = s->events;
    *s = (mn_snapshot){.n_tasks = f->n_tasks,
                       .n_classes = CLASSES,
                       .n_units = f->n_units,
                       .width = SIDE,
                       .height = SIDE,
                       .channels = 1,
                       .recalls = true,
                       .dreams_are_used = true,
                       .buffer_replays = true,
                       .n_extra = f->n_tasks,
                       .seed = 7,
                       .digest = 0x9f2c41d8aa55aa55u,
                       .step_per_epoch = 100,
                       .progress = (double)NAN,
                       .loss = (double)NAN,
                       .probe_step = -1,
                       .moments = moments,
                       .events = events,
                       .order = f->order,
                       .tile_unit = f->tile_unit,
                       .tile_pixels = f->pixels,
                       .tile_extra = f->extra,
                       .tile_classes = f->classes,
                       .n_tiles = f->n_units,
                       .tile_limit = 0.82f,
                       .viewport = {.cursor = 0, .lens = -1},
                       .gallery = f->gallery};
    snprintf(s->model, sizeof s->model, "dam");
    snprintf(s->title, sizeof s->title, "Dense Associative Memory");
    snprintf(s->unit_noun, sizeof s->unit_noun, "memory");
    snprintf(s->preset, sizeof s->preset, "default");
    snprintf(s->data, sizeof s->data, "digits");
    snprintf(s->stream, sizeof s->stream, "permuted");
    snprintf(s->strategy, sizeof s->strategy, "pseudorehearsal");
    snprintf(s->task_text, sizeof s->task_text, "permutation 2");
    snprintf(s->headline, sizeof s->headline, "n 20  T 0.3  m 2");
    s->units = (mn_units){.n = f->n_units,
                          .last_fired = f->last_fired,
                          .share = f->share,
                          .norm = f->norm,
                          .label = f->label};
    for (int w = 0; w < MN_N_WINDOWS; w++)
        s->units.fired[w] = f->fired[w];
    for (int i = 0; i < MN_N_INDICES; i++)
        s->units.index[i] = f->index[i];
    for (int i = 0; i < MN_TASKS_MAX * MN_TASKS_MAX; i++)
        s->R[i] = s->R_f1[i] = (double)NAN;
    for (int i = 0; i < MN_TASKS_MAX; i++)
        s->now[i] = (mn_score){(double)NAN, (double)NAN, 0};
    for (int i = 0; i < MN_N_INDICES; i++)
        s->index_mean[i] = (double)NAN;
}

mn_snapshot *fixture_fresh(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    fill_frame(f);
    for (int u = 0; u < f->n_units; u++) {
        f->order[u] = f->tile_unit[u] = (uint32_t)u;
        f->last_fired[u] = -1;
        f->label[u] = -1;
        f->norm[u] = f->share[u] = 0.0f;
        for (int i = 0; i < MN_N_INDICES; i++)
            f->index[i][u] = NAN;
        for (int w = 0; w < MN_N_WINDOWS; w++)
            f->fired[w][u] = 0;
        for (int i = 0; i < PIXELS; i++)
            f->pixels[u * PIXELS + i] = 0.3f * grain(i, u) - 0.3f;
    }
    return s;
}

static void fill_units(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    for (int w = 0; w < MN_N_WINDOWS; w++)
        s->units.items[w] = w == MN_BATCH ? 100 : 10000;
    for (int u = 0; u < f->n_units; u++) {
        int label = u * 7 % CLASSES;
        bool dead = u % 23 == 21, weak = u % 19 == 17;
        f->order[u] = f->tile_unit[u] = (uint32_t)u;
        f->label[u] = label;
        f->last_fired[u] = dead ? (u % 2 ? 600 : -1) : 1412 - u % 5;
        f->norm[u] = 9.0f + (float)(u % 7);
        f->share[u] = 1.0f / (float)(u + 8);
        for (int i = 0; i < MN_N_INDICES; i++)
            f->index[i][u] = dead ? NAN : (float)((u * (i + 3)) % 17) / 16.0f;
        for (int w = 0; w < MN_N_WINDOWS; w++)
            f->fired[w][u] = dead   ? 0
                             : weak ? 3
                                    : (uint32_t)(10000 / (u + 12) / (w == MN_BATCH ? 100 : 1));
        draw_digit(label, f->pixels + u * PIXELS);
        for (int i = 0; dead && i < PIXELS; i++)
            f->pixels[u * PIXELS + i] = 0.5f * grain(i, u);
        for (int c = 0; c < CLASSES; c++)
            f->classes[u * CLASSES + c] = c == label ? 0.9f : -0.6f - 0.03f * (float)c;
        for (int t = 0; t < f->n_tasks; t++)
            f->extra[u * f->n_tasks + t] = t == u % 2 ? 0.7f : -0.5f;
    }
}

static void fill_scores(mn_fixture *f)
{
    static const double now[] = {0.614, 0.931, 0.102, 0.097, 0.104};
    mn_snapshot *s = &f->snap;
    for (int t = 0; t < f->n_tasks; t++)
        s->now[t] = (mn_score){now[t % 5], now[t % 5] - 0.01, 500};
    s->probe_step = 1400;
    s->n_trained = f->n_tasks > 1 ? 2 : 1;
    for (int t = 0; t < MN_TASKS_MAX; t++)
        s->R_items[t] = 2000;
    for (int t = 0; t < f->n_tasks; t++) {
        s->untrained[t] = 0.1;
        s->R[t] = t == 0 ? 0.946 : 0.1 + 0.001 * t;
        if (f->n_tasks > 1)
            s->R[f->n_tasks + t] = t == 0 ? 0.614 : t == 1 ? 0.927 : 0.1 + 0.002 * t;
        s->forgetting[t] = t == 0 && f->n_tasks > 1 ? 0.332 : (double)NAN;
    }
    bool several = f->n_tasks > 1;
    s->summary =
        (mn_summary){several ? 0.773 : 0.946, several ? -0.332 : (double)NAN,
                     several ? 0.001 : (double)NAN, several ? 0.332 : (double)NAN, 0.927};
    s->index_mean[MN_WINNER_SHARE] = 0.71;
    s->index_mean[MN_ITEM_MATCH] = 0.64;
    s->index_mean[MN_LABEL_PURITY] = 0.58;
}

static void add_event(mn_snapshot *s, int64_t step, bool intervention, const char *text)
{
    mn_event *e = &s->events[s->n_events++];
    *e = (mn_event){.step = step, .intervention = intervention};
    snprintf(e->text, sizeof e->text, "%s", text);
}

static void fill_history(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    for (int i = 0; i < N_MOMENTS; i++) {
        mn_moment *m = &s->moments[i];
        double t = (double)i / (N_MOMENTS - 1), front = i < 17 ? 2.0 : 2.0 + 12.0 * (t - 0.28);
        *m = (mn_moment){.step = (int64_t)(1412.0 * t), .loss = 0.9 * exp(-4.0 * t) + 0.01};
        for (int k = 0; k < MN_TASKS_MAX; k++)
            m->score[k] = m->f1[k] = k >= f->n_tasks ? (double)NAN : 0.1;
        m->score[0] = 0.1 + 0.85 * (1.0 - exp(-6.0 * t)) - (t > 0.6 ? 0.8 * (t - 0.6) : 0.0);
        if (f->n_tasks > 1)
            m->score[1] = t > 0.6 ? 0.1 + 0.84 * (1.0 - exp(-12.0 * (t - 0.6))) : 0.1;
        for (int k = 0; k < MN_N_INDICES; k++)
            for (int b = 0; b < MN_STRIP_BINS; b++)
                m->strip[k][b] = (float)exp(-0.25 * (b - front) * (b - front));
        m->index_mean = front / MN_STRIP_BINS;
    }
    s->n_moments = N_MOMENTS;
    add_event(s, 402, true, "vertex 2 -> 20");
    add_event(s, 850, false, "task 2");
    add_event(s, 1200, true, "dream 64");
}

static void fill_dream(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    size_t state = PIXELS + (size_t)s->n_extra + CLASSES;
    float digit[PIXELS];
    draw_digit(4, digit);
    s->dream = (mn_dream_record){.n_states = N_STATES,
                                 .states = f->states,
                                 .n_updates = N_STATES - 1,
                                 .unit = 12,
                                 .share = 0.83,
                                 .verdict = MN_MEMORY};
    for (int k = 0; k < N_STATES; k++) {
        s->dream.energy[k] = -41.2 * (1.0 - exp(-0.9 * k));
        for (int i = 0; i < PIXELS; i++)
            f->states[(size_t)k * state + (size_t)i] =
                grain(i, 99) * (float)(N_STATES - 1 - k) > 3.0f || digit[i] > 0.0f ? 1.0f
                                                                                   : -1.0f;
    }
    s->dreamt = (mn_dream_tally){.n = 64, .repeats = 3, .sweeps = 5.4};
    s->dreamt.verdicts[MN_MEMORY] = 51;
    s->dreamt.verdicts[MN_MIXTURE] = 9;
    s->dreamt.verdicts[MN_SPURIOUS] = 4;
    for (int c = 0; c < CLASSES; c++)
        s->by_class[c] = (size_t)(c * 5 % 11);
    for (int t = 0; t <= f->n_tasks; t++)
        s->by_task[t] = t == 0 ? 40 : t == f->n_tasks ? 14 : 2;
    s->n_gallery = GALLERY;
    for (int g = 0; g < GALLERY; g++) {
        draw_digit(g, f->gallery + g * PIXELS);
        s->gallery_verdict[g] = g % 3 == 2 ? MN_MIXTURE : MN_MEMORY;
        s->gallery_class[g] = g % 3 == 2 ? -1 : g;
    }
    s->buffer_items = s->buffer_replayed = 512;
}

static void fill_buffer(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    s->buffer_items = 240;
    s->buffer_replayed = 240;
    s->buffer_replays = true;
    s->buffer_by_task[0] = 140;
    s->buffer_by_task[f->n_tasks > 1] += 100;
    for (int c = 0; c < CLASSES; c++)
        s->buffer_by_class[c] = 24;
    s->n_kept = GALLERY;
    s->item_lo = -1.0f, s->item_hi = 1.0f;
    s->kept = f->gallery;
    for (int g = 0; g < GALLERY; g++) {
        s->kept_task[g] = f->n_tasks > 1 && g > GALLERY / 2;
        s->kept_class[g] = g % 3 == 2 ? -1 : g;
    }
}

/* Importance of a weight: its square, times a part that falls with the unit's number. */
static void fill_importance(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    double sum = 0.0;
    s->has_importance = true;
    s->importance_terms = 1;
    s->strength = 100.0;
    s->importance_gini = 0.83;
    s->importance_share90 = 0.123;
    s->tile_importance = f->importance;
    s->unit_importance = f->unit_importance;
    snprintf(s->importance_name, sizeof s->importance_name, "Fisher information");
    for (int u = 0; u < f->n_units; u++) {
        f->unit_importance[u] = 1.0f / (float)((u + 1) * (u + 1));
        sum += (double)f->unit_importance[u];
        for (int i = 0; i < PIXELS; i++) {
            float v = f->pixels[u * PIXELS + i];
            f->importance[u * PIXELS + i] = v * v * f->unit_importance[u];
            s->importance_limit = fmaxf(s->importance_limit, f->importance[u * PIXELS + i]);
        }
    }
    for (int u = 0; u < f->n_units; u++)
        f->unit_importance[u] /= (float)sum;
}

mn_snapshot *fixture_trained(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    fill_frame(f);
    fill_units(f);
    fill_scores(f);
    fill_history(f);
    fill_dream(f);
    s->task = f->n_tasks > 1;
    s->step = 1412;
    s->digest_step = 1400;
    s->epoch = 3.41;
    s->loss = 0.0264;
    s->rate = 0.02;
    s->state = MN_RUNNING;
    s->steps_per_second = 412.0;
    s->items_per_second = 41200.0;
    snprintf(s->message, sizeof s->message, "vertex 2 -> 20 at step 402");
    s->message_id = 1;
    s->message_undoes = true;
    s->n_undo = 2;
    return s;
}

mn_snapshot *fixture_protected(mn_fixture *f)
{
    mn_snapshot *s = fixture_trained(f);
    snprintf(s->strategy, sizeof s->strategy, "everything");
    s->dreams_are_used = false;
    fill_buffer(f);
    fill_importance(f);
    s->has_constraints = true;
    s->constraints = (mn_constraints){
        .n = 1, .cosine = {-0.31}, .steps = 800, .violated = 200, .per_hundred = 34.0};
    return s;
}

/* A unit fires for its own class and, the higher its number, for more others. */
static void fill_mixture(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    mn_mixture *m = &s->mixture[MN_CENSUS_EPOCH];
    double all = 0.0;
    *m = (mn_mixture){.n = f->n_units,
                      .items = 10000,
                      .step = 1400,
                      .fired = f->mixed,
                      .entropy = f->entropy,
                      .share = f->mix_share,
                      .top = f->top};
    for (int u = 0; u < f->n_units; u++) {
        bool dead = mn_view_dead(s, u);
        double sum = 0.0, entropy = 0.0;
        for (int c = 0; c < CLASSES; c++) {
            int off = (c - u * 7 % CLASSES + CLASSES) % CLASSES;
            f->by_class[u * CLASSES + c] =
                dead || off > u % 4 ? 0 : (uint32_t)(4000 / (u + 12) / (1 + 2 * off));
            sum += f->by_class[u * CLASSES + c];
        }
        for (int c = 0; c < CLASSES && sum > 0.0; c++) {
            double p = f->by_class[u * CLASSES + c] / sum;
            entropy -= p > 0.0 ? p * log(p) : 0.0;
        }
        f->mixed[u] = (uint32_t)sum;
        f->entropy[u] = sum > 0.0 ? (float)entropy : NAN;
        f->top[u] = sum > 0.0 ? u * 7 % CLASSES : -1;
        all += sum;
    }
    m->weighted = 0.0;
    for (int u = 0; u < f->n_units; u++) {
        f->mix_share[u] = all > 0.0 ? (float)(f->mixed[u] / all) : 0.0f;
        if (f->mixed[u])
            m->weighted += (double)f->mix_share[u] * (double)f->entropy[u];
        m->never += !f->mixed[u];
        m->polysemantic += f->mixed[u] && f->entropy[u] > 1.09f;
    }
    s->tile_firings[MN_CENSUS_EPOCH] = f->by_class;
}

static void fill_counts(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    for (int u = 0; u < f->n_units; u++)
        for (int t = 0; t <= f->n_tasks && t <= MN_TASKS_MAX; t += f->n_tasks) {
            double decades = log10((double)f->fired[MN_RUN][u] + 1e-9) * MN_COUNT_BINS;
            if (f->fired[MN_RUN][u])
                s->counts[t][(int)(decades / MN_COUNT_DECADES)]++;
            else
                s->never[t]++;
        }
}

/* Every dead unit of the fixture, of two causes in turn; the report is of the first. */
static void fill_deaths(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    s->cause = NULL;
    s->autopsy.unit = -1;
    for (int u = 0; u < f->n_units; u++) {
        mn_cause cause = !mn_units_dead(&s->units, u) ? MN_ALIVE
                         : u % 2                      ? MN_STALE_MOMENTUM
                                                      : MN_NEVER_WON;
        f->cause[u] = (uint8_t)cause;
        s->causes[cause]++;
        if (cause == MN_ALIVE || s->autopsy.unit >= 0)
            continue;
        s->autopsy = (mn_autopsy){.unit = u,
                                  .cause = cause,
                                  .evidence = {.last_fired = 600,
                                               .k_then = 10.0,
                                               .k_now = 10.0,
                                               .norm_then = 1.21,
                                               .norm_now = 0.32,
                                               .moved = 0.73,
                                               .moved_step = 0.0042,
                                               .rival = 3,
                                               .rival_items = 0.75,
                                               .rival_share = 4.2},
                                  .n_last = 4,
                                  .last_label = {7, 7, 1, 7},
                                  .last_task = {0, 0, 0, 0}};
        snprintf(s->autopsy.finding, sizeof s->autopsy.finding,
                 "went 73 %% of its norm in the 812 steps since it fired last, "
                 "most of it by the optimiser's memory of old gradients");
    }
    s->cause = f->cause;
    s->last_items = f->gallery;
}

static void fill_dossier(mn_fixture *f)
{
    mn_snapshot *s = &f->snap;
    s->dossier = (mn_dossier){.unit = f->n_units > 12 ? 12 : 0,
                              .n_sampled = 2000,
                              .step = 1400,
                              .n_top = MN_TOP_ITEMS,
                              .nearest_label = 4,
                              .nearest_distance = 0.31f};
    for (int i = 0; i < MN_TOP_ITEMS; i++) {
        s->dossier.top_drive[i] = 0.9f - 0.05f * (float)i;
        s->dossier.top_label[i] = i;
    }
    s->top_items = f->gallery;
    s->nearest_item = f->gallery + 4 * PIXELS;
}

static void fill_gauges(mn_fixture *f)
{
    static const char *const names[] = {"k", "I", "lambda"},
                             *const abouts[] = {"neurons that are to stay active",
                                                "inhibition of all by all",
                                                "weight of the inhibition"};
    mn_snapshot *s = &f->snap;
    s->n_gauges = 3;
    for (int g = 0; g < 3; g++) {
        snprintf(s->gauge_name[g], sizeof s->gauge_name[g], "%s", names[g]);
        snprintf(s->gauge_about[g], sizeof s->gauge_about[g], "%s", abouts[g]);
        s->gauge[g] = g == 2 ? (double)NAN : 10.0 * (g + 1);
    }
    for (int i = 0; i < N_MOMENTS; i++) {
        mn_moment *m = &s->moments[i];
        m->gauge[0] = 10.0f + 50.0f / (float)(1 + i);
        m->gauge[1] = 20.0f;
        m->gauge[2] = NAN;
        m->entropy = i ? 2.0f - 0.02f * (float)i : NAN;
        m->moved_firing = 0.01f / (float)(1 + i);
        m->moved_silent = 0.001f;
    }
}

static void fill_portrait(mn_fixture *f)
{
    mn_portrait *p = &f->snap.portrait;
    mn_portrait_series *s;
    snprintf(p->title, sizeof p->title, "Intersections of circles");
    snprintf(p->x_name, sizeof p->x_name, "Hamming distance (bits)");
    snprintf(p->y_name, sizeof p->y_name, "share of the circle");
    p->y_log = true;
    for (int k = 0; k < 2 && (s = mn_portrait_add(p, k ? "softmax" : "circles", 40)); k++) {
        for (int i = 0; i < 40; i++) {
            s->x[i] = 5.0 * i;
            s->y[i] = exp(-0.15 * i - (k ? 0.0 : 0.001 * i * i));
        }
        s->dim = k;
    }
    mn_portrait_fact(p, "critical distance 209 bits at d 447");
    mn_portrait_fact(p, "beta %.2f fits the softmax with R2 %.3f", 14.2, 0.987);
    f->snap.has_portrait = true;
}

mn_snapshot *fixture_sparse(mn_fixture *f)
{
    mn_snapshot *s = fixture_trained(f);
    snprintf(s->model, sizeof s->model, "sdmlp");
    snprintf(s->title, sizeof s->title, "Sparse Distributed Memory");
    snprintf(s->unit_noun, sizeof s->unit_noun, "neuron");
    snprintf(s->headline, sizeof s->headline, "k 10");
    snprintf(s->strategy, sizeof s->strategy, "vanilla");
    snprintf(s->class_name[4], sizeof s->class_name[4], "sandal");
    s->recalls = false;
    s->item_lo = -1.0f, s->item_hi = 1.0f;
    fill_deaths(f);
    fill_mixture(f);
    fill_counts(f);
    fill_dossier(f);
    fill_gauges(f);
    fill_portrait(f);
    return s;
}

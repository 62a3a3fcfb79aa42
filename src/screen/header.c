#include "screen_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Pieces of the header from left to right; those of the lowest rank stay when the screen is
 * narrow. */
typedef struct mn_piece {
    char text[96];
    int rank;
    mn_tone tone;
    bool out;
} mn_piece;

enum { PIECES_MAX = 11, RANK_MAX = 10, BRIEF_COLS = 100, BETWEEN = 2 };

static const char *state_text(const mn_snapshot *snap, char *out, size_t size)
{
    switch (snap->state) {
    case MN_RUNNING:
        if (snap->pace > 0.0)
            snprintf(out, size, "▶ %.3g of %.3g steps/s", snap->steps_per_second, snap->pace);
        else if (snap->steps_per_second >= 10.0)
            snprintf(out, size, "▶ %.0f steps/s", snap->steps_per_second);
        else
            snprintf(out, size, "▶ %.2g steps/s", snap->steps_per_second);
        break;
    case MN_FINISHED: snprintf(out, size, "● finished"); break;
    case MN_FAILED: snprintf(out, size, "! failed"); break;
    case MN_PAUSED: snprintf(out, size, "|| paused"); break;
    }
    return out;
}

static mn_piece *add(mn_piece *pieces, int *n, int rank, mn_tone tone, const char *text)
{
    mn_piece *p = &pieces[(*n)++];
    *p = (mn_piece){.rank = rank, .tone = tone};
    snprintf(p->text, sizeof p->text, "%s", text);
    return p;
}

/* "#2f9c41d8", with the step it is of while that is not the present one. */
static const char *digest_text(const mn_snapshot *snap, char *out, size_t size)
{
    int n = snprintf(out, size, "#%08llx", (unsigned long long)(snap->digest >> 32));
    if (snap->digest_step != snap->step)
        snprintf(out + n, size - (size_t)n, "@%lld", (long long)snap->digest_step);
    return out;
}

static int collect(const mn_snapshot *snap, bool brief, mn_piece *pieces)
{
    int n = 0;
    char text[96];
    add(pieces, &n, 6, MN_STRONG, snap->model);
    if (*snap->headline)
        add(pieces, &n, 1, MN_PLAIN, snap->headline);
    if (snap->n_tasks > 1) {
        snprintf(text, sizeof text, "task %d/%d", snap->task + 1, snap->n_tasks);
        add(pieces, &n, 2, MN_PLAIN, text);
        if (*snap->task_text)
            add(pieces, &n, 9, MN_DIM, snap->task_text);
    }
    add(pieces, &n, 0, snap->state == MN_FAILED ? MN_BAD : MN_STRONG,
        state_text(snap, text, sizeof text));
    snprintf(text, sizeof text, brief ? "ep %.2f" : "epoch %.2f", snap->epoch);
    add(pieces, &n, 5, MN_PLAIN, text);
    snprintf(text, sizeof text, "step %lld", (long long)snap->step);
    add(pieces, &n, 3, MN_PLAIN, text);
    if (*snap->strategy && snap->n_tasks > 1)
        add(pieces, &n, 8, MN_PLAIN, snap->strategy);
    if (*snap->data)
        add(pieces, &n, 10, MN_DIM, snap->data);
    snprintf(text, sizeof text, "seed %llu", (unsigned long long)snap->seed);
    add(pieces, &n, 7, MN_DIM, text);
    add(pieces, &n, 4, MN_DIM, digest_text(snap, text, sizeof text));
    return n;
}

/* Takes pieces by rank as long as they fit; smaller ones of a higher rank may fill the rest. */
static void fit(mn_piece *pieces, int n, int width, const mn_canvas *c)
{
    int left = width - 1 + BETWEEN;
    for (int rank = 0; rank <= RANK_MAX; rank++)
        for (int i = 0; i < n; i++) {
            int wanted = mn_canvas_columns(c, pieces[i].text) + BETWEEN;
            if (pieces[i].rank != rank)
                continue;
            pieces[i].out = rank > 0 && wanted > left;
            left -= pieces[i].out ? 0 : wanted;
        }
}

void mn_header_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c)
{
    mn_piece pieces[PIECES_MAX];
    int n = collect(snap, box.w < BRIEF_COLS, pieces), x = box.x + 1;
    fit(pieces, n, box.w, c);
    for (int i = 0; i < n; i++)
        if (!pieces[i].out)
            x += mn_screen_text(s, c, x, box.y, box.x + box.w - x, pieces[i].tone, 0,
                                pieces[i].text) +
                 BETWEEN;
}

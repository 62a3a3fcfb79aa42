#include "board.h"

#include <stdlib.h>

#include "plan.h"

enum { MISSING, TAKEN, DONE };

static unsigned char *state_of(const mn_board *b, const mn_place *p)
{
    size_t i = (size_t)p->cell * (size_t)b->n_trials + (size_t)p->trial;
    return &b->state[i * (size_t)b->plan->seeds + (size_t)(p->seed - b->plan->first_seed)];
}

static void finish_run(mn_board *b, const mn_place *p)
{
    *state_of(b, p) = DONE;
    b->n_missing[p->cell * b->n_rounds + p->trial / b->plan->round]--;
    if (mn_plan_shard_has(b->plan, p->cell))
        b->n_done++;
}

static void count_missing(mn_board *b)
{
    for (int cell = 0; cell < b->n_cells; cell++)
        for (int t = 0; t < b->n_trials; t++)
            b->n_missing[cell * b->n_rounds + t / b->plan->round] += b->plan->seeds;
}

mn_status mn_board_init(mn_board *b, const mn_plan *p, const mn_results *done, mn_err *err)
{
    *b = (mn_board){.plan = p,
                    .n_cells = mn_plan_cells(p),
                    .n_trials = mn_plan_trials(p),
                    .n_all = mn_plan_runs(p)};
    b->n_rounds = (b->n_trials + p->round - 1) / p->round;
    size_t n = (size_t)b->n_cells * (size_t)b->n_trials * (size_t)p->seeds;
    b->state = calloc(n, 1);
    b->n_missing = calloc((size_t)b->n_cells * (size_t)b->n_rounds, sizeof *b->n_missing);
    if (!b->state || !b->n_missing) {
        mn_board_finish(b);
        return mn_fail(err, MN_ENOMEM, "no memory for %zu runs", n);
    }
    count_missing(b);
    for (size_t i = 0; i < done->n; i++)
        finish_run(b, &(mn_place){done->at[i].cell, done->at[i].trial, done->at[i].seed});
    return MN_OK;
}

void mn_board_finish(mn_board *b)
{
    free(b->state);
    free(b->n_missing);
    b->state = NULL;
    b->n_missing = NULL;
}

/* The first missing run of a cell's first round that is not done. */
static bool take_in(mn_board *b, int cell, mn_place *out)
{
    int round = 0;
    while (round < b->n_rounds && !b->n_missing[cell * b->n_rounds + round])
        round++;
    for (int t = round * b->plan->round; t < b->n_trials && t < (round + 1) * b->plan->round;
         t++)
        for (int i = 0; i < b->plan->seeds; i++) {
            mn_place p = {cell, t, b->plan->first_seed + i};
            if (*state_of(b, &p) == MISSING) {
                *out = p;
                return true;
            }
        }
    return false;
}

static bool is_over(const mn_board *b, int cell)
{
    for (int round = 0; round < b->n_rounds; round++)
        if (b->n_missing[cell * b->n_rounds + round])
            return false;
    return true;
}

bool mn_board_take(mn_board *b, mn_place *out)
{
    while (b->first < b->n_cells &&
           (!mn_plan_shard_has(b->plan, b->first) || is_over(b, b->first)))
        b->first++;
    for (int cell = b->first; cell < b->n_cells; cell++)
        if (mn_plan_shard_has(b->plan, cell) && take_in(b, cell, out)) {
            *state_of(b, out) = TAKEN;
            return true;
        }
    return false;
}

void mn_board_done(mn_board *b, const mn_place *p)
{
    finish_run(b, p);
}

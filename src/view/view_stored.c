#include <string.h>

#include "returns.h"

/* Figure A2 of Tyulmankov et al. 2023: exceptions and some regular items beside what is stored
 * of them. */

enum { ITEM_COLS = 13, PART_LEAST_ROWS = 6 };

/* A choice of the items shown, exceptions first. */
typedef struct mn_choice {
    int n, at[MN_RETURNED_MAX];
} mn_choice;

static void take(const mn_snapshot *s, mn_rarity kind, int most, mn_choice *out)
{
    for (int i = 0; i < s->n_shown && most > 0; i++)
        if (s->shown[i].kind == kind) {
            out->at[out->n++] = i;
            most--;
        }
}

/* Of n places at least a third are the regular items'. */
static mn_choice choose(const mn_snapshot *s, int n)
{
    mn_choice c = {0};
    take(s, MN_EXCEPTIONAL, n > 1 ? n - (n + 2) / 3 : n, &c);
    take(s, MN_REGULAR, n - c.n, &c);
    return c;
}

static void add_side(const mn_snapshot *s, const mn_choice *c, mn_side side, const char *title,
                     mn_room room, mn_figure *f)
{
    const size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    float *pixels = mn_figure_room(f, (size_t)c->n * size, sizeof *pixels);
    float loss[MN_RETURNED_MAX];
    int label[MN_RETURNED_MAX], task[MN_RETURNED_MAX];
    if (!pixels)
        return;
    for (int i = 0; i < c->n; i++) {
        const mn_returned *of = &s->shown[c->at[i]];
        memcpy(pixels + (size_t)i * size,
               s->shown_pixels + ((size_t)c->at[i] * MN_N_SIDES + side) * size,
               size * sizeof *pixels);
        label[i] = of->label;
        task[i] = s->task;
        loss[i] = of->signal[MN_SIGNAL_LOSS];
    }
    const mn_items items = {.n = c->n,
                            .pixels = pixels,
                            .label = label,
                            .task = task,
                            .number = side == MN_SIDE_RETRIEVED ? loss : NULL};
    mn_view_items(s, &items, title, room, 0, f);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    static const char *const titles[MN_N_SIDES] = {
        "training items, exceptions first", "what the memory is shown of them",
        "what it gives back, and what is lost (0 nothing, 1 all)"};
    (void)l;
    mn_figure_title(f, "Stored");
    mn_figure_status(f, "%s", mn_returns_losses(s, f));
    if (mn_returns_missing(s, room, false, f))
        return;
    const int places = room.cols / ITEM_COLS;
    const mn_choice c = choose(s, places < 1                 ? 1
                                  : places > MN_RETURNED_MAX ? MN_RETURNED_MAX
                                                             : places);
    int sides = room.rows / PART_LEAST_ROWS;
    sides = sides > MN_N_SIDES ? MN_N_SIDES : sides < 1 ? 1 : sides;
    room.rows /= sides;
    for (int side = 0; side < MN_N_SIDES && c.n; side++) /* the cue goes first, then the item */
        if (sides == MN_N_SIDES || side == MN_SIDE_RETRIEVED ||
            (sides == 2 && side == MN_SIDE_ITEM))
            add_side(s, &c, (mn_side)side, titles[side], room, f);
    if (!f->n_parts)
        mn_view_say(f, room, mn_returns_losses(s, f));
}

const mn_view_ops mn_view_stored = {
    .name = "stored",
    .title = "Stored",
    .about = "exceptions and some regular items, what the memory is shown of them, and what it "
             "gives back",
    .make = make,
};

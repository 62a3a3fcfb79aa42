#include "screen_impl.h"

#include <stdio.h>
#include <string.h>

static const char question[] = "quit? [y]es [s]ave and quit [N]o";

/* What to do next, when nothing has been said. */
static void write_suggestion(const mn_snapshot *snap, char *out, size_t size)
{
    char units[MN_NOUN_MAX];
    switch (snap->state) {
    case MN_RUNNING:
        snprintf(out, size, "training: Space pauses, Enter looks into a %s, ? lists the keys",
                 snap->unit_noun);
        break;
    case MN_FINISHED:
        snprintf(out, size, "all tasks are trained: look round, or r starts again");
        break;
    case MN_FAILED:
        snprintf(out, size, "training stopped: u undoes the last change, r starts again");
        break;
    case MN_PAUSED:
        if (snap->step == 0)
            snprintf(out, size, "random %s, nothing learnt yet: Space trains, ? lists the keys",
                     mn_view_units(snap, units));
        else
            snprintf(out, size, "paused: Space goes on, . makes one step, ? lists the keys");
        break;
    }
}

static void write_prompt_hint(const mn_screen *s, const mn_snapshot *snap, char *out,
                              size_t size)
{
    if (*s->prompt.hint)
        snprintf(out, size, "%s", s->prompt.hint);
    else
        mn_complete_hint(s->prompt.line, snap->model, out, size);
}

void mn_caption_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c)
{
    char text[544];
    mn_tone tone = MN_PLAIN;
    if (s->mode == MN_QUITTING) {
        snprintf(text, sizeof text, "%s", question);
        tone = MN_STRONG;
    } else if (s->mode == MN_PROMPTING) {
        write_prompt_hint(s, snap, text, sizeof text);
        tone = MN_DIM;
    } else if (*s->note) {
        snprintf(text, sizeof text, "%s%s", s->note_bad ? "! " : "", s->note);
        tone = s->note_bad ? MN_BAD : MN_PLAIN;
    } else if (*snap->message) {
        snprintf(text, sizeof text, "%s%s%s", snap->message_bad ? "! " : "", snap->message,
                 snap->message_undoes && !snap->message_bad ? " (u undoes)" : "");
        tone = snap->message_bad ? MN_BAD : MN_PLAIN;
    } else {
        write_suggestion(snap, text, sizeof text);
        tone = MN_DIM;
    }
    int used = mn_screen_text(s, c, box.x + 1, box.y, box.w - 2, tone, 0, text);
    if (s->mode == MN_QUITTING) {
        c->cursor_x = box.x + 1 + used;
        c->cursor_y = box.y;
    }
}

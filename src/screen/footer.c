#include "screen_impl.h"

#include <stdio.h>
#include <string.h>

/* Hints of the moment: keys and what they do, in the order of the table, dropped by priority.
 */
typedef struct mn_hint {
    char keys[24];
    const char *text;
    int priority;
    bool out;
} mn_hint;

enum { HINTS_MAX = 40, BETWEEN = 2, PANEL_FIRST = 50 };

static const mn_hint while_prompting[] = {
    {"Enter", "runs", 0, false}, {"Tab", "completes", 1, false}, {"Esc", "closes", 0, false}};

static const mn_hint while_reading[] = {{"Enter", "runs", 0, false},
                                        {"Esc", "closes", 0, false},
                                        {"Up Down", "move", 2, false},
                                        {"type", "to search", 1, false}};

static const mn_hint while_drawing[] = {{"Space", "dot", 0, false},
                                        {"d", "pen", 2, false},
                                        {"Enter", "recalls", 0, false},
                                        {"Backspace", "clears", 3, false},
                                        {"Esc", "closes", 1, false}};

/* The panel's own keys stand first and stay longest. */
static int collect_panel(const mn_screen *s, const mn_snapshot *snap, mn_hint *hints)
{
    const mn_binding *b;
    int n = 0;
    for (int i = 0; (b = mn_panel_bindings(mn_views[s->focus]->name, i)) && n < HINTS_MAX;
         i++) {
        char name[12], why[192];
        if (mn_screen_lacks(snap, b->line, why, sizeof why))
            continue;
        mn_key_name(b->key, name, sizeof name);
        hints[n] = (mn_hint){.text = b->hint, .priority = b->priority - PANEL_FIRST};
        snprintf(hints[n++].keys, sizeof hints->keys, "%s", name);
    }
    return n;
}

/* One hint per word: keys that share it ("n/N vertex") stand together. `?` has a place of its
 * own. */
static int collect_bindings(const mn_screen *s, const mn_snapshot *snap, mn_hint *hints)
{
    const int own = collect_panel(s, snap, hints);
    int n = own;
    for (const mn_binding *b = mn_bindings; b->key; b++) {
        char name[12], why[192];
        if (!b->hint || !strcmp(b->line, "help") || mn_screen_panel_binding(s, b->key) ||
            mn_screen_lacks(snap, b->line, why, sizeof why))
            continue;
        mn_key_name(b->key, name, sizeof name);
        if (n > own && !strcmp(hints[n - 1].text, b->hint)) {
            size_t used = strlen(hints[n - 1].keys);
            snprintf(hints[n - 1].keys + used, sizeof hints->keys - used, "/%s", name);
        } else if (n < HINTS_MAX) {
            hints[n] = (mn_hint){.text = b->hint, .priority = b->priority};
            snprintf(hints[n++].keys, sizeof hints->keys, "%s", name);
        }
    }
    return n;
}

static int columns_of(const mn_canvas *c, const mn_hint *h)
{
    return mn_canvas_columns(c, h->keys) + 1 + mn_canvas_columns(c, h->text) + BETWEEN;
}

static void fit(mn_hint *hints, int n, int width, const mn_canvas *c)
{
    for (;;) {
        int used = 0, worst = -1;
        for (int i = 0; i < n; i++) {
            if (hints[i].out)
                continue;
            used += columns_of(c, &hints[i]);
            if (worst < 0 || hints[i].priority >= hints[worst].priority)
                worst = i;
        }
        if (used <= width || worst < 0)
            return;
        hints[worst].out = true;
    }
}

static int draw_hint(const mn_screen *s, int x, int y, int width, const mn_hint *h,
                     mn_canvas *c)
{
    int used = mn_screen_text(s, c, x, y, width, MN_STRONG, 0, h->keys) + 1;
    used += mn_screen_text(s, c, x + used, y, width - used, MN_DIM, 0, h->text);
    return used + BETWEEN;
}

void mn_footer_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c)
{
    mn_hint hints[HINTS_MAX], help = {.keys = "?", .text = "help"};
    int n = 0, x = box.x + 1, right = box.x + box.w;
    if (s->mode == MN_READING) {
        n = sizeof while_reading / sizeof *while_reading;
        memcpy(hints, while_reading, sizeof while_reading);
    } else if (s->mode == MN_PROMPTING) {
        n = sizeof while_prompting / sizeof *while_prompting;
        memcpy(hints, while_prompting, sizeof while_prompting);
    } else if (s->mode == MN_DRAWING) {
        n = sizeof while_drawing / sizeof *while_drawing;
        memcpy(hints, while_drawing, sizeof while_drawing);
    } else if (!s->bare)
        n = collect_bindings(s, snap, hints);
    if (s->mode == MN_LOOKING || s->mode == MN_QUITTING) {
        right -= columns_of(c, &help);
        draw_hint(s, right + 1, box.y, box.x + box.w - right - 1, &help, c);
    }
    fit(hints, n, right - x, c);
    for (int i = 0; i < n; i++)
        if (!hints[i].out)
            x += draw_hint(s, x, box.y, right - x, &hints[i], c);
}

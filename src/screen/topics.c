#include "topics.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/config.h"
#include "mnemoscope/screen.h"

static mn_topic *add(mn_topics *t, bool complete, const char *key, const char *what,
                     const char *line, const char *help)
{
    if (t->n == MN_TOPICS_MAX)
        return NULL;
    mn_topic *row = &t->rows[t->n++];
    *row = (mn_topic){.complete = complete};
    snprintf(row->key, sizeof row->key, "%s", key);
    snprintf(row->what, sizeof row->what, "%s", what);
    snprintf(row->line, sizeof row->line, "%s", line);
    snprintf(row->help, sizeof row->help, "%s", help);
    return row;
}

static void add_bindings(mn_topics *t)
{
    char name[12];
    for (const mn_binding *b = mn_bindings; b->key; b++)
        add(t, true, mn_key_name(b->key, name, sizeof name), b->line, b->line, b->help);
}

static void add_panels(mn_topics *t)
{
    const mn_binding *b;
    for (int v = 0; mn_views[v]; v++)
        for (int i = 0; (b = mn_panel_bindings(mn_views[v]->name, i)); i++) {
            char name[12], help[176];
            snprintf(help, sizeof help, "in the panel %s: %s", mn_views[v]->name, b->help);
            add(t, true, mn_key_name(b->key, name, sizeof name), b->line, b->line, help);
        }
}

static void add_command(mn_topics *t, const mn_command_ops *c)
{
    char what[64], line[64];
    snprintf(what, sizeof what, "%s%s%s", c->name, c->usage && *c->usage ? " " : "",
             c->usage ? c->usage : "");
    snprintf(line, sizeof line, "%s%s", c->name, c->min_args > 0 ? " " : "");
    add(t, c->min_args == 0, ":", what, line, c->help);
}

static void add_parameters(mn_topics *t, const char *model)
{
    mn_config *c = malloc(sizeof *c);
    if (!c)
        return;
    mn_config_defaults(c);
    if (mn_config_set(c, "model", model, NULL) != MN_OK)
        mn_config_defaults(c);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table table = mn_config_table_at(c, i);
        for (size_t k = 0; k < table.params.n; k++) {
            const mn_param *p = &table.params.rows[k];
            char line[64], wanted[96], help[176];
            snprintf(line, sizeof line, "set %.40s=", p->name);
            snprintf(help, sizeof help, "%s; %s", p->help,
                     mn_param_wanted(p, wanted, sizeof wanted));
            add(t, false, ":", line, line, help);
        }
    }
    free(c);
}

static void add_presets(mn_topics *t)
{
    char line[64];
    for (int i = 0; mn_presets[i].name; i++) {
        snprintf(line, sizeof line, "set preset=%.40s", mn_presets[i].name);
        add(t, true, ":", line, line, mn_presets[i].about);
    }
}

static void add_looking(mn_topics *t)
{
    char line[64], key[2];
    for (int i = 0; mn_views[i]; i++) {
        snprintf(line, sizeof line, "focus %s", mn_views[i]->name);
        snprintf(key, sizeof key, "%c", mn_views[i]->key);
        add(t, true, key, line, line, mn_views[i]->about);
    }
    for (int i = 0; i < MN_N_INDICES; i++) {
        snprintf(line, sizeof line, "index %s", mn_index_name((mn_index)i));
        add(t, true, ":", line, line, mn_index_about((mn_index)i));
    }
    for (int i = 0; mn_palettes[i]; i++) {
        snprintf(line, sizeof line, "palette %s", mn_palettes[i]->name);
        add(t, true, ":", line, line, mn_palettes[i]->about);
    }
}

void mn_topics_fill_help(mn_topics *t, const char *model)
{
    t->title = "Help";
    t->n = 0;
    add_bindings(t);
    add_panels(t);
    for (int i = 0; mn_commands[i]; i++)
        add_command(t, mn_commands[i]);
    for (int i = 0; mn_looks[i]; i++)
        add_command(t, mn_looks[i]);
    add_looking(t);
    add_parameters(t, model);
    add_presets(t);
    mn_topics_filter(t, "");
}

static void add_saving(mn_topics *t, const char *name, const char *line)
{
    const mn_command_ops *c = mn_command_find(name);
    if (c)
        add(t, true, "", line, line, c->help);
}

void mn_topics_fill_saving(mn_topics *t)
{
    char line[64], help[176];
    const mn_command_ops *display = mn_look_find("save-display");
    t->title = "Save what?";
    t->n = 0;
    for (int i = 0; mn_views[i]; i++) {
        snprintf(line, sizeof line, "snapshot %s", mn_views[i]->name);
        snprintf(help, sizeof help, "PNG of %s: %s", mn_views[i]->title, mn_views[i]->about);
        add(t, true, "", line, line, help);
    }
    add(t, true, "", "save-display screen.png", "save-display screen.png", display->help);
    add(t, true, "", "save-display screen.txt", "save-display screen.txt", display->help);
    add_saving(t, "export", "export metrics");
    add_saving(t, "export", "export log");
    add_saving(t, "save", "save");
    mn_topics_filter(t, "");
}

void mn_topics_fill_strategies(mn_topics *t, const char *now)
{
    char line[64];
    int at = 0;
    t->title = "Strategy";
    t->n = 0;
    for (int i = 0; mn_strategies[i]; i++) {
        bool current = !strcmp(mn_strategies[i]->name, now);
        snprintf(line, sizeof line, "set strategy=%.40s", mn_strategies[i]->name);
        add(t, true, current ? "now" : "", mn_strategies[i]->name, line,
            mn_strategies[i]->about);
        at = current ? i : at;
    }
    mn_topics_filter(t, "");
    t->at = at;
}

void mn_topics_fill_views(mn_topics *t, int now)
{
    char line[64], key[2];
    t->title = "View";
    t->n = 0;
    for (int i = 0; mn_views[i]; i++) {
        snprintf(line, sizeof line, "focus %.40s", mn_views[i]->name);
        snprintf(key, sizeof key, "%c", mn_views[i]->key);
        add(t, true, key, mn_views[i]->name, line, mn_views[i]->about);
    }
    mn_topics_filter(t, "");
    t->at = now;
}

/* Whether `text` has the n bytes at `word`, in any case. */
static bool has(const char *text, const char *word, size_t n)
{
    for (; *text; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (i == n)
            return true;
    }
    return n == 0;
}

static bool matches(const mn_topic *row, const char *filter)
{
    while (*(filter += strspn(filter, " "))) {
        size_t n = strcspn(filter, " ");
        bool key = !strncmp(row->key, filter, n) && !row->key[n];
        if (!key && !has(row->what, filter, n) && !has(row->help, filter, n))
            return false;
        filter += n;
    }
    return true;
}

void mn_topics_filter(mn_topics *t, const char *filter)
{
    snprintf(t->filter, sizeof t->filter, "%s", filter);
    t->n_shown = t->at = t->top = 0;
    for (int i = 0; i < t->n; i++)
        if (matches(&t->rows[i], t->filter))
            t->shown[t->n_shown++] = i;
}

static void type(mn_topics *t, int key)
{
    char bytes[8], filter[MN_FILTER_MAX + 8];
    snprintf(bytes, sizeof bytes, " ");
    if (key != ' ')
        mn_key_name(key, bytes, sizeof bytes);
    if (strlen(t->filter) + strlen(bytes) >= sizeof t->filter)
        return;
    snprintf(filter, sizeof filter, "%s%s", t->filter, bytes);
    mn_topics_filter(t, filter);
}

static void erase(mn_topics *t)
{
    char filter[MN_FILTER_MAX];
    size_t n = strlen(t->filter);
    while (n > 0 && ((unsigned char)t->filter[--n] & 0xC0) == 0x80)
        ;
    snprintf(filter, sizeof filter, "%.*s", (int)n, t->filter);
    mn_topics_filter(t, filter);
}

static void move(mn_topics *t, int by)
{
    t->at += by;
    if (t->at >= t->n_shown)
        t->at = t->n_shown - 1;
    if (t->at < 0)
        t->at = 0;
}

bool mn_topics_key(mn_topics *t, int key, int page)
{
    switch (key) {
    case MN_KEY_UP:
    case MN_KEY_BACK_TAB: move(t, -1); break;
    case MN_KEY_DOWN:
    case MN_KEY_TAB: move(t, 1); break;
    case MN_KEY_PAGE_UP: move(t, -page); break;
    case MN_KEY_PAGE_DOWN: move(t, page); break;
    case MN_KEY_HOME: move(t, -MN_TOPICS_MAX); break;
    case MN_KEY_END: move(t, MN_TOPICS_MAX); break;
    case MN_KEY_BACKSPACE: erase(t); break;
    default:
        if (key < ' ' || key == 127 || key >= MN_KEY_UP)
            return false;
        type(t, key);
    }
    if (t->at < t->top)
        t->top = t->at;
    if (page > 0 && t->at >= t->top + page)
        t->top = t->at - page + 1;
    return true;
}

const mn_topic *mn_topics_chosen(const mn_topics *t)
{
    return t->at < t->n_shown ? &t->rows[t->shown[t->at]] : NULL;
}

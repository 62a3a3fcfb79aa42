/* screen_impl.h: the fields of a screen, for the files that draw it and act on it.
 *
 * A screen is in one mode at a time; Esc leads back from every mode to looking.
 */
#ifndef MNEMOSCOPE_SCREEN_IMPL_H
#define MNEMOSCOPE_SCREEN_IMPL_H

#include "mnemoscope/screen.h"
#include "pad.h"
#include "prompt.h"
#include "topics.h"

typedef enum mn_mode { MN_LOOKING, MN_PROMPTING, MN_READING, MN_DRAWING, MN_QUITTING } mn_mode;

struct mn_screen {
    mn_style style;
    mn_screen_hooks hooks;
    mn_look look;
    mn_cells_painter *painter;
    mn_figure figure;
    /* what was drawn last */
    int cols, rows;
    mn_colours colours;
    bool too_small;
    mn_fit fit;       /* of the wall when it was last in view */
    int page;         /* units the walls in view show */
    mn_viewport view; /* posted last */
    bool posted;
    /* what is where */
    int focus;         /* index into mn_views */
    bool zoomed, bare; /* bare: no hints */
    mn_mode mode;
    mn_prompt prompt;
    mn_topics topics;
    mn_pad pad;
    bool mouse; /* draws on the pad */
    /* what is said */
    char note[504]; /* the screen's own words; "" = the session's are shown */
    bool note_bad;
    uint64_t message_id; /* of the session's message seen last */
    int64_t safe_step;   /* training up to here is saved, or not worth a question */
};

/* Runs one look command; args.word[0] is its name. */
mn_status mn_look_run(mn_screen *s, const mn_command_ops *look, const mn_words *args,
                      const mn_snapshot *snap, mn_err *err);
void mn_screen_say(mn_screen *s, bool bad, const char *fmt, ...) MN_PRINTF(3, 4);
/* True when leaving now would lose training that took more than a moment. */
bool mn_screen_at_risk(const mn_screen *s, const mn_snapshot *snap);

/* The binding of a key where it means something of its own: the panel in focus; or NULL. */
const mn_binding *mn_screen_panel_binding(const mn_screen *s, int key);

/* Whether a key's line asks for what this experiment does not have; `out` receives why. */
bool mn_screen_lacks(const mn_snapshot *snap, const char *line, char *out, size_t size);

void mn_header_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c);
void mn_caption_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c);
void mn_footer_draw(const mn_screen *s, const mn_snapshot *snap, mn_rect box, mn_canvas *c);
void mn_prompt_draw(const mn_screen *s, mn_rect box, mn_canvas *c);
/* Rows of the list in view. */
int mn_topics_page(const mn_screen *s);
void mn_topics_draw(const mn_screen *s, mn_rect body, mn_canvas *c);
/* pad_screen.c */
void mn_pad_draw(const mn_screen *s, mn_rect body, mn_canvas *c);
void mn_pad_press(mn_screen *s, int key);
/* A frame with a title (may be NULL), blank inside. */
void mn_screen_box(const mn_screen *s, mn_rect b, const char *title, mn_canvas *c);
void mn_small_draw(const mn_screen *s, const mn_snapshot *snap, mn_canvas *c);

/* Text in a tone, cut with an ellipsis; returns the columns used. */
int mn_screen_text(const mn_screen *s, mn_canvas *c, int x, int y, int width, mn_tone tone,
                   uint8_t attr, const char *text);

#endif

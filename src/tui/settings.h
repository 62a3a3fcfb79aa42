/* settings.h: the flags about looks, and what they mean on this terminal. Pure. */
#ifndef MNEMOSCOPE_TUI_SETTINGS_H
#define MNEMOSCOPE_TUI_SETTINGS_H

#include "entry.h"
#include "mnemoscope/tui.h"

/* Glyphs or strokes were asked for by name that ASCII cannot write. */
bool mn_settings_want_utf8(const mn_tui_options *o);
/* Nobody said whether the background is light. */
bool mn_settings_background_open(const mn_tui_options *o);
/* The style to start with. MN_EINVAL names the flag whose value is unknown. */
MN_MUST_CHECK mn_status mn_settings_style(const mn_tui_options *o, const mn_entry *e, bool utf8,
                                          mn_style *out, mn_err *err);

#endif

/* emulator.h: a program in a terminal of our own: a pseudo terminal, an emulator (libvterm)
 * that draws what comes out of it, and a shell's part of job control in between.
 *
 * Nothing here sleeps: every wait is a poll that ends when the awaited thing is there, or after
 * a limit that only a failure reaches. */
#ifndef MNEMOSCOPE_TESTS_EMULATOR_H
#define MNEMOSCOPE_TESTS_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>
#include <vterm.h>

typedef struct emulator emulator;

/* `env`: "NAME=value" (set) or "NAME" (removed), on top of a neutral environment. Both lists
 * end with NULL. `folder`: where the program runs; NULL = here. */
typedef struct emulator_spec {
    const char *const *argv;
    const char *const *env;
    const char *folder;
    int cols, rows;
    bool mute; /* the terminal does not answer questions */
} emulator_spec;

/* Fails the test when it cannot be started. */
emulator *emulator_start(const emulator_spec *spec);
/* Kills what is left. */
void emulator_finish(emulator *p);

/* Reads and draws until `holds`, the program's end, or the limit. Whether it held. */
typedef bool emulator_predicate(emulator *p, const void *arg);
bool emulator_until(emulator *p, emulator_predicate *holds, const void *arg);
bool emulator_until_text(emulator *p, const char *text); /* anywhere on the screen */
/* Reads and draws for so long, whatever comes; returns the number of bytes that came. */
size_t emulator_watch(emulator *p, int ms);

void emulator_send(emulator *p, const char *bytes);
void emulator_send_key(emulator *p, char key);
void emulator_resize(emulator *p, int cols, int rows);
void emulator_signal(emulator *p, int signum);
void emulator_signal_newest_thread(emulator *p, int signum);
/* The terminal goes away, as when a window is closed. */
void emulator_hang_up(emulator *p);

/* 0..255, or 128 + signal; -1 when the program did not end within the limit. */
int emulator_wait(emulator *p);
/* The same without reading what it writes, as a terminal that hangs, and sending the signal
 * again and again. */
int emulator_insist(emulator *p, int signum);
bool emulator_until_stopped(emulator *p);
void emulator_go_on(emulator *p); /* as `fg` does */

bool emulator_ended(const emulator *p);
int emulator_pid(const emulator *p);
double emulator_cpu_ms(const emulator *p); /* user and system time so far, of all its threads */
long emulator_wake_ups(const emulator *p); /* how often its threads gave up waiting so far */
VTermScreenCell emulator_cell(emulator *p, int x, int y);
char *emulator_screen(emulator *p); /* all rows; the caller frees */
bool emulator_on_alternate_screen(const emulator *p);
bool emulator_cursor_visible(const emulator *p);
void emulator_cursor(const emulator *p, int *x, int *y);
bool emulator_mouse_on(const emulator *p);
/* The terminal's modes now, and before the program began. */
struct termios emulator_modes(const emulator *p);
bool emulator_modes_restored(const emulator *p);
/* In what the program wrote (its last mebibyte): these bytes; any sequence that sets a colour.
 */
bool emulator_raw_has(const emulator *p, const char *bytes);
bool emulator_raw_ends(const emulator *p, const char *bytes);
bool emulator_saw_colours(const emulator *p);

#endif

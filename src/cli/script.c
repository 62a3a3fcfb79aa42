#include "script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "expect.h"
#include "interrupt.h"
#include "mnemoscope/file.h"

static mn_status do_line(mn_script *sc, const char *line, mn_err *err);

/* To the goal that a command has set. */
static mn_status advance(mn_script *sc, mn_err *err)
{
    mn_session *s = sc->stage->session;
    while (mn_session_advance(s))
        if ((sc->signal = mn_interrupt_read(sc->interrupts))) {
            sc->over = true;
            return MN_OK;
        }
    return mn_session_failure(s, err);
}

static bool blocks(const char *command)
{
    return !strcmp(command, "run") || !strcmp(command, "step") || !strcmp(command, "epoch");
}

/* Nobody looks meanwhile: a map that was asked for is made at once. */
static void make_map(mn_script *sc)
{
    while (mn_session_map(sc->stage->session))
        if ((sc->signal = mn_interrupt_read(sc->interrupts))) {
            sc->over = true;
            return;
        }
}

/* A line for the session: says what happened, and waits where the command is about going on. */
static mn_status command(mn_script *sc, const char *line, const char *name, mn_err *err)
{
    mn_text say = {0};
    mn_status s = mn_session_do(sc->stage->session, line, &say, err);
    if (s == MN_OK && say.length && !sc->quiet)
        printf("step %" PRId64 ": %s\n", mn_session_step(sc->stage->session), say.data);
    mn_text_finish(&say);
    make_map(sc);
    return s == MN_OK && blocks(name) ? advance(sc, err) : s;
}

static mn_status whole(const char *word, const char *what, long long lo, long long hi,
                       long long *out, mn_err *err)
{
    char *end;
    *out = strtoll(word, &end, 10);
    if (end != word && !*end && *out >= lo && *out <= hi)
        return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "%s cannot be '%.40s': wanted a whole number from %lld to "
                   "%lld",
                   what, word, lo, hi);
}

static mn_status run_at(mn_script *sc, const mn_words *w, mn_err *err)
{
    long long step, here = mn_session_step(sc->stage->session);
    char until[64];
    mn_status s = whole(w->word[1], "a step", 0, INT64_MAX, &step, err);
    if (s != MN_OK)
        return s;
    if (step < here)
        return mn_fail(err, MN_EINVAL, "at %lld is in the past: this is step %lld", step, here);
    snprintf(until, sizeof until, "run until step %lld", step);
    if (step > here && (s = command(sc, until, "run", err)) != MN_OK)
        return s;
    if (sc->over)
        return MN_OK;
    if ((here = mn_session_step(sc->stage->session)) != step)
        return mn_fail(err, MN_EINVAL, "the run ended at step %lld, before step %lld", here,
                       step);
    mn_text rest = {0};
    for (int i = 2; i < w->n; i++) {
        mn_text_add(&rest, i == 2 ? "" : " ");
        mn_words_quote(&rest, w->word[i]);
    }
    s = rest.failed ? mn_fail(err, MN_ENOMEM, "no memory for a command")
                    : do_line(sc, rest.data, err);
    mn_text_finish(&rest);
    return s;
}

static mn_status run_key(mn_script *sc, const mn_words *w, mn_err *err)
{
    for (int i = 1; i < w->n && !sc->over; i++) {
        int key = mn_key_parse(w->word[i]);
        if (!key)
            return mn_fail(err, MN_EINVAL,
                           "unknown key '%.40s': wanted one character, Space, "
                           "Enter, Esc, Tab, Up, PgDn, F1, C-l or the like",
                           w->word[i]);
        mn_status s = mn_stage_key(sc->stage, key, err);
        char name[16];
        if (s == MN_OK && sscanf(sc->stage->posted, "%15s", name) == 1 && blocks(name))
            s = advance(sc, err);
        make_map(sc);
        if (s != MN_OK)
            return s;
        sc->over |= sc->stage->quit;
    }
    return MN_OK;
}

static mn_status run_resize(mn_script *sc, const mn_words *w, mn_err *err)
{
    int cols, rows, used = 0;
    if (sscanf(w->word[1], "%dx%d%n", &cols, &rows, &used) != 2 || w->word[1][used] ||
        cols < 1 || rows < 1 || cols > MN_STAGE_COLS_MAX || rows > MN_STAGE_ROWS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "the size cannot be '%.40s': wanted COLSxROWS from 1x1 "
                       "to %dx%d",
                       w->word[1], MN_STAGE_COLS_MAX, MN_STAGE_ROWS_MAX);
    return mn_stage_resize(sc->stage, cols, rows, err);
}

/* Unlike at the prompt the name is kept to: a script means the file it names. */
static mn_status run_save_display(mn_script *sc, const mn_words *w, mn_err *err)
{
    const char *path = w->word[1], *dot = strrchr(path, '.');
    mn_status s = mn_stage_draw(sc->stage, err);
    if (s != MN_OK)
        return s;
    if (dot && !strcasecmp(dot, ".png"))
        return mn_stage_picture(sc->stage, path, sc->replace, err);
    mn_text text = {0};
    mn_canvas_dump(&sc->stage->canvas, 0, &text);
    s = text.failed ? mn_fail(err, MN_ENOMEM, "no memory for the text of a display")
                    : mn_file_replace(path, text.data, text.length, sc->replace, err);
    mn_text_finish(&text);
    return s;
}

static mn_status run_echo(mn_script *sc, const mn_words *w, mn_err *err)
{
    (void)sc, (void)err;
    for (int i = 1; i < w->n; i++)
        printf("%s%s", i == 1 ? "" : " ", w->word[i]);
    printf("\n");
    return MN_OK;
}

static mn_status run_quit(mn_script *sc, const mn_words *w, mn_err *err)
{
    (void)w, (void)err;
    sc->over = true;
    return MN_OK;
}

static mn_status run_expect(mn_script *sc, const mn_words *w, mn_err *err)
{
    return mn_expect(sc->stage->session, sc->stage->snapshot, w->word[1], w->word[2],
                     w->word[3], err);
}

const mn_script_word mn_script_words[] = {
    {"at", "N COMMAND", "run until step N, then do the command", 2, MN_WORDS_MAX, run_at},
    {"key", "NAME ...", "press keys on the screen: n, Space, Enter, PgDn, C-l", 1, MN_WORDS_MAX,
     run_key},
    {"resize", "COLSxROWS", "give the screen another size; it starts as 80x24", 1, 1,
     run_resize},
    {"save-display", "FILE", "write the screen as text, or as a picture when FILE ends in .png",
     1, 1, run_save_display},
    {"expect", "NAME OP VALUE",
     "fail unless it holds: acc, bwt, fwt, forgetting, loss, step, epoch, task, dead, index, "
     "buffer by <, <=, >, >=, ==, !=; digest by == or !=",
     3, 3, run_expect},
    {"echo", "TEXT", "print the text", 0, MN_WORDS_MAX, run_echo},
    {"quit", "", "end the script here", 0, 0, run_quit},
    {0}};

static mn_status do_words(mn_script *sc, const char *line, const mn_words *w, mn_err *err)
{
    for (const mn_script_word *word = mn_script_words; word->name; word++) {
        if (strcmp(word->name, w->word[0]))
            continue;
        if (w->n - 1 < word->min_args || w->n - 1 > word->max_args)
            return mn_fail(err, MN_EINVAL, "wanted: %s%s%s", word->name,
                           *word->usage ? " " : "", word->usage);
        return word->run(sc, w, err);
    }
    if (mn_command_find(w->word[0]))
        return command(sc, line, w->word[0], err);
    return mn_stage_do(sc->stage, line, err);
}

static mn_status do_line(mn_script *sc, const char *line, mn_err *err)
{
    mn_words w;
    mn_status s = mn_words_split(&w, line, err);
    return s == MN_OK && w.n ? do_words(sc, line, &w, err) : s;
}

/* The next line of the text into `line`; false when it is too long or holds a NUL. */
static bool take_line(const char **at, const char *end, char *line, size_t size)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    size_t n = (size_t)((newline ? newline : end) - *at);
    bool fits = n < size && !memchr(*at, '\0', n);
    if (fits) {
        memcpy(line, *at, n);
        line[n] = '\0';
    }
    *at += n + (newline != NULL);
    return fits;
}

mn_status mn_script_run(mn_script *sc, const char *text, size_t n, mn_err *err)
{
    const char *at = text, *end = text + n;
    char line[MN_LINE_MAX];
    while (at < end && !sc->over) {
        mn_err inner = {0};
        sc->line++;
        mn_status s = take_line(&at, end, line, sizeof line)
                          ? do_line(sc, line, &inner)
                          : mn_fail(&inner, MN_EINVAL,
                                    "this is no command: wanted a line of text of at most %d "
                                    "bytes",
                                    MN_LINE_MAX - 1);
        if (s != MN_OK)
            return mn_fail(err, s, "%s:%d: %.180s", sc->name, sc->line, inner.msg);
    }
    return MN_OK;
}

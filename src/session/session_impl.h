/* session_impl.h: the fields of a session, for the files of src/session only.
 *
 * An experiment (everything under `parts` and below) is built from the configuration and torn
 * down as a whole; history, marks and hooks outlive it.
 */
#ifndef MNEMOSCOPE_SESSION_IMPL_H
#define MNEMOSCOPE_SESSION_IMPL_H

#include <stdio.h>

#include "mnemoscope/arena.h"
#include "mnemoscope/dream.h"
#include "mnemoscope/file.h"
#include "mnemoscope/recollection.h"
#include "mnemoscope/safetensors.h"
#include "mnemoscope/session.h"
#include "mnemoscope/umap.h"
#include "sample.h"

enum {
    GOAL_NONE = -1,
    EXPONENT_MAX =
        1 << 24, /* of a number from a file: far inside what adding them could bear */
    MOMENT_FIELDS = 4 + 2 * MN_TASKS_MAX + MN_N_INDICES * MN_STRIP_BINS + MN_GAUGES_MAX + 3 +
                    MN_N_RARITIES * (1 + MN_N_SIGNALS * MN_N_QUANTILES), /* of a checkpoint */
    POSITION_FIELDS = 14
};

/* Where a run stops by itself; GOAL_NONE in all of them: never. */
typedef struct mn_goal {
    int64_t step;   /* total steps */
    int64_t epochs; /* total epochs, over all tasks */
    int task;       /* at the beginning of this task */
} mn_goal;

/* The interventions so far; what replays the run. */
typedef struct mn_log_entry {
    int64_t step;
    char text[MN_LINE_MAX];
} mn_log_entry;
typedef struct mn_log {
    size_t n, capacity;
    mn_log_entry *at;
} mn_log;

/* Work space of the training step and of evaluation; one arena, sized from the shape. */
typedef struct mn_work {
    mn_arena arena;
    float *X, *Y, *logits, *dlogits; /* (batch, n_inputs), (batch, n_classes) x 3 */
    int *exponent;                   /* (batch) */
    mn_grad grad;
    uint32_t *fired;             /* (n_units) */
    int *last_of_unit;           /* (n_units): item of the batch, where it fired */
    int *label;                  /* (batch) */
    int n_own;                   /* items of the batch that are the task's, the first ones */
    uint32_t *own, *replayed;    /* (batch) indices of a batch, by where they come from */
    float *probe_X, *probe_work; /* (probe, n_inputs) and what mn_prototype_measure wants */
    int *probe_label;
    int n_probe;
    float *state, *share;   /* (n_state), (n_units): one whole state and its field */
    bool *classes;          /* (n_classes): of the task at hand */
    int *truth, *predicted; /* (largest test set) */
    size_t *confusion;      /* (n_classes, n_classes) */
    uint32_t *range;        /* 0 .. largest test set - 1 */
} mn_work;

typedef struct mn_history {
    int n_moments, n_events;
    int64_t spacing;    /* only every spacing-th evaluation is kept */
    int64_t since;      /* evaluations since the last kept one */
    mn_moment *moments; /* MN_HISTORY_MAX */
    mn_event *events;   /* MN_EVENTS_MAX */
} mn_history;

/* What was measured. */
typedef struct mn_scores {
    mn_score now[MN_TASKS_MAX];
    int64_t probe_step; /* -1 = never */
    int n_trained;
    double R[MN_TASKS_MAX * MN_TASKS_MAX], R_f1[MN_TASKS_MAX * MN_TASKS_MAX];
    double untrained[MN_TASKS_MAX];
    double index_mean[MN_N_INDICES];
    double loss_sum; /* since the last moment */
    uint64_t loss_items;
    double loss;                                             /* per item, of the last step */
    double gauge[MN_GAUGES_MAX], moved_silent, moved_firing; /* in the last step looked at */
    double returned[MN_N_RARITIES]; /* mean loss of an item given back, at the last look */
} mn_scores;

typedef struct mn_mark {
    char *bytes; /* a checkpoint in memory */
    size_t n;
    char text[56]; /* the intervention it was made before */
} mn_mark;
enum { MARKS_MAX = 64 };
typedef struct mn_marks {
    int n;
    mn_mark at[MARKS_MAX];
} mn_marks;

/* What the strategy's buffer holds, for looking. */
typedef struct mn_holdings {
    bool counted; /* since the buffer has changed */
    size_t by_task[MN_TASKS_MAX], by_class[MN_CLASSES_MAX + 1];
    int n_kept, kept_task[MN_GALLERY_MAX], kept_class[MN_GALLERY_MAX];
    float *kept; /* (MN_GALLERY_MAX, n_visible) */
} mn_holdings;

/* What the strategy protects, for looking: numbers of one scale, whatever the rows' exponents.
 */
typedef struct mn_protection {
    bool measured; /* since the importance has changed */
    int n_terms;
    mn_arena arena;
    float *importance; /* as theta; NULL until a task has been protected */
    float *unit;       /* (n_units) sums; over all units 1 */
    float limit;       /* largest of all visible parts */
    double gini, share90;
} mn_protection;

/* Firings by class, for looking. */
typedef struct mn_poll {
    uint32_t *tested; /* (n_units, n_classes): test items of the tasks met, last evaluation */
    uint64_t tested_items;
    int64_t tested_step;
    mn_mixture mixture[MN_N_CENSUSES]; /* made from the counts, not kept in checkpoints */
    int *counts;                       /* (MN_TASKS_MAX, MN_COUNT_BINS): units by how often
                                          they fired in the last stay in a task that is over */
    int *never;                        /* (MN_TASKS_MAX): units that did not; -1: no stay */
} mn_poll;

/* What is known of units' deaths, for looking. A good day is an epoch in which a unit fired. */
typedef struct mn_morgue {
    int n_weights;   /* visible and extra */
    float *weights;  /* (n_units, n_weights): at the end of the last good day */
    float *norm;     /* (n_units): theirs; NAN: there has been none */
    float *k_then;   /* (n_units): units that could fire for an item then */
    float *k_silent; /* (n_units): and in the first epoch of silence; NAN while alive */
    float *moved;    /* (n_units): by the optimiser in steps looked at, since it fired last */
    int *cause;      /* (n_units): mn_cause, as of the last epoch's end */
    float *before;   /* as theta: before the update that is looked at, then the update */
    float *X, *A;    /* (JURY, n_inputs), (JURY, n_units) */
} mn_morgue;
enum { JURY = 64 }; /* items whose winners are found at a time */

/* What one unit answers to among the items of the sample, for looking. */
typedef struct mn_lookup {
    mn_arena arena;
    int tasks; /* of the sample it has room for; 0 = none */
    mn_dossier d;
    int64_t epochs_done;
    uint64_t digest; /* of the session when it was made */
    float *w;        /* (n_visible): the unit's weights, of length 1 */
    float *cosine;   /* (items of the sample) */
    float *pixels;   /* (MN_TOP_ITEMS + 1, n_visible): the top ones, then the nearest */
} mn_lookup;

/* Of a model that gives items back, about the task at hand; others have no ledger. */
typedef struct mn_returns {
    mn_ledger *ledger;
    mn_rng damage;      /* takes away parts of items in training */
    double *odds;       /* (items of the largest task): scratch of drawing */
    float *sorted;      /* (items of the largest task): scratch of quantiles */
    uint32_t *chosen;   /* (items of the largest task): those that are looked at */
    mn_signals signals; /* (batch) each, (batch, n_inputs) */
    float *weight;      /* (batch) */
    int n_shown;        /* of the last look: */
    mn_returned shown[MN_RETURNED_MAX];
    float *pixels; /* (MN_RETURNED_MAX, MN_N_SIDES, n_visible) */
} mn_returns;

/* The cue that is recalled, for looking; the states it went through are the dream's. */
typedef struct mn_recall {
    mn_recollection r;
    char name[48];
    mn_update update;
    mn_rng dealt;   /* from where the cue's noise is drawn, */
    mn_rng rng;     /* and what comes after it: orders of updates, other noise */
    float *clean;   /* (n_state): the cue without noise and occlusion */
    float *picture; /* (n_visible): scratch of pictures, 0 to 1 */
    float *next;    /* (2, n_state): scratch */
    float *pixels;  /* (MN_RECALL_ITEMS, n_visible): the items nearest to where it is */
} mn_recall;

typedef struct mn_atlas mn_atlas;

struct mn_session {
    mn_config config, initial;
    mn_session_hooks hooks;
    char *command_line;

    mn_dataset *dataset;
    mn_stream *stream;
    mn_model *model;
    const mn_loss_ops *loss;
    mn_optimiser *optimiser;
    mn_strategy *strategy;
    mn_rng order_rng, strategy_rng, dream_rng, model_rng;

    int64_t step, task_step, epoch, epochs_done; /* epoch: whole epochs of this task */
    int task, ended_task;                        /* the task whose end was held last, or -1 */
    uint32_t *index; /* the epoch's order: items of the task, then replayed ones */
    size_t n_index, index_capacity, at;

    mn_work work;
    mn_arena units_arena;
    mn_units units;
    mn_poll poll;
    mn_morgue morgue;
    mn_returns returns;
    mn_scores scores;
    mn_history history;

    mn_log log;
    mn_marks undo, redo;

    bool running, finished;
    bool absorbed; /* the command at hand went into `initial`: there is nothing to log */
    mn_goal goal;
    double pace; /* steps a second; 0 = as fast as it goes */
    mn_err failure;
    mn_viewport viewport;

    char message[504];
    bool message_bad, message_undoes;
    uint64_t message_id;

    /* the latest dreams, for looking */
    mn_dream_record dream;
    float *dream_states; /* (MN_DREAM_STATES, n_state) */
    mn_recall recall;
    mn_buffer dreamt;    /* the last batch of dreams */
    float *gallery;      /* (MN_GALLERY_MAX, n_visible) */
    int n_gallery, gallery_class[MN_GALLERY_MAX];
    mn_verdict gallery_verdict[MN_GALLERY_MAX];

    mn_holdings holdings;
    mn_protection protection;

    mn_sample sample;
    mn_lookup lookup;
    mn_atlas *atlas; /* the map that was asked for, or NULL */
    mn_map_colour map_colour;

    uint64_t digest, buffer_digest; /* 0: to be worked out */
    int64_t digest_step;

    FILE *metrics;
    bool metrics_csv;
    int metrics_tasks; /* a CSV file has columns for so many */
};

/* session.c */
mn_status mn_session_build(mn_session *s, const mn_config *config, mn_err *err);
/* Takes over another session's experiment, and frees what is left of it. */
void mn_session_adopt(mn_session *s, mn_session *adopted);
void mn_session_say(mn_session *s, bool bad, const char *text);
/* Adds how many files of the data set were left out, and why the first, when some were. */
void mn_session_tell_skipped(const mn_session *s, mn_text *say);
void mn_session_apply_live(mn_session *s);
/* Only live parameters differ: the experiment can go on without being built anew. */
bool mn_session_same_parts(mn_session *s, const mn_config *changed);
mn_status mn_session_change(mn_session *s, const mn_config *changed, mn_err *err);

/* protocol.c: epochs and tasks. `go` runs towards s->goal: a goal that is named reaches past
 * the planned end, without one a finished run stays finished. */
mn_status mn_session_go(mn_session *s, mn_err *err);
/* Tells the model's schedules where training is: a function of the position alone, so that a
 * resumed run is told the same. */
void mn_session_tell_progress(mn_session *s);
mn_status mn_session_shuffle(mn_session *s, mn_err *err);
mn_status mn_session_task_end(mn_session *s, mn_err *err);
mn_status mn_session_task_begin(mn_session *s, int task, mn_err *err);

/* holdings.c: the buffer has other items, or the importance other numbers: at task ends, after
 * `dream`, another strategy or another state. */
void mn_session_strategy_changed(mn_session *s);
void mn_session_count_holdings(mn_session *s);
/* The pixels of item x as its task places them: the one whose unit is on, else `otherwise`.
 * Returns the task. */
int mn_session_restore(const mn_session *s, const float *x, int otherwise, float *pixels);

/* protection.c: measures anew if that has changed. */
mn_status mn_session_measure_protection(mn_session *s, mn_err *err);

/* census.c: counts by class, and what is made of them. */
void mn_session_layout_poll(mn_session *s, mn_arena *a);
void mn_session_reset_poll(mn_session *s);
void mn_session_leave_task(mn_session *s);  /* its counts are kept */
void mn_session_take_census(mn_session *s); /* mixtures of what has been counted */
void mn_session_copy_census(mn_session *s, mn_snapshot *o);

/* postmortem.c: some steps are looked at, which changes nothing: `before` the optimiser moves
 * the weights, `after` that, before they are projected, and when it is known which units fired.
 */
void mn_session_layout_morgue(mn_session *s, mn_arena *a);
void mn_session_reset_morgue(mn_session *s);
bool mn_session_looked_at(const mn_session *s); /* the step to come is */
void mn_session_look_before(mn_session *s);
void mn_session_look_after(mn_session *s);
void mn_session_look_at_fired(mn_session *s);
void mn_session_read_gauges(mn_session *s);
void mn_session_examine(
    mn_session *s); /* the end of an epoch: who lives, and why who does not */
void mn_session_remember_unit(mn_session *s, int unit); /* today is a good day */
void mn_session_copy_deaths(mn_session *s, mn_snapshot *o);

/* returns.c: nothing of it for models that do not give items back. A ledger for training items
 * of a task; the session's is for the task at hand. */
mn_status mn_returns_ledger(mn_ledger **out, const mn_stream *stream, int task, mn_err *err);
void mn_session_layout_returns(mn_session *s, mn_arena *a);
mn_status mn_session_begin_returns(mn_session *s, mn_err *err);
/* So many items of each kind, evenly spaced over the task's, are given back with masks that are
 * the same every time; not fewer than can be shown, if there are. */
void mn_session_look_at_returns(mn_session *s, size_t limit);
void mn_session_show_returns(mn_session *s); /* those that can be shown, and nothing else */
void mn_session_remember_returns(mn_session *s, mn_moment *m);
void mn_session_copy_returns(mn_session *s, mn_snapshot *o);

/* sample.c: draws anew if other tasks have been met since. */
mn_status mn_session_draw_sample(mn_session *s, mn_err *err);
void mn_sample_finish(mn_sample *p);

/* dossier.c: of the cursor's unit if it is inspected; the digest must be known when paused. */
mn_status mn_session_copy_dossier(mn_session *s, mn_snapshot *o, mn_err *err);
void mn_lookup_finish(mn_lookup *l);

/* recollect.c: what the last state is like. A recall is over when the next dream begins. */
void mn_session_layout_recall(mn_session *s, mn_arena *a);
bool mn_session_recalling(const mn_session *s);
mn_status mn_session_recollect(mn_session *s, mn_err *err);
void mn_session_copy_recall(const mn_session *s, mn_snapshot *o);

/* basin.c: of n items of the tasks met, evenly spaced over the sample. */
mn_status mn_session_measure_basin(mn_session *s, int n, mn_basin *out, mn_err *err);

/* atlas.c: the rest of it is mn_session_map. Describing and copying bear NULL. */
mn_status mn_atlas_create(mn_atlas **out, mn_session *s, mn_map_method method, mn_map_fit fit,
                          const mn_umap_cfg *cfg, mn_err *err);
void mn_atlas_destroy(mn_atlas *t);
bool mn_atlas_busy(const mn_atlas *t);
void mn_atlas_describe(const mn_atlas *t, mn_map *out); /* all but the points */
void mn_map_layout(mn_map *m, mn_arena *a);
void mn_atlas_copy(const mn_atlas *t, mn_map *out); /* the points */

/* evaluate.c */
void mn_session_probe(mn_session *s);
void mn_session_evaluate_row(mn_session *s, int row);
void mn_session_evaluate_untrained(mn_session *s);

/* history.c */
mn_status mn_history_init(mn_history *h, mn_err *err);
void mn_history_finish(mn_history *h);
void mn_history_event(mn_history *h, int64_t step, bool intervention, const char *text);
/* The moment to fill, or NULL when this evaluation is thinned away. */
mn_moment *mn_history_moment(mn_history *h);

/* change.c: `n` words "name=value" at once; says what changed. */
mn_status mn_session_assign(mn_session *s, int n, char *const *assignments, mn_text *say,
                            mn_err *err);
mn_status mn_session_nudge(mn_session *s, const char *name, int direction, mn_text *say,
                           mn_err *err);
/* "12" -> 12, refused outside min..max; `what` is named in the message. */
mn_status mn_number_of(const char *what, const char *text, int64_t min, int64_t max,
                       int64_t *out, mn_err *err);

/* journal.c: configuration, log and events, as text. */
mn_status mn_log_reserve(mn_log *log, mn_err *err); /* room for one more */
void mn_log_add(mn_log *log, int64_t step, const char *line);
void mn_log_finish(mn_log *log);
typedef struct mn_journal {
    mn_config config, initial;
    mn_log log;
    const char *events; /* borrowed from the file */
} mn_journal;
mn_status mn_journal_add(mn_session *s, mn_tensors_out *out, mn_err *err);
/* Needs mn_journal_finish, whatever it returns. */
mn_status mn_journal_read(mn_journal *j, const mn_tensors *t, const char *name, mn_err *err);
void mn_journal_fill(mn_journal *j, mn_session *s);
void mn_journal_finish(mn_journal *j);

/* image.c: everything else, as arrays. The writer borrows from session and image until its
 * bytes are made. */
typedef struct mn_image mn_image;
typedef struct mn_image_size {
    size_t n_order, n_buffer, n_moments;
} mn_image_size;
mn_status mn_image_of(mn_image **out, mn_session *s, mn_err *err);
void mn_image_add(mn_image *p, mn_session *s, mn_tensors_out *out);
/* Checks a file against a session with the parts of `c` and makes room; changes nothing. */
mn_status mn_image_read(mn_image **out, mn_session *s, const mn_config *c, const mn_tensors *t,
                        const char *name, mn_err *err);
void mn_image_fill(mn_image *p, mn_session *s, const mn_tensors *t);
void mn_image_destroy(mn_image *p);
/* image_check.c: of arrays that are all there, in the right shapes. */
bool mn_image_makes_sense(const mn_image_size *size, mn_session *s, mn_strategy *strategy,
                          const mn_tensors *t);

/* checkpoint.c */
mn_status mn_checkpoint_write(mn_session *s, mn_text *bytes, mn_err *err);
/* Goes to the state of a checkpoint; a failure changes nothing. */
mn_status mn_checkpoint_read(mn_session *s, const mn_tensors *t, const char *name, mn_err *err);

/* marks.c */
mn_status mn_mark_make(mn_mark *out, mn_session *s, const char *text, mn_err *err);
void mn_mark_finish(mn_mark *mark);
mn_status mn_mark_restore(const mn_mark *mark, mn_session *s, mn_err *err);
void mn_marks_push(mn_marks *m, mn_mark mark); /* takes it over; the oldest may go */
void mn_marks_clear(mn_marks *m);
mn_status mn_session_undo(mn_session *s, mn_text *say, mn_err *err);
mn_status mn_session_redo(mn_session *s, mn_text *say, mn_err *err);

/* digest.c */
uint64_t mn_digest_bytes(uint64_t hash, const void *bytes, size_t n);

/* metrics_file.c: one record, if a file is open. */
void mn_session_record(mn_session *s, const char *what);

#endif

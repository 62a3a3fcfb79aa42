/* status.h: how a function says that it failed.
 *
 * A function that can fail returns mn_status, takes `mn_err *` last and is marked
 * MN_MUST_CHECK. Whoever detects the failure writes the message; callers pass it up untouched.
 * Messages are lower case, without a full stop, and name what was being done, the 'quoted'
 * subject, the value found and the values wanted. Nothing here allocates; any thread may call
 * it on its own mn_err.
 */
#ifndef MNEMOSCOPE_STATUS_H
#define MNEMOSCOPE_STATUS_H

#define MN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define MN_MUST_CHECK        __attribute__((warn_unused_result))

typedef enum mn_status {
    MN_OK,
    MN_EINVAL,    /* a value, name or command that makes no sense here */
    MN_ENOMEM,    /* memory, or a shape so large that its size overflows */
    MN_EIO,       /* the operating system refused */
    MN_EFORMAT,   /* a file is not what it says it is */
    MN_EDIVERGED, /* the numbers stopped being finite */
    MN_ELATER     /* right, but not now: nothing was changed, try again */
} mn_status;

typedef struct mn_err {
    mn_status code;
    char msg[504];
} mn_err;

/* Records the failure in `err` (which may be NULL) and returns `code`: a failure is one
 * statement. */
mn_status mn_fail(mn_err *err, mn_status code, const char *fmt, ...) MN_PRINTF(3, 4);

/* "ok", "invalid", "no memory", ...: one or two words, for logs and JSON. */
const char *mn_status_name(mn_status code);

#endif

#include "mnemoscope/status.h"

#include <stdarg.h>
#include <stdio.h>

mn_status mn_fail(mn_err *err, mn_status code, const char *fmt, ...)
{
    if (!err)
        return code;
    va_list args;
    va_start(args, fmt);
    err->code = code;
    vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    return code;
}

const char *mn_status_name(mn_status code)
{
    switch (code) {
    case MN_OK: return "ok";
    case MN_EINVAL: return "invalid";
    case MN_ENOMEM: return "no memory";
    case MN_EIO: return "input or output";
    case MN_EFORMAT: return "bad format";
    case MN_EDIVERGED: return "diverged";
    case MN_ELATER: return "not now";
    }
    return "unknown";
}

#include "mnemoscope/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct mn_file_write {
    int fd; /* -1 after the end */
    char path[PATH_MAX], temporary[PATH_MAX];
};

static mn_status read_all(int fd, const char *path, size_t limit, char **out, size_t *size,
                          mn_err *err)
{
    size_t n = 0, capacity = 65536;
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        return mn_fail(err, MN_EIO, "cannot read '%s': it is a folder", path);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0)
        capacity = (size_t)st.st_size + 1;
    char *data = malloc(capacity + 1);
    while (data) {
        ssize_t got = read(fd, data + n, capacity - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(data);
            return mn_fail(err, MN_EIO, "cannot read '%s': %s", path, strerror(errno));
        }
        n += (size_t)got;
        if (n > limit) {
            free(data);
            return mn_fail(err, MN_EFORMAT, "cannot read '%s': it is larger than %zu bytes",
                           path, limit);
        }
        if (got == 0) {
            data[n] = '\0';
            *out = data;
            *size = n;
            return MN_OK;
        }
        if (n == capacity) {
            char *more = realloc(data, (capacity *= 2) + 1);
            if (!more)
                free(data);
            data = more;
        }
    }
    return mn_fail(err, MN_ENOMEM, "cannot read '%s': no memory for it", path);
}

mn_status mn_file_read(const char *path, size_t limit, char **out, size_t *size, mn_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mn_fail(err, MN_EIO, "cannot open '%s': %s", path, strerror(errno));
    mn_status s = read_all(fd, path, limit, out, size, err);
    close(fd);
    return s;
}

/* A new file beside the one to be written, as open as the umask says. mkstemp would make it
 * private, and to ask for the umask one has to change it, for all threads. */
static int open_beside(mn_file_write *w)
{
    for (unsigned i = 0; i < 10000; i++) {
        if (snprintf(w->temporary, sizeof w->temporary, "%s.%ld-%u.tmp", w->path,
                     (long)getpid(), i) >= (int)sizeof w->temporary) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

mn_status mn_file_begin(mn_file_write **out, const char *path, mn_err *err)
{
    mn_file_write *w = calloc(1, sizeof *w);
    if (!w)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a writer for '%s'", path);
    if (snprintf(w->path, sizeof w->path, "%s", path) >= (int)sizeof w->path) {
        free(w);
        return mn_fail(err, MN_EINVAL, "cannot write '%.80s...': the name is too long", path);
    }
    w->fd = open_beside(w);
    if (w->fd < 0) {
        mn_status s = mn_fail(err, MN_EIO, "cannot write '%s': %s", path, strerror(errno));
        free(w);
        return s;
    }
    *out = w;
    return MN_OK;
}

mn_status mn_file_add(mn_file_write *w, const void *bytes, size_t n, mn_err *err)
{
    const char *p = bytes;
    while (n) {
        ssize_t put = write(w->fd, p, n < (size_t)1 << 30 ? n : (size_t)1 << 30);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return mn_fail(err, MN_EIO, "cannot write '%s': %s", w->path, strerror(errno));
        p += put;
        n -= (size_t)put;
    }
    return MN_OK;
}

/* Makes the new name itself durable; a file system that cannot is no reason to fail. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!fsync(fd);
    close(fd);
}

/* rename replaces; link refuses an existing name without a gap in which one could appear. */
static bool take_name(const mn_file_write *w, bool replace)
{
    if (replace)
        return rename(w->temporary, w->path) == 0;
    if (link(w->temporary, w->path) == 0)
        return unlink(w->temporary) == 0;
    if (errno == EEXIST)
        return false;
    /* No hard links here (FAT, some network drives): the check and the rename are two steps. */
    if (mn_file_exists(w->path)) {
        errno = EEXIST;
        return false;
    }
    return rename(w->temporary, w->path) == 0;
}

mn_status mn_file_commit(mn_file_write *w, bool replace, mn_err *err)
{
    bool ok = fsync(w->fd) == 0;
    if (!ok && errno == EINVAL)
        ok = true; /* a pipe or a device: nothing to sync */
    int fd = w->fd;
    w->fd = -1;
    if (close(fd) != 0)
        ok = false;
    mn_status s = MN_OK;
    if (!ok || !take_name(w, replace))
        s = mn_fail(err, MN_EIO, "cannot write '%s': %s", w->path, strerror(errno));
    if (s != MN_OK)
        unlink(w->temporary);
    else
        sync_folder(w->path);
    free(w);
    return s;
}

void mn_file_discard(mn_file_write *w)
{
    if (!w)
        return;
    close(w->fd);
    unlink(w->temporary);
    free(w);
}

mn_status mn_file_replace(const char *path, const void *bytes, size_t n, bool replace,
                          mn_err *err)
{
    mn_file_write *w = NULL;
    mn_status s = mn_file_begin(&w, path, err);
    if (s != MN_OK)
        return s;
    if ((s = mn_file_add(w, bytes, n, err)) != MN_OK) {
        mn_file_discard(w);
        return s;
    }
    return mn_file_commit(w, replace, err);
}

bool mn_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *mn_file_unused(const char *path, char *out, size_t size)
{
    if (snprintf(out, size, "%s", path) >= (int)size)
        return NULL;
    if (!mn_file_exists(path))
        return out;
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    if (!dot || (slash && dot < slash) || dot == path || (slash && dot == slash + 1))
        dot = path + strlen(path);
    for (int i = 1; i <= 9999; i++) {
        if (snprintf(out, size, "%.*s-%04d%s", (int)(dot - path), path, i, dot) >= (int)size)
            return NULL;
        if (!mn_file_exists(out))
            return out;
    }
    return NULL;
}

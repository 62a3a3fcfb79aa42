#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

double process_cpu_ms(pid_t pid)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    char *rest = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    if (rest)
        sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    if (f)
        fclose(f);
    return 1e3 * (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static long switches_of(pid_t pid, pid_t thread)
{
    static const char key[] = "voluntary_ctxt_switches:";
    char path[96], line[256];
    long n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)thread);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, key, sizeof key - 1))
            n = atol(line + sizeof key - 1);
    if (f)
        fclose(f);
    return n;
}

typedef void visit(pid_t pid, pid_t thread, void *ctx);

static void each_thread(pid_t pid, visit *v, void *ctx)
{
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)pid);
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d));)
        if (entry->d_name[0] != '.')
            v(pid, (pid_t)atoi(entry->d_name), ctx);
    if (d)
        closedir(d);
}

static void add_switches(pid_t pid, pid_t thread, void *ctx)
{
    long *n = ctx;
    *n += switches_of(pid, thread);
}

static void keep_newest(pid_t pid, pid_t thread, void *ctx)
{
    pid_t *newest = ctx;
    (void)pid;
    if (thread > *newest)
        *newest = thread;
}

long process_wake_ups(pid_t pid)
{
    long n = 0;
    each_thread(pid, add_switches, &n);
    return n;
}

int process_signal_newest_thread(pid_t pid, int signum)
{
    pid_t newest = 0;
    each_thread(pid, keep_newest, &newest);
    return (int)syscall(SYS_tgkill, pid, newest, signum);
}

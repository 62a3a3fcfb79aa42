#include "job.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become_program(const emulator_spec *spec)
{
    setpgid(0, 0);
    tcsetpgrp(STDIN_FILENO, getpid());
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    for (int i = 0; spec->env && spec->env[i]; i++)
        if (strchr(spec->env[i], '='))
            putenv(strdup(spec->env[i]));
        else
            unsetenv(spec->env[i]);
    if (spec->folder && chdir(spec->folder) != 0)
        _exit(126);
    execv(spec->argv[0], (char *const *)spec->argv);
    _exit(127);
}

static void neutral_environment(void)
{
    static const char *const kept[] = {"PATH", "HOME", "MN_TESTS", "ASAN_OPTIONS",
                                       "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS",
                                       /* another kernel, other last digits */
                                       "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"};
    char *values[sizeof kept / sizeof *kept];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *v = getenv(kept[i]);
        values[i] = v ? strdup(v) : NULL;
    }
    clearenv();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (values[i])
            setenv(kept[i], values[i], 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm-256color", 1);
}

void job_run(const emulator_spec *spec, int reports, int orders)
{
    for (int s = 1; s < NSIG; s++)
        signal(s, s == SIGCHLD ? SIG_DFL : SIG_IGN);
    neutral_environment();
    pid_t child = fork();
    if (child == 0) {
        close(reports);
        close(orders);
        become_program(spec);
    }
    setpgid(child, child);
    tcsetpgrp(STDIN_FILENO, child);
    int first = (int)child, status;
    char order;
    if (write(reports, &first, sizeof first) != sizeof first)
        _exit(1);
    while (waitpid(child, &status, WUNTRACED) == child) {
        tcsetpgrp(STDIN_FILENO, getpgrp());
        if (write(reports, &status, sizeof status) != sizeof status ||
            read(orders, &order, 1) != 1) {
            kill(child, SIGKILL);
            _exit(0);
        }
        tcsetpgrp(STDIN_FILENO, child);
        kill(-child, SIGCONT);
    }
    _exit(0);
}

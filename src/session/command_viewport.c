#include "session_impl.h"

#include <string.h>

static const char *order_at(int i)
{
    return mn_order_name((mn_order)i);
}

static const char *index_at(int i)
{
    return mn_index_name((mn_index)i);
}

static int find(const char *(*name_at)(int), int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(name_at(i), name))
            return i;
    return -1;
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_viewport v = s->viewport;
    int64_t n[5] = {0};
    static const char *const names[5] = {"first", "count", "cursor", "lens", "inspect"};
    static const int least[5] = {0, 0, -1, MN_LENS_OFF, 0};
    static const int most[5] = {1000000, 1000000, 1000000, 1000000, 1};
    int order = find(order_at, MN_N_ORDERS, args->word[1]),
        index = find(index_at, MN_N_INDICES, args->word[2]);
    if (order < 0 || index < 0)
        return mn_fail(err, MN_EINVAL, "unknown %s '%.40s' in a viewport",
                       order < 0 ? "order" : "index", args->word[order < 0 ? 1 : 2]);
    for (int i = 0; 3 + i < args->n; i++) {
        mn_status status =
            mn_number_of(names[i], args->word[3 + i], least[i], most[i], &n[i], err);
        if (status != MN_OK)
            return status;
    }
    v.order = (mn_order)order;
    v.index = (mn_index)index;
    v.first = (uint32_t)n[0];
    v.count = (uint32_t)n[1];
    v.cursor = (int)n[2];
    v.lens = (int)n[3];
    v.inspect = n[4];
    s->viewport = v;
    return MN_OK;
}

const mn_command_ops mn_command_viewport = {
    .name = "viewport",
    .usage = "ORDER INDEX FIRST COUNT CURSOR LENS [INSPECT]",
    .help = "which tiles the screen wants: names, then numbers; -1 is none, or the lens of the "
            "task at hand; 1 asks for the cursor's dossier",
    .kind = MN_LOOK,
    .min_args = 6,
    .max_args = 7,
    .run = run,
};

#include "mnemoscope/loss.h"

#include <string.h>

#define MN_LOSS(id) extern const mn_loss_ops mn_loss_##id;
#include "losses.def"
#undef MN_LOSS
const mn_loss_ops *const mn_losses[] = {
#define MN_LOSS(id) &mn_loss_##id,
#include "losses.def"
#undef MN_LOSS
    NULL};

static const mn_param params[] = {
    {.name = "error-exponent",
     .alias = "m",
     .kind = MN_INT,
     .offset = offsetof(mn_loss_cfg, error_exponent),
     .min = 1,
     .max = 60,
     .def = 2,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "errors count to the power of twice this: higher cares for the worst items only"},
};
const mn_param_table mn_loss_params = {params, sizeof params / sizeof *params};

const mn_loss_ops *mn_loss_find(const char *name)
{
    for (int i = 0; mn_losses[i]; i++)
        if (!strcmp(mn_losses[i]->name, name))
            return mn_losses[i];
    return NULL;
}

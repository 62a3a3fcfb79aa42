#include "cifar_set.h"
#include "mnemoscope/dataset_impl.h"

/* Every record has two labels: which of 20 superclasses, then which of 100 classes. */
enum { N_COARSE = 20, N_FINE = 100 };

static const char *const folders[] = {
    "cifar100", "cifar-100", "CIFAR100", "cifar-100-binary", "cifar100/cifar-100-binary", NULL};
static const char *const files[] = {"train.bin", "test.bin", NULL};

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    bool coarse = cfg->classes == N_COARSE;
    const mn_cifar_set set = {
        .where = {.name = "cifar100",
                  .folders = folders,
                  .files = files,
                  .source = "binary version: train.bin and test.bin, plain or .gz"},
        .n_labels = 2,
        .label = coarse ? 0 : 1,
        .n_classes = coarse ? N_COARSE : N_FINE,
    };
    return mn_cifar_set_load(&set, d, cfg, err);
}

const mn_dataset_ops mn_dataset_cifar100 = {
    .name = "cifar100",
    .title = "CIFAR-100",
    .cite = "Krizhevsky 2009",
    .about = "60,000 small photographs of 100 kinds, in colour (classes=20: of 20 coarse ones)",
    .load = load,
};

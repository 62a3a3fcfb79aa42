#include "cifar_set.h"
#include "mnemoscope/dataset_impl.h"

static const char *const folders[] = {
    "cifar10", "cifar-10", "CIFAR10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin",
    NULL};
static const char *const files[] = {"data_batch_1.bin",
                                    "data_batch_2.bin",
                                    "data_batch_3.bin",
                                    "data_batch_4.bin",
                                    "data_batch_5.bin",
                                    "test_batch.bin",
                                    NULL};

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    static const mn_cifar_set set = {
        .where = {.name = "cifar10",
                  .folders = folders,
                  .files = files,
                  .source = "binary version: data_batch_1.bin to data_batch_5.bin and "
                            "test_batch.bin, plain or .gz"},
        .n_labels = 1,
        .n_classes = 10,
    };
    static const char *const names[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                        "dog",      "frog",       "horse", "ship", "truck"};
    mn_status s = mn_cifar_set_load(&set, d, cfg, err);
    return s == MN_OK ? mn_dataset_name_classes(d, names, err) : s;
}

const mn_dataset_ops mn_dataset_cifar10 = {
    .name = "cifar10",
    .title = "CIFAR-10",
    .cite = "Krizhevsky 2009",
    .about = "60,000 small photographs of ten kinds, in colour, from the binary version",
    .load = load,
};

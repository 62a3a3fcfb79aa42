#include "idx_set.h"
#include "mnemoscope/dataset_impl.h"

static const char *const folders[] = {"mnist", "MNIST", "MNIST/raw", NULL};

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    static const mn_idx_set set = {
        .name = "mnist",
        .folders = folders,
        .source = "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
                  "t10k-labels-idx1-ubyte, plain or .gz",
    };
    return mn_idx_set_load(&set, d, cfg, err);
}

const mn_dataset_ops mn_dataset_mnist = {
    .name = "mnist",
    .title = "MNIST",
    .cite = "LeCun et al. 1998",
    .about = "70,000 handwritten digits, from the four IDX files of the original",
    .noun = {"digit", "digits"},
    .load = load,
};

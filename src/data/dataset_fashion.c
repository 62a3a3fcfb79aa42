#include "idx_set.h"
#include "mnemoscope/dataset_impl.h"

static const char *const folders[] = {"fashion-mnist", "fashion", "FashionMNIST",
                                      "FashionMNIST/raw", NULL};

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    static const mn_idx_set set = {
        .name = "fashion",
        .folders = folders,
        .source = "train-images-idx3-ubyte.gz and three more: 'apt install "
                  "dataset-fashion-mnist' has them",
    };
    static const char *const names[] = {"T-shirt", "trousers", "pullover", "dress", "coat",
                                        "sandal",  "shirt",    "sneaker",  "bag",   "boot"};
    mn_status s = mn_idx_set_load(&set, d, cfg, err);
    return s == MN_OK ? mn_dataset_name_classes(d, names, err) : s;
}

const mn_dataset_ops mn_dataset_fashion = {
    .name = "fashion",
    .title = "Fashion-MNIST",
    .cite = "Xiao et al. 2017",
    .about = "70,000 pictures of clothes and shoes, in the format of MNIST",
    .load = load,
};

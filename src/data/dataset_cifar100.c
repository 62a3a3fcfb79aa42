#include "cifar_set.h"
#include "mnemoscope/dataset_impl.h"

/* Every record has two labels: which of 20 superclasses, then which of 100 classes. */
enum { N_COARSE = 20, N_FINE = 100 };

static const char *const folders[] = {
    "cifar100", "cifar-100", "CIFAR100", "cifar-100-binary", "cifar100/cifar-100-binary", NULL};
static const char *const files[] = {"train.bin", "test.bin", NULL};

/* As fine_label_names.txt and coarse_label_names.txt of the archive have them, shortened. */
static const char *const fine[N_FINE] = {
    "apple",       "aquarium fish", "baby",      "bear",       "beaver",       "bed",
    "bee",         "beetle",        "bicycle",   "bottle",     "bowl",         "boy",
    "bridge",      "bus",           "butterfly", "camel",      "can",          "castle",
    "caterpillar", "cattle",        "chair",     "chimpanzee", "clock",        "cloud",
    "cockroach",   "couch",         "crab",      "crocodile",  "cup",          "dinosaur",
    "dolphin",     "elephant",      "flatfish",  "forest",     "fox",          "girl",
    "hamster",     "house",         "kangaroo",  "keyboard",   "lamp",         "lawn mower",
    "leopard",     "lion",          "lizard",    "lobster",    "man",          "maple tree",
    "motorcycle",  "mountain",      "mouse",     "mushroom",   "oak tree",     "orange",
    "orchid",      "otter",         "palm tree", "pear",       "pickup truck", "pine tree",
    "plain",       "plate",         "poppy",     "porcupine",  "possum",       "rabbit",
    "raccoon",     "ray",           "road",      "rocket",     "rose",         "sea",
    "seal",        "shark",         "shrew",     "skunk",      "skyscraper",   "snail",
    "snake",       "spider",        "squirrel",  "streetcar",  "sunflower",    "sweet pepper",
    "table",       "tank",          "telephone", "television", "tiger",        "tractor",
    "train",       "trout",         "tulip",     "turtle",     "wardrobe",     "whale",
    "willow tree", "wolf",          "woman",     "worm"};
static const char *const coarse[N_COARSE] = {"aquatic mammals",
                                             "fish",
                                             "flowers",
                                             "food containers",
                                             "fruit and vegetables",
                                             "electrical devices",
                                             "furniture",
                                             "insects",
                                             "large carnivores",
                                             "large outdoor things",
                                             "natural outdoor scenes",
                                             "large omnivores and herbivores",
                                             "medium mammals",
                                             "invertebrates",
                                             "people",
                                             "reptiles",
                                             "small mammals",
                                             "trees",
                                             "vehicles 1",
                                             "vehicles 2"};

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    bool is_coarse = cfg->classes == N_COARSE;
    const mn_cifar_set set = {
        .where = {.name = "cifar100",
                  .folders = folders,
                  .files = files,
                  .source = "binary version: train.bin and test.bin, plain or .gz"},
        .n_labels = 2,
        .label = is_coarse ? 0 : 1,
        .n_classes = is_coarse ? N_COARSE : N_FINE,
    };
    mn_status s = mn_cifar_set_load(&set, d, cfg, err);
    return s == MN_OK ? mn_dataset_name_classes(d, is_coarse ? coarse : fine, err) : s;
}

const mn_dataset_ops mn_dataset_cifar100 = {
    .name = "cifar100",
    .title = "CIFAR-100",
    .cite = "Krizhevsky 2009",
    .about = "60,000 small photographs of 100 kinds, in colour (classes=20: of 20 coarse ones)",
    .load = load,
};

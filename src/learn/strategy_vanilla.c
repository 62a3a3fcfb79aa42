#include "mnemoscope/strategy_impl.h"

const mn_strategy_ops mn_strategy_vanilla = {
    .name = "vanilla",
    .title = "Vanilla",
    .cite = "McCloskey & Cohen 1989",
    .about = "trains on the task at hand and protects nothing: the baseline that forgets",
};

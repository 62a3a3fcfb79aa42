#include "mnemoscope/dataset.h"

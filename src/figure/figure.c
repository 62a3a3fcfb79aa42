#include "mnemoscope/figure.h"

#include "mnemoscope/optimiser.h"

#include "mnemoscope/strategy.h"

#include "mnemoscope/metrics.h"

#include "mnemoscope/loss.h"

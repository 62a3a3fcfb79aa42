#include "mnemoscope/kernel.h"

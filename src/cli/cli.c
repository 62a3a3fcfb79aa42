#include "mnemoscope/cli.h"

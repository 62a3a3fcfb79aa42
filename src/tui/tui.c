#include "mnemoscope/tui.h"

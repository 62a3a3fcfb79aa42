#include "mnemoscope/screen.h"

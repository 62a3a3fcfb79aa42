#include "mnemoscope/canvas.h"

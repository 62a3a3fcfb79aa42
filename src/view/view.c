#include "mnemoscope/view.h"

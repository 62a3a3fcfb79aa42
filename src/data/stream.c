#include "mnemoscope/stream.h"

#include "mnemoscope/model.h"

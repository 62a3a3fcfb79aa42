#include "mnemoscope/session.h"

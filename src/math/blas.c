#include "mnemoscope/blas.h"

/* number.h: numbers as axes, legends and scale bars print them. Private to painting. */
#ifndef MNEMOSCOPE_PAINT_NUMBER_H
#define MNEMOSCOPE_PAINT_NUMBER_H

enum { MN_NUMBER_MAX = 24 };

/* Three significant digits, with a real minus sign: "−0.82", "1400", "2.1e7", "·" for NAN. */
const char *mn_number(char out[MN_NUMBER_MAX], double value);
/* The distance of round ticks (1, 2 or 5 times a power of ten), at most `most` of them. */
double mn_tick_step(double lo, double hi, int most);

#endif

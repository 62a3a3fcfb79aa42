#include "number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "1.2e+07" -> "1.2e7" */
static void shorten_exponent(char *text)
{
    char *e = strchr(text, 'e');
    if (!e)
        return;
    char *to = e + 1, *from = e + 1;
    if (*from == '-')
        to++;
    from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

const char *mn_number(char out[MN_NUMBER_MAX], double value)
{
    char digits[MN_NUMBER_MAX - 3];
    double size = fabs(value);
    if (isnan(value))
        snprintf(digits, sizeof digits, "·");
    else if (isinf(value))
        snprintf(digits, sizeof digits, "inf");
    else if (size >= 1000.0 && size < 999999.5)
        snprintf(digits, sizeof digits, "%.0f", size);
    else
        snprintf(digits, sizeof digits, "%.3g", size);
    shorten_exponent(digits);
    int negative = value < 0.0 && strcmp(digits, "0") != 0;
    snprintf(out, MN_NUMBER_MAX, "%s%s", negative ? "−" : "", digits);
    return out;
}

double mn_tick_step(double lo, double hi, int most)
{
    double span = hi - lo;
    if (!(span > 0.0) || !isfinite(span) || most < 1)
        return 1.0;
    double power = pow(10.0, floor(log10(span / most)));
    static const double steps[] = {1.0, 2.0, 5.0, 10.0};
    for (int i = 0; i < 3; i++)
        if (span / (steps[i] * power) <= most)
            return steps[i] * power;
    return 10.0 * power;
}

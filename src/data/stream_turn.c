#include "stream_turn.h"

#include <math.h>

/* Exact where a person knows the answer: cos(M_PI / 2) is not 0. */
static void direction(double degrees, double *c, double *s)
{
    double d = fmod(degrees, 360.0);
    if (d < 0.0)
        d += 360.0;
    int quarters = fmod(d, 90.0) == 0.0 ? (int)(d / 90.0) % 4 : -1;
    *c = quarters < 0 ? cos(d * M_PI / 180.0) : (double)((int[]){1, 0, -1, 0})[quarters];
    *s = quarters < 0 ? sin(d * M_PI / 180.0) : (double)((int[]){0, 1, 0, -1})[quarters];
}

/* The four pixels around (x, y), by how near they are; those outside weigh nothing. */
static mn_tap around(const mn_data_shape *shape, double x, double y)
{
    mn_tap t = {0};
    double left = floor(x), top = floor(y);
    for (int k = 0; k < 4; k++) {
        double px = left + (k & 1), py = top + (k >> 1);
        if (px < 0.0 || py < 0.0 || px >= shape->width || py >= shape->height)
            continue;
        t.place[k] = (uint32_t)py * (uint32_t)shape->width + (uint32_t)px;
        t.weight[k] = (float)((1.0 - fabs(x - px)) * (1.0 - fabs(y - py)));
    }
    return t;
}

void mn_turn(const mn_data_shape *shape, double degrees, mn_tap *taps)
{
    double c, s, mid_x = (shape->width - 1) / 2.0, mid_y = (shape->height - 1) / 2.0;
    size_t plane = (size_t)shape->width * (size_t)shape->height;
    direction(degrees, &c, &s);
    for (size_t j = 0; j < plane; j++) {
        /* Rows run down, so anticlockwise to the eye looks back along (c, -s; s, c). */
        double x = (double)(j % (size_t)shape->width) - mid_x,
               y = (double)(j / (size_t)shape->width) - mid_y;
        taps[j] = around(shape, mid_x + c * x - s * y, mid_y + s * x + c * y);
    }
    for (size_t j = plane; j < plane * (size_t)shape->channels; j++) {
        taps[j] = taps[j - plane];
        for (int k = 0; k < 4; k++)
            taps[j].place[k] += (uint32_t)plane;
    }
}

#include "pace.h"

#include <math.h>

enum { FPS_DEFAULT = 20, FPS_MAX = 60, FPS_CHOKED = 5, QUICK_ENOUGH = 40 };
static const double SLOW = 0.030, QUICK = 0.010; /* seconds to take a frame */
static const double KEY_GAP = 0.016;             /* between frames that follow keys */
static const double SETTLED = 0.4;               /* nothing new for so long: a still */

static const mn_fineness normal = {32, 0.35}, coarse = {16, 0.35}, exact = {128, 0.0};

void mn_pace_init(mn_pace *p, int fps)
{
    *p = (mn_pace){.fps = fps <= 0        ? FPS_DEFAULT
                          : fps > FPS_MAX ? FPS_MAX
                                          : fps,
                   .dirty = true,
                   .hurried = true,
                   .last = -1e9};
}

void mn_pace_touch(mn_pace *p, bool hurried)
{
    p->dirty = true;
    p->hurried |= hurried;
}

static double gap(const mn_pace *p)
{
    if (p->choked)
        return 1.0 / (p->fps < FPS_CHOKED ? p->fps : FPS_CHOKED);
    return p->hurried ? KEY_GAP : 1.0 / p->fps;
}

int mn_pace_wait(const mn_pace *p, double now)
{
    if (!p->dirty && (!p->moving || p->exact))
        return -1;
    double left = p->last + (p->dirty ? gap(p) : SETTLED) - now;
    return left < 1e-6 ? 0 : (int)ceil(left * 1e3 - 1e-3);
}

mn_fineness mn_pace_begin(mn_pace *p, double now, bool running)
{
    bool settled = !p->dirty;
    p->exact = !running || settled;
    p->moving = running;
    p->dirty = p->hurried = false;
    p->last = now;
    return p->exact ? exact : p->choked ? coarse : normal;
}

/* A still picture is large and may be slow: it says nothing about the stream of frames. */
void mn_pace_end(mn_pace *p, double took)
{
    if (!p->exact && took > SLOW) {
        p->choked = true;
        p->quick_frames = 0;
    } else if (took > QUICK) {
        p->quick_frames = 0;
    } else if (p->choked && ++p->quick_frames >= QUICK_ENOUGH) {
        p->choked = false;
        p->quick_frames = 0;
    }
}

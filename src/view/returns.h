/* returns.h: what the views of models that give items back share. Included by views only.
 */
#ifndef MN_VIEW_RETURNS_H
#define MN_VIEW_RETURNS_H

#include "view_impl.h"

/* Says why there is nothing to see, and returns true, if there is not. `over_time`: moments are
 * wanted, not only items. */
bool mn_returns_missing(const mn_snapshot *s, mn_room room, bool over_time, mn_figure *f);
/* "regular 0.071  exceptional 0.012" */
const char *mn_returns_losses(const mn_snapshot *s, mn_figure *f);
/* What the strategy does about exceptions, in one sentence. */
const char *mn_returns_method(const mn_snapshot *s, mn_figure *f);

#endif

/* album.h: which pictures lie in a folder of folders, one per class.
 *
 * Classes are the folders in the order of their names' bytes, and so are the pictures of a
 * class. Names that begin with a dot are passed over, and so are files beside the folders.
 * Whatever else is in a class's folder counts as a picture, readable or not; nothing is looked
 * at below it, so that links in circles are no matter. Private to src/data; any thread.
 */
#ifndef MNEMOSCOPE_ALBUM_H
#define MNEMOSCOPE_ALBUM_H

#include <stddef.h>

#include "mnemoscope/status.h"

enum { MN_ALBUM_MAX = 1000000, MN_ALBUM_CLASSES_MAX = 10000 };

typedef struct mn_album_class {
    char *path; /* of the folder */
    char **names;
    int n; /* at least one */
} mn_album_class;

typedef struct mn_album {
    mn_album_class *classes;
    int n_classes; /* at least one */
    size_t n;      /* pictures of all classes */
} mn_album;

MN_MUST_CHECK mn_status mn_album_open(mn_album *out, const char *folder, mn_err *err);
void mn_album_close(mn_album *a);

#endif

/* What a recall starts from: an item, a memory, a blend, a picture from a file or drawn. */
#include "cue.h"

#include <ctype.h>
#include <string.h>

#include "mnemoscope/image_file.h"

/* Pixels and task units to +-1 by the middle of their range, or as they are in a model that
 * gives items back; no class is on. */
static void settle_levels(mn_cue *c, float *v)
{
    const mn_shape *shape = mn_model_shape(c->s->model);
    int n_inputs = shape->n_visible + shape->n_extra;
    for (int i = 0; i < n_inputs && !c->graded; i++)
        v[i] = v[i] > (c->lo + c->hi) / 2.0f ? 1.0f : -1.0f;
    for (int k = 0; k < shape->n_classes; k++)
        v[n_inputs + k] = c->graded ? 0.0f : -1.0f;
}

static void gather(mn_cue *c, mn_split split, size_t i, float *v)
{
    mn_session *s = c->s;
    mn_stream_gather(s->stream, s->task, split, &(uint32_t){(uint32_t)i}, 1, c->lo, c->hi, v);
    settle_levels(c, v);
}

static void put_item(mn_cue *c, mn_split split, size_t i)
{
    gather(c, split, i, c->v);
    snprintf(c->name, sizeof c->name, "%s %zu \"%d\"", split == MN_TEST ? "test" : "train", i,
             mn_stream_label(c->s->stream, c->s->task, split, i));
}

static mn_status item_number(mn_cue *c, mn_split split, const char *what, const char *word,
                             int64_t *i, mn_err *err)
{
    const int64_t n = (int64_t)mn_stream_items(c->s->stream, c->s->task, split);
    return mn_number_of(what, word, 0, n - 1, i, err);
}

static mn_status put_test(mn_cue *c, mn_err *err)
{
    int64_t i;
    const mn_status status = item_number(c, MN_TEST, "the test item", c->word[1], &i, err);
    if (status == MN_OK)
        put_item(c, MN_TEST, (size_t)i);
    return status;
}

static mn_status put_train(mn_cue *c, mn_err *err)
{
    int64_t i;
    const mn_status status = item_number(c, MN_TRAIN, "the training item", c->word[1], &i, err);
    if (status == MN_OK)
        put_item(c, MN_TRAIN, (size_t)i);
    return status;
}

static mn_status put_class(mn_cue *c, mn_err *err)
{
    mn_session *s = c->s;
    int64_t class, n_classes = mn_stream_classes(s->stream);
    mn_status status = mn_number_of("the class", c->word[1], 0, n_classes - 1, &class, err);
    if (status != MN_OK)
        return status;
    size_t n = mn_stream_items(s->stream, s->task, MN_TEST), i = 0;
    while (i < n && mn_stream_label(s->stream, s->task, MN_TEST, i) != class)
        i++;
    if (i == n)
        return mn_fail(err, MN_EINVAL, "no test item of task %d is of class %lld among %zu",
                       s->task + 1, (long long)class, n);
    put_item(c, MN_TEST, i);
    return MN_OK;
}

/* All of the memory, its class too: does it stay what it is? */
static mn_status put_unit(mn_cue *c, mn_err *err)
{
    mn_model *m = c->s->model;
    const mn_shape *shape = mn_model_shape(m);
    const char *noun = mn_model_unit_noun(mn_model_kind(m));
    char what[32];
    int64_t unit;
    snprintf(what, sizeof what, "the %s", noun);
    mn_status status = mn_number_of(what, c->word[1], 0, mn_model_n_units(m) - 1, &unit, err);
    if (status != MN_OK)
        return status;
    mn_model_tile(m, (int)unit, c->v, c->v + shape->n_visible,
                  c->v + shape->n_visible + shape->n_extra);
    for (int i = 0; i < mn_model_n_state(m) && !c->graded; i++)
        c->v[i] = c->v[i] > 0.0f ? 1.0f : -1.0f;
    snprintf(c->name, sizeof c->name, "%s %lld", noun, (long long)unit);
    return MN_OK;
}

/* Pixels of +-1 on which the two differ come from the first with the chance `share`; graded
 * ones are mixed. */
static mn_status put_blend(mn_cue *c, mn_err *err)
{
    int64_t a, b, percent = 50;
    float *other = c->s->recall.next;
    mn_status status = item_number(c, MN_TEST, "the first test item", c->word[1], &a, err);
    if (status == MN_OK)
        status = item_number(c, MN_TEST, "the second test item", c->word[2], &b, err);
    if (status == MN_OK && c->n_words > 3)
        status = mn_number_of("the share of the first item", c->word[3], 0, 100, &percent, err);
    if (status != MN_OK)
        return status;
    put_item(c, MN_TEST, (size_t)a);
    gather(c, MN_TEST, (size_t)b, other);
    const float share = (float)percent / 100.0f;
    for (int i = 0; i < mn_model_shape(c->s->model)->n_visible; i++)
        if (c->graded)
            c->v[i] = share * c->v[i] + (1.0f - share) * other[i];
        else if (mn_rng_uniform(c->rng) >= (double)share)
            c->v[i] = other[i];
    snprintf(c->name, sizeof c->name, "test %lld + test %lld, %lld:%lld", (long long)a,
             (long long)b, (long long)percent, (long long)(100 - percent));
    return MN_OK;
}

/* Numbers every place of a picture and lets the task's own inverse carry the numbers home. The
 * batch and the probe items are free between two steps. */
static const float *find_places(mn_session *s)
{
    for (int i = 0; i < mn_model_shape(s->model)->n_visible; i++)
        s->work.X[i] = (float)i;
    mn_stream_restore(s->stream, s->task, s->work.X, s->work.probe_X);
    return s->work.probe_X;
}

/* The pixels, 0 to 1, go where the task at hand has them, beside its task units. */
static void put_picture(mn_cue *c)
{
    const float *picture = c->s->recall.picture, *place;
    put_item(c, MN_TEST, 0); /* for its task units */
    place = find_places(c->s);
    for (int i = 0; i < mn_model_shape(c->s->model)->n_visible; i++)
        c->v[(size_t)place[i]] = c->graded           ? c->lo + picture[i] * (c->hi - c->lo)
                                 : picture[i] > 0.5f ? 1.0f
                                                     : -1.0f;
}

static mn_status put_file(mn_cue *c, mn_err *err)
{
    const mn_shape *shape = mn_model_shape(c->s->model);
    if (shape->channels != 1 && shape->channels != 3)
        return mn_fail(err, MN_EINVAL,
                       "items have %d planes: a picture can be recalled with 1 or 3",
                       shape->channels);
    mn_status status = mn_image_file_read(c->word[0], shape->width, shape->height,
                                          shape->channels, c->s->recall.picture, err);
    if (status != MN_OK)
        return status;
    put_picture(c);
    const char *slash = strrchr(c->word[0], '/');
    snprintf(c->name, sizeof c->name, "'%.40s'", slash ? slash + 1 : c->word[0]);
    return MN_OK;
}

enum { DRAWN_MOST = 3600 }; /* dots of a drawing: a line has room for their digits */

/* "14x14:00F..." -> its size and its digits, four dots each, row by row, the first dot in the
 * highest bit. */
static mn_status read_drawing(const char *text, int *w, int *h, const char **digits,
                              mn_err *err)
{
    int n = 0;
    if (sscanf(text, "%3dx%3d:%n", w, h, &n) != 2 || !n || *w < 1 || *h < 1 ||
        *w * *h > DRAWN_MOST)
        return mn_fail(err, MN_EINVAL,
                       "a drawing cannot be '%.24s': wanted WIDTHxHEIGHT:DIGITS of at most %d "
                       "dots",
                       text, DRAWN_MOST);
    const size_t wanted = ((size_t)*w * (size_t)*h + 3) / 4, found = strlen(text + n),
                 good = strspn(text + n, "0123456789abcdefABCDEF");
    if (found != wanted || good != found)
        return mn_fail(err, MN_EINVAL,
                       "a drawing of %dx%d dots has %zu digits, of which %zu are hexadecimal: "
                       "wanted %zu",
                       *w, *h, found, good, wanted);
    *digits = text + n;
    return MN_OK;
}

static bool dot_of(const char *digits, int at)
{
    const int ch = toupper((unsigned char)digits[at / 4]);
    const int value = ch >= 'A' ? ch - 'A' + 10 : ch - '0';
    return value >> (3 - at % 4) & 1;
}

static mn_status put_drawn(mn_cue *c, mn_err *err)
{
    const mn_shape *shape = mn_model_shape(c->s->model);
    const char *digits = NULL;
    int w, h;
    const mn_status status = read_drawing(c->word[1], &w, &h, &digits, err);
    if (status != MN_OK)
        return status;
    const int n = shape->width * shape->height;
    for (int i = 0; i < shape->n_visible; i++) {
        const int x = i % n % shape->width * w / shape->width,
                  y = i % n / shape->width * h / shape->height;
        c->s->recall.picture[i] = dot_of(digits, y * w + x) ? 1.0f : 0.0f;
    }
    put_picture(c);
    snprintf(c->name, sizeof c->name, "a drawing of %dx%d", w, h);
    return MN_OK;
}

static const struct source {
    const char *name;
    int n_words; /* that have to follow */
    bool share;  /* a number may follow those */
    mn_status (*put)(mn_cue *c, mn_err *err);
} sources[] = {{"test", 1, false, put_test},   {"train", 1, false, put_train},
               {"class", 1, false, put_class}, {"unit", 1, false, put_unit},
               {"blend", 2, true, put_blend},  {"drawn", 1, false, put_drawn}};

static const struct source *find_source(const char *name)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (!strcmp(sources[i].name, name))
            return &sources[i];
    return NULL;
}

mn_status mn_cue_words(mn_cue *c, char *const *word, int n, mn_err *err)
{
    const struct source *source = find_source(word[0]);
    c->word = word;
    c->n_words = source ? source->n_words + 1 : 1;
    if (c->n_words > n)
        return mn_fail(err, MN_EINVAL, "recall %s wants %s behind it", word[0],
                       source->put == put_drawn ? "WIDTHxHEIGHT:DIGITS"
                       : source->n_words > 1    ? "two numbers"
                                                : "a number");
    if (source && source->share && c->n_words < n && strchr("-0123456789", *word[c->n_words]))
        c->n_words++;
    return MN_OK;
}

mn_status mn_cue_put(mn_cue *c, mn_err *err)
{
    const struct source *source = find_source(c->word[0]);
    return source ? source->put(c, err) : put_file(c, err);
}

/* Exactly the share asked for: pixel i is among them with the chance (still wanted) / (still
 * to come). */
void mn_cue_flip(const mn_session *s, float *v, int percent, mn_rng *rng)
{
    const int64_t n = mn_model_shape(s->model)->n_visible;
    const bool graded = mn_model_reconstructs(mn_model_kind(s->model));
    int64_t wanted = (n * percent + 50) / 100;
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    for (int64_t i = 0; i < n; i++)
        if ((int64_t)mn_rng_below(rng, (uint64_t)(n - i)) < wanted) {
            v[i] = graded ? lo + hi - v[i] : -v[i];
            wanted--;
        }
}

void mn_cue_hide(mn_session *s, float *v, int percent)
{
    const mn_shape *shape = mn_model_shape(s->model);
    const float *place = find_places(s);
    float lo, hi, dark = -1.0f;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    if (mn_model_reconstructs(mn_model_kind(s->model)))
        dark = lo;
    const int64_t hidden = ((int64_t)shape->height * percent + 50) / 100;
    const int64_t first = (shape->height - hidden) * shape->width,
                  n = (int64_t)shape->width * shape->height;
    for (int64_t i = 0; i < shape->n_visible; i++)
        if (i % n >= first)
            v[(size_t)place[i]] = dark;
}

#include "scaled.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* Rows whose largest number is within 2^-40 .. 2^40 have exponent 0, all others are brought to
 * 1 in their largest. Exponents beyond 2^20, a thousand times what a vertex of 100 needs, come
 * from damaged checkpoints only; sums of a few more could overflow. */
enum { RANGE_BITS = 40, FURTHEST = 1 << 20, NOTHING = INT_MIN / 4 };

bool mn_row_next(const mn_model *m, mn_row *r)
{
    const int n_tensors = mn_model_n_tensors(m);
    const bool first = r->tensor == 0 && r->next == 0;
    if (!first) {
        r->at += r->n;
        r->row++;
    }
    while (r->tensor < n_tensors && r->next == mn_model_tensor(m, r->tensor).rows) {
        r->tensor++;
        r->next = 0;
    }
    if (r->tensor == n_tensors)
        return false;
    r->n = (size_t)mn_model_tensor(m, r->tensor).cols;
    r->next++;
    return true;
}

mn_row mn_row_of(const mn_model *m, int row)
{
    mn_row r = {.row = row, .next = row};
    mn_tensor t = mn_model_tensor(m, 0);
    while (r.next >= t.rows) {
        r.at += (size_t)t.rows * (size_t)t.cols;
        r.next -= t.rows;
        t = mn_model_tensor(m, ++r.tensor);
    }
    r.n = (size_t)t.cols;
    r.at += (size_t)r.next++ * r.n;
    return r;
}

int mn_row_exponent(const mn_grad *g, const mn_row *r)
{
    const int e = g->scaled ? g->exponent[r->row] : 0;
    return e < -FURTHEST ? -FURTHEST : e > FURTHEST ? FURTHEST : e;
}

MN_CLONES float mn_row_max(size_t n, const float *x)
{
    uint32_t max = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t size = mn_magnitude(x[i]);
        max = size > max ? size : max;
    }
    return mn_of_magnitude(max);
}

/* 2^k; 0 below the normal range. */
static float power_of_two(int k)
{
    return k < -126 ? 0.0f : ldexpf(1.0f, k < 126 ? k : 126);
}

/* The power of two above |x|. */
static int size_of(float x)
{
    int k = 0;
    if (x == 0.0f)
        return NOTHING;
    if (!isfinite(x))
        return 128;
    frexpf(x, &k);
    return k;
}

/* The power of two above |x|, or 2^-126: as 2^-size must be a float as well. */
static int normal_size_of(float x)
{
    const int size = size_of(x);
    return size == NOTHING ? size : size < -126 ? -126 : size > 126 ? 126 : size;
}

/* x is brought to about 1 before anything else: neither its square nor its product with a huge
 * `a` leaves the range then. What is not finite stays not finite: divergence is seen by whoever
 * looks at the weights. */
mn_blend mn_blend_of(float acc, int acc_exponent, double a, float x, int x_exponent, int power)
{
    int a_size;
    const float mantissa = (float)frexp(a, &a_size);
    const int acc_size = acc == 0.0f ? NOTHING : normal_size_of(acc) + acc_exponent;
    const bool nothing = x == 0.0f || a == 0.0;
    const int x_size = nothing ? 0 : normal_size_of(x);
    const int term_size = nothing ? NOTHING : a_size + power * (x_size + x_exponent);
    const int size = acc_size > term_size ? acc_size : term_size;
    mn_blend b = {.unit = power_of_two(-x_size)};
    const bool in_range = size >= -RANGE_BITS && size <= RANGE_BITS && acc_exponent <= 126;
    if (size > NOTHING && !in_range)
        b.exponent = size;
    b.of_acc = acc == 0.0f ? 1.0f : power_of_two(acc_exponent - b.exponent);
    b.of_term = nothing ? 0.0f : mantissa * power_of_two(term_size - b.exponent);
    return b;
}

MN_CLONES static void add(size_t n, mn_blend b, float *restrict acc, const float *restrict g)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = b.of_acc * acc[i] + b.of_term * (b.unit * g[i]);
}

MN_CLONES static void add_square(size_t n, mn_blend b, float *restrict acc,
                                 const float *restrict g)
{
    for (size_t i = 0; i < n; i++) {
        float x = b.unit * g[i];
        acc[i] = b.of_acc * acc[i] + b.of_term * (x * x);
    }
}

MN_CLONES static void add_abs(size_t n, mn_blend b, float *restrict acc,
                              const float *restrict g)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = b.of_acc * acc[i] + b.of_term * (b.unit * fabsf(g[i]));
}

typedef void kernel(size_t n, mn_blend b, float *restrict acc, const float *restrict g);

static void accumulate(const mn_model *m, mn_grad *acc, double a, const mn_grad *g, int power,
                       kernel *one_row)
{
    bool scaled = false;
    for (mn_row r = {0}; mn_row_next(m, &r);) {
        const mn_blend b =
            mn_blend_of(mn_row_max(r.n, acc->g + r.at), mn_row_exponent(acc, &r), a,
                        mn_row_max(r.n, g->g + r.at), mn_row_exponent(g, &r), power);
        one_row(r.n, b, acc->g + r.at, g->g + r.at);
        acc->exponent[r.row] = b.exponent;
        scaled |= b.exponent != 0;
    }
    acc->scaled = scaled;
    acc->touched.some = false;
}

void mn_scaled_add(const mn_model *m, mn_grad *acc, double a, const mn_grad *g)
{
    accumulate(m, acc, a, g, 1, add);
}

void mn_scaled_add_square(const mn_model *m, mn_grad *acc, double a, const mn_grad *g)
{
    accumulate(m, acc, a, g, 2, add_square);
}

void mn_scaled_add_abs(const mn_model *m, mn_grad *acc, double a, const mn_grad *g)
{
    accumulate(m, acc, a, g, 1, add_abs);
}

void mn_scaled_layout(mn_grad *g, const mn_model *m, mn_arena *a)
{
    *g = (mn_grad){.g = mn_arena_floats(a, mn_model_size(m)),
                   .exponent = mn_arena_ints(a, (size_t)mn_model_n_rows(m))};
}

void mn_scaled_clear(const mn_model *m, mn_grad *g)
{
    memset(g->g, 0, mn_model_size(m) * sizeof *g->g);
    memset(g->exponent, 0, (size_t)mn_model_n_rows(m) * sizeof *g->exponent);
    g->scaled = g->touched.some = false;
}

void mn_scaled_copy(const mn_model *m, mn_grad *to, const mn_grad *from)
{
    const size_t n_rows = (size_t)mn_model_n_rows(m);
    mn_grad copy = *from;
    copy.g = to->g;
    copy.exponent = to->exponent;
    copy.touched = (mn_rows){.list = to->touched.list};
    *to = copy;
    memcpy(to->g, from->g, mn_model_size(m) * sizeof *to->g);
    if (from->scaled)
        memcpy(to->exponent, from->exponent, n_rows * sizeof *to->exponent);
    else
        memset(to->exponent, 0, n_rows * sizeof *to->exponent);
}

double mn_scaled_dot(const mn_model *m, const mn_grad *g, const mn_grad *h, int shift)
{
    double sum = 0.0;
    for (mn_row r = {0}; mn_row_next(m, &r);)
        sum += ldexp(mn_dot(r.n, g->g + r.at, h->g + r.at),
                     mn_row_exponent(g, &r) + mn_row_exponent(h, &r) - shift);
    return sum;
}

int mn_scaled_reach(const mn_model *m, const mn_grad *g)
{
    int reach = INT_MIN;
    for (mn_row r = {0}; mn_row_next(m, &r);) {
        float max = mn_row_max(r.n, g->g + r.at);
        int size = max == 0.0f ? INT_MIN : size_of(max) + mn_row_exponent(g, &r);
        reach = size > reach ? size : reach;
    }
    return reach;
}

/* bench: how fast a training step is, how much of it is the matrix products that cannot be
 * avoided, what strategies add to it, and what a frame costs.
 *
 * The products of a step are two: batch x inputs with every unit, and back. The same bare calls
 * are timed between the steps of the same run, medians on both sides, so that a machine that
 * changes its speed changes both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "experiment.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/clock.h"
#include "stage.h"
#include "subcommand.h"
#include "summary.h"
#include "wire.h"

enum { STEPS = 25, WARM_UP = 4, FRAMES = 60, BATCH = 1000, ITEMS = 10000 };

static const struct {
    int units, vertex;
} sizes[] = {{100, 2}, {100, 20}, {512, 2}, {512, 20}};
static const struct {
    int cols, rows;
} screens[] = {{80, 24}, {200, 60}};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double mn_bench_median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, compare);
    return x[n / 2];
}

/* The arrays of the bare products; X (batch, inputs), W (units, row), A (batch, units). */
typedef struct products {
    int batch, inputs, units, row;
    float *X, *W, *A, *G;
} products;

static float *filled(size_t n)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++)
        x[i] = (float)(i % 17) * 0.05f - 0.4f;
    return x;
}

static void finish(products *p)
{
    free(p->X);
    free(p->W);
    free(p->A);
    free(p->G);
}

static bool prepare(products *p, mn_model *m)
{
    const mn_shape *shape = mn_model_shape(m);
    *p = (products){.batch = shape->batch,
                    .inputs = shape->n_visible + shape->n_extra,
                    .units = mn_model_n_units(m),
                    .row = mn_model_tensor(m, 0).cols};
    if (p->row < p->inputs)
        p->row = p->inputs;
    p->X = filled((size_t)p->batch * (size_t)p->inputs);
    p->W = filled((size_t)p->units * (size_t)p->row);
    p->A = filled((size_t)p->batch * (size_t)p->units);
    p->G = filled((size_t)p->units * (size_t)p->row);
    return p->X && p->W && p->A && p->G;
}

static double time_products(products *p)
{
    double start = mn_clock_now();
    mn_gemm_nt(p->batch, p->units, p->inputs, 1.0f, p->X, p->inputs, p->W, p->row, 0.0f, p->A,
               p->units);
    double between = mn_clock_now();
    /* The forward result is not small any more; what is timed does not depend on it. */
    mn_gemm_tn(p->units, p->inputs, p->batch, 1.0f, p->A, p->units, p->X, p->inputs, 0.0f, p->G,
               p->row);
    return (mn_clock_now() - between) + (between - start);
}

/* One row of the table: step and product times of one size. */
static mn_status measure_steps(mn_session *s, json_t *row, mn_err *err)
{
    double steps[STEPS], bare[STEPS];
    products p;
    mn_status status = mn_session_do(s, "run", NULL, err);
    if (status != MN_OK)
        return status;
    if (!prepare(&p, mn_session_model(s)))
        status = mn_fail(err, MN_ENOMEM, "no memory for the matrix products");
    for (int i = -WARM_UP; i < STEPS && status == MN_OK; i++) {
        double start = mn_clock_now();
        if (!mn_session_advance(s) && (status = mn_session_failure(s, err)) == MN_OK)
            status = mn_fail(err, MN_EINVAL, "the run is too short to be measured");
        double step = mn_clock_now() - start, product = time_products(&p);
        if (i >= 0) {
            steps[i] = step;
            bare[i] = product;
        }
    }
    if (status == MN_OK) {
        double step = mn_bench_median(steps, STEPS), product = mn_bench_median(bare, STEPS);
        json_object_set_new(row, "step_ms", json_real(1e3 * step));
        json_object_set_new(row, "products_ms", json_real(1e3 * product));
        json_object_set_new(row, "products_share", json_real(product / step));
        json_object_set_new(row, "items_per_s", json_real(p.batch / step));
    }
    finish(&p);
    return status;
}

static mn_status open_session(const mn_call *c, int units, int vertex, mn_session **out,
                              mn_err *err)
{
    mn_config config = c->config;
    const mn_session_hooks hooks = {NULL, NULL, c->command_line.data};
    char line[96];
    mn_status s = MN_OK;
    const struct {
        const char *name;
        int value;
    } settings[] = {{"memories", units}, {"vertex", vertex},  {"batch", BATCH},
                    {"items", ITEMS},    {"test-items", 500}, {"probe-items", 500},
                    {"epochs", 1000000}, {"steps", 0},        {"n-tasks", 1}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings && s == MN_OK; i++) {
        snprintf(line, sizeof line, "%s=%d", settings[i].name, settings[i].value);
        s = mn_config_assign(&config, line, err);
    }
    return s == MN_OK ? mn_session_create(out, &config, &hooks, err) : s;
}

static mn_status bench_steps(const mn_call *c, json_t *rows, mn_err *err)
{
    mn_status s = MN_OK;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && s == MN_OK; i++) {
        mn_session *session = NULL;
        json_t *row = json_object();
        json_object_set_new(row, "model", json_string(c->config.run.model));
        json_object_set_new(row, "units", json_integer(sizes[i].units));
        json_object_set_new(row, "vertex", json_integer(sizes[i].vertex));
        json_object_set_new(row, "batch", json_integer(BATCH));
        s = open_session(c, sizes[i].units, sizes[i].vertex, &session, err);
        if (s == MN_OK)
            s = measure_steps(session, row, err);
        mn_session_destroy(session);
        json_array_append_new(rows, row);
    }
    return s;
}

static void keep(mn_canvas *copy, const mn_canvas *of)
{
    memcpy(copy->cells, of->cells, sizeof *of->cells * (size_t)of->cols * (size_t)of->rows);
}

/* Draws a frame after every step; only the drawing is timed. */
static mn_status measure_frames(mn_stage *st, mn_canvas *before, json_t *row, mn_err *err)
{
    double times[FRAMES], bytes[FRAMES];
    mn_status s = mn_stage_draw(st, err);
    for (int i = 0; i < FRAMES && s == MN_OK; i++) {
        keep(before, &st->canvas);
        mn_session_advance(st->session);
        if ((s = mn_session_snapshot(st->session, st->snapshot, false, err)) != MN_OK)
            break;
        double start = mn_clock_now();
        s = mn_screen_draw(st->screen, st->snapshot, &st->canvas, err);
        times[i] = mn_clock_now() - start;
        bytes[i] = (double)mn_wire_bytes(before, &st->canvas);
    }
    if (s == MN_OK) {
        json_object_set_new(row, "draw_ms", json_real(1e3 * mn_bench_median(times, FRAMES)));
        json_object_set_new(row, "bytes",
                            json_integer((json_int_t)mn_bench_median(bytes, FRAMES)));
    }
    return s;
}

static mn_status bench_screen(mn_session *s, mn_picture_maker *m, int cols, int rows,
                              json_t *row, mn_err *err)
{
    mn_stage stage;
    mn_canvas before;
    mn_status status = mn_canvas_init(&before, cols, rows, m->colours, err);
    if (status != MN_OK)
        return status;
    if ((status = mn_stage_init(&stage, s, m, cols, rows, err)) == MN_OK) {
        status = measure_frames(&stage, &before, row, err);
        mn_stage_finish(&stage);
    }
    mn_canvas_finish(&before);
    return status;
}

static mn_status bench_frames(const mn_call *c, json_t *rows, mn_err *err)
{
    static const mn_colours modes[] = {MN_DIRECT, MN_256};
    mn_session *session = NULL;
    mn_picture_maker maker;
    mn_status s = mn_experiment_style(c, &maker, err);
    if (s == MN_OK)
        s = open_session(c, sizes[0].units, sizes[1].vertex, &session, err);
    if (s == MN_OK)
        s = mn_session_do(session, "run", NULL, err);
    maker.style.levels = 32;
    maker.style.hysteresis = 0.25;
    for (size_t i = 0; i < 4 && s == MN_OK; i++) {
        json_t *row = json_object();
        maker.colours = modes[i % 2];
        json_object_set_new(row, "cols", json_integer(screens[i / 2].cols));
        json_object_set_new(row, "rows", json_integer(screens[i / 2].rows));
        json_object_set_new(row, "colours", json_string(i % 2 ? "256" : "direct"));
        s = bench_screen(session, &maker, screens[i / 2].cols, screens[i / 2].rows, row, err);
        json_array_append_new(rows, row);
    }
    mn_session_destroy(session);
    return s;
}

static double number(json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

static void print_table(json_t *o)
{
    size_t i;
    json_t *row;
    printf("%s, %d thread(s)\n", json_string_value(json_object_get(o, "blas")),
           (int)number(o, "threads"));
    printf("%-6s %6s %7s %6s %9s %12s %9s %12s\n", "model", "units", "vertex", "batch",
           "step ms", "products ms", "share", "items/s");
    json_array_foreach(json_object_get(o, "steps"), i, row)
    {
        printf("%-6s %6.0f %7.0f %6.0f %9.2f %12.2f %7.1f %% %12.0f\n",
               json_string_value(json_object_get(row, "model")), number(row, "units"),
               number(row, "vertex"), number(row, "batch"), number(row, "step_ms"),
               number(row, "products_ms"), 100.0 * number(row, "products_share"),
               number(row, "items_per_s"));
    }
    mn_bench_print_sdmlp(json_object_get(o, "sdmlp"));
    mn_bench_print_consolidate(json_object_get(o, "consolidate"));
    mn_bench_print_strategies(json_object_get(o, "strategies"));
    printf("%-9s %8s %9s %12s\n", "screen", "colours", "draw ms", "bytes/frame");
    json_array_foreach(json_object_get(o, "frames"), i, row)
    {
        printf("%4.0fx%-4.0f %8s %9.2f %12.0f\n", number(row, "cols"), number(row, "rows"),
               json_string_value(json_object_get(row, "colours")), number(row, "draw_ms"),
               number(row, "bytes"));
    }
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    json_t *o = json_object(), *steps = json_array(), *sdmlp = json_array(),
           *consolidate = json_array(), *strategies = json_array(), *frames = json_array();
    json_object_set_new(o, "program", json_string("mnemoscope " MN_VERSION));
    json_object_set_new(o, "blas", json_string(mn_blas_name()));
    json_object_set_new(o, "threads", json_integer(c->config.run.threads));
    json_object_set_new(o, "steps", steps);
    json_object_set_new(o, "sdmlp", sdmlp);
    json_object_set_new(o, "consolidate", consolidate);
    json_object_set_new(o, "strategies", strategies);
    json_object_set_new(o, "frames", frames);
    if (bench_steps(c, steps, &err) != MN_OK || mn_bench_sdmlp(c, sdmlp, &err) != MN_OK ||
        mn_bench_consolidate(consolidate, &err) != MN_OK ||
        mn_bench_strategies(c, strategies, &err) != MN_OK ||
        bench_frames(c, frames, &err) != MN_OK) {
        json_decref(o);
        return mn_call_fail(&err);
    }
    if (mn_call_has(c, MN_OPT_JSON))
        return mn_summary_print(o);
    print_table(o);
    json_decref(o);
    return 0;
}

const mn_subcommand mn_subcommand_bench = {
    .name = "bench",
    .usage = "[--json] [FLAGS]",
    .help = "measure training steps, their matrix products, strategies, and frames",
    .bit = MN_FOR_BENCH,
    .parameters = true,
    .run = run,
};

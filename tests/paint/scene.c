#include "scene.h"

#include <limits.h>
#include <math.h>

const char *const scene_names[N_SCENES] = {"tiles",   "lines", "bars",   "numbers", "strip",
                                           "hist",    "text",  "curves", "grid",    "table",
                                           "scatter", "map",   "mixed"};

enum { TILES = 12, SIDE = 14, POINTS = 120, BINS = 24 };

/* A ring around a hollow, turning with the number of the tile. */
static float pixel(int tile, int x, int y)
{
    float u = ((float)x - 6.5f) / 7.0f, v = ((float)y - 6.5f) / 7.0f;
    float r = u * u + v * v;
    float ring = r > 0.2f && r < 0.7f ? 0.8f : 0.0f;
    if ((x + tile) % 5 == 0)
        ring *= 0.5f;
    return ring - (r < 0.1f ? 0.6f : 0.0f);
}

static void add_tiles(mn_figure *f)
{
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    float *pixels = mn_figure_room(f, TILES * SIDE * SIDE, sizeof *pixels);
    const char **labels = mn_figure_room(f, TILES, sizeof *labels);
    mn_tone *tones = mn_figure_room(f, TILES, sizeof *tones);
    int *classes = mn_figure_room(f, TILES, sizeof *classes);
    for (int i = 0; i < TILES; i++) {
        for (int k = 0; k < SIDE * SIDE; k++)
            pixels[i * SIDE * SIDE + k] = pixel(i, k % SIDE, k / SIDE);
        labels[i] = mn_figure_text(f, i == 3 ? "%02d ✝dead" : "%02d“%d”", i, i % 10);
        tones[i] = i == 3 ? MN_BAD : MN_PLAIN;
        classes[i] = i % 10;
    }
    *t = (mn_tiles){.n = TILES,
                    .width = SIDE,
                    .height = SIDE,
                    .channels = 1,
                    .pixels = pixels,
                    .scale = MN_SIGNED,
                    .lo = -0.8f,
                    .hi = 0.8f,
                    .labels = labels,
                    .tones = tones,
                    .classes = classes,
                    .cursor = 1,
                    .scale_bar = true};
    mn_figure_title(f, "Memories 1-%d/64", TILES);
    mn_figure_status(f, "sort: wins ±0.8");
    mn_figure_add(f, MN_MARK_TILES, t);
}

static void add_lines(mn_figure *f)
{
    mn_lines *m = mn_figure_room(f, 1, sizeof *m);
    mn_series *s = mn_figure_room(f, 3, sizeof *s);
    mn_flag *flags = mn_figure_room(f, 3, sizeof *flags);
    double *x = mn_figure_room(f, POINTS, sizeof *x);
    double *y = mn_figure_room(f, 3 * POINTS, sizeof *y);
    for (int i = 0; i < POINTS; i++) {
        x[i] = 10.0 * i;
        y[i] = i < 60 ? 1.5 * i : 150.0 - i;
        y[POINTS + i] = i < 60 ? (double)NAN : 1.5 * (i - 60);
        y[2 * POINTS + i] = 20.0 + 0.25 * i;
    }
    s[0] = (mn_series){.name = "task 1", .n = POINTS, .x = x, .y = y};
    s[1] = (mn_series){.name = "task 2", .n = POINTS, .x = x, .y = y + POINTS, .class = 1};
    s[2] = (mn_series){
        .name = "ghost", .n = POINTS, .x = x, .y = y + 2 * POINTS, .class = 2, .dim = true};
    flags[0] = (mn_flag){300.0, "n 2→20", MN_ACCENT};
    flags[1] = (mn_flag){600.0, "task 2", MN_PLAIN};
    flags[2] = (mn_flag){640.0, "a long story", MN_GOOD};
    *m = (mn_lines){.n_series = 3,
                    .n_flags = 3,
                    .series = s,
                    .flags = flags,
                    .x_hi = 1190.0,
                    .y_hi = 100.0,
                    .x_name = "steps",
                    .y_name = "accuracy (%)"};
    mn_figure_title(f, "Timeline");
    mn_figure_status(f, "0…1190 steps");
    mn_figure_add(f, MN_MARK_LINES, m);
}

static void add_bars(mn_figure *f)
{
    static const mn_bar bars[] = {{"T1", 61.4, "61.4 ▼33.2", MN_BAD, false, 0},
                                  {"T2", 93.1, "93.1 ▲ 0.4", MN_GOOD, true, 1},
                                  {"T3", 0.0, " 0.0", MN_PLAIN, false, 2},
                                  {"T4", (double)NAN, "·", MN_DIM, false, -1}};
    static const mn_bars m = {4, bars, 0.0, 100.0};
    mn_figure_title(f, "Tasks (test acc %%)");
    mn_figure_add(f, MN_MARK_BARS, &m);
}

static void add_numbers(mn_figure *f)
{
    static const float r[] = {94.6f, NAN, NAN, 61.4f, 93.1f, NAN, 10.2f, 40.0f, 92.5f};
    static const char *const names[] = {"T1", "T2", "T3"};
    static const mn_heat m = {.n_rows = 3,
                              .n_cols = 3,
                              .values = r,
                              .row_labels = names,
                              .col_labels = names,
                              .scale = MN_UNSIGNED,
                              .hi = 100.0f,
                              .format = "%.1f",
                              .x_name = "test",
                              .y_name = "after task"};
    mn_figure_title(f, "R");
    mn_figure_add(f, MN_MARK_HEAT, &m);
}

static void add_strip(mn_figure *f)
{
    mn_heat *m = mn_figure_room(f, 1, sizeof *m);
    float *values = mn_figure_room(f, 8 * 40, sizeof *values);
    const char **rows = mn_figure_room(f, 8, sizeof *rows);
    for (int i = 0; i < 8 * 40; i++) {
        int row = i / 40, col = i % 40, front = 7 - col * 8 / 40;
        values[i] = col == 39 ? NAN : row == front ? 1.0f : row == front - 1 ? 0.4f : 0.0f;
    }
    rows[0] = "prot";
    rows[7] = "feat";
    *m = (mn_heat){.n_rows = 8,
                   .n_cols = 40,
                   .values = values,
                   .row_labels = rows,
                   .scale = MN_UNSIGNED,
                   .hi = 1.0f,
                   .x_name = "step",
                   .y_name = "index"};
    mn_figure_title(f, "Index");
    mn_figure_add(f, MN_MARK_HEAT, m)->title = "prototype index";
}

static void add_hist(mn_figure *f)
{
    mn_hist *m = mn_figure_room(f, 1, sizeof *m);
    double *counts = mn_figure_room(f, BINS, sizeof *counts);
    for (int i = 0; i < BINS; i++)
        counts[i] = i == 1 ? 5.0 : i < 8 ? 0.0 : 12.0 - fabs(i - 15.0);
    *m = (mn_hist){BINS, counts, -5.0, 0.0, "log10 rate", "units", 20};
    mn_figure_title(f, "Neurons");
    mn_figure_status(f, "dead 5 ✝");
    mn_figure_add(f, MN_MARK_HIST, m);
}

static void add_text(mn_figure *f)
{
    static const mn_run_of_text lines[] = {{"ACC 77.3  BWT −33.2", MN_STRONG},
                                           {"forgetting T1 33.2 (94.6 → 61.4)", MN_BAD},
                                           {"strategy: vanilla", MN_DIM},
                                           {NULL, MN_PLAIN},
                                           {"n ≥ 2 · K = 64", MN_ACCENT}};
    static const mn_text_lines m = {5, lines};
    mn_figure_title(f, "Notes");
    mn_figure_add(f, MN_MARK_TEXT, &m);
}

/* Hills over nine decades, with bands that widen to the right and a gap in one of them. */
static void add_curves(mn_figure *f)
{
    enum { N = 10 };
    mn_lines *m = mn_figure_room(f, 1, sizeof *m);
    mn_series *s = mn_figure_room(f, 3, sizeof *s);
    double *x = mn_figure_room(f, N, sizeof *x);
    for (int i = 0; i < N; i++)
        x[i] = pow(10.0, i - 3.0);
    for (int k = 0; k < 3; k++) {
        double *y = mn_figure_room(f, 3 * N, sizeof *y), *lo = y + N, *hi = y + 2 * N;
        for (int i = 0; i < N; i++) {
            y[i] = 85.0 - 5.0 * k - 1.5 * (i - 3.0 - k) * (i - 3.0 - k);
            lo[i] = y[i] - 1.0 - i / 2.0;
            hi[i] = y[i] + 1.0 + i / 2.0;
        }
        if (k == 1)
            lo[4] = hi[4] = (double)NAN;
        s[k] = (mn_series){.name = mn_figure_text(f, "n %d", 2 + 3 * k),
                           .n = N,
                           .x = x,
                           .y = y,
                           .lo = k < 2 ? lo : NULL,
                           .hi = k < 2 ? hi : NULL,
                           .class = k,
                           .points = true,
                           .best = 4 + k,
                           .cursor = k == 0 ? 7 : 0};
    }
    *m = (mn_lines){.n_series = 3,
                    .series = s,
                    .x_lo = 1e-3,
                    .x_hi = 1e6,
                    .y_lo = 0.0,
                    .y_hi = 100.0,
                    .x_name = "strength",
                    .y_name = "average accuracy (%)",
                    .x_log = true};
    mn_figure_title(f, "Response");
    mn_figure_status(f, "3 seeds");
    mn_figure_add(f, MN_MARK_LINES, m);
}

static void add_grid(mn_figure *f)
{
    static const float values[] = {71.2f, 80.5f, 78.0f, 61.0f, NAN, 55.5f};
    static const char *const rows[] = {"0.01", "0.1"}, *const cols[] = {"0.5", "1", "2"};
    static const mn_heat m = {.n_rows = 2,
                              .n_cols = 3,
                              .values = values,
                              .row_labels = rows,
                              .col_labels = cols,
                              .scale = MN_UNSIGNED,
                              .lo = 50.0f,
                              .hi = 100.0f,
                              .format = "%.1f",
                              .x_name = "temperature",
                              .y_name = "rate",
                              .spread = true,
                              .best = 2,
                              .cursor = 6};
    mn_figure_title(f, "Grid");
    mn_figure_add(f, MN_MARK_HEAT, &m);
}

static void add_table(mn_figure *f)
{
    static const char *const texts[] = {"method",
                                        "n=2",
                                        "n=5",
                                        "n=10",
                                        "vanilla",
                                        "61.2 ± 1.4",
                                        "55.0 ± 2.0",
                                        NULL,
                                        "EWC",
                                        "70.1 ± 0.3",
                                        "82.4 ± 0.5",
                                        "84.0 ± 0.9",
                                        "  strength",
                                        "1e4",
                                        "3.2e5",
                                        "1e6",
                                        "a long name of a method",
                                        "all 3 failed",
                                        "·",
                                        "12"};
    static const mn_tone tones[20] = {
        [0] = MN_STRONG, [1] = MN_STRONG, [2] = MN_STRONG, [3] = MN_STRONG, [9] = MN_STRONG,
        [12] = MN_DIM,   [13] = MN_DIM,   [14] = MN_DIM,   [15] = MN_DIM,   [17] = MN_BAD};
    static const mn_table m = {5, 4, 1, texts, tones, 11};
    mn_figure_title(f, "Methods by n");
    mn_figure_add(f, MN_MARK_TABLE, &m);
}

/* Two clouds of three classes each, the lower ones dim. */
static const mn_spot_group *make_clouds(mn_figure *f, double x_scale, double y_scale)
{
    enum { DIM = 60, CLEAR = 12 };
    mn_spot_group *groups = mn_figure_room(f, 2, sizeof *groups);
    mn_spot *spots = mn_figure_room(f, DIM + CLEAR, sizeof *spots);
    for (int i = 0; i < DIM + CLEAR; i++) {
        double turn = 2.4 * i, far = i < DIM ? 0.08 * sqrt(i) : 0.5;
        double middle = 1.2 + i % 3;
        spots[i] = (mn_spot){x_scale * (middle + 0.5 * far * cos(turn)),
                             y_scale * (1.0 + middle * 0.3 + 0.5 * far * sin(turn)),
                             i == DIM ? -1 : i % 3 + (i % 2 ? 8 : 0)};
    }
    groups[0] = (mn_spot_group){"60 items", DIM, spots, .dim = true};
    groups[1] = (mn_spot_group){"12 neurons", CLEAR, spots + DIM, .large = true};
    return groups;
}

static void add_scatter(mn_figure *f)
{
    mn_scatter *m = mn_figure_room(f, 1, sizeof *m);
    *m = (mn_scatter){.n_groups = 2,
                      .groups = make_clouds(f, 1.0, 0.01),
                      .x_hi = 4.5,
                      .y_lo = 0.005,
                      .y_hi = 0.05,
                      .x_name = "entropy (nats)",
                      .y_name = "share of firing",
                      .y_log = true,
                      .cursor_group = 1,
                      .cursor = 4};
    mn_figure_title(f, "Entropy and share");
    mn_figure_status(f, "12 neurons");
    mn_figure_add(f, MN_MARK_SCATTER, m);
}

static void add_map(mn_figure *f)
{
    static const char *const names[] = {"0", "1", "sandal", "3", "4",
                                        "5", "6", "7",      "8", "a long name of a class"};
    mn_scatter *m = mn_figure_room(f, 1, sizeof *m);
    *m = (mn_scatter){.n_groups = 2,
                      .groups = make_clouds(f, 1.0, 1.0),
                      .x_lo = 0.5,
                      .x_hi = 4.0,
                      .y_lo = 0.8,
                      .y_hi = 2.4,
                      .square = true,
                      .cursor_group = -1,
                      .cursor = -1,
                      .n_classes = 10,
                      .class_names = names};
    mn_figure_title(f, "Map");
    mn_figure_add(f, MN_MARK_SCATTER, m);
}

static void add_mixed(mn_figure *f)
{
    add_tiles(f);
    add_bars(f);
    f->parts[1].column = 1;
    f->parts[1].rows = 4;
    add_numbers(f);
    f->parts[2].column = 1;
    f->parts[2].title = "R[i, j]";
    f->parts[2].min_rows = 4;
    add_text(f);
    f->parts[3].column = 1;
    f->parts[3].rows = 5;
}

void scene_make(int scene, mn_figure *f)
{
    static void (*const adds[N_SCENES])(mn_figure *) = {
        add_tiles,  add_lines, add_bars,  add_numbers, add_strip, add_hist, add_text,
        add_curves, add_grid,  add_table, add_scatter, add_map,   add_mixed};
    mn_figure_reset(f);
    adds[scene](f);
}

void scene_make_empty(int scene, mn_figure *f)
{
    static const mn_tiles tiles = {.cursor = -1, .scale_bar = true};
    static const mn_lines lines = {0};
    static const mn_bars bars = {0};
    static const mn_heat heat = {0};
    static const mn_hist hist = {.marked = -1};
    static const mn_text_lines text = {0};
    static const mn_table table = {0};
    static const mn_scatter scatter = {0};
    static const void *const marks[MN_N_MARKS] = {&tiles, &lines, &bars,  &heat,
                                                  &hist,  &text,  &table, &scatter};
    mn_figure_reset(f);
    if (scene < MN_N_MARKS)
        mn_figure_add(f, (mn_mark_kind)scene, marks[scene]);
}

void scene_make_hostile(int scene, mn_figure *f)
{
    static const float bad[] = {NAN,    INFINITY, -INFINITY, 3e38f, -3e38f,
                                1e-40f, 0.0f,     1.0f,      NAN};
    static const double odd[] = {(double)NAN, HUGE_VAL, -HUGE_VAL, 1e308, -1e308, 5.0};
    static const char *const names[] = {"\xff\xfe broken",
                                        "漢字 wide",
                                        "\t\n\x1b[31mcontrols",
                                        "e\xcc\x81",
                                        "",
                                        "−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−",
                                        NULL,
                                        "x",
                                        "y"};
    static const mn_tiles tiles = {.n = 1,
                                   .width = 3,
                                   .height = 3,
                                   .channels = 1,
                                   .pixels = bad,
                                   .scale = MN_SIGNED,
                                   .hi = NAN,
                                   .labels = names,
                                   .cursor = 0,
                                   .scale_bar = true};
    static const mn_series series[] = {
        {.n = 6, .x = odd, .y = odd, .class = -3},
        {.name = "\xf0\x9f", .n = 6, .x = odd, .y = odd, .class = INT_MAX, .dim = true}};
    static const mn_flag flags[] = {
        {(double)NAN, NULL, MN_BAD}, {1e308, "late", MN_GOOD}, {0.5, NULL, MN_PLAIN}};
    static const mn_lines lines = {.n_series = 2,
                                   .n_flags = 3,
                                   .series = series,
                                   .flags = flags,
                                   .x_lo = -HUGE_VAL,
                                   .x_hi = HUGE_VAL,
                                   .y_lo = 3.0,
                                   .y_hi = -3.0,
                                   .y_log = true};
    static const mn_bar bar[] = {{NULL, HUGE_VAL, NULL, MN_BAD, true, 1000},
                                 {"漢字漢字漢字", -1e308, "\x80", MN_DIM, true, -1}};
    static const mn_bars bars = {2, bar, 5.0, -5.0};
    static const mn_flag bad_flags[] = {{-HUGE_VAL, NULL, MN_BAD},
                                        {(double)NAN, "\xff", MN_GOOD},
                                        {1.0, "漢字", MN_PLAIN},
                                        {HUGE_VAL, "x", MN_DIM}};
    static const mn_heat heat = {.n_rows = 3,
                                 .n_cols = 3,
                                 .values = bad,
                                 .row_labels = names,
                                 .col_labels = names,
                                 .scale = MN_SIGNED,
                                 .lo = NAN,
                                 .hi = -INFINITY,
                                 .format = "%12.3f"};
    static const mn_heat strip = {.n_rows = 3,
                                  .n_cols = 3,
                                  .values = bad,
                                  .row_labels = names,
                                  .scale = MN_UNSIGNED,
                                  .lo = 7.0f,
                                  .hi = 7.0f,
                                  .n_flags = 4,
                                  .flags = bad_flags,
                                  .x_hi = 2.0,
                                  .lo_text = "\x80",
                                  .hi_text = "−−−−−−−−−−−−−−−−−−−−−−−"};
    static const mn_hist hist = {6, odd, -HUGE_VAL, (double)NAN, NULL, NULL, 5000};
    static const mn_run_of_text runs[] = {
        {"\xe2\x82", MN_BAD}, {NULL, MN_GOOD}, {"\x01\x02漢", MN_ACCENT}};
    static const mn_text_lines text = {3, runs};
    static const mn_series odd_series[] = {{.name = "\xff",
                                            .n = 6,
                                            .x = odd,
                                            .y = odd,
                                            .lo = odd,
                                            .hi = odd,
                                            .class = INT_MIN,
                                            .points = true,
                                            .best = 7,
                                            .cursor = INT_MAX},
                                           {.n = 6,
                                            .x = odd,
                                            .y = odd,
                                            .lo = odd,
                                            .hi = odd,
                                            .class = INT_MAX,
                                            .points = true,
                                            .best = 6,
                                            .cursor = -2}};
    static const mn_lines curves = {.n_series = 2,
                                    .series = odd_series,
                                    .x_lo = -1.0,
                                    .x_hi = 1e308,
                                    .y_hi = 10.0,
                                    .x_log = true};
    static const mn_heat grid = {.n_rows = 3,
                                 .n_cols = 3,
                                 .values = bad,
                                 .row_labels = names,
                                 .col_labels = names,
                                 .scale = MN_UNSIGNED,
                                 .lo = NAN,
                                 .hi = 3e38f,
                                 .format = "%.0f",
                                 .spread = true,
                                 .best = INT_MAX,
                                 .cursor = -7};
    static const mn_tone tones[9] = {MN_BAD, MN_GOOD, MN_ACCENT};
    static const mn_table table = {3, 3, 17, names, tones, INT_MAX};
    static const mn_spot spots[] = {{(double)NAN, 1.0, 0},    {1e308, -1e308, INT_MAX},
                                    {1.0, HUGE_VAL, INT_MIN}, {0.5, 2.5, INT_MAX},
                                    {0.5, 3.5, -7},           {-HUGE_VAL, 0.0, 61}};
    static const mn_spot_group groups[] = {{"\xff", 6, spots, .dim = true},
                                           {NULL, 0, NULL, .dim = true},
                                           {"漢字", 6, spots, .large = true}};
    static const mn_scatter scatter = {.n_groups = 3,
                                       .groups = groups,
                                       .x_lo = -HUGE_VAL,
                                       .x_hi = (double)NAN,
                                       .y_lo = 3.0,
                                       .y_hi = -3.0,
                                       .x_name = "\x80",
                                       .square = true,
                                       .cursor_group = 2,
                                       .cursor = 3,
                                       .n_classes = 9,
                                       .class_names = names};
    static const mn_scatter plane = {.n_groups = 3,
                                     .groups = groups,
                                     .x_hi = 1.0,
                                     .y_hi = 3.0,
                                     .y_name = "\n漢",
                                     .y_log = true,
                                     .cursor_group = INT_MAX,
                                     .cursor = INT_MIN,
                                     .n_classes = 70};
    static const void *const marks[] = {&tiles, &lines,  &bars, &heat,  &strip,   &hist,
                                        &text,  &curves, &grid, &table, &scatter, &plane};
    static const mn_mark_kind kinds[] = {MN_MARK_TILES, MN_MARK_LINES,   MN_MARK_BARS,
                                         MN_MARK_HEAT,  MN_MARK_HEAT,    MN_MARK_HIST,
                                         MN_MARK_TEXT,  MN_MARK_LINES,   MN_MARK_HEAT,
                                         MN_MARK_TABLE, MN_MARK_SCATTER, MN_MARK_SCATTER};
    mn_figure_reset(f);
    f->title = "\xc3 title 漢 \x07";
    f->status = "−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−−";
    if (scene < SCENE_MIXED)
        mn_figure_add(f, kinds[scene], marks[scene])->title = "\xed\xa0\x80";
    else
        for (int i = 0; i < SCENE_MIXED; i++) {
            mn_part *p = mn_figure_add(f, kinds[i], marks[i]);
            p->column = i % 3 * 2;
            p->weight = i % 2 ? -1.0 : 1e300;
            p->column_weight = (double)NAN;
            p->rows = i == 5 ? INT_MAX - 1 : 0;
        }
}

mn_style scene_style(void)
{
    return (mn_style){.palette = mn_palette_find("rdbu"),
                      .unsigned_palette = mn_palette_find("grey"),
                      .utf8 = true,
                      .levels = 32,
                      .hysteresis = 0.35};
}

#include "dtype.h"

#include <string.h>

static const mn_dtype_row rows[] = {
    {"F32", 4, MN_F32},    {"F64", 8, MN_F64},       {"U8", 1, MN_U8},
    {"I32", 4, MN_I32},    {"I64", 8, MN_I64},       {"U64", 8, MN_U64},
    {"BOOL", 1, MN_OTHER}, {"I8", 1, MN_OTHER},      {"I16", 2, MN_OTHER},
    {"U16", 2, MN_OTHER},  {"U32", 4, MN_OTHER},     {"F16", 2, MN_OTHER},
    {"BF16", 2, MN_OTHER}, {"F8_E4M3", 1, MN_OTHER}, {"F8_E5M2", 1, MN_OTHER},
};

const mn_dtype_row *mn_dtype_find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, name))
            return &rows[i];
    return NULL;
}

const mn_dtype_row *mn_dtype_describe(mn_dtype dtype)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].dtype == dtype && dtype != MN_OTHER)
            return &rows[i];
    return NULL;
}

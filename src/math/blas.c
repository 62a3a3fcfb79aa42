#include "mnemoscope/blas.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

void mn_blas_threads(int n)
{
    /* Setting what is set already would start the pool again in a forked child. */
    if (openblas_get_num_threads() != n)
        openblas_set_num_threads(n);
}

const char *mn_blas_name(void)
{
    static _Thread_local char name[64];
    const char *config = openblas_get_config(); /* "OpenBLAS 0.3.21 NO_LAPACKE ... Haswell" */
    const char *version = strchr(config, ' ');
    size_t length =
        version ? (size_t)(version - config) + 1 + strcspn(version + 1, " ") : strlen(config);
    snprintf(name, sizeof name, "%.*s %s", (int)length, config, openblas_get_corename());
    return name;
}

void mn_gemm_nn(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, alpha, A, lda, B, ldb, beta,
                C, ldc);
}

void mn_gemm_nt(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, alpha, A, lda, B, ldb, beta,
                C, ldc);
}

void mn_gemm_tn(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, alpha, A, lda, B, ldb, beta,
                C, ldc);
}

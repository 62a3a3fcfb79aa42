/* blas.h: the matrix products, row-major and dense. src/math/blas.c is the only caller of
 * cblas.
 *
 * Shapes are in the comments; outputs must not overlap inputs. Dimensions are range-checked by
 * whoever creates the arrays. One BLAS thread unless mn_blas_threads says otherwise; results
 * for a given thread count are reproducible. Any thread, but the thread count is process-wide.
 */
#ifndef MNEMOSCOPE_BLAS_H
#define MNEMOSCOPE_BLAS_H

void mn_blas_threads(int n);
const char *mn_blas_name(void); /* "OpenBLAS 0.3.21 Haswell": for --version and bench */

/* C (m,n) = alpha * A (m,k) * B (k,n) + beta * C. `lda`, `ldb`, `ldc` are row lengths in
 * floats. */
void mn_gemm_nn(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc);
/* C (m,n) = alpha * A (m,k) * B (n,k)^T + beta * C. */
void mn_gemm_nt(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc);
/* C (m,n) = alpha * A (k,m)^T * B (k,n) + beta * C. */
void mn_gemm_tn(int m, int n, int k, float alpha, const float *A, int lda, const float *B,
                int ldb, float beta, float *C, int ldc);

#endif

/* layer.h: what models with one hidden layer of neurons share. Included by src/model only.
 *
 * Tensors are numbered in the order of their declaration; -1 is a bias that there is none of.
 * Letters: N inputs, r neurons, C classes.
 */
#ifndef MNEMOSCOPE_MODEL_LAYER_H
#define MNEMOSCOPE_MODEL_LAYER_H

#include "mnemoscope/model_impl.h"

/* Where a tensor is in a vector of theta's layout. */
size_t mn_layer_offset(const mn_model *m, int tensor);

/* The tensors after "addresses" (r, N), which is tensor 0. */
typedef struct mn_layer {
    int address_bias, values, value_bias; /* (1, r), (C, r), (1, C) */
} mn_layer;

/* Declares all of them, and the neurons as the model's units. */
mn_layer mn_layer_declare(mn_model *m, int neurons, bool bias, bool output_bias);

/* Uniform on +-1 / sqrt(fan_in), biases too, as in PyTorch's linear layers, on which the
 * published settings depend. */
void mn_layer_init(mn_model *m, const mn_layer *l, mn_rng *r);

/* out (n, cols) = rows of the bias, or zeros. */
void mn_layer_start(const mn_model *m, int bias, int n, int cols, float *out);

/* Negative numbers become 0; what is not a number shows. */
void mn_layer_rectify(size_t n, float *h);

/* Zeroes all but the k largest of a rectified row; of equals at the edge the first stay. */
void mn_layer_keep_largest(size_t n, size_t k, float *h, float *scratch);

/* Slopes of the power loss reach 2^126, which sums over a batch would take out of float's
 * range: they are brought near 1 where they are far from it. Returns the exponent they lost. */
int mn_layer_fit_slopes(size_t n, const float *dlogits, float *slopes);

/* out (cols) = the sum of the rows of D (n, cols). sums (cols): scratch. */
void mn_layer_sum_rows(int n, int cols, const float *D, double *sums, float *out);

/* What a neuron adds to the sums of the classes becomes 0, and so does its own bias. */
void mn_layer_forget(mn_model *m, const mn_layer *l, int neuron);

/* Activations (n, r) as shares: rows sum to 1, or to 0. */
void mn_layer_share(int n, size_t r, float *A);

/* A neuron's address, row `unit` of tensor 0 (r, N), is a picture; what it says about the
 * classes is its column of tensor `values` (C, r). */
void mn_layer_tile(const mn_model *m, int values, const float *theta, int unit, float *pixels,
                   float *extra, float *classes);

#endif

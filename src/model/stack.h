/* stack.h: hidden layers on top of one another, some of whose connections are absent: what
 * models with more than one hidden layer share. Included by src/model only.
 *
 * Layer l = 0 .. depth - 1 is hidden, layer `depth` are the classes. Weights W_l (rows, cols)
 * are tensor l, so that they come first in theta and row u of theta is unit u; biases b_l are
 * tensor depth + 1 + l.
 */
#ifndef MNEMOSCOPE_MODEL_STACK_H
#define MNEMOSCOPE_MODEL_STACK_H

#include "mnemoscope/model_impl.h"

enum { MN_STACK_DEPTH = 3 };

typedef struct mn_stack {
    int depth, neurons, N, C;
    size_t n_weights; /* of all layers: they are theta[0 .. n_weights - 1] */
    int *connected;   /* (n_weights): 1 = there is a connection, 0 = there is none */
    bool whole;       /* absent ones act as if they were there */
    const float *W;   /* (n_weights): the weights as they act */
    float *masked;    /* (n_weights) */
    float *path, *hop;
    double *sums; /* (widest layer) scratch, as the two before */
} mn_stack;

int mn_stack_rows(const mn_stack *s, int layer);
int mn_stack_cols(const mn_stack *s, int layer);
size_t mn_stack_offset(const mn_stack *s, int layer); /* of W_l, in theta and in `connected` */
int mn_stack_bias(const mn_stack *s, int layer);      /* its tensor */

/* Declares the tensors, and the hidden neurons as the model's units; carves the rest. */
void mn_stack_layout(mn_model *m, mn_stack *s, int depth, int neurons, mn_arena *a);

/* At the start of a forward: what does not connect does not act. */
void mn_stack_connect(const mn_model *m, mn_stack *s);
/* Sets weights that are absent to 0, unless they act. */
void mn_stack_prune(mn_model *m, const mn_stack *s);
/* out (n, rows) = X (n, cols) W^T + b */
void mn_stack_sum(const mn_model *m, const mn_stack *s, int layer, const float *X, int n,
                  float *out);
/* Writes the slopes of W and b, given D (n, rows) of their sums. */
void mn_stack_slopes(const mn_model *m, mn_stack *s, int layer, const float *X, const float *D,
                     int n, float *g);
/* out (n, cols) = D W */
void mn_stack_back(const mn_stack *s, int layer, const float *D, int n, float *out);

/* A unit's receptive field: the sum over all paths from an input to it of the products of their
 * weights, as if every neuron on the way were active; in the first layer these are its weights.
 * What it says about the classes, likewise. */
void mn_stack_tile(const mn_model *m, const mn_stack *s, const float *theta, int unit,
                   float *pixels, float *extra, float *classes);

#endif

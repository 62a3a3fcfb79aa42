/* net.h: a network with one hidden layer, random inputs and slopes, for tests of such models.
 */
#ifndef MNEMOSCOPE_TESTS_NET_H
#define MNEMOSCOPE_TESTS_NET_H

#include "mnemoscope/model.h"

typedef struct net {
    mn_model *m;
    int n_inputs, classes, batch, r;
    float *X, *logits, *dlogits;
    int *exponent;
    mn_grad grad; /* without a set of rows, until net_keep_rows */
} net;

/* `pairs`: parameters and texts, ended by NULL. */
net net_make(const char *model, mn_shape shape, const char *const *pairs);
void net_finish(net *t);
void net_set(net *t, const char *name, const char *text);
/* Gives the gradient a set of rows to keep. */
void net_keep_rows(net *t);
/* How often neurons have fired, as the model keeps count of it. */
int *net_counts(net *t);
void net_forward(net *t);
void net_backward(net *t);
/* Zeroed; the test fails when there is no memory. */
void *net_numbers(size_t n, size_t size);

#endif

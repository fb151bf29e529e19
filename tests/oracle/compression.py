"""The 1-bit all-reduce with error feedback on both sides."""

import math

import numpy as np

from binary32 import F, norm2
from rules import holds


def padded_size(n, workers):
    alignment = workers * (workers * 8 // math.gcd(workers, 8))
    return (n + alignment - 1) // alignment * alignment


def sign(x):
    plus = x >= 0 if holds("zero is sent as plus one") else x > 0
    return np.where(plus | np.isnan(x), F(1), F(-1)).astype(F)


def all_reduce(vectors, worker_errors, server_errors):
    """What everybody receives; the errors (lists, one a worker) are updated."""
    workers, n, padded = len(vectors), vectors[0].size, worker_errors[0].size
    chunk = padded // workers
    corrected, scales = [], []
    for x, error in zip(vectors, worker_errors):
        b = np.zeros(padded, F)
        b[:n] = x
        if not holds("padding has errors"):
            error[n:] = 0
        b = b + error
        a = norm2(b if holds("padding counts in the norm") else b[:n]) / F(math.sqrt(padded))
        error[:] = b - a * sign(b)
        corrected.append(b)
        scales.append(a)
    order = range(workers) if holds("workers are added in order") else reversed(range(workers))
    sums = np.zeros(padded, F)
    for r in order:
        share = scales[r] * F(1 / workers) if holds("the share is a product with 1/W") else scales[r] / F(workers)
        sums = sums + sign(corrected[r]) * share
    out = np.zeros(padded, F)
    whole = norm2(sums + np.concatenate(server_errors)) / F(math.sqrt(padded))
    for k in range(workers):
        y = sums[k * chunk : (k + 1) * chunk] + server_errors[k]
        c = norm2(y) / F(math.sqrt(chunk)) if holds("every chunk has a server scale") else whole
        out[k * chunk : (k + 1) * chunk] = c * sign(y)
        if holds("the server keeps its error"):
            server_errors[k][:] = y - c * sign(y)
    return out

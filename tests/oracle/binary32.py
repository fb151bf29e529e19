"""Rounding and the words of a recording: numpy arrays of binary32, one rounding an operation."""

import math
import struct

import numpy as np

F = np.float32
D = np.float64


def to_bf16(x):
    """binary64 to bf16, ties to even, as binary32 numbers."""
    x = np.asarray(x, D)
    plain = np.isfinite(x) & (x != 0)
    y = np.where(plain, x, 1.0)
    step = np.ldexp(1.0, np.maximum(np.frexp(y)[1] - 8, -133))
    r = np.copysign(np.rint(y / step) * step, y)
    r = np.where(np.abs(r) >= 2.0**128, np.copysign(np.inf, y), r)
    return np.where(plain, r, x).astype(F)


def rounded(x, dtype):
    """To the model's type: fp32, fp16 or bf16."""
    if dtype == "fp32":
        return np.asarray(x).astype(F)
    return np.asarray(x).astype(np.float16).astype(F) if dtype == "fp16" else to_bf16(x)


def in_order(values):
    """Their sum in binary64, in index order from 0."""
    total = D(0)
    for v in np.asarray(values).ravel().astype(D):
        total = total + v
    return total


def norm2(x):
    """Squares in binary64 in index order, one rounding of the root."""
    return F(np.sqrt(in_order(np.asarray(x, F).ravel().astype(D) ** 2)))


def words(text):
    return np.array([int(w, 16) for w in text.split()], np.uint32).view(F)


def hexadecimal(x):
    return " ".join("%08x" % int(w) for w in np.asarray(x, F).ravel().view(np.uint32))


def half_words(x, dtype):
    if dtype == "fp16":
        return " ".join("%04x" % int(w) for w in np.asarray(x).astype(np.float16).view(np.uint16))
    return " ".join("%04x" % (int(w) >> 16) for w in np.asarray(x, F).view(np.uint32))


def hex64(x):
    return "%016x" % struct.unpack(">Q", struct.pack(">d", float(x)))[0]


def number(x):
    """A JSON number, or the text of one that JSON does not have."""
    x = float(x)
    return x if math.isfinite(x) else "nan" if x != x else "inf" if x > 0 else "-inf"

"""FusedAdam and FusedLamb: their kernels' arithmetic, without fused multiply-add."""

import math

import numpy as np

from binary32 import F, in_order


class Fused:
    """As OnebitAdam in onebit.py, but all workers get the same gradients and know no initialisation call."""

    def __init__(self, options, workers, groups, params):
        self.o, self.groups, self.params = options, groups, params
        self.m = [np.zeros(p.size, F) for p in params[0]]
        self.v = [np.zeros(p.size, F) for p in params[0]]
        self.t, self.averages, self.coefficients = 0, True, []

    def in_group_order(self):
        return [(g, j) for g in self.groups for j in g["tensors"]]

    def accumulate(self, j, g):
        b1, b2 = (F(b) for b in self.o["betas"])
        self.m[j] = b1 * self.m[j] + (F(1) - b1) * g
        self.v[j] = b2 * self.v[j] + ((F(1) - b2) * g) * g

    def corrections(self):
        if not self.o["bias_correction"]:
            return F(1), F(1)
        return tuple(F(1 - float(F(b)) ** self.t) for b in self.o["betas"])

    def step(self, gradients, lr):
        self.t += 1
        self.coefficients = []
        for g, j in self.in_group_order():
            moved = self.moved(g, j, gradients[0][j], lr)
            for row in self.params:
                row[j][:] = moved

    def vectors(self):
        order = [j for _, j in self.in_group_order()]
        return {key: lambda r, x=x: np.concatenate([x[j] for j in order]) for key, x in self.named()}

    def named(self):
        return [("exp_avg", self.m), ("exp_avg_sq", self.v)]


class FusedAdam(Fused):
    def moved(self, group, j, g, lr):
        p, decay = self.params[0][j], F(group["weight_decay"])
        if not self.o["adam_w_mode"]:
            g = g + decay * p
        self.accumulate(j, g)
        k1, k2 = self.corrections()
        u = (self.m[j] / k1) / (np.sqrt(self.v[j] / k2) + F(self.o["eps"]))
        if self.o["adam_w_mode"]:
            u = u + decay * p
        return p - F(lr) * u


class FusedLamb(Fused):
    def moved(self, group, j, g, lr):
        p, eps = self.params[0][j], F(self.o["eps"])
        self.accumulate(j, g)
        root = np.sqrt(self.v[j] + eps) if self.o["eps_inside_sqrt"] else np.sqrt(self.v[j]) + eps
        u = self.m[j] / root + F(group["weight_decay"]) * p
        norms = [np.sqrt(F(in_order(x.astype(np.float64) ** 2))) for x in (p, u)]
        coefficient = F(1)
        if norms[0] != 0 and norms[1] != 0:
            coefficient = norms[0] / norms[1]
            if coefficient > F(self.o["max_coeff"]):
                coefficient = F(self.o["max_coeff"])
            if coefficient < F(self.o["min_coeff"]):
                coefficient = F(self.o["min_coeff"])
        self.coefficients.append(float(coefficient))
        k1, k2 = self.corrections()
        size = F(lr)
        if self.o["bias_correction"]:
            size = F(float(F(lr)) * math.sqrt(float(k2)) / float(k1))
        return p - (size * coefficient) * u

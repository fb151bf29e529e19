"""1-bit LAMB."""

import math

import numpy as np

import compression
from binary32 import F, in_order, norm2
from onebit import OnebitAdam, ZeroDivision, new_exp_avg, new_exp_avg_sq
from rules import holds


def lamb_norm(x):
    squares = x * x if holds("squares are rounded before they are added") else x.astype(np.float64) ** 2
    return np.sqrt(F(in_order(squares)))


class OnebitLamb(OnebitAdam):
    def set_up(self):
        total = sum(self.sizes)
        self.padded = compression.padded_size(total, self.W)
        self.tails = [np.zeros(self.padded - total, F) for _ in range(self.W)]
        self.buffers, self.coefficients = None, []
        for state in self.states:
            for s, n in zip(state, self.sizes):
                s.update(v_fresh=np.zeros(n, F), K=0.0, factor=1.0)

    def joined(self, r):
        return np.concatenate([self.states[r][j]["m"] for _, j in self.in_group_order()] + [self.tails[r]])

    def exchange(self, worker_errors, server_errors):
        if not holds("the tail is kept"):
            self.tails = [np.zeros_like(t) for t in self.tails]
        out = compression.all_reduce([self.joined(r) for r in range(self.W)], worker_errors, server_errors)
        for r in range(self.W):
            at = 0
            for _, j in self.in_group_order():
                self.states[r][j]["m"] = out[at : at + self.sizes[j]].copy()
                at += self.sizes[j]
            self.tails[r] = out[at:].copy()

    def new_buffers(self):
        zeros = lambda n: [np.zeros(n, F) for _ in range(self.W)]
        return zeros(self.padded), zeros(self.padded // self.W)

    def form_scaling_coefficients(self):
        if not self.frozen or "S" in self.states[0][0]:
            return
        for state in self.states:
            scale = lambda j: float(norm2(state[j]["m"]) / F(math.sqrt(self.sizes[j])))
            scales = [[scale(j) for j in g["tensors"]] for g in self.groups]
            united = sum(sum(x) for x in scales) / sum(len(x) for x in scales)
            for g, of_group in zip(self.groups, scales):
                for j, s in zip(g["tensors"], of_group):
                    if s == 0:
                        raise ZeroDivision
                    state[j]["S"] = united / s

    def initialisation_call(self, of):
        self.form_scaling_coefficients()
        for _, j in self.in_group_order():
            self.advance(j)
        if self.W > 1 and holds("the initialisation call compresses"):
            self.exchange(*self.new_buffers())
        self.coefficients = []

    def real_step(self, of, lr):
        self.form_scaling_coefficients()
        self.coefficients = []
        if self.buffers is None:
            self.buffers = self.new_buffers()
        for _, j in self.in_group_order():
            self.advance(j)
        if self.frozen:
            self.compressed_step(of, lr)
            return
        for g, j in self.in_group_order():
            self.accumulate(j, of(j))
            for r in range(self.W):
                self.warm_up(g, r, j, lr)
        late = 0 if holds("freeze when step reaches freeze_step") else 1
        if self.states[0][0]["step"] >= self.o["freeze_step"] + late:
            self.frozen, self.averages = True, False

    def bounded(self, x):
        bounds = [lambda x: min(x, self.o["max_coeff"]) if x > self.o["max_coeff"] else x]
        bounds.append(lambda x: self.o["min_coeff"] if x < self.o["min_coeff"] else x)
        for bound in bounds if holds("min_coeff wins over max_coeff") else reversed(bounds):
            x = bound(x)
        return x

    def move(self, r, j, coefficient, u, lr):
        if r == 0:
            self.coefficients.append(coefficient)
        self.params[r][j][:] = self.params[r][j] + F(-lr * coefficient) * u

    def warm_up(self, g, r, j, lr):
        s, o = self.states[r][j], self.o
        if s["step"] == o["freeze_step"] and holds("v_fresh starts as v"):
            s["v_fresh"] = s["v"].copy()
        u = self.ratio(g, r, j)
        weight_norm, update_norm = lamb_norm(self.params[r][j]), lamb_norm(u)
        coefficient = 1.0
        if weight_norm != 0 and update_norm != 0:
            coefficient = self.bounded(float(weight_norm / update_norm))
        if coefficient != 1.0 or not holds("a coefficient of 1 is not averaged"):
            if s["K"] == 0 and not holds("the average of coefficients starts at zero"):
                s["K"] = coefficient
            s["K"] = o["coeff_beta"] * s["K"] + (1 - o["coeff_beta"]) * coefficient
        self.move(r, j, coefficient, u, lr)

    def compressed_step(self, of, lr):
        beta1 = self.o["betas"][0]
        scaling = lambda s: F(s["S"]) if holds("momenta are scaled before they are sent") else F(1)
        last = {}
        for _, j in self.in_group_order():
            for r, (s, x) in enumerate(zip(self.of(j), of(j))):
                last[r, j] = s["m"]
                s["m"] = new_exp_avg(s["m"], x, beta1) * scaling(s)
        if self.W > 1:
            self.exchange(*self.buffers)
        for g, j in self.in_group_order():
            for r, s in enumerate(self.of(j)):
                s["m"] = self.masked(g, s["m"] / scaling(s))
                self.update(g, r, j, last[r, j], lr)

    def update(self, g, r, j, last, lr):
        s, o = self.states[r][j], self.o
        beta1, beta2 = o["betas"]
        gradient = (s["m"] - last * F(beta1)) / F(1 - beta1)
        s["v_fresh"] = new_exp_avg_sq(s["v_fresh"], gradient, beta2)
        denominator = np.sqrt(s["v"]) + F(o["eps"])
        u = self.ratio(g, r, j)
        factor = float(np.max(denominator / (np.sqrt(s["v_fresh"]) + F(o["eps"]))))
        if g["weight_decay"] > 0 and holds("weight decay's share lowers the factor"):
            share = min(1.0, float(lamb_norm(self.ratio(g, r, j, with_decay=False)) / lamb_norm(u)))
            factor = factor * share + (1.0 - share)
        s["factor"] = factor = self.bounded_factor(factor, s["factor"])
        coefficient = s["K"] * factor
        if not holds("the frozen coefficient is not bounded"):
            coefficient = self.bounded(coefficient)
        self.move(r, j, coefficient, u, lr)

    def bounded_factor(self, factor, last):
        change = self.o["factor_threshold"]
        bounds = [
            (self.o["factor_max"], self.o["factor_min"]),
            (last * (1.0 + change), last * (1.0 - change)),
        ]
        for most, least in bounds if holds("the factor is bounded in size, then in change") else reversed(bounds):
            if factor > most:
                factor = most
            if factor < least:
                factor = least
        return factor

    def load(self, old):
        for r in range(self.W):
            for j, saved in enumerate(self.loaded_from(old, r)):
                self.states[r][j] = {k: x.copy() if isinstance(x, np.ndarray) else x for k, x in saved.items()}
        keep = lambda x: x if x is None else tuple([e.copy() for e in side] for side in x)
        self.buffers = None if holds("a reload drops the error buffers") else keep(old.buffers)
        self.tails = [np.zeros_like(t) if holds("a reload clears the tail") else t.copy() for t in old.tails]
        self.frozen = self.states[0][0]["step"] >= self.o["freeze_step"]
        self.averages = not self.frozen
        if self.frozen:
            return
        for state in self.states:
            for s in state:
                s.update(K=0.0, factor=1.0)
                s.pop("S", None)

    def scalars(self):
        out = {
            "step": self.in_order("step"),
            "lamb_coeff_freeze": self.in_order("K"),
            "last_factor": self.in_order("factor"),
            "scaling_coeff": [self.states[0][j].get("S") for _, j in self.in_group_order()],
            "lamb_coeffs": list(self.coefficients),
        }
        return out, ["lamb_coeff_freeze", "last_factor", "scaling_coeff", "lamb_coeffs"]

    def vectors(self):
        joined = lambda key: lambda r: np.concatenate([self.states[r][j][key] for _, j in self.in_group_order()])
        out = {"exp_avg": joined("m"), "exp_avg_sq": joined("v"), "exp_avg_sq_fresh": joined("v_fresh")}
        if self.tails[0].size:
            out["exp_avg_flat_tail"] = lambda r: self.tails[r]
        for k, key in enumerate(("worker_error", "server_error")):
            out[key] = (lambda r, k=k: self.buffers[k][r]) if self.buffers else None
        return out

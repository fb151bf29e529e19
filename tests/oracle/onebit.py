"""What DeepSpeed's three 1-bit optimizers share, and 1-bit Adam."""

import numpy as np

import compression
from binary32 import F
from rules import holds


class ZeroDivision(Exception):
    """What the original raises."""


def new_exp_avg(m, g, beta):
    rest = F(1 - beta) if holds("1 - beta is formed in binary64") else F(1) - F(beta)
    return m * F(beta) + rest * g


def new_exp_avg_sq(v, g, beta):
    c = F(1 - beta)
    return v * F(beta) + ((c * g) * g if holds("c2 g comes before g") else c * (g * g))


class OnebitAdam:
    """All workers' optimizers in lock step: params[r][j] is worker r's copy of logical tensor j, and
    states[r][j] what its optimizer keeps for it. A group: tensors, weight_decay, mask, non_freeze."""

    def __init__(self, options, workers, groups, params):
        self.o, self.W, self.groups, self.params = options, workers, groups, params
        self.sizes = [p.size for p in params[0]]
        zeros = lambda n: np.zeros(n, F)
        self.states = [[{"step": 0, "m": zeros(n), "v": zeros(n)} for n in self.sizes] for _ in range(workers)]
        self.frozen, self.initialised, self.averages = False, False, True
        self.lost_buffers = set()
        self.set_up()

    def set_up(self):
        pass

    def in_group_order(self):
        return [(g, j) for g in self.groups for j in g["tensors"]]

    def of(self, j):
        return [state[j] for state in self.states]

    def create_buffers(self, j):
        n = compression.padded_size(self.sizes[j], self.W)
        for s in self.of(j):
            s["worker_error"], s["server_error"] = np.zeros(n, F), np.zeros(n // self.W, F)

    def drop_buffers(self, j):
        for s in self.of(j):
            s.pop("worker_error", None)
            s.pop("server_error", None)

    def has_buffers(self, j):
        return "worker_error" in self.states[0][j]

    def all_reduce(self, g, j, vectors):
        mask = g["mask"]
        if mask is not None and not holds("the mask works on what was compressed"):
            vectors = [x * mask for x in vectors]
        errors = [s["worker_error"] for s in self.of(j)]
        out = compression.all_reduce(vectors, errors, [s["server_error"] for s in self.of(j)])
        if mask is not None and not holds("errors are not masked"):
            for e in errors:
                e[: mask.size] *= mask
        return out[: self.sizes[j]]

    def masked(self, g, x):
        return x if g["mask"] is None else x * g["mask"]

    def accumulate(self, j, gradients):
        beta1, beta2 = self.o["betas"]
        for s, x in zip(self.of(j), gradients):
            s["m"], s["v"] = new_exp_avg(s["m"], x, beta1), new_exp_avg_sq(s["v"], x, beta2)

    def own_average(self, gradients):
        if self.W == 1 or not holds("non_freeze groups average their gradients"):
            return gradients
        total = gradients[0]
        for x in gradients[1:]:
            total = total + x
        return [total * F(1 / self.W)] * self.W

    def ratio(self, g, r, j, with_decay=True):
        s = self.states[r][j]
        u = s["m"] / (np.sqrt(s["v"]) + F(self.o["eps"]))
        if g["weight_decay"] > 0 and with_decay and holds("weight decay stands beside the ratio"):
            u = u + F(g["weight_decay"]) * self.params[r][j]
        return u

    def step(self, gradients, lr):
        """gradients[r][j]."""
        if not holds("weight decay stands beside the ratio"):
            for g, j in self.in_group_order():
                for r in range(self.W):
                    gradients[r][j] = gradients[r][j] + F(g["weight_decay"]) * self.params[r][j]
        of = lambda j: [row[j] for row in gradients]
        if self.initialised or not holds("the initialisation call swallows a batch"):
            self.initialised = True
            self.real_step(of, lr)
            return
        self.initialisation_call(of)
        self.frozen, self.initialised = False, True

    def advance(self, j):
        for s in self.of(j):
            s["step"] += 1

    def lose_last_buffers(self):
        if holds("the last tensor of a group loses its buffers"):
            for g in self.groups:
                self.drop_buffers(g["tensors"][-1])

    def initialisation_call(self, of):
        for g, j in self.in_group_order():
            self.advance(j)
            if not self.has_buffers(j):
                self.create_buffers(j)
            if g["non_freeze"]:
                self.accumulate(j, self.own_average(of(j)))
                continue
            if self.W > 1 and holds("the initialisation call compresses"):
                received = self.all_reduce(g, j, [s["m"] for s in self.of(j)])
                for s in self.of(j):
                    s["m"] = received.copy()
            for s in self.of(j):
                s["m"] = self.masked(g, s["m"])
        self.lose_last_buffers()

    def compress(self, g, j, gradients):
        beta1, beta2 = self.o["betas"]
        for s, x in zip(self.of(j), gradients):
            s["m"] = new_exp_avg(s["m"], x, beta1)
            if not holds("the frozen variance stays"):
                s["v"] = new_exp_avg_sq(s["v"], x, beta2)
        if self.W > 1:
            received = self.all_reduce(g, j, [s["m"] for s in self.of(j)])
            for s in self.of(j):
                s["m"] = received.copy()
        for s in self.of(j):
            s["m"] = self.masked(g, s["m"])

    def real_step(self, of, lr):
        for g, j in self.in_group_order():
            if self.frozen and not self.has_buffers(j):
                self.create_buffers(j)
            self.advance(j)
            if not self.frozen:
                self.accumulate(j, of(j))
                if not holds("masks wait for compression"):
                    for s in self.of(j):
                        s["m"] = self.masked(g, s["m"])
            elif g["non_freeze"]:
                self.accumulate(j, self.own_average(of(j)))
            else:
                self.compress(g, j, of(j))
            for r in range(self.W):
                self.params[r][j][:] = self.params[r][j] + F(-lr) * self.ratio(g, r, j)
        late = 0 if holds("freeze when step reaches freeze_step") else 1
        if not self.frozen and self.states[0][0]["step"] >= self.o["freeze_step"] + late:
            self.frozen, self.averages = True, False

    def loaded_from(self, old, r):
        return old.states[0 if holds("checkpoints come from worker 0") else r]

    def load(self, old):
        for r in range(self.W):
            for j, saved in enumerate(self.loaded_from(old, r)):
                mine = self.states[r][j]
                mine.update(step=saved["step"], m=saved["m"].copy(), v=saved["v"].copy())
                if not holds("a reload drops the error buffers") and "worker_error" in saved:
                    own = old.states[r][j]
                    mine.update(worker_error=own["worker_error"].copy(), server_error=own["server_error"].copy())
                elif "worker_error" in mine:
                    del mine["worker_error"], mine["server_error"]
        self.frozen = self.states[0][0]["step"] >= self.o["freeze_step"]
        self.averages = not self.frozen

    def in_order(self, key):
        return [self.states[0][j][key] for _, j in self.in_group_order()]

    def scalars(self):
        """As numbers, and those that are binary64 once more."""
        return {"step": self.in_order("step"), "adam_freeze_key": bool(self.frozen)}, []

    def vectors(self):
        """Name: what worker r has, or None where nobody has such a vector."""
        joined = lambda r, key, tensors: np.concatenate([self.states[r][j][key] for j in tensors])
        everywhere = [j for _, j in self.in_group_order()]
        buffered = [j for j in everywhere if self.has_buffers(j)]
        out = {"exp_avg": lambda r: joined(r, "m", everywhere), "exp_avg_sq": lambda r: joined(r, "v", everywhere)}
        for key in ("worker_error", "server_error"):
            out[key] = (lambda r, key=key: joined(r, key, buffered)) if buffered else None
        return out

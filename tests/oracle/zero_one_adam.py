"""0/1 Adam."""

import numpy as np

from binary32 import F
from onebit import OnebitAdam, new_exp_avg, new_exp_avg_sq
from rules import holds


class ZeroOneAdam(OnebitAdam):
    def set_up(self):
        self.cleared = False

    def create_missing(self, j):
        if self.has_buffers(j):
            return
        self.create_buffers(j)
        for s in self.of(j):
            if "interval" in s and not holds("a reload restarts the schedules"):
                s["q"] = np.zeros(self.sizes[j], F)
                continue
            s.update(interval=1, counter=0, local_interval=1, local_counter=0, lrs=0, q=np.zeros(self.sizes[j], F))

    def initialisation_call(self, of):
        for _, j in self.in_group_order():
            self.create_missing(j)
            self.advance(j)
        self.lose_last_buffers()

    def real_step(self, of, lr):
        for g, j in self.in_group_order():
            self.create_missing(j)
            self.advance(j)
            states, first = self.of(j), self.states[0][j]
            late = 0 if holds("a variance step at multiples of the interval") else 1
            variance_step = (first["step"] - late) % first["interval"] == 0
            self.new_moments(g, j, of(j), variance_step, lr)
            for r, s in enumerate(states):
                d = F(-lr) * self.ratio(g, r, j)
                self.params[r][j][:] = self.params[r][j] + d
                if self.frozen:
                    s["q"] = s["q"] + d
            if self.frozen and first["step"] % first["local_interval"] == 0:
                self.synchronise(g, j)
            self.advance_schedules(states, variance_step)
        if self.states[0][0]["step"] > self.o["var_freeze_step"]:
            self.frozen, self.averages = True, False
        if self.frozen and not self.cleared:
            self.cleared = True
            if holds("errors are cleared at the freeze"):
                for _, j in self.in_group_order():
                    self.create_buffers(j)

    def new_moments(self, g, j, gradients, variance_step, lr):
        beta1, beta2 = self.o["betas"]
        states = self.of(j)
        if self.frozen:
            for s, x in zip(states, gradients):
                s["m"] = new_exp_avg(s["m"], x, beta1)
                s["lrs"] = s["lrs"] + lr if holds("lrs is a sum") else lr
        elif variance_step:
            for s, x in zip(states, gradients):
                s["v"], s["m"] = new_exp_avg_sq(s["v"], x, beta2), new_exp_avg(s["m"], x, beta1)
        elif self.W > 1:
            if holds("between variance steps the gradient is compressed"):
                received = self.masked(g, self.all_reduce(g, j, gradients))
            else:
                received = self.own_average(gradients)[0]
            for s in states:
                s["m"] = new_exp_avg(s["m"], received, beta1)
        elif not holds("one worker leaves m alone between variance steps"):
            states[0]["m"] = new_exp_avg(states[0]["m"], gradients[0], beta1)

    def synchronise(self, g, j):
        states = self.of(j)
        denominators = [np.sqrt(s["v"]) + F(self.o["eps"]) for s in states]
        for r, s in enumerate(states):
            if holds("weights take back their own moves"):
                self.params[r][j][:] = self.params[r][j] - s["q"]
            s["q"] = s["q"] * denominators[r]
        if self.W > 1:
            received = self.masked(g, self.all_reduce(g, j, [s["q"] for s in states]))
            for s in states:
                s["q"] = received.copy()
        for r, s in enumerate(states):
            x = s["q"] / F(s["lrs"])
            s["m"] = F(0) - x if holds("synchronised m is 0 - x") else -x
            self.params[r][j][:] = self.params[r][j] + s["q"] / denominators[r]
            s["q"], s["lrs"] = np.zeros(self.sizes[j], F), 0

    def advance_schedules(self, states, variance_step):
        first, factor = states[0], 2 if holds("intervals double") else 1
        if self.frozen:
            for s in states:
                s["local_counter"] += 1
                if s["local_counter"] == self.o["local_step_scaler"]:
                    s["local_counter"] = 0
                    s["local_interval"] = min(self.o["local_step_clipper"], factor * s["local_interval"])
            return
        for s in states:
            if variance_step:
                s["counter"] += 1
                if s["counter"] == self.o["var_update_scaler"]:
                    s["counter"], s["interval"] = 0, factor * s["interval"]
        self.averages = (first["step"] + 1) % first["interval"] == 0

    def load(self, old):
        kept = ("step", "interval", "counter", "local_interval", "local_counter", "lrs")
        for r in range(self.W):
            for j, saved in enumerate(self.loaded_from(old, r)):
                self.states[r][j] = {k: saved[k] for k in kept}
                self.states[r][j].update(m=saved["m"].copy(), v=saved["v"].copy())
        first = self.states[0][0]
        below = first["step"] < self.o["var_freeze_step"]
        if not holds("no average is asked for at var_freeze_step"):
            below = first["step"] <= self.o["var_freeze_step"]
        self.averages = below and (first["step"] + 1) % first["interval"] == 0
        self.cleared = False
        if not holds("a reload unfreezes"):
            self.frozen = first["step"] > self.o["var_freeze_step"]

    def scalars(self):
        names = {
            "var_interval": "interval",
            "var_counter": "counter",
            "local_step_interval": "local_interval",
            "local_step_counter": "local_counter",
            "lrs": "lrs",
        }
        out = {recorded: self.in_order(key) for recorded, key in names.items()}
        return {"step": self.in_order("step"), "freeze_key": bool(self.frozen), **out}, ["lrs"]

    def vectors(self):
        out = super().vectors()
        if "q" in self.states[0][0]:
            tensors = [j for _, j in self.in_group_order()]
            out["momentum_accumulator"] = lambda r: np.concatenate([self.states[r][j]["q"] for j in tensors])
        return out

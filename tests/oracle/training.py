"""DeepSpeed's training iteration around an optimizer, and the recording of a whole run."""

import math

import numpy as np

from binary32 import D, F, half_words, hex64, hexadecimal, in_order, norm2, number, rounded, words
from fused import FusedAdam, FusedLamb
from onebit import OnebitAdam, ZeroDivision
from onebit_lamb import OnebitLamb
from rules import holds
from zero_one_adam import ZeroOneAdam

adam = {"lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0}
bounds = {"max_coeff": 10.0, "min_coeff": 0.01}
OPTIMIZERS = {
    "OnebitAdam": (OnebitAdam, {**adam, "freeze_step": 100000}),
    "ZeroOneAdam": (
        ZeroOneAdam,
        {
            **adam,
            "var_freeze_step": 100000,
            "var_update_scaler": 16,
            "local_step_scaler": 32678,
            "local_step_clipper": 16,
        },
    ),
    "OnebitLamb": (
        OnebitLamb,
        {
            **adam,
            **bounds,
            "freeze_step": 100000,
            "coeff_beta": 0.9,
            "factor_max": 4.0,
            "factor_min": 0.5,
            "factor_threshold": 0.1,
        },
    ),
    "FusedAdam": (FusedAdam, {**adam, "adam_w_mode": True, "bias_correction": True}),
    "FusedLamb": (FusedLamb, {**adam, **bounds, "bias_correction": True, "eps_inside_sqrt": False}),
}


def root(x):
    """x^0.5 as Python takes it; -1 where that is infinite or NaN."""
    n = math.pow(x, 0.5) if math.isfinite(x) else math.nan
    return n if math.isfinite(n) else -1.0


class Run:
    """Everything of a run; `spec` is a recording without its trajectory."""

    def __init__(self, spec):
        self.spec, self.W = spec, spec["world_size"]
        self.wrapper = spec["wrapper"]
        self.dtype = "fp32" if self.wrapper == "none" else self.wrapper[:4]
        self.fused = self.wrapper.endswith("_fused")
        problem = spec["problem"]
        self.initial = [words(t["init"]) for t in problem["tensors"]]
        self.a, self.c = ([words(x) for x in problem[key]] for key in ("a", "c"))
        self.noise = [[words(x) for x in of_rank] for of_rank in problem["noise"]]
        self.offsets = np.cumsum([0] + [x.size for x in self.initial])
        self.model = [[rounded(x, self.dtype) for x in self.initial] for _ in range(self.W)]
        self.config = spec.get("wrapper_config", {})
        self.dynamic = self.dtype == "fp16" and self.config["loss_scale"] == 0
        self.scale, self.iteration, self.last_overflow = 1.0, 0, -1
        if self.dtype == "fp16":
            self.scale = 2.0 ** self.config["initial_scale_power"] if self.dynamic else float(self.config["loss_scale"])
        self.grad_norms = [0.0] * self.W
        self.applied = 0
        self.group_tensors()
        self.optimizer = self.new_optimizer()

    def group_tensors(self):
        """What the optimizer sees: members[j] are the model tensors of logical tensor j."""
        self.members, self.groups = [], []
        everything = [{"tensors": list(range(len(self.initial)))}]
        decay = self.spec["hyperparameters"].get("weight_decay", 0.0)
        for g in self.spec.get("param_groups", everything):
            parts = [g["tensors"]] if self.fused else [[k] for k in g["tensors"]]
            self.groups.append(
                {
                    "tensors": list(range(len(self.members), len(self.members) + len(parts))),
                    "weight_decay": g.get("weight_decay", decay),
                    "mask": words(g["exp_avg_mask"]) if "exp_avg_mask" in g else None,
                    "non_freeze": g.get("non_freeze", False),
                }
            )
            self.members += parts

    def new_optimizer(self):
        cls, defaults = OPTIMIZERS[self.spec["optimizer"]]
        source = self.model
        if self.wrapper != "none" and not holds("masters start as rounded weights"):
            source = [self.initial] * self.W
        if self.wrapper == "none":  # the parameters are the model's weights themselves
            params = [[row[m[0]] for m in self.members] for row in self.model]
        else:
            params = [[np.concatenate([row[k] for k in m]).astype(F) for m in self.members] for row in source]
        optimizer = cls({**defaults, **self.spec["hyperparameters"]}, self.W, self.groups, params)
        if self.wrapper != "none":  # the wrapper's constructor makes the initialisation call
            optimizer.step([[np.zeros(p.size, F) for p in row] for row in params], 0.0)
        return optimizer

    def reload(self):
        old, self.optimizer = self.optimizer, self.new_optimizer()
        self.optimizer.load(old)
        if self.wrapper != "none":
            for row in self.optimizer.params:
                for mine, saved in zip(row, old.params[0]):
                    mine[:] = saved
            self.grad_norms = [0.0] * self.W
        if not holds("a reload leaves the model weights"):
            for row in self.model[1:]:
                for mine, saved in zip(row, self.model[0]):
                    mine[:] = saved

    def gradients(self, t):
        out = []
        for r in range(self.W):
            noise, row = self.noise[r][t % len(self.noise[r])], []
            for k, w in enumerate(self.model[r]):
                g = self.a[k] * (w - self.c[k]) + noise[self.offsets[k] : self.offsets[k + 1]]
                if self.dtype == "fp16" and self.config.get("scale_backward", True):
                    g = g * F(self.scale)
                row.append(rounded(g, self.dtype))
            out.append(row)
        for i in self.spec.get("inject", []):
            if i["step"] == t:
                k = int(np.searchsorted(self.offsets, i["flat_index"], side="right")) - 1
                value = rounded(np.array([float(i["value"])]), self.dtype)[0]
                out[i["rank"]][k][i["flat_index"] - self.offsets[k]] = value
        return out

    def average(self, gradients):
        stored = self.dtype if holds("partial sums of the average are rounded") else "fp32"
        for k in range(len(self.initial)):
            total = gradients[0][k]
            for row in gradients[1:]:
                total = rounded(total.astype(D) + row[k].astype(D), stored)
            mean = rounded(total.astype(D) * D(F(1 / self.W)), self.dtype)
            for row in gradients:
                row[k] = mean.copy()

    def clip_bare(self, gradients, clip):
        shares = []
        for row in gradients:
            squares = in_order([F(norm2(g) * norm2(g)) for g in row])
            shares.append(np.sqrt(F(squares)) / F(self.W))
        total = shares[0]
        for s in shares[1:]:
            total = total + s
        for r, row in enumerate(gradients):
            norm = total if holds("bare clipping averages the norms") else shares[r] * F(self.W)
            factor = F(clip) / (norm + F(1e-6))
            factor = F(1) if factor > 1 else factor
            row[:] = [g * factor for g in row]

    def update_scale(self, overflow):
        if not self.dynamic:
            return
        window = self.config["loss_scale_window"]
        if overflow:
            self.scale = max(self.scale / 2, self.config["min_loss_scale"])
            self.last_overflow = self.iteration
        else:
            early = 0 if holds("the first doubling comes after window + 1 clean steps") else 1
            clean = self.iteration - self.last_overflow - 1 + early
            if clean > 0 and clean % window == 0:
                self.scale *= 2
        self.iteration += 1

    def total_norm(self, flat):
        if self.fused:
            if not holds("a group is one vector under the fused wrapper"):
                # cut at the model's tensors
                flat = [x for j, g in enumerate(flat) for x in self.split(j, g).values()]
            squares = 0.0
            for g in flat:
                squares += float(norm2(g)) ** 2
            kept = root(float(F(squares)))
            return math.sqrt(kept * kept)
        total = 0.0
        for g in self.groups:
            squares = F(0)
            for j in g["tensors"]:
                squares = squares + norm2(flat[j]) * norm2(flat[j])
            norm = root(float(squares))
            total += norm * norm  # not norm ** 2, which is a pow and misses the product now and then
        return math.sqrt(total)

    def split(self, j, flat):
        """Model tensors from logical tensor j."""
        out, at = {}, 0
        for k in self.members[j]:
            out[k] = flat[at : at + self.initial[k].size]
            at += self.initial[k].size
        return out

    def unscaled(self, gradients):
        out = []
        for r, row in enumerate(gradients):
            flat = [np.concatenate([row[k] for k in m]).astype(F) for m in self.members]
            first = [np.concatenate([gradients[0][k] for k in m]).astype(F) for m in self.members]
            total = self.total_norm(flat if holds("clipping looks at the local gradient") else first)
            self.grad_norms[r] = total / self.scale if self.fused else total
            combined, clip = self.scale, self.config["clip_grad"]
            if clip > 0 and (total / self.scale + 1e-6) / clip > 1:
                combined = (total / self.scale + 1e-6) / clip * self.scale
            out.append([g * F(1 / combined) for g in flat])
        return out

    def wrapped_step(self, gradients, lr):
        """True when the step was skipped."""
        flags = [any(not np.isfinite(F(in_order(g))) for g in row) for row in gradients]
        overflow = any(flags) if holds("an overflow skips the step on every worker") else flags[0]
        if holds("the scale is updated before the step"):
            self.update_scale(overflow)
        skips = self.dtype == "fp16" or not self.fused or not holds("bf16 in the fused wrapper applies every step")
        skipped = overflow and skips
        if not skipped:
            self.optimizer.step(self.unscaled(gradients), lr)
            for r in range(self.W):
                for j, master in enumerate(self.optimizer.params[r]):
                    for k, part in self.split(j, master).items():
                        self.model[r][k] = rounded(part, self.dtype)
        if not holds("the scale is updated before the step"):
            self.update_scale(overflow)
        return skipped

    def loss(self):
        total = 0.0
        for w, a, c in zip(self.model[0], self.a, self.c):
            for x, y, z in zip(w.astype(D), a.astype(D), c.astype(D)):
                total += ((0.5 * y) * (x - z)) * (x - z)
        return float(total)

    def step(self, t):
        """One entry of the trajectory."""
        if t in self.spec.get("reload_at", []):
            self.reload()
        rates = self.spec.get("lr_values", [self.spec["hyperparameters"].get("lr", 1e-3)])
        lr = rates[min(self.applied, len(rates) - 1)]
        gradients = self.gradients(t)
        averaged, before = self.optimizer.averages, self.scale
        if averaged and self.W > 1:
            self.average(gradients)
        skipped = False
        if self.wrapper == "none":
            if self.spec.get("gradient_clipping", 0) > 0:
                self.clip_bare(gradients, self.spec["gradient_clipping"])
            self.optimizer.step([[row[m[0]] for m in self.members] for row in gradients], lr)
        else:
            skipped = self.wrapped_step(gradients, lr)
        if not skipped or not holds("a skipped step keeps the learning rate"):
            self.applied += 1
        loss = self.loss()
        entry = {"step": t, "loss": number(loss)}
        if self.spec["kind"] == "trajectory":
            entry.update(lr=lr, loss_hex64=hex64(loss), loss_scale=before, loss_scale_next=self.scale)
            entry.update(skipped=bool(skipped), grads_allreduced=bool(averaged))
            self.add_scalars(entry)
        elif self.optimizer.coefficients:
            entry["lamb_coeffs"] = [number(x) for x in self.optimizer.coefficients]
        self.add_vectors(entry)
        return entry

    def add_scalars(self, entry):
        scalars, binary64 = self.optimizer.scalars()
        jsonable = lambda x: number(x) if isinstance(x, float) else x
        entry["scalars"] = {k: [jsonable(x) for x in v] if isinstance(v, list) else v for k, v in scalars.items()}
        entry["scalars_hex64"] = {k: [None if x is None else hex64(x) for x in scalars[k]] for k in binary64}

    def add_vectors(self, entry):
        vectors = {"params": lambda r: np.concatenate(self.optimizer.params[r]), **self.optimizer.vectors()}
        for name, of_worker in vectors.items():
            entry[name] = of_worker and {"per_rank": [{"hex": hexadecimal(of_worker(r))} for r in range(self.W)]}
        if self.wrapper != "none":
            weights = [half_words(np.concatenate(row), self.dtype) for row in self.model]
            entry["model_params_16bit"] = {"per_rank": weights}
            entry["global_grad_norm_per_rank"] = [number(x) for x in self.grad_norms]


def record(spec):
    """The recording: `spec` with its trajectory."""
    with np.errstate(all="ignore"):
        run, trajectory = Run(spec), []
        try:
            for t in range(spec["steps"]):
                trajectory.append(run.step(t))
        except ZeroDivision:
            return {**spec, "raises_at": len(trajectory), "error": "division by zero", "trajectory": trajectory}
    return {**spec, "trajectory": trajectory}

#!/usr/bin/env python3
"""Records a training run of another program for `halfstep replay`: here AdamW in numpy, one binary32
operation after another, on a quadratic.

    python3 record_adamw.py > adamw.json
    halfstep replay adamw.json
"""

import json

import numpy as np

F = np.float32
words = lambda x: " ".join("%08x" % w for w in np.asarray(x, F).view(np.uint32))

# The problem: loss sum of a/2 (w - c)^2; noise of three steps, over and over.
random = np.random.default_rng(1)
a, c, w = (random.uniform(0.5, 4, 6).astype(F), random.normal(size=6).astype(F), np.ones(6, F))
noise = random.normal(0, 0.1, (3, 6)).astype(F)
initial = w.copy()

# The program: constants as FusedAdam forms them, 1 - beta in binary32 from the rounded beta.
lr, beta1, beta2, eps, decay = F(0.02), F(0.9), F(0.999), F(1e-8), F(0.05)
m, v, trajectory = np.zeros(6, F), np.zeros(6, F), []
for t in range(40):
    g = a * (w - c) + noise[t % 3]
    m = beta1 * m + (F(1) - beta1) * g
    v = beta2 * v + ((F(1) - beta2) * g) * g
    k1, k2 = (F(1 - float(beta) ** (t + 1)) for beta in (beta1, beta2))
    w = w - lr * ((m / k1) / (np.sqrt(v / k2) + eps) + decay * w)
    vectors = {"params": w, "exp_avg": m, "exp_avg_sq": v}
    trajectory.append({"step": t, **{k: {"all_ranks": {"hex": words(x)}} for k, x in vectors.items()}})

options = {"lr": 0.02, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.05, "adam_w_mode": True}
tensors = [{"name": "w", "shape": [6], "init": words(initial)}]
problem = {"type": "quadratic", "tensors": tensors, "a": [words(a)], "c": [words(c)], "noise": [[words(x) for x in noise]]}
recording = {"format_version": 1, "kind": "reference_trajectory", "name": "AdamW in numpy", "optimizer": "FusedAdam"}
recording.update(hyperparameters=options, world_size=1, wrapper="none", problem=problem, trajectory=trajectory)
print(json.dumps(recording))

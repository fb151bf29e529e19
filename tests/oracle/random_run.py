"""Runs to record, drawn at random from a seed: optimizers, wrappers, sizes, options, and what happens
on the way."""

import random

import numpy as np

from binary32 import F, hexadecimal

adam_options = {
    "lr": [0.01, 0.02, 0.05],
    "betas": [[0.9, 0.999], [0.9, 0.99], [0.8, 0.95]],
    "eps": [1e-8, 1e-6, 1e-3],
    "weight_decay": [0.0, 0.0, 0.01, 0.1],
}
freeze = [0, 1, 2, 3, 8, 12, 18]
options = {
    "OnebitAdam": {"freeze_step": freeze},
    "ZeroOneAdam": {
        "var_freeze_step": freeze,
        "var_update_scaler": [0, 1, 2, 3, 4],
        "local_step_scaler": [0, 1, 3, 5, 8],
        "local_step_clipper": [1, 2, 3, 4, 8],
    },
    "OnebitLamb": {
        "freeze_step": freeze,
        "max_coeff": [0.1, 0.5, 10.0, 10.0],
        "min_coeff": [0.01, 0.01, 0.2],
        "coeff_beta": [0.0, 0.5, 0.9],
        "factor_max": [0.6, 1.0, 1.5, 4.0],
        "factor_min": [0.5, 0.9, 1.4],
        "factor_threshold": [0.01, 0.1, 0.5],
    },
    "FusedAdam": {"adam_w_mode": [True, False], "bias_correction": [True, False]},
    "FusedLamb": {
        "bias_correction": [True, False],
        "eps_inside_sqrt": [True, False],
        "max_coeff": [0.1, 10.0],
        "min_coeff": [0.01, 0.2],
    },
}


def random_run(seed):
    choose, numbers = random.Random(seed), np.random.RandomState(seed)
    often = lambda chance: choose.random() < chance
    optimizer = choose.choice(["OnebitAdam"] * 3 + ["ZeroOneAdam"] * 4 + ["OnebitLamb"] * 4 + ["FusedAdam", "FusedLamb"])
    reference = optimizer.startswith("Fused")
    workers = choose.choice([1, 2, 2, 3, 4, 5, 8])
    wrapper = "none" if reference else choose.choice(["none", "none", "fp16", "bf16"])
    if wrapper != "none":
        wrapper += "_unfused" if often(0.85 if optimizer == "OnebitLamb" else 0.1) else "_fused"
    sizes = [choose.randint(1, 14) for _ in range(choose.randint(1, 4))]
    if often(0.3):
        sizes = [sizes[0]] * len(sizes)
    steps = choose.choice([25, 40, 60])
    spec = {
        "format_version": 1,
        "kind": "reference_trajectory" if reference else "trajectory",
        "name": "seed %d" % seed,
        "optimizer": optimizer,
        "hyperparameters": {k: choose.choice(v) for k, v in {**adam_options, **options[optimizer]}.items()},
        "world_size": workers,
        "steps": steps,
        "wrapper": wrapper,
        "param_groups": random_groups(choose, numbers, sizes, wrapper, optimizer),
        "problem": random_problem(choose, numbers, sizes, workers),
    }
    if wrapper != "none":
        spec["wrapper_config"] = {
            "clip_grad": choose.choice([0.0, 0.0, 1.0, 3.0]),
            "loss_scale": choose.choice([0, 0, 0, 64.0]),
            "initial_scale_power": choose.choice([4, 8, 12, 16]),
            "loss_scale_window": choose.choice([2, 5, 9]),
            "hysteresis": 2,
            "min_loss_scale": choose.choice([1, 4]),
            "scale_backward": often(0.85),
        }
    elif often(0.4):
        spec["gradient_clipping"] = choose.choice([0.5, 2.0])
    if often(0.5) and not reference:
        spec["reload_at"] = sorted(choose.sample(range(1, steps), choose.choice([1, 2, 3])))
    if often(0.4):
        values = ["inf", "-inf", "nan", "3.5", "60000"]
        spec["inject"] = [
            {
                "step": choose.randrange(steps),
                "rank": choose.randrange(workers),
                "flat_index": choose.randrange(sum(sizes)),
                "value": choose.choice(values),
            }
            for _ in range(choose.choice([1, 2]))
        ]
    if often(0.4):
        count = choose.choice([5, 20, 40])
        spec["lr_values"] = [choose.choice([0.0, 0.001, 0.01, 0.03]) for _ in range(count)]
    return spec


def random_groups(choose, numbers, sizes, wrapper, optimizer):
    order = list(range(len(sizes)))
    choose.shuffle(order)
    cuts = sorted(choose.sample(range(1, len(sizes)), choose.randint(0, len(sizes) - 1)))
    groups = []
    for start, end in zip([0] + cuts, cuts + [len(sizes)]):
        group = {"tensors": order[start:end]}
        if choose.random() < 0.3:
            group["weight_decay"] = choose.choice([0.0, 0.05])
        lengths = {sizes[k] for k in group["tensors"]}
        if wrapper.endswith("_fused"):
            lengths = {sum(sizes[k] for k in group["tensors"])}
        if choose.random() < 0.3 and len(lengths) == 1 and not optimizer.startswith("Fused"):
            group["exp_avg_mask"] = hexadecimal(numbers.choice([0.0, 1.0, 1.0, 0.5], lengths.pop()))
        if choose.random() < 0.25 and optimizer == "OnebitAdam":
            group["non_freeze"] = True
        groups.append(group)
    return groups


def random_problem(choose, numbers, sizes, workers):
    n = sum(sizes)
    dead = numbers.rand(n) < (0.3 if choose.random() < 0.25 else 0.0)
    if choose.random() < 0.05:
        dead[: sizes[0]] = True
    cut = lambda x: [hexadecimal(part) for part in np.split(x.astype(F), np.cumsum(sizes)[:-1])]
    curvature = np.where(dead, 0.0, numbers.uniform(0.2, 4.0, n))
    spread, period = choose.choice([0.1, 0.5]), choose.choice([3, 7, 10])
    noise = lambda: hexadecimal(np.where(dead, choose.choice([0.0, -0.0]), numbers.randn(n) * spread).astype(F))
    tensors = [
        {"name": "t%d" % k, "shape": [size], "init": words}
        for k, (size, words) in enumerate(zip(sizes, cut(numbers.randn(n) * 1.5)))
    ]
    return {
        "type": "quadratic",
        "tensors": tensors,
        "a": cut(curvature),
        "c": cut(numbers.randn(n)),
        "noise": [[noise() for _ in range(period)] for _ in range(workers)],
    }

"""The rules of DeepSpeed's arithmetic that could be got wrong, each of which can be broken on purpose.

A recording made with one rule broken must not replay to the bit: otherwise no recording would notice
an emulator that breaks it.
"""

RULES = {
    # the compressed all-reduce
    "zero is sent as plus one": "zeros are sent as minus one",
    "padding counts in the norm": "the worker's scale is that of the real entries",
    "padding has errors": "padding is cleared before every round",
    "every chunk has a server scale": "one scale for all chunks",
    "the share is a product with 1/W": "the scale is divided by W",
    "workers are added in order": "in the opposite order",
    "the server keeps its error": "it does not",
    # shared by the optimizers
    "1 - beta is formed in binary64": "in binary32",
    "c2 g comes before g": "g g comes before c2",
    "weight decay stands beside the ratio": "it is added to the gradient",
    "the initialisation call swallows a batch": "nothing is swallowed",
    "the initialisation call compresses": "it leaves the momentum alone",
    "the last tensor of a group loses its buffers": "it keeps them",
    "the mask works on what was compressed": "on what is to be compressed",
    "masks wait for compression": "they work during the warm-up",
    "errors are not masked": "they are",
    # 1-bit Adam
    "freeze when step reaches freeze_step": "one step later",
    "the frozen variance stays": "it goes on",
    "non_freeze groups average their gradients": "they go on with local ones",
    "checkpoints come from worker 0": "every worker loads its own",
    "a reload drops the error buffers": "it keeps them",
    # 0/1 Adam
    "a variance step at multiples of the interval": "one step later",
    "between variance steps the gradient is compressed": "it is averaged without",
    "one worker leaves m alone between variance steps": "it goes on",
    "intervals double": "they stay",
    "errors are cleared at the freeze": "they are not",
    "weights take back their own moves": "they keep them",
    "synchronised m is 0 - x": "m is -x",
    "lrs is a sum": "it is the last learning rate",
    "a reload restarts the schedules": "it keeps them",
    "a reload unfreezes": "it stays frozen",
    "no average is asked for at var_freeze_step": "it is, after a reload",
    # 1-bit LAMB
    "the tail is kept": "it is cleared before every round",
    "a reload clears the tail": "it keeps it",
    "momenta are scaled before they are sent": "they are not",
    "v_fresh starts as v": "it starts at zero",
    "min_coeff wins over max_coeff": "max_coeff wins",
    "the average of coefficients starts at zero": "it starts at the first one",
    "a coefficient of 1 is not averaged": "it is",
    "squares are rounded before they are added": "they are exact",
    "the factor is bounded in size, then in change": "in change, then in size",
    "weight decay's share lowers the factor": "it does not",
    "the frozen coefficient is not bounded": "it is",
    # wrappers
    "masters start as rounded weights": "as they were",
    "partial sums of the average are rounded": "only the sum is",
    "the scale is updated before the step": "after it",
    "the first doubling comes after window + 1 clean steps": "after window",
    "an overflow skips the step on every worker": "on its own worker only",
    "a skipped step keeps the learning rate": "the schedule goes on",
    "bf16 in the fused wrapper applies every step": "it skips",
    "clipping looks at the local gradient": "at that of worker 0",
    "bare clipping averages the norms": "each worker has its own",
    "a reload leaves the model weights": "it loads worker 0's",
    "a group is one vector under the fused wrapper": "norms are added tensor by tensor",
}

_broken = None


def break_rule(name):
    """From here on `holds(name)` is false. None: all rules hold."""
    global _broken
    if name is not None and name not in RULES:
        raise KeyError(name)
    _broken = name


def holds(name):
    if name not in RULES:
        raise KeyError(name)
    return name != _broken

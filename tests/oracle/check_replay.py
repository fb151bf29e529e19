"""Lets the program replay what the oracle recorded.

    check_replay.py PROGRAM runs COUNT      random runs replay to the bit
    check_replay.py PROGRAM rules           a broken rule is noticed, whichever it is
    check_replay.py PROGRAM example FILE    what FILE prints replays to the bit
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import rules
from random_run import random_run
from training import record


def replays(program, seeds):
    """The program's exit status and output for the recordings of these seeds."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for seed in seeds:
            recording = record(random_run(seed))
            if recording["trajectory"]:
                files.append(Path(folder) / ("%d.json" % seed))
                files[-1].write_text(json.dumps(recording))
        done = subprocess.run([program, "replay", *files], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check_runs(program, count):
    status, output = replays(program, range(count))
    lines = output.splitlines()
    print("\n".join(line for line in lines if "difference 0 ulps" not in line))
    print("%d recordings replayed" % len(lines))
    return status == 0 and len(lines) > 0.9 * count


def check_rules(program, batch=10, most=600):
    unnoticed = []
    for name, instead in rules.RULES.items():
        rules.break_rule(name)
        for first in range(0, most, batch):
            status, output = replays(program, range(first, first + batch))
            if status not in (0, 1):
                sys.exit(output)
            if status == 1:
                break
        else:
            unnoticed.append(name)
        print("%-60s %s" % (name, "unnoticed: " + instead if name in unnoticed else "noticed by seed < %d" % (first + batch)))
    return not unnoticed


def check_example(program, file):
    recording = subprocess.run([sys.executable, file], capture_output=True, text=True, check=True).stdout
    with tempfile.NamedTemporaryFile("w", suffix=".json") as out:
        out.write(recording)
        out.flush()
        done = subprocess.run([program, "replay", out.name], capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    return done.returncode == 0


if __name__ == "__main__":
    program, what = sys.argv[1:3]
    if what == "runs":
        held = check_runs(program, int(sys.argv[3]))
    elif what == "rules":
        held = check_rules(program)
    else:
        held = check_example(program, sys.argv[3])
    sys.exit(0 if held else 1)

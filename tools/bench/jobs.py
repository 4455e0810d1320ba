#!/usr/bin/env python3
"""How much quicker a sweep is with two jobs than with one, beside what the machine itself gives.

    python3 tools/bench/jobs.py [--program FILE] [--virtual-time 30000] [--runs 40] [--rounds 5]

Each round times three things one after the other: all runs with one job; with two; and, as what two cores can give at best, two
sweeps of half the runs at once, each with one job, which share nothing. --virtual-time sets how long a run takes (15000: some
60 ms). Prints each round, and the medians of the two ratios.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "papers"))
from asynchronous_gradient_push import built_program  # noqa: E402


def scenario(virtual_time):
    return {
        "topology": {"kind": "ring", "agents": 8},
        "problem": {"kind": "quadratic", "dimension": 8, "heterogeneity": 1},
        "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
        "compute": {"time": {"kind": "exponential", "mean": 1}},
        "network": {"latency": "100ms"},
        "stop": {"virtual_time": virtual_time},
        "record": {"every": virtual_time / 10},
    }


def seconds(commands):
    """Of a clock, until all of them have ended; they run at once."""
    begun = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    if any(process.wait() != 0 for process in running):
        sys.exit(f"{commands[0]} failed")
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", type=Path)
    parser.add_argument("--virtual-time", type=float, default=30000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    program = str(asked.program or built_program())
    with tempfile.TemporaryDirectory() as directory:

        def sweep(runs, jobs):
            file = Path(directory) / f"{runs}.json"
            file.write_text(json.dumps({"name": "jobs", "scenario": scenario(asked.virtual_time), "seeds": {"count": runs}}))
            return [program, "sweep", str(file), "--jobs", str(jobs), "--quiet"]

        gains, ceilings = [], []
        for _ in range(asked.rounds):
            one = seconds([sweep(asked.runs, 1)])
            gains.append(one / seconds([sweep(asked.runs, 2)]))
            ceilings.append(one / seconds([sweep(asked.runs // 2, 1)] * 2))
            print(f"{1000 * one / asked.runs:.0f} ms a run: two jobs {gains[-1]:.2f}, two that share nothing {ceilings[-1]:.2f}", flush=True)
    print(f"medians: two jobs {statistics.median(gains):.2f}, two that share nothing {statistics.median(ceilings):.2f}")


if __name__ == "__main__":
    main()

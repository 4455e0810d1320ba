#!/usr/bin/env python3
"""How often `taubar sweep --against-baseline` notices a step size changed by 2, and how often it gives a false alarm.

    python3 tools/papers/planted_regression.py [--program FILE] [--work DIR] [--tries 100] [--seeds 8] [--jobs 2]

Each try is three sweeps of the same few points: a baseline, one with other seeds (an alarm is false), one with other seeds and
twice the step size (an alarm is right). Finished sweeps stay under --work, so that an interrupted run goes on where it was.
Exit code 0: at least 95 of 100 caught, and false alarms in at most 2 of 100.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
from asynchronous_gradient_push import built_program  # noqa: E402

FIGURE = "time_to(suboptimality, 0.02)"
STEP_SIZE = 0.1
SCENARIO = {
    "name": "planted regression",
    "structure_seed": 1,  # seeds draw times and noise, not problems
    "topology": {"kind": "exponential", "agents": 8},
    "problem": {"kind": "quadratic", "dimension": 4, "condition_number": 4},
    "algorithm": {"kind": "asynchronous_gradient_push", "step_size": STEP_SIZE},
    "compute": {"time": {"kind": "uniform", "low": 0.5, "high": 1.5}},
    "network": {"latency": {"kind": "exponential", "mean": 0.1}},
    "stop": {"virtual_time": 200, "target": {"suboptimality": 0.02}},
    "record": {"every": 0.5, "metrics": ["suboptimality"]},
}
METHODS = ["asynchronous_gradient_push", "gradient_push"]


class Tries:
    def __init__(self, arguments):
        self.program = str(arguments.program or built_program())
        self.work = Path(arguments.work)
        self.seeds, self.jobs = arguments.seeds, arguments.jobs
        self.work.mkdir(parents=True, exist_ok=True)

    def sweep(self, name, first_seed, step_size, *options):
        """The exit code of one sweep."""
        scenario = {**SCENARIO, "algorithm": {**SCENARIO["algorithm"], "step_size": step_size}}
        (self.work / f"{name}.scenario.json").write_text(json.dumps(scenario))
        spec = {
            "scenario": f"{name}.scenario.json",
            "grid": {"/algorithm/kind": METHODS},
            "seeds": {"first": first_seed, "count": self.seeds},
            "report": {"y": FIGURE, "group": "/algorithm/kind"},
        }
        file = self.work / f"{name}.sweep.json"
        file.write_text(json.dumps(spec))
        command = [self.program, "sweep", str(file), "--jobs", str(self.jobs), "--out", str(self.work / name), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return done.returncode

    def once(self, number):
        """(false alarm, caught) of one try."""
        first = 1000 * number + 1
        baseline = str(self.work / f"{number}.baseline.json")
        self.sweep(f"{number}.before", first, STEP_SIZE, "--update-baseline", baseline)
        against = ("--against-baseline", baseline)
        return (self.sweep(f"{number}.noise", first + 100, STEP_SIZE, *against) == 1,
                self.sweep(f"{number}.doubled", first + 200, 2 * STEP_SIZE, *against) == 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program")
    parser.add_argument("--work", default="out/planted_regression")
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tries = Tries(arguments)
    false_alarms = caught = 0
    for number in range(arguments.tries):
        alarm, right = tries.once(number)
        false_alarms += alarm
        caught += right
        print(f"{number + 1} tries: {caught} caught, {false_alarms} false alarms", file=sys.stderr, flush=True)
    print(json.dumps({"tries": arguments.tries, "seeds": arguments.seeds, "caught": caught, "false_alarms": false_alarms}))
    return 0 if caught >= 0.95 * arguments.tries and false_alarms <= 0.02 * arguments.tries else 1


if __name__ == "__main__":
    sys.exit(main())

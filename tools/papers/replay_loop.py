#!/usr/bin/env python3
"""Closes the loop of results/replay.md: replay → calibrate → simulate, and the simulation against the replay.

    python3 tools/papers/replay_loop.py --out DIR [--seeds 10] [--program FILE] [--launcher "mpirun --oversubscribe"]

Two methods, with and without a straggler, some seeds each; a replay has the machine to itself as far as this program can
see to it. Interrupted, it goes on where it was: finished runs are kept in DIR by the content of their scenario. On a busy
machine `--launcher "chrt -r 10 mpirun --oversubscribe"` gives the ranks real-time priority, where the user may.
"""

import argparse
import copy
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
import replay_tables  # noqa: E402
import store  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "replay" / "loop.json"
PAGE = ROOT / "results" / "replay.md"
RANKS, ATTEMPTS = 4, 4
MOST_EXCESS = 0.05  # of the compute time: above it the machine, not the scenario, set the pace
OTHER_DRAWS = 1000  # added to the seed for a prediction whose draws are not those of the replay

METHODS = ("asynchronous_gradient_push", "gradient_push")
STRAGGLERS = {"none": [], "agent 3 +25 ms": [{"agents": [3], "add": "25ms"}]}


def variants():
    return [(method, straggler) for method in METHODS for straggler in STRAGGLERS]


def scenario(method, straggler, seed):
    s = json.loads(SCENARIO.read_text())
    for key in ("//", "description", "expect"):
        s.pop(key, None)
    s["name"] = f"{method}, {straggler}, seed {seed}"
    s["seed"] = seed
    s["algorithm"]["kind"] = method
    s["compute"]["stragglers"] = STRAGGLERS[straggler]
    return s


class Loop:
    """One replay with its calibration and simulations, in DIR/<hash of the scenario>/."""

    def __init__(self, program, launcher, directory):
        self.program, self.launcher = program, shlex.split(launcher)
        self.runs = store.Store(program, directory, SCENARIO.parent, None, 1)

    def finished(self, s):
        return (self.runs.place(s) / "done").exists()

    def ended(self, s):
        return (self.runs.place(s) / "replay" / "steps.csv").exists()

    def count(self, s, what):
        """Of the replays of a scenario: `attempts`, and `failures`, those that did not come to their end."""
        file = self.runs.place(s) / what
        return int(file.read_text()) if file.exists() else 0

    def add(self, s, what):
        (self.runs.place(s) / what).write_text(f"{self.count(s, what) + 1}\n")

    def replay(self, s):
        """Replays once more; whether it came to its end with an excess that is small enough."""
        place = self.runs.place(s)
        shutil.rmtree(place / "replay", ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        (place / "scenario.json").write_text(json.dumps(s, indent=1))
        self.add(s, "attempts")
        code, _ = self._call([*self.launcher, "-n", str(RANKS), self.program, "replay", str(place / "scenario.json"),
                              "--pace", "scenario", "--quiet", "--out", str(place / "replay")], accepted=(0, 3))
        if code != 0:
            self.add(s, "failures")
            print(f"  {s['name']}: exit code {code}", file=sys.stderr, flush=True)
            return False
        share = replay_tables.excess_share(store.Outcome(place / "replay"))
        print(f"  {s['name']}: mean excess {100 * share:.2f} % of the compute time", file=sys.stderr, flush=True)
        return share <= MOST_EXCESS

    def simulate(self, s):
        """The calibrated scenario with the draws of the replay and with others, and the original one."""
        place = self.runs.place(s)
        _, report = self._call([self.program, "calibrate", str(place / "replay"), "--json",
                                "--out", str(place / "calibrated.json")])
        (place / "calibration.json").write_text(report)
        calibrated = json.loads((place / "calibrated.json").read_text())
        other = copy.deepcopy(calibrated)
        other["structure_seed"], other["seed"] = s["seed"], s["seed"] + OTHER_DRAWS
        (place / "other_draws.json").write_text(json.dumps(other, indent=1))
        for name, file in (("predicted", "calibrated"), ("other_draws", "other_draws"), ("original", "scenario")):
            self._call([self.program, "run", str(place / f"{file}.json"), "--threads", "1", "--quiet",
                        "--out", str(place / name)])
        (place / "done").write_text("")

    def _call(self, command, accepted=(0,)):
        done = subprocess.run(command, env=os.environ, capture_output=True, text=True)
        if done.returncode not in accepted:
            raise SystemExit(f"{shlex.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return done.returncode, done.stdout

    def result(self, s):
        place = self.runs.place(s)
        names = ("replay", "predicted", "other_draws", "original")
        return replay_tables.Result(*(store.Outcome(place / name) for name in names),
                                    json.loads((place / "calibration.json").read_text()),
                                    self.count(s, "attempts"), self.count(s, "failures"))


def run_all(loop, scenarios):
    """Each once; then those again that the machine has disturbed."""
    waiting = [s for s in scenarios if not loop.finished(s)]
    print(f"{len(scenarios)} replays, {len(waiting)} of them new", file=sys.stderr)
    while waiting:
        disturbed = [s for s in waiting if not settled(loop, s)]
        waiting = disturbed


def settled(loop, s):
    if not loop.replay(s) and (loop.count(s, "attempts") < ATTEMPTS or not loop.ended(s)):
        return False
    loop.simulate(s)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="where finished runs are kept")
    parser.add_argument("--seeds", type=int, default=10, help="seeds a variant, from 1")
    parser.add_argument("--program", default=str(ROOT / "build" / "taubar"), help="the taubar to use")
    parser.add_argument("--launcher", default="mpirun --oversubscribe", help="what starts the ranks")
    parser.add_argument("--page", default=str(PAGE), help="the page whose tables are written")
    arguments = parser.parse_args()
    loop = Loop(arguments.program, arguments.launcher, arguments.out)
    chosen = {v: [scenario(*v, seed) for seed in range(1, arguments.seeds + 1)] for v in variants()}
    run_all(loop, [s for of_one_seed in zip(*chosen.values()) for s in of_one_seed])
    found = {v: {s["seed"]: loop.result(s) for s in scenarios} for v, scenarios in chosen.items()}
    replay_tables.write(Path(arguments.page), found)


if __name__ == "__main__":
    main()

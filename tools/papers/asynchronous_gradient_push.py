#!/usr/bin/env python3
"""Reproduces results/asynchronous_gradient_push: runs everything, then writes the tables.

    python3 tools/papers/asynchronous_gradient_push.py [--data DIR] [--program FILE] [--jobs 2] [--work DIR]

Interrupted, it goes on where it was: finished runs are kept under --work by the content of their scenario. Throw that
directory away when the program has changed.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import experiment  # noqa: E402
import phases  # noqa: E402
import store  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios" / "papers" / "asynchronous_gradient_push"
RESULTS = ROOT / "results" / "asynchronous_gradient_push"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "tools" / "taubar"), help="the taubar to use (default: tools/taubar)")
    parser.add_argument("--data", default=os.environ.get("TAUBAR_DATA"), help="directory with covtype.first20k.csv.gz")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--work", default=str(ROOT / "build" / "papers" / "asynchronous_gradient_push"),
                        help="where finished runs are kept")
    parser.add_argument("--only", nargs="*", choices=sorted(phases.PHASES), help="some of the phases")
    arguments = parser.parse_args()
    runs = store.Store(arguments.program, arguments.work, SCENARIOS, arguments.data, arguments.jobs)
    plan = experiment.Plan(SCENARIOS / "agp_no_delay.json")
    for name, phase in phases.PHASES.items():
        if not arguments.only or name in arguments.only:
            print(f"== {name}", file=sys.stderr)
            phase(plan, runs, RESULTS)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Reproduces results/asynchronous_gradient_push: runs everything, then writes the tables.

    python3 tools/papers/asynchronous_gradient_push.py [--data DIR] [--program FILE] [--jobs 2] [--work DIR]

Interrupted, it goes on where it was: finished runs are kept under --work by the content of their scenario. Throw that
directory away when the program has changed.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
import experiment  # noqa: E402
import phases  # noqa: E402
import store  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios" / "papers" / "asynchronous_gradient_push"
RESULTS = ROOT / "results" / "asynchronous_gradient_push"


def built_program():
    """The release that tools/taubar builds, where it is not there or not up to date."""
    subprocess.run([ROOT / "tools" / "taubar", "--version"], check=True, stdout=subprocess.DEVNULL)
    return Path(os.environ.get("TAUBAR_BUILD_DIR", ROOT / "build")) / "taubar"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the taubar to use (default: the release that tools/taubar builds)")
    parser.add_argument("--data", default=os.environ.get("TAUBAR_DATA"), help="directory with covtype.first20k.csv.gz")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--work", default=str(ROOT / "out" / "papers" / "asynchronous_gradient_push"),
                        help="where finished runs are kept")
    parser.add_argument("--only", nargs="*", choices=sorted(phases.PHASES), help="some of the phases")
    arguments = parser.parse_args()
    program = str(arguments.program or built_program())
    runs = store.Store(program, arguments.work, SCENARIOS, arguments.data, arguments.jobs)
    plan = experiment.Plan(SCENARIOS / "agp_no_delay.json")
    for name, phase in phases.PHASES.items():
        if not arguments.only or name in arguments.only:
            print(f"== {name}", file=sys.stderr)
            phase(plan, runs, RESULTS)


if __name__ == "__main__":
    main()

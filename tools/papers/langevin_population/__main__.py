#!/usr/bin/env python3
"""Makes results/langevin_population: Langevin sampling with workers and populations, on targets whose laws are known and on real data.

    python3 tools/papers/langevin_population [PART …] [--data DIR] [--program FILE] [--work DIR]

Parts: staleness, modes, network, hosts. All of them unless some are named. Interrupted, it goes on where it was: finished runs are kept under --work by
their settings. Throw that directory away when the program has changed.
"""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))
from asynchronous_gradient_push import built_program  # noqa: E402
from hosts import hosts  # noqa: E402
from modes import modes  # noqa: E402
from network import network  # noqa: E402
from runs import ROOT, Runs  # noqa: E402
from staleness import staleness  # noqa: E402

PARTS = {"staleness": staleness, "modes": modes, "network": network, "hosts": hosts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which parts to make: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--program", help="the taubar to use (default: the release that tools/taubar builds)")
    parser.add_argument("--data", default=os.environ.get("TAUBAR_DATA"), help="directory with the real data")
    parser.add_argument("--work", default=str(ROOT / "out" / "papers" / "langevin_population"), help="where finished runs are kept")
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    runs = Runs(arguments.program or built_program(), arguments.work, arguments.data)
    for part in arguments.parts or PARTS:
        PARTS[part](runs)


if __name__ == "__main__":
    main()

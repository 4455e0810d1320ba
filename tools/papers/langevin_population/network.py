#!/usr/bin/env python3
"""Part (c) of results/langevin_population: a Bayesian neural network on German Credit, one host of four four times slower.

    python3 tools/papers/langevin_population/network.py [--data DIR] [--program FILE] [--work DIR] [--replicates 8]

An asynchronous population of Langevin particles against one chain and against plain SGD on the same potential, by what they
predict of held-out samples after so much virtual time. Interrupted, it goes on where it was: finished runs are kept under
--work by their settings. Throw that directory away when the program has changed.
"""

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from asynchronous_gradient_push import ROOT, built_program  # noqa: E402

BASE = ROOT / "scenarios" / "papers" / "langevin_population" / "network.json"
RESULTS = ROOT / "results" / "langevin_population"
MEASURES = ("predictive_log_likelihood", "predictive_accuracy", "calibration_error")
INSTANTS = (0.5, 1, 2, 5)  # s of virtual time
# Each agent has all samples: SGD's gradients are those of the same U, with the same minibatches and the same step size.
SGD = {"/algorithm": {"kind": "asynchronous_sgd", "step_size": 2e-4}}
NO_STRAGGLER = {"/compute/stragglers": []}
METHODS = {
    "asynchronous population, 4 hosts × 4 particles": {},
    "the same, no host is slow": NO_STRAGGLER,
    "one chain on one host": {"/topology": {"kind": "complete", "agents": 1}, "/algorithm/particles": 1, **NO_STRAGGLER},
    "asynchronous SGD, 4 hosts": SGD,
    "synchronous minibatch SGD, 4 hosts": {"/algorithm": {**SGD["/algorithm"], "kind": "minibatch_sgd"}},
}


def run(program, work, data, replicates, settings):
    """The rows of metrics.csv of the base with these settings; kept under `work`."""
    settings = {"/replicates": replicates, "/expect": [], **settings}
    key = hashlib.sha256(json.dumps([BASE.read_text(), settings], sort_keys=True).encode()).hexdigest()[:16]
    out = Path(work) / key
    if not (out / "summary.json").exists():
        command = [str(program), "run", str(BASE), "--quiet", "--out", str(out)]
        for pointer, value in settings.items():
            command += ["--set", f"{pointer}={json.dumps(value)}"]
        command += ["--data", data] if data else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    with open(out / "metrics.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(row, name):
    """NaN and what is missing are nothing."""
    value = float(row.get(name) or "nan")
    return None if value != value else value


def at(rows, instant, name):
    """The last record at or before the instant."""
    seen = [number(row, name) for row in rows if float(row["time"]) <= instant + 1e-9]
    return seen[-1] if seen else None


def shown(value):
    return "–" if value is None else f"{value:.3f}"


def summary_row(method, rows):
    """Log-likelihood at the instants, its best and when that was, accuracy and calibration error at the end."""
    name = MEASURES[0]
    known = [(number(row, name), float(row["time"])) for row in rows if number(row, name) is not None]
    best, when = max(known)
    end = INSTANTS[-1]
    return ([method] + [shown(at(rows, t, name)) for t in INSTANTS] + [f"{shown(best)} at {when:g} s"] +
            [shown(at(rows, end, measure)) for measure in MEASURES[1:]])


def table(heads, rows):
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)] + ["| " + " | ".join(r) + " |" for r in rows])


def compare(program, work, data, replicates):
    """The table in Markdown, and the series for network.csv: method, time, then each measure with its interval."""
    rows, series = [], []
    for method, settings in METHODS.items():
        print(method, file=sys.stderr, flush=True)
        records = run(program, work, data, replicates, settings)
        rows.append(summary_row(method, records))
        ends = ("", "_low", "_high")
        series += [[method, row["time"]] + [row.get(m + end, "") for m in MEASURES for end in ends] for row in records]
    heads = (["method"] + [f"log-likelihood at {t:g} s" for t in INSTANTS] +
             ["the best it had", "accuracy at the end", "calibration error at the end"])
    return table(heads, rows), series


def write_csv(series):
    with open(RESULTS / "network.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "time"] + [m + end for m in MEASURES for end in ("", "_low", "_high")])
        writer.writerows(series)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the taubar to use (default: the release that tools/taubar builds)")
    parser.add_argument("--data", default=os.environ.get("TAUBAR_DATA"), help="directory with german.numer_scale.libsvm")
    parser.add_argument("--work", default=str(ROOT / "out" / "papers" / "langevin_population"), help="where finished runs are kept")
    parser.add_argument("--replicates", type=int, default=8)
    arguments = parser.parse_args()
    text, series = compare(arguments.program or built_program(), arguments.work, arguments.data, arguments.replicates)
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_csv(series)
    (RESULTS / "network.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

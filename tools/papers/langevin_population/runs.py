"""Verified runs of a scenario with settings, kept by their content, so that an interrupted series goes on where it was."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ROOT / "scenarios" / "papers" / "langevin_population"
RESULTS = ROOT / "results" / "langevin_population"


class Runs:
    def __init__(self, program, work, data=None):
        self.program, self.work, self.data = str(program), Path(work), data

    def __call__(self, scenario, settings, command="verify"):
        """The summary of SCENARIOS/scenario with these settings (JSON pointer → value); its `expect` is not asked for."""
        return json.loads((self._made(scenario, settings, command) / "summary.json").read_text())

    def records(self, scenario, settings):
        """The rows of metrics.csv of such a run, which is not verified."""
        with open(self._made(scenario, settings, "run") / "metrics.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def _made(self, scenario, settings, command):
        base = SCENARIOS / scenario
        settings = {"/expect": [], **settings}
        key = hashlib.sha256(json.dumps([base.read_text(), settings, command], sort_keys=True).encode()).hexdigest()[:16]
        out = self.work / key
        if not (out / "summary.json").exists():
            print(scenario, " ".join(f"{k}={v}" for k, v in settings.items() if k != "/expect"), file=sys.stderr, flush=True)
            line = [self.program, command, str(base), "--quiet", "--out", str(out)]
            for pointer, value in settings.items():
                line += ["--set", f"{pointer}={json.dumps(value)}"]
            line += ["--data", self.data] if self.data else []
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1, 3):  # 3: it diverged, which is an outcome
                sys.exit(f"{' '.join(line)}: exit code {done.returncode}\n{done.stderr}")
        return out


def number(row, name):
    """Of a record; NaN and what is missing are nothing."""
    value = float(row.get(name) or "nan")
    return None if value != value else value


def first_reaching(records, metric, level):
    """The time of the first record at or above the level; nothing if there is none."""
    for row in records:
        value = number(row, metric)
        if value is not None and value >= level:
            return float(row["time"])
    return None


def mean_and_interval(summary, metric):
    """Over replicates, at the end: mean, low, high; nothing where it was not measured."""
    found = summary["intervals"].get(f"/final/{metric}") or {}
    return found.get("mean"), found.get("low"), found.get("high")


def cell(mean, low, high):
    if mean is None:
        return "–"
    return f"{mean:.3g}" if low is None else f"{mean:.3g} ± {(high - low) / 2:.1g}"


def figures(summary, bound):
    """The verdict's constants by name, with its outcome, measured figure, limit and reason."""
    verdict = next(v for v in summary["bounds"] if v["bound"] == bound)
    found = {c["name"]: c["value"] for c in verdict["constants"]}
    found.update({k: verdict.get(k) for k in ("outcome", "reason", "measured", "limit")})
    return found


def table(heads, rows):
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)] + ["| " + " | ".join(r) + " |" for r in rows])


def write_csv(name, heads, rows):
    with open(RESULTS / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)

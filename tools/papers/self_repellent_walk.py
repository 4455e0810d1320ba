#!/usr/bin/env python3
"""Makes results/self_repellent_walk: a self-repellent token on wiki-Vote against its central limit theorems.

    python3 tools/papers/self_repellent_walk.py [--data DIR] [--program FILE] [--work DIR] [--replicates 40]

Interrupted, it goes on where it was: finished runs are kept under --work by their settings. Throw that directory away when
the program has changed.
"""

import argparse
import csv
import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
from asynchronous_gradient_push import ROOT, built_program  # noqa: E402

BASE = ROOT / "scenarios" / "papers" / "self_repellent_walk" / "wiki_vote.json"
RESULTS = ROOT / "results" / "self_repellent_walk"
# a, b, slope as α → ∞, steps: with a smaller a the history varies more, and the kernel is nearly linear in it only later.
REGIMES = {"i": (0.8, 0.9, -2, 3_000_000), "ii": (0.9, 0.9, -1, 1_000_000), "iii": (0.9, 0.8, 0, 1_000_000)}
ALPHAS = (0, 1, 2, 5, 10, 20)
BASELINES = {
    "iid": {"/algorithm/walk": "iid", "/algorithm/alpha": 0},
    "reshuffling": {"/algorithm/walk": "reshuffling", "/algorithm/alpha": 0},
    "history-driven target, α = 10": {"/algorithm/repellence": "history_driven_target", "/algorithm/alpha": 10},
}
OPTIMIZERS = ("heavy_ball", "adam")


class Runs:
    def __init__(self, arguments):
        self.program = str(arguments.program or built_program())
        self.work = Path(arguments.work)
        self.data = arguments.data
        self.common = {"/replicates": arguments.replicates, "/expect": []}

    def __call__(self, settings, verify=True):
        """(summary, rows of metrics.csv) of the base with these settings; verified, or only run."""
        settings = {**self.common, **settings}
        key = hashlib.sha256(json.dumps([BASE.read_text(), settings, verify], sort_keys=True).encode()).hexdigest()[:16]
        out = self.work / key
        if not (out / "summary.json").exists():
            print(" ".join(f"{k}={v}" for k, v in settings.items() if k not in self.common), file=sys.stderr, flush=True)
            command = [self.program, "verify" if verify else "run", str(BASE), "--quiet", "--out", str(out)]
            for pointer, value in settings.items():
                command += ["--set", f"{pointer}={json.dumps(value)}"]
            command += ["--data", self.data] if self.data else []
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1):
                sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        with open(out / "metrics.csv", newline="", encoding="utf-8") as file:
            return json.loads((out / "summary.json").read_text()), list(csv.DictReader(file))


def setting(alpha, a, b, steps):
    return {"/algorithm/alpha": alpha, "/algorithm/history_power": a, "/algorithm/step_size/power": b, "/stop/updates": steps,
            "/record/every/updates": steps // 50}


def constants(summary, bound):
    """The verdict's figures by name, and its outcome."""
    verdict = next(v for v in summary["bounds"] if v["bound"] == bound)
    figures = {c["name"]: c["value"] for c in verdict["constants"]}
    figures["outcome"] = verdict["outcome"]
    figures["reason"] = verdict["reason"]
    return figures


def table(heads, rows):
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)] + ["| " + " | ".join(r) + " |" for r in rows])


def g(value, digits=4):
    return "–" if value is None else f"{value:.{digits}g}"


def write_csv(name, heads, rows):
    with open(RESULTS / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


FIGURES = ("law at this n", "law as n to infinity", "measured", "interval, lower end", "interval, upper end")


def law_rows(found, bound):
    """A row an α: measured, the interval that the law gives it, the law, its limit, directions, verdict."""
    rows = []
    for alpha, (summary, _) in found.items():
        c = constants(summary, bound)
        if "law at this n" not in c:
            rows.append([g(alpha)] + ["–"] * 5 + [f"{c['outcome']}: {c['reason']}"])
            continue
        directions = [g(c[f"direction {k}"], 3) for k in range(1, 6) if f"direction {k}" in c]
        rows.append([g(alpha), g(c["measured"]), f"{g(c['interval, lower end'])} to {g(c['interval, upper end'])}",
                     g(c["law at this n"]), g(c["law as n to infinity"]), ", ".join(directions), c["outcome"]])
    return rows


HEADS = ["α", "measured", "passes", "law at this n", "law, n → ∞", "five largest directions, measured / law", "verdict"]


def scaled_error(summary):
    interval = summary["intervals"]["/final/token_error_scaled"]
    return interval["mean"], interval["sd"] / math.sqrt(interval["count"])


def slope_rows(found, limit):
    """Between neighbouring α: measured with two standard errors, the law's at both, the limit."""
    rows = []
    positive = [alpha for alpha in found if alpha > 0]
    for low, high in zip(positive, positive[1:]):
        (m0, e0), (m1, e1) = scaled_error(found[low][0]), scaled_error(found[high][0])
        width = math.log(high / low)
        measured = math.log(m1 / m0) / width
        error = 2 * math.hypot(e0 / m0, e1 / m1) / width
        laws = [constants(found[alpha][0], "self_repellent_walk.slope") for alpha in (low, high)]
        rows.append([f"{low:g} → {high:g}", f"{measured:.2f} ± {error:.2f}"] +
                    [f"{g(law.get('of the iterate, this n'), 3)}" for law in laws] +
                    [f"{g(law.get('of the iterate, n to infinity'), 3)}" for law in laws] + [str(limit)])
    return rows


def baseline_row(name, summary, digits=4):
    mean, error = scaled_error(summary)
    visits = summary["intervals"].get("/final/visit_variation")
    return [name, f"{mean:.{digits}g} ± {2 * error:.2g}", g(visits["mean"], 3) if visits else "–"]


def page(runs, replicates):
    parts = [INTRODUCTION.format(replicates=replicates)]
    series, covariances = [], []
    for regime, (a, b, limit, steps) in REGIMES.items():
        found = {alpha: runs(setting(alpha, a, b, steps)) for alpha in ALPHAS}
        parts += [f"## Regime ({regime}): a = {a}, b = {b}, {steps:,} steps\n", "The iterate, Σ_k Var(θ_k)/β_n:\n",
                  table(HEADS, law_rows(found, "self_repellent_walk.iterate")), ""]
        if regime != "iii":
            parts += [f"The history, Σ_j Var(x_j)/γ_n, a = {a}:\n", table(HEADS, law_rows(found, "self_repellent_walk.visits")), ""]
        parts += ["Local slopes d ln E‖θ_n − θ*‖² / d ln α:\n",
                  table(["α", "measured between", "law at this n, at both", "", "law, n → ∞, at both", "", "α → ∞"],
                        slope_rows(found, limit)), ""]
        rows = [baseline_row(f"α = {alpha}", summary) for alpha, (summary, _) in found.items()]
        for name, changes in BASELINES.items():
            base = runs({**setting(0, a, b, steps), **changes}, verify=False)
            rows.append(baseline_row(name, base[0]))
            found[name] = base
        parts += ["Beside what goes from anywhere to anywhere:\n",
                  table(["walk", "‖θ_n − θ*‖²/β_n", "total variation of x_n from μ"], rows), ""]
        for alpha, (summary, metrics) in found.items():
            for row in metrics:
                series.append([regime, alpha, row["updates"], row["token_error_scaled"], row["token_error_scaled_low"],
                               row["token_error_scaled_high"], row["visit_variation"], row["visit_error"]])
            for bound in ("iterate", "visits"):
                if "bounds" in summary:
                    c = constants(summary, f"self_repellent_walk.{bound}")
                    covariances.append([regime, alpha, bound] + [c.get(f, "") for f in FIGURES] + [c["outcome"]])
    found = {alpha: runs(setting(alpha, 1, 0.9, 3_000_000)) for alpha in (0, 2, 10)}
    parts += ["## The history alone: a = 1, x_n the shares of the visits, 3,000,000 steps\n",
              table(HEADS, law_rows(found, "self_repellent_walk.visits")), ""]
    for alpha, (summary, _) in found.items():
        c = constants(summary, "self_repellent_walk.visits")
        covariances.append(["a = 1", alpha, "visits"] + [c.get(f, "") for f in FIGURES] + [c["outcome"]])
    write_csv("error_against_steps.csv", ["regime", "alpha", "steps", "error_scaled", "low", "high", "visit_variation", "visit_error"],
              series)
    write_csv("variance_against_alpha.csv", ["regime", "alpha", "of", "law", "limit", "measured", "low", "high", "verdict"],
              covariances)
    a, b = REGIMES["i"][:2]
    rows = []
    for optimizer in OPTIMIZERS:
        for alpha in (0, 10):
            changes = {**setting(alpha, a, b, 1_000_000), "/algorithm/optimizer": optimizer}
            if optimizer == "heavy_ball":
                changes["/algorithm/step_size/initial"] = 0.1  # with momentum 0.9 the same step in the long run
            summary, _ = runs(changes, verify=False)
            distance = summary["intervals"]["/final/distance"]
            rows.append([optimizer, str(alpha), f"{distance['mean']:.3g} ({distance['low']:.3g} to {distance['high']:.3g})"])
    parts += ["## Other optimizers, a = 0.8, b = 0.9, 1,000,000 steps\n", table(["optimizer", "α", "‖θ_n − θ*‖ (95 % interval of the mean)"], rows), ""]
    notes = RESULTS / "findings.md"
    parts += [notes.read_text(encoding="utf-8")] if notes.exists() else []
    (RESULTS / "README.md").write_text("\n".join(parts), encoding="utf-8")


INTRODUCTION = """# A self-repellent token on wiki-Vote

`python3 tools/papers/self_repellent_walk.py --data DIR` makes this page and the data of its pictures out of
[wiki_vote.json](../../scenarios/papers/self_repellent_walk/wiki_vote.json): the wiki-Vote graph (889 nodes, 2,914 edges), one of the first
889 samples of ijcnn1 at each node, logistic regression with l2 = 1, base chain Metropolis–Hastings to the uniform target, γ_n = (n+1)^−a,
β_n = (n+1)^−b, {replicates} runs of each setting (Hu, Doshi, Eun, ICLR 2024; its own l2 is not known here). Every run is made through the
whole simulator, messages and all.

- *law at this n*: the linearised recursion at the n of the runs; *law, n → ∞*: the theorem's limit (theory in `core/bound/token_law.hpp`).
- *passes*: where the measured figure must lie; false alarms of one verdict, all its intervals together, are 1 in 1,000.
- *directions*: sample variance along the eigenvectors of the five largest eigenvalues of the law's covariance, over these eigenvalues.

Data: [variance_against_alpha.csv](variance_against_alpha.csv), [error_against_steps.csv](error_against_steps.csv) (means over the runs with
95 % intervals, by regime and α or baseline).
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the taubar to use (default: the release that tools/taubar builds)")
    parser.add_argument("--data", default=os.environ.get("TAUBAR_DATA"), help="directory with soc-wiki-Vote.mtx and ijcnn1.libsvm.gz")
    parser.add_argument("--work", default=str(ROOT / "out" / "papers" / "self_repellent_walk"), help="where finished runs are kept")
    parser.add_argument("--replicates", type=int, default=40)
    arguments = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    page(Runs(arguments), arguments.replicates)


if __name__ == "__main__":
    main()

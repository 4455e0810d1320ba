#!/usr/bin/env python3
"""Reproduces the tables of results/floor.md: methods with a server against the floor as workers grow unequal.

    python3 tools/papers/floor.py [--program FILE] [--jobs 2] [--work DIR]

Interrupted, it goes on where it was: finished runs are kept under --work by the content of their scenario. Throw that
directory away when the program has changed.
"""

import argparse
import copy
import json
import math
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # tools/taubar builds anew whenever anything in tools/ is younger
sys.path.insert(0, str(Path(__file__).resolve().parent))
import store  # noqa: E402
import tables  # noqa: E402
from asynchronous_gradient_push import ROOT, built_program  # noqa: E402

BASE = ROOT / "scenarios" / "papers" / "floor" / "rennala_unequal_workers.json"
PAGE = ROOT / "results" / "floor.md"

WORKERS, TARGET, SEEDS = 32, 0.01, (1, 2, 3, 4, 5)
L, MU = 1.0, 0.1
# {case: (law of the times, σ of the gradients, powers)}: worker i takes i^power seconds for a gradient (on average).
CASES = {
    "noisy": ("constant", 1.0, (0, 0.5, 1, 1.5, 2)),
    "exact": ("constant", 0.1, (0, 0.5, 1, 1.5, 2)),
    "random": ("exponential", 1.0, (0, 1, 2)),
}
STEPS = {"minibatch": (0.25, 0.5, 1, 1.4), "asynchronous": (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1)}
BATCHES, BATCH_STEPS = (1, 4, 16, 32, 64), (0.5, 1)
THRESHOLDS, THRESHOLD_STEPS = (1, 4, 16, 64), (0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1)


def methods():
    """{name: [(label of the parameters, algorithm)]}: what each is tuned over."""
    asynchronous = [(f"α = {a:g}", {"kind": "asynchronous_sgd", "step_size": a}) for a in STEPS["asynchronous"]]
    return {
        "minibatch": [(f"α = {a:g}", {"kind": "minibatch_sgd", "step_size": a}) for a in STEPS["minibatch"]],
        "asynchronous": asynchronous,
        "delay-adaptive": [(label, {**a, "rule": "delay_adaptive"}) for label, a in asynchronous],
        "Rennala": [(f"S = {s}, α = {a:g}", {"kind": "rennala_sgd", "batch": s, "step_size": a})
                    for s in BATCHES for a in BATCH_STEPS],
        "Ringmaster": [(f"R = {r}, α = {a:g}", {"kind": "ringmaster_asgd", "threshold": r, "step_size": a})
                       for r in THRESHOLDS for a in THRESHOLD_STEPS],
    }


def times(power):
    return [i ** power for i in range(1, WORKERS + 1)]


def work(start, sigma):
    """Sequential steps (not accelerated) and gradients against the noise, constants 1."""
    return L / MU * math.log(start / TARGET), sigma ** 2 / (MU * TARGET)


def optimum(tau, steps, noise):
    """(seconds, useful workers) of the homogeneous optimum: min over m of (m steps + noise) / Σ_{i<=m} 1/τ_i."""
    best, rate = (math.inf, 0), 0
    for m, t in enumerate(sorted(tau), 1):
        rate += 1 / t
        best = min(best, ((m * steps + noise) / rate, m))
    return best


def predictions(tau, steps, noise):
    """Where theory puts the baselines: minibatch and asynchronous SGD."""
    n, rate = len(tau), sum(1 / t for t in tau)
    return max(tau) * (steps + noise / n), (n * steps + noise) / rate


def scenario(base, case, power, algorithm, seed, horizon, interval):
    law, sigma, _ = CASES[case]
    s = copy.deepcopy(base)
    s["name"] = f"floor-{case}-{power:g}-{algorithm['kind']}-seed{seed}"
    s["seed"], s["algorithm"] = seed, algorithm
    s["problem"]["gradient"] = {"kind": "noisy", "sigma": sigma}
    s["compute"] = {"time": 1, "agents": [
        {"agents": [i], "time": t if law == "constant" else {"kind": "exponential", "mean": t}}
        for i, t in enumerate(times(power))]}
    s["stop"] = {"virtual_time": horizon, "target": {"suboptimality": TARGET}}
    s["record"] = {"every": {"virtual_time": interval}, "metrics": ["suboptimality"]}
    return s


def mean_time(outcomes):
    """Mean over the seeds of the time to the target; None unless all reach it."""
    reached = [o.time_to(TARGET) for o in outcomes]
    return None if None in reached else sum(reached) / len(reached)


def sweep(base, runs, start):
    """{(case, power, method): (time, parameters, outcomes)} of the best parameters."""
    plan = {}
    for case, (_, sigma, powers) in CASES.items():
        for power in powers:
            amount = work(start, sigma)
            least = optimum(times(power), *amount)[0]
            for method, variants in methods().items():
                # Time enough for what theory says of the method, to a factor of 2 and more.
                horizon = max(20 * least, predictions(times(power), *amount)[0] / 2 if method == "minibatch" else 0)
                for label, algorithm in variants:
                    plan[case, power, method, label] = [scenario(base, case, power, algorithm, seed, horizon, least / 200)
                                                        for seed in SEEDS]
    outcomes = iter(runs.run_all([s for group in plan.values() for s in group]))
    best = {}
    for (case, power, method, label), group in plan.items():
        found = [next(outcomes) for _ in group]
        time = mean_time(found)
        if time is not None and (best.get((case, power, method)) or (math.inf,))[0] > time:
            best[case, power, method] = (time, label, found)
    return best


def ratio_table(best, case, start):
    _, sigma, powers = CASES[case]
    rows = []
    for power in powers:
        tau = times(power)
        least, useful = optimum(tau, *work(start, sigma))
        minibatch, asynchronous = predictions(tau, *work(start, sigma))
        cells = []
        for method in methods():
            found = best.get((case, power, method))
            cells.append("–" if not found else f"**{tables.digits(found[0] / least, 2)}** ({found[1]})")
        rows.append([f"i^{power:g}", tables.digits(least), useful, *cells, tables.digits(minibatch / least, 2),
                     tables.digits(asynchronous / least, 2)])
    return tables.table(["τ_i", "optimum, s", "useful workers", *methods(), "theory: minibatch", "theory: asynchronous"], rows)


def run_table(best, case):
    """Fastest and slowest seed, delays, gradients dropped, and time over the floor of as many gradients."""
    rows = []
    for method in methods():
        row = [method]
        for power in CASES[case][2]:
            found = best.get((case, power, method))
            if not found:
                row.append("–")
                continue
            seconds = sorted(o.time_to(TARGET) for o in found[2])
            server = [o.summary["server"] for o in found[2]]
            dropped = sum(s["dropped"] for s in server)
            share = 100 * dropped / max(1, dropped + sum(s["applied"] for s in server))
            delay = sum(s["delay"]["mean"] for s in server) / len(server)
            longest = max(s["delay"]["max"] for s in server)
            floor = sum(o.summary["floor"]["ratio"] for o in found[2]) / len(server)
            row.append(f"{tables.digits(seconds[0])} – {tables.digits(seconds[-1])} s<br>delay {tables.digits(delay, 2)}, max {longest}"
                       f"<br>{share:.0f} % dropped<br>{tables.digits(floor, 3)} × floor")
        rows.append(row)
    return tables.table(["method", *(f"i^{p:g}" for p in CASES[case][2])], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the taubar to use (default: the release that tools/taubar builds)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--work", default=str(ROOT / "out" / "papers" / "floor"), help="where finished runs are kept")
    arguments = parser.parse_args()
    program = str(arguments.program or built_program())
    runs = store.Store(program, arguments.work, BASE.parent, None, arguments.jobs)
    base = json.loads(BASE.read_text())
    for key in ("//", "description", "expect"):
        base.pop(key, None)
    first = runs.run(scenario(base, "noisy", 0, methods()["minibatch"][0][1], SEEDS[0], 1000, 1))
    start = float(first.records[0]["suboptimality"])
    best = sweep(base, runs, start)
    for case, (_, sigma, _) in CASES.items():
        steps, noise = work(start, sigma)
        tables.insert(PAGE, f"work {case}", f"Steps (L/μ) ln(Δ/ε) = {tables.digits(steps)} with Δ = {tables.digits(start)}, "
                      f"noise σ²/(μ ε) = {tables.digits(noise)} gradients.")
        tables.insert(PAGE, f"ratio {case}", ratio_table(best, case, start))
        tables.insert(PAGE, f"runs {case}", run_table(best, case))


if __name__ == "__main__":
    main()

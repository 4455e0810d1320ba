"""Staleness against bias on a normal target: measured beside the exact curve, for delays 0, 1, 2, 4, 8 and five steps."""

import math

from runs import RESULTS, figures, table, write_csv

SCENARIO = "stale_gradients.json"
WORKERS = (1, 2, 3, 5, 9)
STEPS = (0.02, 0.05, 0.1, 0.15, 0.2)
# The same mean, other times: the delays are what the event queue makes of them.
TIMES = {"exponential": {"kind": "exponential", "mean": "10ms"}, "uniform": {"kind": "uniform", "low": "5ms", "high": "15ms"}}


def limit(tau):
    return 2 * math.sin(math.pi / (2 * (2 * tau + 1)))


def exact(step, tau):
    """Relative bias of the variance for curvature 1: (1 + sin θ)/(2 sin φ cos θ) q − 1, step = 2 sin(φ/2), θ = (τ + ½) φ."""
    phi = 2 * math.asin(step / 2)
    theta = (tau + 0.5) * phi
    return 2 * step * (1 + math.sin(theta)) / (2 * math.sin(phi) * math.cos(theta)) - 1


def settings(workers, step, **more):
    return {"/topology/agents": workers, "/algorithm/step_size": step, **more}


def constant_rows(runs):
    """A row a delay and step, as numbers and as text."""
    data, rows = [], []
    for step in STEPS:
        for workers in WORKERS:
            tau = workers - 1
            if step >= limit(tau):
                data.append([workers, tau, step, "", step * (tau + 0.5), "", "", "", "", "unstable"])
                rows.append([f"{step:g}", str(workers), str(tau), "∞", f"{step * (tau + 0.5):.4f}", "–", "–", "–", "no stationary law"])
                continue
            summary = runs(SCENARIO, settings(workers, step))
            law = figures(summary, "langevin.stationary_law")
            curve = law.get("relative bias of the variance")
            if curve is None:
                raise SystemExit(f"{workers} workers, step {step}: {law['outcome']}: {law['reason']}")
            if abs(curve - exact(step, tau)) > 1e-9:
                raise SystemExit(f"{workers} workers, step {step}: the program's curve is {curve}, the formula's {exact(step, tau)}")
            scale = 1 + curve
            measured, low, high = (scale * law[name] - 1 for name in
                                   ("measured variance over the law's", "interval, lower end", "interval, upper end"))
            time = summary["virtual_time"]
            data.append([workers, tau, step, curve, step * (tau + 0.5), measured, low, high, time, law["outcome"]])
            rows.append([f"{step:g}", str(workers), str(tau), f"{curve:.4f}", f"{step * (tau + 0.5):.4f}", f"{measured:.4f}",
                         f"{low:.4f} to {high:.4f}", f"{time:.0f} s", law["outcome"]])
    return data, rows


def slope(points):
    """Least squares of log y on log x."""
    x, y = ([math.log(p[i]) for p in points] for i in (0, 1))
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def slope_rows(data):
    """Of the bias, measured and exact: in τ + ½ at each step, in the step at each delay."""
    found = [row for row in data if row[5] != ""]
    rows = []
    for step in STEPS:
        own = [r for r in found if r[2] == step]
        rows.append([f"τ + ½, step {step:g}", f"{slope([(r[1] + 0.5, r[5]) for r in own]):.2f}", f"{slope([(r[1] + 0.5, r[3]) for r in own]):.2f}"])
    for workers in WORKERS:
        own = [r for r in found if r[0] == workers]
        rows.append([f"step, delay {workers - 1}", f"{slope([(r[2], r[5]) for r in own]):.2f}", f"{slope([(r[2], r[3]) for r in own]):.2f}"])
    return rows


def other_rows(runs):
    """Delays that change: the bias as measured, beside the curve at the mean delay."""
    rows = []
    for name, law in TIMES.items():
        for workers in WORKERS[1:]:
            step = 0.05
            summary = runs(SCENARIO, settings(workers, step, **{"/compute/time": law}))
            stale = figures(summary, "langevin.stale_gradient")
            staleness = summary["staleness"]
            verdict = figures(summary, "langevin.stationary_law")
            rows.append([name, str(workers), f"{staleness['mean']:.2f}", str(staleness["max"]), f"{stale['measured']:.4f}",
                         f"{exact(step, staleness['mean']):.4f}", verdict["outcome"]])
    return rows


def staleness(runs):
    RESULTS.mkdir(parents=True, exist_ok=True)
    data, rows = constant_rows(runs)
    write_csv("staleness.csv", ["workers", "tau", "step", "exact", "first_order", "measured", "low", "high", "virtual_time", "verdict"], data)
    parts = [INTRODUCTION,
             table(["step η", "workers", "τ", "exact", "η(τ + ½)", "measured", "passes", "virtual time", "verdict"], rows),
             ORDERS, table(["bias against", "measured", "exact"], slope_rows(data)),
             OTHERS, table(["time of a gradient", "workers", "mean delay", "longest", "measured", "curve at the mean delay", "`langevin.stationary_law`"],
                           other_rows(runs)), ""]
    (RESULTS / "staleness.md").write_text("\n".join(parts), encoding="utf-8")


INTRODUCTION = """# Staleness against bias

`python3 tools/papers/langevin_population staleness` makes this page and [staleness.csv](staleness.csv) out of
[stale_gradients.json](../../scenarios/papers/langevin_population/stale_gradients.json): one Langevin chain at a server on N(0, I) in 40 dimensions,
n workers of equal times, so that every gradient is τ = n − 1 updates old; 100,000 updates each. The noise of update k is the same in all runs, and so in part are
their errors.

The bias is that of the variance, relative to the target's: E‖θ‖²/40 − 1.

- *exact*: η(1 + sin θ)/(sin φ cos θ) − 1 with η = 2 sin(φ/2), θ = (τ + ½) φ (`core/bound/delayed_recursion.hpp`); finite for η < 2 sin(π/(2(2τ + 1))).
- *η(τ + ½)*: the same to first order in η.
- *passes*: where the measured figure must lie; its false alarms and those of the verdict's other intervals together are at most 1 in 1,000.
- *virtual time*: n workers make as many updates in a time n times shorter; that is what the bias is paid for.
"""
ORDERS = """
## Orders

Slopes of the logarithm of the bias, by least squares over the runs above. Chen, Ding, Li, Zhang, Carin (NeurIPS 2016) bound the bias by the order τh; near the
stability limit it is steeper.
"""
OTHERS = """
## Delays that change

Step 0.05, the same mean time of a gradient. The law is not known, so nothing is judged; the curve at the mean delay is for comparison. The mean delay stays n − 1,
however widely delays spread.
"""

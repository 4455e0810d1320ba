"""Tables of results/replay.md: what was predicted against what was measured."""

import statistics

from tables import digits, insert, table

LEVELS = (0.05, 0.02)  # suboptimality
SHORT = {"asynchronous_gradient_push": "AGP", "gradient_push": "GP"}


def excess_share(replay):
    """Mean excess of a step over the scenario's law, as a share of what the law asks for."""
    figures = replay.summary["replay"]
    excess = figures["excess"]["steps"]["mean"]
    return excess / (figures["step"]["mean"] - excess)


class Result:
    """One replay, and what was simulated from it."""

    def __init__(self, measured, predicted, other_draws, original, calibration, attempts, failures):
        self.measured, self.predicted, self.other_draws, self.original = measured, predicted, other_draws, original
        self.calibration, self.attempts, self.failures = calibration, attempts, failures


def time_to(level):
    return lambda o: o.time_to(level)


def figure(name):
    return lambda o: o.summary[name]


FIGURES = {**{f"time to {level}": time_to(level) for level in LEVELS}, "τ̄": figure("tau_bar"),
           "staleness": lambda o: o.summary["staleness"]["mean"], "updates": figure("updates")}


NEVER = float("inf")  # a time to an accuracy that was not reached


def ratio(of, to):
    """Of what is never reached, the time is infinite."""
    if of is None or to is None:
        return 1 if of is to else 0 if to is None else NEVER
    return of / to


def percent(share):
    """A ratio as a deviation: 1.034 → +3.4 %."""
    if share in (0, NEVER):
        return "never measured" if share == 0 else "never predicted"
    return f"{100 * (share - 1):+.1f} %".replace("-", "−")


def spread(ratios):
    """Median, then least and greatest."""
    return f"**{percent(statistics.median(ratios))}** ({percent(min(ratios))} … {percent(max(ratios))})"


def deviations(found, simulated):
    """Simulated against measured, over the seeds of each variant."""
    rows = []
    for (method, straggler), results in found.items():
        cells = [spread([ratio(value(simulated(r)), value(r.measured)) for r in results.values()]) for value in FIGURES.values()]
        idle = [100 * (simulated(r).idle_share - r.measured.idle_share) for r in results.values()]
        cells.append(f"{statistics.median(idle):+.2f}".replace("-", "−"))
        rows.append([SHORT[method], straggler, len(results), *cells])
    return table(["method", "straggler", "seeds", *FIGURES, "idle share, points"], rows)


def levels(found):
    """Medians over the seeds, measured | predicted."""
    rows = []
    for (method, straggler), results in found.items():
        reached = lambda figure: NEVER if figure is None else figure
        median = lambda value, of: statistics.median(reached(value(of(r))) for r in results.values())
        pair = lambda value, n=4: " / ".join(digits(median(value, of), n) for of in (lambda r: r.measured, lambda r: r.predicted))
        idle = " / ".join(f"{100 * median(figure('idle_share'), of):.2f} %"
                          for of in (lambda r: r.measured, lambda r: r.predicted))
        rows.append([SHORT[method], straggler, *(pair(value) for value in FIGURES.values()), idle])
    return table(["method", "straggler", *FIGURES, "idle share"], rows)


def every_seed(found):
    rows = []
    for (method, straggler), results in found.items():
        for seed, r in results.items():
            against = lambda value, of: percent(ratio(value(of), value(r.measured)))
            cells = [f"{digits(value(r.measured), 4)} / {digits(value(r.predicted), 4)}: {against(value, r.predicted)}"
                     for value in FIGURES.values()]
            cells.append(f"{100 * r.measured.idle_share:.2f} / {100 * r.predicted.idle_share:.2f} %")
            cells += [against(time_to(LEVELS[-1]), r.other_draws), against(time_to(LEVELS[-1]), r.original)]
            rows.append([SHORT[method], straggler, seed, *cells])
    return table(["method", "straggler", "seed", *FIGURES, "idle share", f"other draws: time to {LEVELS[-1]}",
                  f"not calibrated: time to {LEVELS[-1]}"], rows)


def excesses(found):
    """How far the machine was from the scenario's times."""
    rows = []
    for (method, straggler), results in found.items():
        of = lambda what, which: statistics.median(r.measured.summary["replay"]["excess"][what][which] for r in results.values())
        most = max(r.measured.summary["replay"]["excess"]["steps"]["max"] for r in results.values())
        shares = [excess_share(r.measured) for r in results.values()]
        rows.append([SHORT[method], straggler, f"{100 * statistics.median(shares):.2f} %", f"{100 * max(shares):.2f} %",
                     *(f"{1e3 * of(what, which):.3f} ms" for what in ("steps", "messages") for which in ("mean", "quantile_99")),
                     f"{1e3 * most:.1f} ms", sum(r.failures for r in results.values()),
                     sum(r.attempts - 1 - r.failures for r in results.values())])
    return table(["method", "straggler", "mean excess of steps, share of the compute time: median", "worst seed",
                  "steps: mean", "99 %", "messages: mean", "99 %", "longest excess of a step",
                  "replays that did not end", "repeated for their excess"], rows)


def fits(found):
    """What calibrate chose, and what it had to remark."""
    rows = []
    for (method, straggler), results in found.items():
        laws = [law for r in results.values() for law in r.calibration["laws"]]
        notes = [note for law in laws for note in law["notes"]]
        chosen = {}
        for law in laws:
            chosen.setdefault("compute" if law["name"].startswith("compute") else "latency", []).append(law["chosen"])
        counts = lambda kinds: ", ".join(f"{kinds.count(k)}× {k}" for k in sorted(set(kinds)))
        rows.append([SHORT[method], straggler, counts(chosen["compute"]), counts(chosen["latency"]),
                     f"{sum(not law['fits'] for law in laws)} of {len(laws)}",
                     sum("each step goes with" in note for note in notes),
                     f"{1e6 * statistics.median(r.calibration['overhead'] for r in results.values()):.2f} µs"])
    return table(["method", "straggler", "laws of compute times", "laws of latencies", "laws that do not fit (p < 0.01)",
                  "serial dependence noted", "overhead a message, median"], rows)


def write(page, found):
    insert(page, "loop: deviations", deviations(found, lambda r: r.predicted))
    insert(page, "loop: other draws", deviations(found, lambda r: r.other_draws))
    insert(page, "loop: not calibrated", deviations(found, lambda r: r.original))
    insert(page, "loop: levels", levels(found))
    insert(page, "loop: excess", excesses(found))
    insert(page, "loop: fits", fits(found))
    insert(page, "loop: every seed", every_seed(found))

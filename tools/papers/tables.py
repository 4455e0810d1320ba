"""Markdown tables from outcomes, and the page that holds them."""

import re

from experiment import AGENTS, AGP, ALL_REDUCE, DELAY, GP, TARGET, best

TITLES = {AGP: "AGP", GP: "GP", ALL_REDUCE: "all-reduce"}

BLOWN_UP = 1e6  # a suboptimality beyond which its size says nothing


def digits(value, n=3):
    """A number with n significant digits, without exponent where it stays short."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) < 1e-3 or abs(value) >= 1e5:
        return f"{value:.{n - 1}e}".replace("e-0", "e−").replace("e-", "e−").replace("e+0", "e")
    text = f"{value:.{n}g}"
    if "e" in text:
        return f"{value:.0f}"
    significant = len(text.replace(".", "").lstrip("0"))
    return text + ("" if "." in text else ".") * (significant < n) + "0" * max(0, n - significant)


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join(["---:"] * len(header)) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def insert(page, name, text):
    """Puts the text between the marks `<!-- name -->` and `<!-- /name -->` of a page."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    old = page.read_text()
    if opening not in old:
        raise SystemExit(f"{page}: no mark {opening}")
    pattern = re.escape(opening) + ".*?" + re.escape(closing)
    page.write_text(re.sub(pattern, lambda _: f"{opening}\n{text}\n{closing}", old, flags=re.S))


def time_or_failure(outcome):
    """`1.53`, or how far the run came: `(0.174)`."""
    reached = outcome.time_to(TARGET)
    if reached is not None:
        return digits(reached)
    return f"({digits(outcome.final, 2)})" if outcome.final < BLOWN_UP else "(diverged)"


def cell(outcome):
    """Time to the target and smallest push-sum weight of one run."""
    weight = "" if outcome.minimum_weight is None else f"<br>y {digits(outcome.minimum_weight, 2)}"
    return time_or_failure(outcome) + weight


def times(found):
    """(method, delay) → {n: time of the best step}."""
    result = {}
    for (method, n, delay), outcomes in found.items():
        choice = best(outcomes)
        result.setdefault((method, delay), {})[n] = choice and choice[1].time_to(TARGET)
    return result


def speed_up(found, agents=AGENTS):
    columns = sorted(times(found).items(), key=lambda c: (c[0][1], list(TITLES).index(c[0][0])))
    head = [f"{TITLES[m]}{f', +{d} ms' if d else ''}" for (m, d), _ in columns]
    rows = []
    for n in agents:
        row = [n]
        for _, of in columns:
            t, first = of.get(n), of.get(agents[0])
            row.append(f"{digits(t)} s" + (f" · **{t and first and first / t:.2g}×**" if t and first else ""))
        rows.append(row)
    return table(["n"] + head, rows)


def slow_down(found):
    """What the delay costs: time with it over time without, and the synchronous method's error when AGP is done."""
    of = times(found)
    rows = []
    for n in AGENTS:
        agp, gp = best(found[AGP, n, DELAY]), best(found[GP, n, DELAY])
        ratios = [f"{of[m, DELAY][n] / of[m, 0][n]:.3g}×" if of[m, DELAY].get(n) else "–" for m in TITLES if (m, 0) in of]
        rows.append([n, *ratios,
                     f"{of[GP, DELAY][n] / of[AGP, DELAY][n]:.3g}×" if agp and gp else "–",
                     digits(gp[1].at(agp[1].time_to(TARGET)), 2) if agp and gp else "–",
                     digits(agp[1].rate_bias, 2) if agp else "–", digits(agp[1].minimum_weight, 2) if agp else "–"])
    methods = [TITLES[m] for m in TITLES if (m, 0) in of]
    return table(["n", *(f"{m}: with / without" for m in methods), "GP / AGP, both delayed",
                  "GP's error when AGP is at 0.01", "AGP rate bias", "AGP smallest y"], rows)


def every_run(found):
    steps = sorted({step for outcomes in found.values() for step in outcomes})
    order = sorted(found, key=lambda k: (list(TITLES).index(k[0]), k[2], k[1]))
    return table(["method", "n", *(f"α = {s:g}" for s in steps)],
                 [[TITLES[m] + (f", +{d} ms" if d else ""), n,
                   *(cell(found[m, n, d][s]) if s in found[m, n, d] else "" for s in steps)] for m, n, d in order])


def fixed_times(runs, at):
    """runs: {label: Outcome}."""
    rows = []
    for label, outcome in runs.items():
        values = [outcome.at(t) for t in at]
        ended = "–" if outcome.time_to(TARGET) is None else "done"
        rows.append([label, *(digits(v, 2) if v is not None else ended for v in values)])
    return table(["run", *(f"{t:g} s" for t in at)], rows)


def write_series(path, runs):
    with open(path, "w", newline="\n") as file:
        file.write("run,time_s,suboptimality\n")
        for label, outcome in runs.items():
            for record in outcome.records:
                file.write(f"{label},{float(record['time']):.6g},{float(record['suboptimality']):.5g}\n")


def write_runs(path, found):
    """Every run of a main sweep."""
    with open(path, "w", newline="\n") as file:
        file.write("method,agents,delay_ms,step_size,stopped_by,time_to_0.01_s,virtual_time_s,suboptimality_at_end,"
                   "minimum_weight,rate_bias,idle_share,local_steps_per_agent,fingerprint\n")
        for (method, n, delay), outcomes in sorted(found.items()):
            for step, o in sorted(outcomes.items()):
                values = [o.time_to(TARGET), o.virtual_time, o.final, o.minimum_weight, o.rate_bias, o.idle_share,
                          o.activations()]
                file.write(f"{method},{n},{delay},{step:g},{o.stopped_by},"
                           + ",".join("" if v is None else f"{v:.6g}" for v in values) + f",{o.summary['fingerprint']}\n")

"""A Bayesian neural network on German Credit, one host of four slower than the others: an asynchronous population of Langevin
particles against one chain and against plain SGD on the same potential, by what they predict of held-out samples after so much
virtual time."""

from runs import RESULTS, number, table, write_csv

SCENARIO = "network.json"
REPLICATES = 8
MEASURES = ("predictive_log_likelihood", "predictive_accuracy", "calibration_error")
INSTANTS = (0.5, 1, 2, 5)  # s of virtual time
ENDS = ("", "_low", "_high")
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


def network(runs):
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows, series = [], []
    for method, settings in METHODS.items():
        records = runs.records(SCENARIO, {"/replicates": REPLICATES, **settings})
        rows.append(summary_row(method, records))
        series += [[method, row["time"]] + [row.get(m + end, "") for m in MEASURES for end in ENDS] for row in records]
    write_csv("network.csv", ["method", "time"] + [m + end for m in MEASURES for end in ENDS], series)
    heads = (["method"] + [f"log-likelihood at {t:g} s" for t in INSTANTS] +
             ["the best it had", "accuracy at the end", "calibration error at the end"])
    (RESULTS / "network.md").write_text("\n".join([INTRODUCTION, table(heads, rows), ""]), encoding="utf-8")


INTRODUCTION = f"""# A Bayesian network on German Credit

`python3 tools/papers/langevin_population network --data DIR` makes this page and [network.csv](network.csv) out of
[network.json](../../scenarios/papers/langevin_population/network.json): a network of ten hidden units (261 parameters), 800 customers to fit, 200 held out, minibatches
of 32. Each agent has all samples, so that SGD's gradients are those of the same potential, with the same minibatches and the same step size. Means over
{REPLICATES} seeds; log-likelihood, accuracy and calibration error (15 bins) are of held-out customers. A sampler predicts by the mean over its draws, once there are any;
SGD by its one point.
"""

"""Two far modes: hosts that do not exchange, that send their best particle on, and that exchange replicas, side by side."""

from runs import RESULTS, cell, mean_and_interval, table, write_csv

SCENARIO = "two_modes.json"
EXCHANGES = {
    "none": {"kind": "none"},
    "best": {"kind": "best", "every": 5},
    "replica exchange": {"kind": "replica_exchange", "hottest": 20, "every": 5},
}
MEASURES = ("posterior_mean_error", "posterior_covariance_error", "kernel_stein_discrepancy", "r_hat", "effective_sample_size")


def modes(runs):
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows, data = [], []
    for name, exchange in EXCHANGES.items():
        summary = runs(SCENARIO, {"/algorithm/exchange": exchange, "/replicates": 8}, command="run")
        found = [mean_and_interval(summary, measure) for measure in MEASURES]
        keeps = summary["sampling"]["keeps_target"]
        rows.append([name, "yes" if keeps else "no"] + [cell(*f) for f in found])
        data.append([name, keeps] + [value for f in found for value in f])
    heads = [m + end for m in MEASURES for end in ("", "_low", "_high")]
    write_csv("modes.csv", ["exchange", "keeps_target"] + heads, data)
    text = [INTRODUCTION, table(["exchange", "keeps the target"] + [m.replace("_", " ") for m in MEASURES], rows), ""]
    (RESULTS / "modes.md").write_text("\n".join(text), encoding="utf-8")


INTRODUCTION = """# Two far modes

`python3 tools/papers/langevin_population modes` makes this page and [modes.csv](modes.csv) out of
[two_modes.json](../../scenarios/papers/langevin_population/two_modes.json): two modes of shares 1/4 and 3/4, eight standard deviations apart, eight hosts of ten
particles on a ring, all started in the smaller mode, steps tested by Metropolis' rule, 400 s of virtual time, a network that loses 5 % of the messages. Means over 8
seeds, half a 95 % interval (Student).

The mean of the law is 6.05 away from the smaller mode, 2.02 from the larger one. *r hat* compares chains with each other only: chains that all miss the same
mode agree.
"""

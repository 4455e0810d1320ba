"""Hosts 1 to 32, eight particles each: virtual time to a given effective sample size, without and with one slow host."""

from runs import RESULTS, first_reaching, table, write_csv

SCENARIO = "hosts.json"
HOSTS = (1, 2, 4, 8, 16, 32)
LEVEL = 1000
SETTINGS = {"equal hosts": {"/compute/stragglers": []}, "host 0 ten times slower": {}}
REPLICATES = 5


def hosts(runs):
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows, data = [], []
    for name, settings in SETTINGS.items():
        first = None
        for count in HOSTS:
            times = []
            for seed in range(1, REPLICATES + 1):
                records = runs.records(SCENARIO, {**settings, "/topology/agents": count, "/seed": seed})
                times.append(first_reaching(records, "effective_sample_size", LEVEL))
            reached = sorted(t for t in times if t is not None)
            median = reached[len(reached) // 2] if len(reached) == REPLICATES else None
            if median is not None and first is None:
                first = (count, median)
            gain = f"{first[1] / median:.2f}" if median and first else "–"
            spread = f"{reached[0]:.3g} to {reached[-1]:.3g}" if reached else "–"
            rows.append([name, str(count), f"{median:.3g} s" if median else "–", spread, gain])
            data.append([name, count] + [t if t is not None else "" for t in times])
    write_csv("hosts.csv", ["setting", "hosts"] + [f"seconds_of_seed_{s}" for s in range(1, REPLICATES + 1)], data)
    text = [INTRODUCTION, table(["setting", "hosts", f"time to {LEVEL:,} effective draws, median", "least to greatest, s", "gain"], rows), ""]
    (RESULTS / "hosts.md").write_text("\n".join(text), encoding="utf-8")


INTRODUCTION = f"""# Hosts 1 to 32

`python3 tools/papers/langevin_population hosts` makes this page and [hosts.csv](hosts.csv) out of
[hosts.json](../../scenarios/papers/langevin_population/hosts.json): a normal law in 10 dimensions of condition number 4, eight particles a host, no exchange, draws at
instants of time. The time of the first record whose effective sample size (bulk, the smallest over coordinates) is at least {LEVEL:,}; five seeds. *gain*: against the least
number of hosts with which every seed gets there in 60 s. The burn-in of 1 s is the same for all.
"""

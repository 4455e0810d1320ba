#!/usr/bin/env python3
"""Effective sample sizes and R-hat of small chains, from the formulas with plain sums, for tests/unit/metric/sampling.cpp.

Vehtari, Gelman, Simpson, Carpenter, Buerkner, Bayesian Analysis 16, 2021. Chain s = 1, 2, ... of a case: x_0 = s * apart,
x_k = rho x_(k-1) + u_k - 1/2 with u_k = m_k / (2^31 - 1), m_k = 16807 m_(k-1) mod (2^31 - 1), m_0 = 1000 s + seed.

    tools/papers/chain_diagnostics.py
"""
from math import log10, sqrt
from statistics import NormalDist, mean, variance

PRIME = 2**31 - 1
# name, rho, apart, chains, draws, seed
CASES = [
    ("mixing", 0.5, 0.0, 4, 60, 1),
    ("apart", 0.8, 3.0, 3, 41, 2),
    ("alternating", -0.3, 0.0, 2, 100, 3),
]


def chain(rho, start, draws, state):
    values, x = [], start
    for _ in range(draws):
        state = 16807 * state % PRIME
        x = rho * x + (state / PRIME - 0.5)
        values.append(x)
    return values


def split(chains):
    n = len(chains[0]) // 2
    return [half for c in chains for half in (c[:n], c[len(c) - n:])]


def scores(chains):
    flat = [x for c in chains for x in c]
    def score(x):
        below, equal = sum(y < x for y in flat), sum(y == x for y in flat)
        return NormalDist().inv_cdf((below + (equal + 1) / 2 - 3 / 8) / (len(flat) + 1 / 4))
    return [[score(x) for x in c] for c in chains]


def spreads(chains):
    n = len(chains[0])
    within = mean(variance(c) for c in chains)
    return within, (n - 1) / n * within + variance([mean(c) for c in chains])


def r_hat(chains):
    within, whole = spreads(chains)
    return sqrt(whole / within)


def autocovariance(c, lag):
    m, n = mean(c), len(c)
    return sum((c[k] - m) * (c[k + lag] - m) for k in range(n - lag)) / n


def size(chains):
    n, total = len(chains[0]), len(chains) * len(chains[0])
    within, whole = spreads(chains)
    rho = [1.0] + [1 - (within - mean(autocovariance(c, lag) for c in chains)) / whole for lag in range(1, n)]
    pairs, rest = [], 0.0
    for lag in range(0, n - 1, 2):
        if rho[lag] + rho[lag + 1] <= 0:
            rest = max(0.0, rho[lag])
            break
        pairs.append(rho[lag] + rho[lag + 1])
    monotone = [min(pairs[: m + 1]) for m in range(len(pairs))]
    return total / max(2 * sum(monotone) - 1 + rest, 1 / log10(total))


def quantile(values, p):
    values = sorted(values)
    place = p * (len(values) - 1)
    k = int(place)
    return values[k] if k + 1 == len(values) else values[k] + (place - k) * (values[k + 1] - values[k])


def tail_size(chains):
    flat = [x for c in chains for x in c]
    return min(size(split([[float(x <= quantile(flat, p)) for x in c] for c in chains])) for p in (0.05, 0.95))


def largest_r_hat(chains):
    halves = split(chains)
    middle = quantile([x for c in halves for x in c], 0.5)
    return max(r_hat(scores(halves)), r_hat(scores([[abs(x - middle) for x in c] for c in halves])))


if __name__ == "__main__":
    print("// mean, bulk, tail, r_hat, plain r_hat")
    for name, rho, apart, count, draws, seed in CASES:
        chains = [chain(rho, s * apart, draws, 1000 * s + seed) for s in range(1, count + 1)]
        halves = split(chains)
        figures = size(halves), size(scores(halves)), tail_size(chains), largest_r_hat(chains), r_hat(halves)
        print(f'{{"{name}", {rho}, {apart}, {count}, {draws}, {seed}, {{' + ", ".join(f"{f:.12g}" for f in figures) + "}},")

"""The parts of the experiment: each makes its runs and writes its tables."""

from experiment import (AGENTS, AGP, ALL_REDUCE, DELAY, GP, ROUNDS, ROUNDS_DELAYED, ROUNDS_MAPPED, STEPS, STEPS_DELAYED,
                        TARGET, best, round_time)
import mutations
import tables
from tables import TITLES, digits

PAGE = "README.md"


def sweep(plan, runs, method, agents, steps, **words):
    """{step: Outcome}."""
    return dict(zip(steps, runs.run_all([plan.scenario(method, agents, step, **words) for step in steps])))


def main_sweep(plan, runs, kind):
    """{(method, n, delay): {step: Outcome}} of one graph; many runs at a time."""
    grids = ((AGP, 0, STEPS), (GP, 0, STEPS), (AGP, DELAY, STEPS_DELAYED), (GP, DELAY, STEPS))
    keys = [(method, n, delay, step) for n in AGENTS for method, delay, steps in grids for step in steps]
    rounds = {(AGP, DELAY): ROUNDS_DELAYED}
    outcomes = runs.run_all(plan.scenario(m, n, step, kind=kind, delay=d, rounds=rounds.get((m, d), ROUNDS))
                            for m, n, d, step in keys)
    found = {}
    for (method, n, delay, step), outcome in zip(keys, outcomes):
        found.setdefault((method, n, delay), {})[step] = outcome
    return found


def all_reduce(plan, runs):
    """The same on every graph: the overlay is a ring of all agents, and the iterates are those of one machine."""
    found = {(ALL_REDUCE, AGENTS[0], 0): sweep(plan, runs, ALL_REDUCE, AGENTS[0], STEPS)}
    step = best(found[ALL_REDUCE, AGENTS[0], 0])[0]
    keys = [(n, delay) for n in AGENTS for delay in (0, DELAY) if (n, delay) != (AGENTS[0], 0)]
    outcomes = runs.run_all(plan.scenario(ALL_REDUCE, n, step, delay=delay) for n, delay in keys)
    found.update({(ALL_REDUCE, n, delay): {step: o} for (n, delay), o in zip(keys, outcomes)})
    return found


def write_main(results, kind, found):
    page = results / PAGE
    tables.insert(page, f"{kind}: speed-up", tables.speed_up(found))
    tables.insert(page, f"{kind}: delay", tables.slow_down(found))
    tables.insert(page, f"{kind}: every run", tables.every_run(found))
    tables.write_runs(results / f"runs_{kind}.csv", found)
    for n in (16, 64):
        some = {f"{TITLES[m]}{f' +{d} ms' if d else ''} n={n} step={choice[0]:g}": choice[1]
                for (m, agents, d), outcomes in sorted(found.items(), key=lambda f: (f[0][2], list(TITLES).index(f[0][0])))
                if agents == n and (choice := best(outcomes))}
        tables.write_series(results / f"error_against_time_{kind}_{n}.csv", some)
        tables.insert(page, f"{kind}: error against time {n}", tables.fixed_times(some, (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)))


def exponential(plan, runs, results):
    found = main_sweep(plan, runs, "exponential")
    found.update(all_reduce(plan, runs))
    write_main(results, "exponential", found)


def erdos_renyi(plan, runs, results):
    write_main(results, "erdos_renyi", main_sweep(plan, runs, "erdos_renyi"))


def delays(plan, runs, results):
    """Sixteen agents, from a delay of four local steps to one of four hundred."""
    n, rows, some = 16, [], {}
    gp_step = best(sweep(plan, runs, GP, n, STEPS))[0]
    grids = {0: (STEPS, ROUNDS), 5: (STEPS_DELAYED, ROUNDS_DELAYED), 10: (STEPS_DELAYED, ROUNDS_DELAYED),
             50: ((0.25, 0.35, 0.5, 0.7, 1), 12000), 500: ((0.01, 0.1, 1), 4000)}
    base = {}
    for delay, (steps, rounds) in grids.items():
        agp = sweep(plan, runs, AGP, n, steps, delay=delay, rounds=rounds)
        gp = runs.run(plan.scenario(GP, n, gp_step, delay=delay))
        base = base or {AGP: best(agp)[1].time_to(TARGET), GP: gp.time_to(TARGET)}
        choice = best(agp)
        chosen = choice[1] if choice else min(agp.values(), key=lambda o: o.final)
        some.update({f"AGP +{delay} ms step={s:g}": o for s, o in agp.items() if o is chosen})
        some[f"GP +{delay} ms step={gp_step:g}"] = gp
        ratio = lambda t, m: f"{digits(t)} s · {t / base[m]:.3g}×" if t is not None else "never"
        rows.append([f"{delay} ms", f"{delay / 1e3 / round_time(n):.3g}",
                     "<br>".join(f"{s:g}: {tables.time_or_failure(o)}" for s, o in agp.items()),
                     ratio(choice and choice[1].time_to(TARGET), AGP), ratio(gp.time_to(TARGET), GP),
                     digits(gp.at(chosen.virtual_time), 2) if gp.virtual_time > chosen.virtual_time else "done",
                     digits(chosen.minimum_weight, 2), digits(chosen.rate_bias, 2), f"{100 * gp.idle_share:.0f} %"])
    page = results / PAGE
    tables.insert(page, "delays", tables.table(
        ["delay", "in local steps", "AGP, each α: seconds or (error)", "AGP, best", f"GP, α = {gp_step:g}",
         "GP's error when AGP ends", "AGP smallest y", "AGP rate bias", "GP idle"], rows))
    tables.write_series(results / "error_against_time_delays_16.csv", some)
    tables.insert(page, "delays: error against time", tables.fixed_times(some, (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)))


def barrier(plan, runs, results):
    """The authors' non-blocking barrier, for delays that AGP alone does not survive."""
    n, steps = 16, (1, 2)
    keys = [(delay, lead, step) for delay in (50, 500) for lead in (8, 16, 32) for step in steps]
    outcomes = runs.run_all(plan.scenario(AGP, n, step, delay=delay, max_lead=lead, rounds=ROUNDS_DELAYED)
                            for delay, lead, step in keys)
    found = dict(zip(keys, outcomes))
    rows = [[f"{delay} ms", lead, *(time_and_error(found[delay, lead, step]) for step in steps),
             digits(min(found[delay, lead, step].minimum_weight for step in steps), 2),
             digits(found[delay, lead, steps[0]].rate_bias, 2), f"{100 * found[delay, lead, steps[0]].idle_share:.0f} %"]
            for delay, lead, step in keys if step == steps[0]]
    tables.insert(results / PAGE, "barrier", tables.table(
        ["delay", "max_lead", *(f"α = {s:g}" for s in steps), "smallest y", "rate bias", "idle"], rows))


def weights(plan, runs, results):
    """The push-sum weights alone, for every n and delay."""
    delays_ms = (0, 5, 10, 50, 100, 200, 500)
    for kind in ("exponential", "erdos_renyi"):
        keys = [(n, d) for n in AGENTS for d in delays_ms]
        found = dict(zip(keys, runs.run_all(plan.weights_only(n, d, kind) for n, d in keys)))
        tables.insert(results / PAGE, f"weights: {kind}", tables.table(
            ["n", *(f"{d} ms" for d in delays_ms)],
            [[n, *(digits(found[n, d].minimum_weight, 2) for d in delays_ms)] for n in AGENTS]))


def in_degrees(plan, runs, results):
    """Uneven in-degrees, no delay."""
    rows = []
    for kind, n in (("exponential", 16), ("star", 16), ("barabasi_albert", 16), ("funnel", 8), ("funnel", 16)):
        for method in (AGP, GP):
            of = sweep(plan, runs, method, n, (0.25, 1, 2.8), kind=kind, rounds=ROUNDS_MAPPED)
            rows.append([kind, n, TITLES[method], *(time_and_error(o) for o in of.values()),
                         digits(min(o.minimum_weight for o in of.values()), 2)])
    tables.insert(results / PAGE, "in-degrees", tables.table(
        ["graph", "n", "method", "α = 0.25", "α = 1", "α = 2.8", "smallest y"], rows))


def time_and_error(outcome):
    return tables.time_or_failure(outcome) + (" s" if outcome.time_to(TARGET) is not None else "")


def bias(plan, runs, results):
    """Four agents, one of them eleven times slower: whose data are learnt."""
    keys = [(partition, known, step) for partition in ("uniform", "contiguous", "by_label") for known in (False, True)
            for step in (0.5, 1)]
    outcomes = runs.run_all(plan.scenario(AGP, 4, step, delay=50, partition=partition, known_rates=known)
                            for partition, known, step in keys)
    found = dict(zip(keys, outcomes))
    rows = []
    for partition in ("uniform", "contiguous", "by_label"):
        for known in (False, True):
            of = [found[partition, known, step] for step in (0.5, 1)]
            rows.append([partition, "yes" if known else "no", *(time_and_error(o) for o in of), digits(of[0].rate_bias, 2),
                         digits(of[0].minimum_weight, 2)])
    tables.insert(results / PAGE, "bias", tables.table(
        ["partition", "known_rates", "α = 0.5", "α = 1", "rate bias ‖x*_r − x*‖", "smallest y"], rows))


def standardised(plan, runs, results):
    """The other scaling of the data."""
    ns, steps = (4, 16, 64), (1.4, 2, 2.8, 4)
    found = {}
    for n in ns:
        found[AGP, n, 0] = sweep(plan, runs, AGP, n, steps, scale="standardise")
        found[GP, n, 0] = sweep(plan, runs, GP, n, steps, scale="standardise")
    tables.insert(results / PAGE, "standardised", tables.every_run(found))
    tables.insert(results / PAGE, "standardised: speed-up", tables.speed_up(found, ns))


def mutated(plan, runs, results):
    tables.insert(results / PAGE, "mutations", mutations.run(runs))


PHASES = {"exponential": exponential, "erdos_renyi": erdos_renyi, "weights": weights, "delays": delays, "barrier": barrier,
          "in_degrees": in_degrees, "bias": bias, "standardised": standardised, "scenarios": mutated}

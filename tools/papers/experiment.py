"""The plan: which runs make the published experiment of asynchronous gradient-push."""

import copy
import json

AGENTS = (4, 8, 16, 32, 64)
GRAPHS = ("exponential", "erdos_renyi")
AGP, GP, ALL_REDUCE = "asynchronous_gradient_push", "gradient_push", "all_reduce_gradient_descent"
TARGET = 0.01
SAMPLES, RATE = 20000, 1e6
DELAY = 10  # milliseconds a step, the main setting

# Grids of step sizes, and the local steps per agent after which a run that is not at the target is given up.
STEPS = (2, 2.8, 4, 5.6)
STEPS_DELAYED = (1, 1.4, 2, 2.8)
ROUNDS, ROUNDS_DELAYED, ROUNDS_MAPPED = 2500, 4000, 1500


def round_time(agents):
    """Seconds that one local step takes on average, without delay."""
    return SAMPLES / agents / RATE


def graph(kind, agents):
    if kind == "erdos_renyi":  # average degree min(n−1, 4)
        return {"kind": kind, "agents": agents, "probability": min(agents - 1, 4) / (agents - 1)}
    if kind == "funnel":
        return {"kind": "file", "file": f"funnel_{agents}.txt", "format": "edge_list", "directed": True}
    if kind == "barabasi_albert":
        return {"kind": kind, "agents": agents, "attach": 2}
    return {"kind": kind, "agents": agents}


class Plan:
    """Turns a few words about a run into a scenario, starting from one base scenario."""

    def __init__(self, base_file):
        self.base = json.loads(base_file.read_text())
        for key in ("//", "description", "expect"):
            self.base.pop(key, None)

    def scenario(self, method, agents, step, kind="exponential", delay=0, rounds=ROUNDS, scale="minmax",
                 partition="uniform", known_rates=False, max_lead=None):
        s = copy.deepcopy(self.base)
        s["topology"] = graph(kind, agents)
        s["problem"]["data"]["scale"] = scale
        s["problem"]["partition"] = {"kind": partition}
        s["algorithm"] = {"kind": method, "step_size": step}
        if known_rates:
            s["algorithm"]["known_rates"] = True
        if max_lead:
            s["algorithm"]["max_lead"] = max_lead
        if delay:
            s["compute"]["stragglers"] = [{"agents": [0], "add": f"{delay}ms"}]
        s["stop"] = {"updates": agents * rounds, "target": {"suboptimality": TARGET}}
        s["record"]["every"] = {"updates": agents * 10}
        s["name"] = f"{method}-{kind}-n{agents}-step{step}-delay{delay}ms-{scale}-{partition}"
        return s

    def weights_only(self, agents, delay, kind="exponential", seconds=2):
        """The push-sum weights do not depend on the problem: a cheap one shows them."""
        mean = round_time(agents)
        return {"name": f"weights-{kind}-n{agents}-delay{delay}ms", "seed": self.base["seed"],
                "topology": graph(kind, agents),
                "problem": {"kind": "quadratic", "dimension": 1, "condition_number": 1, "heterogeneity": 0},
                "algorithm": {"kind": AGP, "step_size": 1e-3, "weight_floor": 0},
                "compute": {"time": {"kind": "uniform", "low": mean / 1.2, "high": mean / 0.8},
                            **({"stragglers": [{"agents": [0], "add": f"{delay}ms"}]} if delay else {})},
                "network": self.base["network"], "stop": {"virtual_time": seconds},
                "record": {"every": {"virtual_time": "20ms"}, "metrics": ["suboptimality", "minimum_weight"]}}


def best(outcomes):
    """(step, outcome) of the smallest time to the target; None when no step reaches it."""
    reached = [(o.time_to(TARGET), step, o) for step, o in outcomes.items() if o.time_to(TARGET) is not None]
    if not reached:
        return None
    _, step, outcome = min(reached, key=lambda r: r[:2])
    return step, outcome

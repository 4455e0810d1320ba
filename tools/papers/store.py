"""Runs of taubar, kept by the content of their scenario, so that an interrupted series goes on where it was."""

import concurrent.futures
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path


class Store:
    """Results of scenarios: DIR/<hash of the scenario>/ as `taubar run --out` writes them."""

    def __init__(self, program, directory, home, data, jobs):
        self.program, self.directory, self.home, self.jobs = program, Path(directory), Path(home), jobs
        self.environment = dict(os.environ, **({"TAUBAR_DATA": str(data)} if data else {}))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()

    def place(self, scenario):
        text = json.dumps(scenario, sort_keys=True)
        return self.directory / hashlib.sha256(text.encode()).hexdigest()[:16]

    def run(self, scenario):
        """The Outcome of a scenario, from the store or from a new run. Exit code 3 (diverged) is an outcome."""
        place = self.place(scenario)
        if not (place / "done").exists():
            self._execute(scenario, place)
        return Outcome(place)

    def run_all(self, scenarios):
        """Outcomes in the order of the scenarios; `jobs` processes at a time."""
        scenarios = list(scenarios)
        missing = sum(not (self.place(s) / "done").exists() for s in scenarios)
        print(f"{len(scenarios)} runs, {missing} of them new", file=sys.stderr)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(self.run, scenarios))

    def _execute(self, scenario, place):
        # The scenario stands in its own folder: files that it names are copied beside it.
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "scenario.json"
            file.write_text(json.dumps(scenario, indent=1))
            named = scenario["topology"].get("file")
            if named:
                (Path(folder) / named).write_bytes((self.home / named).read_bytes())
            command = [self.program, "run", str(file), "--threads", "1", "--quiet", "--json", "--out", str(place)]
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise SystemExit(f"{scenario['name']}: exit code {done.returncode}\n{done.stderr}")
        (place / "done").write_text(f"{done.returncode}\n")
        outcome = Outcome(place)
        with self.lock:
            print(f"  {scenario['name']}: {outcome.stopped_by} at {outcome.virtual_time:.4g} s, "
                  f"suboptimality {outcome.final:.3g}, {outcome.wall_time:.1f} s", file=sys.stderr, flush=True)


class Outcome:
    """What one run left."""

    def __init__(self, place):
        self.summary = json.loads((Path(place) / "summary.json").read_text())
        with open(Path(place) / "metrics.csv", newline="") as file:
            self.records = list(csv.DictReader(file))
        s = self.summary
        self.stopped_by, self.virtual_time, self.wall_time = s["stopped_by"], s["virtual_time"], s["wall_time"]
        self.minimum_weight, self.agents, self.updates = s.get("minimum_weight"), s["agents"], s["updates"]
        self.rate_bias = (s.get("rate_bias") or {}).get("measured")
        self.idle_share = s["idle_share"]
        value = s["final"].get("suboptimality")
        self.final = float("nan") if value is None else value

    def time_to(self, level):
        """Time of the first record at or below the level; None if there is none."""
        for record in self.records:
            if float(record["suboptimality"]) <= level:
                return float(record["time"])
        return None

    def at(self, time):
        """Suboptimality of the last record at or before a time; None once the run has ended."""
        if time > self.virtual_time * (1 + 1e-9):
            return None
        return [float(r["suboptimality"]) for r in self.records if float(r["time"]) <= time][-1]

    def activations(self):
        """Local steps per agent, on average."""
        return self.updates / self.agents

"""The scenarios of this folder as they stand, and each with one thing changed so that every claim of it must fail."""

import hashlib
import json
import subprocess

import tables

MUTATIONS = {
    "agp_no_delay": ['/compute/stragglers=[{"agents":[0],"add":"50ms"}]'],
    "agp_one_delayed_agent": ["/compute/stragglers/0/add=50ms"],
    "gradient_push_one_delayed_agent": ["/algorithm/kind=asynchronous_gradient_push", "/algorithm/step_size=2"],
    "agp_uneven_in_degrees": ['/topology={"kind":"exponential","agents":16}'],
    "agp_extreme_delay": ["/compute/stragglers/0/add=0ms", "/algorithm/step_size=1"],
    "agp_rate_bias": ["/algorithm/known_rates=true"],
}


def execute(runs, scenario, changes):
    """(exit code, expectations) of one scenario with changes; kept like any other run."""
    key = hashlib.sha256((scenario.read_text() + json.dumps(changes)).encode()).hexdigest()[:16]
    kept = runs.directory / f"claim_{scenario.stem}_{key}.json"
    if not kept.exists():
        command = [runs.program, "run", str(scenario), "--threads", "1", "--quiet", "--json"]
        for change in changes:
            command += ["--set", change]
        done = subprocess.run(command, env=runs.environment, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        kept.write_text(json.dumps({"code": done.returncode, "summary": json.loads(done.stdout)}))
    answer = json.loads(kept.read_text())
    return answer["code"], answer["summary"]["expectations"]


def run(runs):
    """A row a scenario; a wrong exit code ends the driver."""
    rows, wrong = [], []
    for name, changes in MUTATIONS.items():
        scenario = runs.home / f"{name}.json"
        code, expectations = execute(runs, scenario, [])
        broken, failed = execute(runs, scenario, changes)
        if (code, broken) != (0, 1) or any(e["holds"] for e in failed):
            wrong.append(f"{name}: exit codes {code} and {broken} instead of 0 and 1, or a claim that does not fail: {failed}")
        claims = "<br>".join(claim(e) for e in expectations)
        failing = "<br>".join(claim(e) for e in failed)
        rows.append([f"`{name}.json`", code, claims, " ".join(f"`--set '{c}'`" for c in changes), broken, failing])
    if wrong:
        raise SystemExit("\n".join(wrong))
    header = ["scenario", "exit", "what it claims (measured)", "mutation", "exit", "what then fails (measured)"]
    return tables.table(header, rows)


def claim(expectation):
    measured = expectation["measured"]
    return f"{expectation['expectation']} ({'never' if measured is None else tables.digits(measured)})"

#!/usr/bin/env bash
# tests/sweep/killed_sweeps.sh [KILLS [RUNS [SEED]]]  kills a sweep (SIGKILL) KILLS times at random moments, then lets it end
#
# First the same sweep runs undisturbed. The killed one is begun again after each kill; when all of its runs are there before
# the kills are used up, the results so far are set aside and compared, and it begins from nothing. In the end every run must be
# there once, with the fingerprint of the undisturbed sweep; rows must never become fewer; and the database must pass SQLite's
# integrity check. Every fifth kill hits a worker instead: that costs its run, which --retry-failed does again at the end.
# PROGRAM (build/taubar) may be set. Needs python3.
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
kills=${1:-200} runs=${2:-1000}
RANDOM=${3:-1}
program=${PROGRAM:-$root/build/taubar}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch
cat >"$scratch/killed.json" <<JSON
{"name": "killed", "scenario": {"topology": {"kind": "ring", "agents": 8},
  "problem": {"kind": "quadratic", "dimension": 8, "heterogeneity": 1},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"time": {"kind": "exponential", "mean": 1}}, "network": {"latency": "100ms"},
  "stop": {"virtual_time": 1000}, "record": {"every": 10}},
 "grid": {"/algorithm/step_size": [0.05, 0.1], "/topology/kind": ["ring", "star"]}, "seeds": {"count": $((runs / 4))}}
JSON

rows() {
  python3 - "$1" <<'PYTHON'
import pathlib, sqlite3, sys
file = pathlib.Path(sys.argv[1], "results.sqlite")
try:
    print(sqlite3.connect(f"file:{file}?mode=ro", uri=True).execute("SELECT count(*) FROM runs").fetchone()[0] if file.exists() else 0)
except sqlite3.OperationalError:  # before its tables are there
    print(0)
PYTHON
}

same() {
  python3 - "$1" "$2" "$runs" <<'PYTHON'
import sqlite3, sys
results = []
for directory in sys.argv[1:3]:
    database = sqlite3.connect(directory + "/results.sqlite")
    if (found := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        sys.exit(f"{directory}: {found}")
    rows = database.execute("SELECT key, status, fingerprint, length(summary) > 0 FROM results").fetchall()
    if len(rows) != int(sys.argv[3]) or len({row[0] for row in rows}) != len(rows):
        sys.exit(f"{directory}: {len(rows)} rows of {len({row[0] for row in rows})} keys")
    results.append(sorted(rows))
if results[0] != results[1]:
    sys.exit(f"{sum(a != b for a, b in zip(*results))} runs differ")
print(f"{len(results[0])} runs, each once, all fingerprints equal, integrity ok")
PYTHON
}

finish_and_compare() {
  "$program" sweep "$scratch/killed.json" --out "$out" --retry-failed --quiet || echo "the last call exits with $?"
  same "$scratch/calm" "$out" || bad=$((bad + 1))
}

"$program" sweep "$scratch/killed.json" --out "$scratch/calm" --quiet || exit 1
bad=0 fewer=0 before=0 round=1 out=$scratch/out1 workers=0
for ((kill = 1; kill <= kills; ++kill)); do
  {  # the shell would tell of each that was killed
    "$program" sweep "$scratch/killed.json" --out "$out" --jobs 2 --quiet &
    sweep=$!
    sleep "$(printf '0.%03d' $((RANDOM % 250)))"
    victim=$sweep
    if ((kill % 5 == 0)); then
      mapfile -t children < <(pgrep -P "$sweep")
      if ((${#children[@]} > 0)); then victim=${children[0]} workers=$((workers + 1)); fi
    fi
    kill -KILL "$victim"
    sleep 0.02
    kill -KILL "$sweep"
    wait "$sweep"
  } 2>/dev/null
  now=$(rows "$out")
  if ((now < before)); then fewer=$((fewer + 1)); fi
  before=$now
  if ((now >= runs && kill < kills)); then
    printf 'after %d kills: ' "$kill"
    finish_and_compare
    round=$((round + 1)) before=0 out=$scratch/out$round
  fi
done
printf 'at the end: '
finish_and_compare
printf '%d kills (%d of them of a worker) in %d sweeps of %d runs: rows became fewer %d times, %d sweeps differ\n' \
  "$kills" "$workers" "$round" "$runs" "$fewer" "$bad"
[ "$bad" -eq 0 ] && [ "$fewer" -eq 0 ]

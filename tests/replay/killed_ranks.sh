#!/usr/bin/env bash
# tests/replay/killed_ranks.sh [TRIES [SEED]]  replays on four ranks and kills one of them (SIGKILL) at a random instant
#
# After every try no process of the job may be left after LIMIT seconds, and the files must be whole: JSON that parses and
# says "complete": false, CSV whose rows all have the columns of their header. The kill comes up to 2.5 s after the start of
# the launcher, so that starting, preparing and running are all hit. Prints a line a try and the sum; fails if any try fails.
# PROGRAM (build/taubar), LAUNCHER (mpirun) and LIMIT (30, for busy machines) may be set.
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
tries=${1:-50}
RANDOM=${2:-1}
program=${PROGRAM:-$root/build/taubar} launcher=${LAUNCHER:-mpirun} limit=${LIMIT:-30}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe XDG_CACHE_HOME=$scratch
cat >"$scratch/scenario.json" <<'JSON'
{"name": "killed", "topology": {"kind": "exponential", "agents": 16},
 "problem": {"kind": "quadratic", "dimension": 200, "heterogeneity": 1},
 "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 1e-6},
 "record": {"every": "10ms"}, "compute": {"time": "1ms"}, "stop": {"wall_time": "60s"},
 "expect": [{"metric": "distance", "at": "end", "below": 10}]}
JSON

# The processes of the ranks: those that run the program and name the directory of this try.
ranks() {
  local process words
  for process in /proc/[0-9]*; do
    mapfile -d '' -t words 2>/dev/null <"$process/cmdline" || continue
    if [ "${words[0]-}" = "$program" ] && [[ " ${words[*]} " == *" $out "* ]]; then echo "${process#/proc/}"; fi
  done
}

number_of() {
  tr '\0' '\n' 2>/dev/null <"/proc/$1/environ" | sed -n 's/^\(OMPI_COMM_WORLD_RANK\|PMI_RANK\)=//p' | head -n 1
}

whole() {
  python3 - "$1" <<'PYTHON'
import csv, json, pathlib, sys
files = sorted(p for p in pathlib.Path(sys.argv[1]).glob("*") if p.is_file())
for file in files:
    text = file.read_text()
    if file.suffix == ".json":
        value = json.loads(text)
        if file.name == "manifest.json" and value["complete"]:
            sys.exit("the manifest says that the run is complete")
    elif not text.endswith("\n") or len({len(row) for row in csv.reader(text.splitlines())}) != 1:
        sys.exit(f"{file.name} is cut off")
if files and "manifest.json" not in {file.name for file in files}:
    sys.exit("there are results and no manifest")
metrics = pathlib.Path(sys.argv[1], "metrics.csv")
print(f"{len(files)} files whole, {max(0, len(metrics.read_text().splitlines()) - 1) if metrics.exists() else 0} records")
PYTHON
}

# Milliseconds since the epoch.
clock() { date +%s%3N; }

bad=0 slowest=0
for ((try = 1; try <= tries; ++try)); do
  out=$scratch/out-$try
  after=$((RANDOM % 2500)) choice=$RANDOM
  "$launcher" -n 4 "$program" replay "$scratch/scenario.json" --out "$out" --pace scenario --quiet >"$scratch/log" 2>&1 </dev/null &
  job=$!
  sleep "$((after / 1000)).$(printf '%03d' $((after % 1000)))"
  mapfile -t found < <(ranks)
  while [ ${#found[@]} -eq 0 ] && kill -0 "$job" 2>/dev/null; do mapfile -t found < <(ranks); done  # not started yet
  if [ ${#found[@]} -eq 0 ]; then
    printf 'try %d: the replay ended before a rank was killed\n' "$try"
    cat "$scratch/log"
    exit 1
  fi
  victim=${found[$((choice % ${#found[@]}))]}
  number=$(number_of "$victim")
  began=$(clock)
  kill -KILL "$victim"
  while { kill -0 "$job" 2>/dev/null || [ -n "$(ranks)" ]; } && [ $(($(clock) - began)) -lt $((limit * 1000)) ]; do sleep 0.02; done
  took=$(($(clock) - began))
  left=$(ranks | tr '\n' ' ')
  problem=
  if kill -0 "$job" 2>/dev/null || [ -n "$left" ]; then
    problem="after $limit s there is left: ${left:-the launcher}"
    # shellcheck disable=SC2086 # processes are words
    kill -KILL "$job" $left 2>/dev/null
  fi
  wait "$job" 2>/dev/null
  code=$?
  [ "$code" -ne 0 ] || problem="$problem the launcher's exit code is 0"
  if [ -d "$out" ]; then state=$(whole "$out" 2>&1) || problem="$problem $state"; else state='no directory yet'; fi
  temporary=$(find "$out" -name '.*' -type f 2>/dev/null | wc -l)
  [ "$took" -le "$slowest" ] || slowest=$took
  printf 'try %d: rank %s killed after %d ms; all gone after %d ms, exit code %d; %s, %d temporary files%s\n' "$try" \
    "${number:-?}" "$after" "$took" "$code" "$state" "$temporary" "${problem:+; FAILED: $problem}"
  [ -z "$problem" ] || bad=$((bad + 1))
done
printf '%d tries, %d failed; the slowest end came %d ms after the kill\n' "$tries" "$bad" "$slowest"
[ "$bad" -eq 0 ]

#!/usr/bin/env bash
# tests/replay/slurm.sh  `taubar replay` under Slurm, on a machine that has it: srun, sbatch, scancel, a killed rank
#
# Every check prints a line with what was seen; fails if any check fails. Without a Slurm that answers, it says SKIPPED and
# succeeds. For a cluster of one node, this machine, with four processors or more. PROGRAM (build/taubar), MPI (what srun
# --mpi is given: pmix; for MPICH: pmi2), OTHER_MPI (none: what joins no rank) and LIMIT (30, seconds until all must have
# ended) may be set.
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
program=${PROGRAM:-$root/build/taubar} mpi=${MPI:-pmix} limit=${LIMIT:-30} other=${OTHER_MPI:-none}
for tool in srun sbatch scancel sinfo python3; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: replays under Slurm (no $tool here)"; exit 0; }
done
timeout 20 sinfo >/dev/null 2>&1 || { echo "SKIPPED: replays under Slurm (sinfo gets no answer)"; exit 0; }
[ -x "$program" ] || { echo "there is no $program; tools/build makes it"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 XDG_CACHE_HOME=$scratch
job=taubar-slurm-$$
cat >"$scratch/scenario.json" <<'JSON'
{"name": "slurm", "topology": {"kind": "ring", "agents": 9},
 "problem": {"kind": "quadratic", "dimension": 3, "heterogeneity": 1},
 "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
 "compute": {"time": "10ms"}, "network": {"latency": "2ms"}, "stop": {"virtual_time": "300ms"}, "record": {"every": "20ms"},
 "limits": {"wall_time": "100s"}, "expect": [{"metric": "mass_error", "at": "end", "below": 1e-12}]}
JSON

passed=0 failed=0
# verdict NAME SEEN [PROBLEM]: prints and counts.
verdict() {
  if [ -z "${3-}" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  printf '%s: %s; %s\n' "$([ -z "${3-}" ] && echo passed || echo "FAILED ($3)")" "$1" "$2"
}

# The processes of the ranks: those that run the program and name the directory of this check.
ranks() {
  local process words
  for process in /proc/[0-9]*; do
    mapfile -d '' -t words 2>/dev/null <"$process/cmdline" || continue
    if [ "${words[0]-}" = "$program" ] && [[ " ${words[*]} " == *" $out "* ]]; then echo "${process#/proc/}"; fi
  done
}
task() {
  local process
  for process in $(ranks); do
    if tr '\0' '\n' 2>/dev/null <"/proc/$process/environ" | grep -qx "SLURM_PROCID=$1"; then echo "$process"; fi
  done
}

# Whether the files of $out are whole, and complete or not as asked for; prints what there is.
files() {
  python3 - "$out" "$1" <<'PYTHON'
import csv, json, pathlib, sys
found = sorted(p for p in pathlib.Path(sys.argv[1]).glob("*") if p.is_file())
files = [p for p in found if not p.name.startswith(".")]  # a file under way is hidden until it is whole
names = {file.name for file in files}
whole = {"manifest.json", "summary.json", "verdict.json", "metrics.csv"}
complete = sys.argv[2] == "complete"
if missing := (whole | {"steps.csv", "messages.csv", "ranks.csv"} if complete else whole) - names:
    sys.exit(f"there is no {', '.join(sorted(missing))}")
for file in files:
    text = file.read_text()
    if file.suffix == ".json":
        value = json.loads(text)
        if file.name == "manifest.json" and value["complete"] != complete:
            sys.exit(f"the manifest says complete: {value['complete']}")
    elif not text.endswith("\n") or len({len(row) for row in csv.reader(text.splitlines())}) != 1:
        sys.exit(f"{file.name} is cut off")
summary = json.loads((pathlib.Path(sys.argv[1]) / "summary.json").read_text())
print(f"{len(files)} files whole, {summary['replay']['ranks']} ranks, stopped by {summary['stopped_by']}"
      + (f", {len(found) - len(files)} temporary files" if len(found) > len(files) else ""))
PYTHON
}

# command_of CHECK TASKS [OPTIONS_OF_SRUN…] -- [OPTIONS_OF_REPLAY…]: sets $out and $command.
command_of() {
  out=$scratch/$1
  local tasks=$2 step=()
  shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do step+=("$1"); shift; done
  shift
  command=(srun "--job-name=$job" "--mpi=$mpi" -n "$tasks" "${step[@]}" "$program" replay "$scratch/scenario.json"
    --out "$out" --pace scenario "$@")
}
# replay: the same, and runs it to its end; sets $code, fills $scratch/stdout and $scratch/stderr.
replay() {
  command_of "$@"
  timeout 100 "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null
  code=$?
}

# said TEXT: how often standard error has it.
said() { grep -cF -- "$1" "$scratch/stderr"; }

# Milliseconds since the epoch.
clock() { date +%s%3N; }

# ended CHECK EXPECTED_CODES OPTIONS_OF_SRUN ACTION…: a replay of 1000 s on four tasks is ended by ACTION; all must go, the files stay.
ended() {
  local name=$1 codes=$2 options=$3 began left problem='' seen took
  shift 3
  # shellcheck disable=SC2086 # options are words
  command_of "${name//[^a-zA-Z0-9]/-}" 4 $options -- --set /stop/virtual_time=1000s --quiet
  "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
  launcher=$!
  began=$(clock)
  until [ "$(wc -l 2>/dev/null <"$out/metrics.csv" || echo 0)" -gt 4 ]; do
    if [ $(($(clock) - began)) -gt 60000 ] || ! kill -0 "$launcher" 2>/dev/null; then
      verdict "$name" "$(tail -n 1 "$scratch/stderr")" 'no record within 60 s'
      scancel "--name=$job"
      wait "$launcher"
      return
    fi
    sleep 0.05
  done
  began=$(clock)
  "$@"
  while { kill -0 "$launcher" 2>/dev/null || [ -n "$(ranks)" ]; } && [ $(($(clock) - began)) -lt $((limit * 1000)) ]; do sleep 0.05; done
  took=$(($(clock) - began))
  left=$(ranks | tr '\n' ' ')
  if kill -0 "$launcher" 2>/dev/null || [ -n "$left" ]; then
    problem="after $limit s there is left: ${left:-srun}"
    scancel --signal=KILL "--name=$job"
    # shellcheck disable=SC2086 # processes are words
    kill -KILL "$launcher" $left 2>/dev/null
  fi
  wait "$launcher" 2>/dev/null
  code=$?
  [[ " $codes " == *" $code "* ]] || problem="$problem exit code $code is none of $codes"
  seen=$(files incomplete 2>&1) || problem="$problem $seen"
  verdict "$name" "all gone after $took ms, exit code $code; $seen" "$problem"
}

kill_task() { kill -KILL "$(task "$1")"; }
interrupt_twice() {
  kill -INT "$launcher"
  sleep 0.3
  kill -INT "$launcher" 2>/dev/null
}

for tasks in 2 4; do
  replay "srun-$tasks" "$tasks" -- --json
  problem='' seen=$(files complete 2>&1) || problem=$seen
  [ "$code" -eq 0 ] || problem="$problem exit code $code"
  cmp -s <(python3 -m json.tool "$scratch/stdout") <(python3 -m json.tool "$out/summary.json") ||
    problem="$problem standard output is not one JSON object, that of summary.json"
  [[ $seen == *"$tasks ranks"* ]] || problem="$problem not $tasks ranks"
  verdict "srun -n $tasks, --json" "exit code $code; $seen" "$problem"
done

# declined CHECK CODE TEXT TASKS OPTIONS…: exit code, and the message once; no results.
declined() {
  local name=$1 expected=$2 text=$3 problem=''
  shift 3
  replay "${name//[^a-zA-Z0-9]/-}" "$@"
  [ "$code" -eq "$expected" ] || problem="exit code $code"
  [ "$(said "$text")" -eq 1 ] || problem="$problem \"$text\" was said $(said "$text") times"
  [ ! -e "$out/summary.json" ] || problem="$problem there is a summary.json"
  verdict "$name" "exit code $code; \"$text\" once" "$problem"
}
declined 'a wrong scenario' 2 'must be a number at least 0' 4 -- --set /algorithm/step_size=-3
declined 'a wrong option' 2 'walking' 4 -- --pace walking
declined '4 tasks, 2 hosts' 2 'start it with mpirun -n 2 or srun -n 2' 4 -- --set '/hosts={"count":2}'
declined '10 tasks, 9 agents' 2 'any number from 1 to 9 fits' 10 --overcommit -- --quiet

replay time-limit 4 -- --set /stop/virtual_time=1000s --time-limit 1
problem='' seen=$(files complete 2>&1) || problem=$seen
[ "$code" -eq 3 ] || problem="$problem exit code $code"
[[ $seen == *time_limit* ]] || problem="$problem not stopped by the time limit"
verdict '--time-limit 1' "exit code $code; $seen" "$problem"

ended 'SIGINT to srun twice within a second (Ctrl-C Ctrl-C)' '130 137' '' interrupt_twice
ended 'scancel --signal=INT' 130 '' scancel --signal=INT "--name=$job"
ended 'scancel' 143 '' scancel "--name=$job"
for number in 0 2; do
  ended "SIGKILL of task $number, --kill-on-bad-exit=1" '137 143' --kill-on-bad-exit=1 kill_task "$number"
done

out=$scratch/batch
cat >"$scratch/batch.sh" <<BATCH
#!/bin/sh
#SBATCH --job-name=$job
#SBATCH --ntasks=4
#SBATCH --output=$scratch/batch.log
exec srun --mpi=$mpi --kill-on-bad-exit=1 "$program" replay "$scratch/scenario.json" --out "$out" --pace scenario
BATCH
timeout 100 sbatch --wait "$scratch/batch.sh" >/dev/null 2>"$scratch/stderr"
code=$?
problem='' seen=$(files complete 2>&1) || problem=$seen
[ "$code" -eq 0 ] || problem="$problem exit code $code"
verdict 'sbatch --wait, with srun in the script' "exit code $code; $seen" "$problem"

# Open MPI itself ends (1) where it finds no PMI; MPICH's ranks are then alone, which taubar finds (6).
mpi=$other
replay not-joined 4 --kill-on-bad-exit=1 -- --quiet
problem=''
case $code in
  6) [ "$(said 'the launcher started 4 processes')" -eq 1 ] || problem='taubar did not say why, or not once' ;;
  1) [ "$(said 'the launcher started')" -eq 0 ] && [ -s "$scratch/stderr" ] || problem='nothing was said' ;;
  *) problem="exit code $code is neither 6 (taubar) nor 1 (Open MPI)" ;;
esac
[ ! -e "$out" ] || problem="$problem something was written"
verdict "srun --mpi=$other --kill-on-bad-exit=1, which joins nobody" "exit code $code; nothing written" "$problem"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

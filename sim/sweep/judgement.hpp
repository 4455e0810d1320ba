// What `taubar sweep` says when its runs are there: a pure function of the sweep file and the rows.
#pragma once
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "sim/sweep/analysis.hpp"
#include "sim/sweep/run_row.hpp"
#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

struct Judgement {
  std::string table;     ///< for the terminal
  std::string markdown;  ///< of --markdown
  std::string junit;     ///< of --junit
  config::Json json;     ///< of --json, with `exit_code`
  int exit_code = 0;     ///< 0, 1, 3 or 4 (cli.md, "Exit codes"): the highest that applies
};

/// Rows in any order, pending ones included. InputError where the baseline is of another figure.
Judgement judge(const SweepSpec& spec, const std::vector<RunRow>& rows, const JudgeOptions& options = {});

/// 0: all that is expected holds; 1: something fails or is inconclusive, or the baseline gives an alarm; 3: a run diverged,
/// crashed, was refused as wrong or went beyond its limits; 4: one was too large for the machine.
int exit_code_of(const Analysis& analysis);

}  // namespace taubar::sweep

// What the sweep's tables need of a run, small enough to read a hundred thousand of: of the summary the virtual time, the
// expectations where there are any, and the parts that figures name, of the descents the point that answers each "time_to".
// Made by the worker, kept in the row of the run; a sweep file that asks for other figures has them made again, once, from
// the whole.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/run_row.hpp"
#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// The figures that report, comparisons and expectations name; each once, sorted.
std::vector<std::string> figures_of(const SweepSpec& spec);

/// Lines "/pointer TAB JSON" and "metric TAB seconds TAB value", which are read in half the time of JSON. `figures` as figure_named (figure.hpp) takes them.
std::string digest(const std::vector<std::string>& figures, const config::Json& summary, const std::map<std::string, Descent>& descents);

/// Puts back what a digest holds: row.summary and row.descents, in part. InputError for what is none.
void restore(std::string_view digest, RunRow& row);

}  // namespace taubar::sweep

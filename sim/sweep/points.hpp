// Rows → the points of a sweep, each with its runs by seed; how points are told apart, in words and in the shell.
#pragma once
#include <string>
#include <vector>

#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// All runs of one set of parameters. It refers to the rows.
struct Point {
  std::int64_t number = 0;  ///< the least of its rows'
  SharedParameters parameters = no_parameters;
  std::vector<const RunRow*> runs;  ///< by seed
};

/// In the order of the plan.
std::vector<Point> points_of(const std::vector<RunRow>& rows);

/// Whether the point sets each of these pointers to that value; 4 and 4.0 are one value.
bool belongs(const Parameters& point, const Parameters& group);
bool same_value(const config::Json& a, const config::Json& b);

/// Pointers by which these points differ, in the order of the file. Axes of the zip that the others determine are left out,
/// the last first: of step sizes tuned for each method nobody needs to be told.
std::vector<std::string> telling_pointers(const SweepSpec& spec, const std::vector<Point>& points);

/// All pointers that the sweep sets, in the order of the file.
std::vector<std::string> axes_of(const SweepSpec& spec);

/// "/topology/agents" → "agents", "/algorithm/kind" → "algorithm"; the whole pointer where two would be called alike.
std::string axis_name(const std::string& pointer, const std::vector<std::string>& among);
/// A value without quotes, in the shortest digits.
std::string value_text(const config::Json& value);
/// The same for people: quotes inside are left out, and what is long is cut.
std::string shown_value(const config::Json& value);
/// "agents = 4, algorithm = gradient_push"; "all runs" of no parameters.
std::string parameters_text(const Parameters& parameters, const std::vector<std::string>& pointers,
                            const std::vector<std::string>& among);
/// The same text for equal parameters, different ones for others.
std::string parameters_key(const Parameters& parameters, const std::vector<std::string>& pointers);
std::string parameters_key(const Parameters& parameters);

/// "1–5", "1–3, 7".
std::string seeds_text(std::vector<std::int64_t> seeds);

/// As one word of a POSIX shell.
std::string shell_word(const std::string& text);
/// The command that makes this one run again. `options` goes to each, as "--data DIR".
std::string reproduction(const SweepSpec& spec, const RunRow& row, const std::string& options = "");

}  // namespace taubar::sweep

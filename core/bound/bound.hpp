// The axis "bound": published guarantees, one file each, evaluated on a run with the run's own constants.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bound/evidence.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

struct Bound {
  std::string_view name;     ///< "gradient_push.consensus"
  Class kind;
  std::string_view summary;  ///< one sentence: the inequality
  std::string_view source;   ///< authors, year, theorem; and whether it is as published or derived here
  /// The verdict on a run. Name and class are filled in by `judge`.
  Verdict (*evaluate)(const Evidence&);
  /// What it promises before the run: constants, the step size it allows, how vacuous it is; outcome `reported`, or
  /// does_not_apply. Null where there is nothing to say before.
  Verdict (*promise)(const Setting&);
  /// The verdict on several runs that differ in the seed alone: what only a sample of runs can tell. Null where each run is
  /// judged by itself.
  Verdict (*over)(std::span<const Evidence>) = nullptr;
};

/// In alphabetical order.
std::span<const Bound* const> bounds();
const Bound* find_bound(std::string_view name);
std::vector<std::string> bound_names();

/// `evaluate`, `over` or `promise` with name and class filled in, and ORD never judged.
Verdict judge(const Bound& bound, const Evidence& evidence);
Verdict judge(const Bound& bound, std::span<const Evidence> replicates);  ///< of a bound with `over`
Verdict promise(const Bound& bound, const Setting& setting);

}  // namespace taubar::bound

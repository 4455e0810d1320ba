// The server of asynchronous methods that apply each gradient as it comes: it holds x ∈ R^d and k, its updates so far.
//   start:                          send x^0 to every worker
//   on g from worker i, asked at x^{k−τ}:
//       x^{k+1} = update(x^k, g),  k ← k + 1      where the rule uses a gradient of delay τ; or g is dropped
//       send the present x to worker i
// The update of gradient methods is x − α g with the step α that a rule gives a gradient of delay τ.
// Duplicates are ignored; a lost message stops one worker for ever, and the others go on.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "core/algorithm/algorithm.hpp"

namespace taubar::algorithm {

/// What a gradient that has come does to the server's iterate. What its updates depend on is given to it: it has no state.
class ArrivalRule {
 public:
  virtual ~ArrivalRule() = default;
  /// The gradient was asked for `delay` updates before update number k = 0, 1, …; it comes at `now`. False: it is dropped,
  /// and x is as it was.
  virtual bool update(VectorView x, const ConstVectorView& g, std::int64_t k, std::int64_t delay, Time now) = 0;
  /// Whether x is a particle that samples, and what it has been; null where it is not.
  virtual const trace::Draws* draws() const { return nullptr; }
};

/// The step α for update number k = 0, 1, … with a gradient of that delay; nothing: the gradient is dropped.
using DelayRule = std::function<std::optional<double>(std::int64_t k, std::int64_t delay)>;

/// n GradientWorkers, then the server; all start at the mean of the initial iterates.
Programs build_first_come(const Inputs& inputs, std::unique_ptr<ArrivalRule> rule);
/// The same with x^{k+1} = x^k − α g.
Programs build_first_come(const Inputs& inputs, DelayRule rule);
/// Bytes of one worker and of its share of the server, an upper estimate; without what the rule keeps.
double expected_bytes_of_first_come(const Scale& scale);

}  // namespace taubar::algorithm

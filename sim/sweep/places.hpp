// Stored run → its place in a plan.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "sim/sweep/plan.hpp"

namespace taubar::sweep {

/// A run is looked for first where its point has its seed, which is where it stood when the plan was the same; only if one is
/// not there, all keys are put into an index, which takes longer than all the rest.
class Places {
 public:
  /// The plan outlives it.
  explicit Places(const Plan& plan) : plan_(plan) {}

  /// Of a run that was stored under this key as `point` (−1: of none) and `seed`; nothing where it is not planned.
  std::optional<std::size_t> of(std::string_view key, std::int64_t point, std::int64_t seed);

 private:
  const Plan& plan_;
  std::unordered_map<std::string_view, std::size_t> by_key_;
};

}  // namespace taubar::sweep

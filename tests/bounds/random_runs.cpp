// Every bound on runs at random: no invariant, certificate or theorem is violated, and no run fails. TAUBAR_RANDOM_RUNS says on
// how many (200 unless it does; the table of outcomes is then printed), TAUBAR_RANDOM_RUNS_SEED from which number on.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <map>

#include "core/base/linear_algebra.hpp"
#include "sim/experiment/verify.hpp"
#include "tests/bounds/random_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Of one bound, by outcome in the order of bound::Outcome.
using Counts = std::array<std::int64_t, 4>;

void print(const std::map<std::string, Counts>& table, const std::map<std::string, std::int64_t>& ends) {
  fmt::print("{:<44} {:>8} {:>8} {:>8} {:>8}\n", "bound", "holds", "violated", "does not", "reported");
  for (const auto& [name, c] : table) fmt::print("{:<44} {:>8} {:>8} {:>8} {:>8}\n", name, c[0], c[1], c[2], c[3]);
  for (const auto& [end, count] : ends) fmt::print("{} ended by {}\n", count, end);
}

/// Nobody waits and nothing bounds how often an agent acts while another does not: it gives its push-sum weight y away by
/// halves, and its step in effect is α/y. No step size is safe then. Nor is every elastic force, and the draws know nothing of
/// its limit. What such runs leave is not finite and not judged.
bool may_diverge(const experiment::Experiment& e) {
  const auto& algorithm = *e.scenario.algorithm;
  return algorithm.elasticity() || (algorithm.push() && algorithm.never_idles() && !e.scenario.asynchrony.bounded());
}

}  // namespace

TEST_CASE("no invariant, certificate or theorem is violated on 200 random runs, or as many as TAUBAR_RANDOM_RUNS says") {
  fix_linear_algebra();
  const std::uint64_t first = from_environment("TAUBAR_RANDOM_RUNS_SEED", 1);
  const std::uint64_t runs = from_environment("TAUBAR_RANDOM_RUNS", 200);
  std::map<std::string, Counts> table;
  std::map<std::string, std::int64_t> ends;
  for (std::uint64_t number = first; number < first + runs; ++number) {
    const std::string json = test::random_scenario(number).dump();
    INFO("run " << number << ": " << json);
    try {
      const auto experiment = experiment::build(read_scenario(json), {});
      const auto verified = experiment::verify(*experiment);
      ++ends[std::string(trace::name(verified.trace.stopped_by))];
      if (may_diverge(*experiment) && verified.trace.stopped_by == trace::StoppedBy::diverged) continue;
      CHECK(verified.trace.stopped_by == trace::StoppedBy::updates);
      for (const auto& verdict : verified.verdicts) {
        ++table[std::string(bound::name(verdict.kind)) + " " + verdict.bound][static_cast<std::size_t>(verdict.outcome)];
        INFO(verdict.bound << ": " << verdict.reason << "; at k = " << verdict.at_k.value_or(-1) << " "
                           << verdict.measured.value_or(0) << " against " << verdict.limit.value_or(0));
        CHECK(verdict.outcome != bound::Outcome::violated);
      }
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
    }
  }
  if (std::getenv("TAUBAR_RANDOM_RUNS")) print(table, ends);
  CHECK(table.size() == bound::bounds().size());
}

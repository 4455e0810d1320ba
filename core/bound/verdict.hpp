// What a bound says of a run: its assumptions with what was required and what was measured, its constants, and the
// verdict. A plain value; the same that `verify` prints and `expect: {bound: …}` judges.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace taubar::bound {

/// What may be asserted of a bound, printed with every verdict.
enum class Class {
  invariant,    ///< INV: exact but for round-off
  certificate,  ///< CERT: an inequality that is a theorem for the recorded run
  theorem,      ///< THM: an a-priori theorem, asserted when every assumption was verified
  statistical,  ///< STAT: an asymptotic law, with an interval over replicates
  order,        ///< ORD: unknown constants, or as published: reported, never judged
};
/// "INV", "CERT", "THM", "STAT", "ORD".
std::string_view name(Class kind);

enum class Outcome {
  holds,
  violated,
  does_not_apply,
  reported,  ///< ORD: figures without a judgement
};
std::string_view name(Outcome outcome);

/// An assumption, checked: `required` and `measured` in words with figures ("at most 12", "9").
struct Assumption {
  std::string what, required, measured;
  bool met = true;
};

/// A constant of the bound. `log10`: `value` is the decimal logarithm, because the constant itself may overflow.
struct Constant {
  std::string name;
  double value = 0;
  bool log10 = false;
  std::string meaning = {};
};

/// The bound and what it bounds at one instant of the run; both as decimal logarithms if the verdict says so.
struct CurvePoint {
  std::int64_t k = 0;
  Time time = 0;
  double measured = 0, bound = 0;
};

struct Verdict {
  std::string bound;  ///< its name in the catalogue
  Class kind = Class::order;
  Outcome outcome = Outcome::does_not_apply;
  std::string quantity;  ///< what is bounded, with its norm: "max_i ‖z_i − x̄‖₂"
  std::string reason;    ///< why it does not apply, how it is violated, or what to make of the figures
  std::string finding;   ///< a published statement that fails here; "" if there is none
  std::vector<Assumption> assumptions;
  std::vector<Constant> constants;
  std::vector<CurvePoint> curve;  ///< may be empty
  bool log10 = false;             ///< measured, limit and the curve are decimal logarithms
  /// Where the bound is tightest, or violated: the measured quantity, its limit, and k.
  std::optional<double> measured, limit;
  std::optional<std::int64_t> at_k;
  /// Smallest log10(limit / measured) over the run: decades of slack, negative where violated. Nothing for exact
  /// invariants and where measured is 0.
  std::optional<double> slack_decades;
  /// The limit never says more than the trivial bound does (information never forgotten, a wait for ever).
  bool vacuous = false;

  bool applies() const { return outcome != Outcome::does_not_apply; }
  /// Notes an assumption; false if it is not met.
  bool assume(std::string what, std::string required, std::string measured_value, bool met);
  /// The first assumption that is not met, or null.
  const Assumption* unmet() const;
  /// does_not_apply with the first unmet assumption as reason. True if there is one.
  bool declined();
  void constant(std::string constant_name, double value, std::string meaning = {});
  void constant_log10(std::string constant_name, double log10_value, std::string meaning = {});
};

/// A verdict that does not apply, for a reason that no assumption shows.
Verdict not_applicable(Class kind, std::string reason);

}  // namespace taubar::bound

// The axis "law": distributions of durations or of plain numbers. Each is drawn by inverting its distribution function
// (or, for a mixture, choosing a component first), so that the same draw gives a larger value under a slower law.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/config/catalogue.hpp"

namespace taubar::law {

struct Support {
  double low = 0, high = 0;  ///< smallest and largest possible value; high may be infinite
};

/// A law of X >= 0 (seconds or plain numbers).
class Law {
 public:
  virtual ~Law() = default;
  /// The value at level u in (0, 1): P(X <= quantile(u)) = u for continuous laws; non-decreasing in u.
  virtual double quantile(double u) const = 0;
  /// P(X <= x), exactly; tests hold it against the draws.
  virtual double cdf(double x) const = 0;
  virtual double mean() const = 0;  ///< may be infinite (pareto with shape <= 1)
  virtual Support support() const = 0;
  /// Where the law depends on virtual time (markov_modulated): the value at level u for owner `key`, at time `now`.
  /// Instants of one owner do not decrease.
  virtual double quantile_at(double u, Time, std::uint64_t /*key*/) { return quantile(u); }
  virtual bool depends_on_time() const { return false; }
};

/// Reads one kind of law; `build` is called once after reading. `seed` feeds laws with a state of their own.
struct LawSpec : config::Described {
  /// `clip:{low,high}` of every kind: values move to the bound; cdf, mean and support include the atoms.
  std::optional<double> clip_low, clip_high;
  virtual std::unique_ptr<Law> build_plain(std::uint64_t seed) const = 0;
  std::unique_ptr<Law> build(std::uint64_t seed) const;

 protected:
  void common_fields(config::Fields& f);
};

/// A bare value means constant.
const config::Catalogue<LawSpec>& laws();

}  // namespace taubar::law

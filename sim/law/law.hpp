// The axis "law": distributions of durations or of plain numbers. Each is drawn by inverting its distribution
// function (or, for a mixture, choosing a component first), so that the same draw gives a larger value under
// a slower law. Everything here is built from + − × ÷ √ and taubar::math, and so has the same bits on every
// machine.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

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
  /// The value at level u in (0, 1): P(X <= quantile(u)) = u for continuous laws. Non-decreasing in u (up to
  /// the last digits), but for laws that choose a component first: mixture, markov_modulated.
  virtual double quantile(double u) const = 0;
  /// Replaces levels by their values: for laws whose values take long to come but can come side by side.
  virtual void quantiles(std::span<double> levels) const {
    for (double& u : levels) u = quantile(u);
  }
  /// P(X <= x); tests hold it against the draws.
  virtual double cdf(double x) const = 0;
  virtual double mean() const = 0;  ///< may be infinite (pareto with shape <= 1)
  /// E min(X, x) for finite x >= 0, the integral of 1 − cdf over [0, x]: gives clipped laws their mean.
  virtual double limited_mean(double x) const = 0;
  /// E 1/X, infinite where it diverges: the mean time of a step under a law of rates.
  virtual double mean_inverse() const = 0;
  virtual Support support() const = 0;
  /// Where the law depends on virtual time (markov_modulated): the value at level u for owner `key`, at time
  /// `now`. Instants of one owner do not decrease.
  virtual double quantile_at(double u, Time, std::uint64_t /*key*/) { return quantile(u); }
  virtual bool depends_on_time() const { return false; }
};

/// `clip:{low,high}` of every kind: values move to the bound; cdf, mean and support include the atoms.
struct Clip {
  std::optional<double> low, high;
  void fields(config::Fields& f);
};

/// Reads one kind of law; `build` is called once after reading. `seed` and `place` name the streams of laws
/// with a state of their own: two laws of one model are given two places, lest their states move together.
struct LawSpec : config::Described {
  std::optional<Clip> clip;
  std::unique_ptr<Law> build(std::uint64_t seed, std::uint64_t place = 0) const;
  /// The law without its clip. InputError where the parameters do not make a law (markov_modulated,
  /// empirical).
  virtual std::unique_ptr<Law> build_plain(std::uint64_t seed, std::uint64_t place) const = 0;

 protected:
  void common_fields(config::Fields& f);
};

/// The place of the child number `child` of a law at `place`.
inline std::uint64_t place_within(std::uint64_t place, std::uint64_t child) {
  return place * 1'000'003 + child + 1;
}

/// The law of a choice, or null for an empty one. What is wrong with it joins `complaints`, after "pointer:
/// ".
std::unique_ptr<Law> build_at(const config::Choice<LawSpec>& choice, std::uint64_t seed, std::uint64_t place,
                              const std::string& pointer, std::vector<std::string>& complaints);

/// What an entry's `make` is.
template <class Spec>
std::shared_ptr<LawSpec> make_spec() {
  return std::make_shared<Spec>();
}

/// A bare value means constant.
const config::Catalogue<LawSpec>& laws();

}  // namespace taubar::law

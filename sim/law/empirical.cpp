// The law that gives each of N samples the probability 1/N: X = the smallest sample x with F(x) >= u.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"
#include "sim/law/sample_file.hpp"

namespace taubar::law {
namespace {

class EmpiricalLaw final : public Law {
 public:
  /// At least one sample, in any order.
  explicit EmpiricalLaw(std::vector<double> samples) : sorted_(std::move(samples)) {
    std::sort(sorted_.begin(), sorted_.end());
    sums_.push_back(0);
    for (double x : sorted_) sums_.push_back(sums_.back() + x);
  }
  double quantile(double u) const override {
    const auto rank = static_cast<std::size_t>(std::ceil(u * count()));
    return sorted_[std::clamp<std::size_t>(rank, 1, sorted_.size()) - 1];
  }
  double cdf(double x) const override { return static_cast<double>(up_to(x)) / count(); }
  double mean() const override { return sums_.back() / count(); }
  double limited_mean(double x) const override {
    const std::size_t below = up_to(x);
    return (sums_[below] + x * static_cast<double>(sorted_.size() - below)) / count();
  }
  double mean_inverse() const override {
    if (sorted_.front() == 0) return std::numeric_limits<double>::infinity();
    double sum = 0;
    for (double x : sorted_) sum += 1 / x;
    return sum / count();
  }
  Support support() const override { return {sorted_.front(), sorted_.back()}; }

 private:
  double count() const { return static_cast<double>(sorted_.size()); }
  std::size_t up_to(double x) const {
    return static_cast<std::size_t>(std::upper_bound(sorted_.begin(), sorted_.end(), x) - sorted_.begin());
  }

  std::vector<double> sorted_;
  std::vector<double> sums_;  ///< of the first 0, 1, … samples
};

struct Empirical final : LawSpec {
  std::string file, resolved;
  std::vector<double> samples;

  void fields(config::Fields& f) override {
    f.file("file", file, resolved,
           "one non-negative number a line, in seconds for durations; first column of a CSV");
    f.quantities("samples", samples, config::non_negative, "the values, instead of a file");
    f.demand(file.empty() != samples.empty(), "", "file or samples is needed, one of them and not empty");
    if (f.reading() && !resolved.empty()) complain_about_file(f);
    common_fields(f);
  }

  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    auto values = file.empty() ? samples : read_samples(resolved);
    if (values.empty()) throw InputError("empirical: no samples; at least one is needed");
    return std::make_unique<EmpiricalLaw>(std::move(values));
  }

 private:
  // Read once here to report its faults beside the others of the scenario, and once more to build: keeping
  // the values would hold two copies for as long as the scenario lives.
  void complain_about_file(config::Fields& f) const {
    try {
      read_samples(resolved);
    } catch (const InputError& error) {
      for (const auto& complaint : error.complaints()) f.demand(false, "file", complaint);
    }
  }
};

}  // namespace

extern const config::Entry<LawSpec> empirical_entry{
    "empirical",
    "each of N samples with probability 1/N; mean that of the samples; support from the least to the "
    "greatest",
    "", R"({"kind": "empirical", "samples": [0.001, 0.002, 0.002, 0.010]})", make_spec<Empirical>};

}  // namespace taubar::law

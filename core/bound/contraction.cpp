#include "core/bound/contraction.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/linear_algebra.hpp"

namespace taubar::bound {
namespace {

/// Where not every τ1 is formed, one serves all terms until s is this much further from k: the sum is at most that of
/// terms so much younger.
constexpr double age_growth = 1.5;

/// R(k:s), a column for each entry alive at s, a row for each alive at k. Built from k backwards.
class Product {
 public:
  Product(std::size_t agents, const std::map<std::uint64_t, bool>& alive) : rows_(agents + alive.size()) {
    std::size_t row = 0;
    for (std::size_t i = 0; i < agents; ++i) column(i)[row++] = 1;
    for (const auto& [message, unused] : alive) column(message)[row++] = 1;
  }
  /// The column of an entry; zeros for one that is not alive at k.
  std::vector<double>& column(std::uint64_t entry) {
    auto& c = columns_[entry];
    if (c.empty()) c.assign(rows_, 0.0);
    return c;
  }
  void undo_take(std::uint64_t agent, std::uint64_t message, double fraction) {
    auto& own = column(agent);
    auto& from = column(message);
    for (std::size_t r = 0; r < rows_; ++r) {
      from[r] += fraction * own[r];
      own[r] *= 1 - fraction;
    }
  }
  void undo_send(std::uint64_t agent, std::uint64_t message) {
    auto& own = column(agent);
    const auto from = columns_.find(message);
    if (from == columns_.end()) return;  // nothing of it is left at k
    for (std::size_t r = 0; r < rows_; ++r) own[r] += from->second[r];
    columns_.erase(from);
  }
  /// τ1: half the largest 1-norm of a difference of two rows.
  double coefficient() const {
    Matrix by_row(static_cast<Eigen::Index>(rows_), static_cast<Eigen::Index>(columns_.size()));
    Eigen::Index v = 0;
    for (const auto& [entry, c] : columns_) by_row.col(v++) = ConstVectorView(c.data(), by_row.rows());
    double largest = 0;
    for (Eigen::Index a = 0; a < by_row.rows(); ++a)
      for (Eigen::Index b = a + 1; b < by_row.rows(); ++b)
        largest = std::max(largest, (by_row.row(a) - by_row.row(b)).cwiseAbs().sum());
    return std::min(1.0, largest / 2);
  }

 private:
  std::size_t rows_;
  std::map<std::uint64_t, std::vector<double>> columns_;
};

}  // namespace

Contraction::Contraction(std::size_t agents, double diameter)
    : agents_(agents), diameter_(diameter), next_(agents) {}

std::size_t Contraction::perturb(std::size_t agent, double size) {
  if (stopped_) return 0;
  steps_.push_back({Kind::perturb, static_cast<std::uint32_t>(agent), 0, size});
  ++perturbations_;
  return steps_.size() - 1;
}

void Contraction::set_perturbation(std::size_t place, double size) {
  if (!stopped_) steps_[place].amount = size;
}

std::size_t Contraction::send(std::size_t agent) {
  if (stopped_) return next_++;
  steps_.push_back({Kind::send, static_cast<std::uint32_t>(agent), next_, 0});
  alive_.emplace(next_, true);
  return next_++;
}

void Contraction::take(std::size_t agent, std::size_t message, double fraction, bool last) {
  if (stopped_) return;
  steps_.push_back({Kind::take, static_cast<std::uint32_t>(agent), message, fraction});
  if (last) alive_.erase(message);
}

double Contraction::bound(bool exact) const {
  if (stopped_) return HUGE_VAL;
  Product product(agents_, alive_);
  double sum = 0, coefficient = 1, age = 0, next_age = 1;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    switch (step->kind) {
      case Kind::take: product.undo_take(step->agent, step->message, step->amount); break;
      case Kind::send: product.undo_send(step->agent, step->message); break;
      case Kind::perturb:
        if (++age >= next_age) {
          coefficient = product.coefficient();
          next_age = exact ? age + 1 : std::max(age + 1, age_growth * age);
        }
        sum += coefficient * step->amount;
    }
  }
  return product.coefficient() * diameter_ + sum;
}

void Contraction::stop() {
  stopped_ = true;
  steps_ = {};
  alive_.clear();
  perturbations_ = 0;
}

void Contraction::restart(double diameter) {
  diameter_ = diameter;
  steps_.clear();
  perturbations_ = 0;
}

}  // namespace taubar::bound

// CERT-1 against dense matrices: random events on live entries, every R formed in full.
#include "core/bound/contraction.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/linear_algebra.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::bound;

namespace {

/// A run of perturbed push-sum over named live entries, with all its matrices and its scalar ratios.
class Run {
 public:
  Run(int agents, std::uint64_t seed) : random_(seed, Purpose::data, 0), agents_(agents), certificate_(agents, start(agents)) {}

  void event(bool perturbed) {
    const int i = static_cast<int>(random_.uniform() * agents_);
    if (perturbed) {
      const double eta = random_.normal();
      certificate_.perturb(static_cast<std::size_t>(i), std::abs(eta) / weight_[i]);
      z_[i] += eta / weight_[i];
      total_x_ += eta;
      Eigen::VectorXd move = Eigen::VectorXd::Zero(size());
      move[place(i)] = eta / weight_[i];
      sizes_.push_back(std::abs(eta) / weight_[i]);
      from_.push_back(matrices_.size());
    }
    // Half stays, half is on its way as one message; some of what is on its way to i is read.
    const std::uint64_t message = next_++;
    CHECK(certificate_.send(static_cast<std::size_t>(i)) == message);
    weight_[message] = weight_[i] / 2;
    weight_[i] /= 2;
    z_[message] = z_[i];
    apply([&](std::uint64_t u, std::uint64_t v) { return u == v || (u == message && v == static_cast<std::uint64_t>(i)) ? 1.0 : 0.0; }, message, true);
    to_[message] = static_cast<int>(random_.uniform() * agents_);
    std::vector<std::uint64_t> read;
    for (const auto& [m, receiver] : to_)
      if (receiver == i && random_.uniform() < 0.5) read.push_back(m);
    for (const auto m : read) take(static_cast<std::uint64_t>(i), m);
  }

  double exact() const { return certificate_.bound(true); }
  double coarse() const { return certificate_.bound(false); }
  void restart() { certificate_.restart(certificate_.bound(false)); }

  /// The formula, from the dense products.
  double dense() const {
    double sum = coefficient(product(0)) * diameter_;
    for (std::size_t s = 0; s < sizes_.size(); ++s) sum += coefficient(product(from_[s])) * sizes_[s];
    return sum;
  }
  /// Largest |z_i − x̄| over agents.
  double consensus() const {
    double worst = 0;
    for (int i = 0; i < agents_; ++i) worst = std::max(worst, std::abs(z_.at(static_cast<std::uint64_t>(i)) - total_x_ / agents_));
    return worst;
  }

 private:
  double start(int agents) {
    double low = 0, high = 0;
    for (int i = 0; i < agents; ++i) {
      const double x = random_.normal();
      z_[static_cast<std::uint64_t>(i)] = x;
      weight_[static_cast<std::uint64_t>(i)] = 1;
      names_.push_back(static_cast<std::uint64_t>(i));
      total_x_ += x;
      low = i ? std::min(low, x) : x;
      high = i ? std::max(high, x) : x;
    }
    next_ = static_cast<std::uint64_t>(agents);
    return diameter_ = high - low;
  }
  std::size_t size() const { return names_.size(); }
  Eigen::Index place(std::uint64_t name) const {
    return std::find(names_.begin(), names_.end(), name) - names_.begin();
  }
  /// R from the old list of names to the list with `changed` appended or removed.
  template <class Entry>
  void apply(const Entry& entry, std::uint64_t changed, bool appears) {
    std::vector<std::uint64_t> now = names_;
    if (appears)
      now.push_back(changed);
    else
      now.erase(std::find(now.begin(), now.end(), changed));
    Eigen::MatrixXd R(now.size(), names_.size());
    for (std::size_t u = 0; u < now.size(); ++u)
      for (std::size_t v = 0; v < names_.size(); ++v)
        R(static_cast<Eigen::Index>(u), static_cast<Eigen::Index>(v)) = entry(now[u], names_[v]);
    for (Eigen::Index u = 0; u < R.rows(); ++u) CHECK(R.row(u).sum() == Approx(1).epsilon(1e-12));
    matrices_.push_back(R);
    names_ = now;
  }
  void take(std::uint64_t i, std::uint64_t m) {
    const double fraction = weight_[m] / (weight_[i] + weight_[m]);
    certificate_.take(i, m, fraction, true);
    apply([&](std::uint64_t u, std::uint64_t v) { return u == i && v == m ? fraction : u == i && v == i ? 1 - fraction : u == v ? 1.0 : 0.0; }, m, false);
    z_[i] = (1 - fraction) * z_[i] + fraction * z_[m];
    weight_[i] += weight_[m];
    z_.erase(m);
    weight_.erase(m);
    to_.erase(m);
  }
  Eigen::MatrixXd product(std::size_t from) const {
    Eigen::MatrixXd R = Eigen::MatrixXd::Identity(matrices_.empty() ? static_cast<Eigen::Index>(size()) : matrices_[from].cols(),
                                                  matrices_.empty() ? static_cast<Eigen::Index>(size()) : matrices_[from].cols());
    for (std::size_t s = from; s < matrices_.size(); ++s) R = matrices_[s] * R;
    return R;
  }
  static double coefficient(const Eigen::MatrixXd& R) {
    double largest = 0;
    for (Eigen::Index u = 0; u < R.rows(); ++u)
      for (Eigen::Index w = 0; w < R.rows(); ++w) largest = std::max(largest, (R.row(u) - R.row(w)).lpNorm<1>());
    return largest / 2;
  }

  Stream random_;
  int agents_;
  std::uint64_t next_ = 0;
  double total_x_ = 0, diameter_ = 0;
  std::map<std::uint64_t, double> z_, weight_;
  std::map<std::uint64_t, int> to_;
  std::vector<std::uint64_t> names_;
  std::vector<Eigen::MatrixXd> matrices_;
  std::vector<double> sizes_;
  std::vector<std::size_t> from_;
  Contraction certificate_;
};

}  // namespace

TEST_CASE("the certificate equals the sum over dense products to 1e-12 on 40 random runs of 3 to 6 agents") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Run run(3 + static_cast<int>(seed % 4), seed);
    for (int e = 0; e < 40; ++e) run.event(e % 3 != 0);
    CHECK(run.exact() == Approx(run.dense()).epsilon(1e-12));
  }
}

TEST_CASE("the certificate is never below the consensus error in 60 runs of 200 events, exact or chained over windows") {
  double closest = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Run run(4, 100 + seed), chained(4, 100 + seed);
    for (int e = 0; e < 200; ++e) {
      run.event(e < 100);
      chained.event(e < 100);
      if (e % 25 == 24) {
        CHECK(run.exact() >= run.consensus() - 1e-12);
        CHECK(run.coarse() >= run.exact() - 1e-12);
        CHECK(chained.coarse() >= chained.consensus() - 1e-12);
        closest = std::max(closest, run.consensus() / run.exact());
        chained.restart();
      }
    }
  }
  CHECK(closest > 0.05);  // and it is of the size of what it bounds
}

TEST_CASE("without perturbation the certificate tends to 0: 4 agents, 600 events") {
  Run run(4, 7);
  const double before = run.exact();
  for (int e = 0; e < 600; ++e) run.event(false);
  CHECK(run.exact() < 1e-3 * before);
}

TEST_CASE("a certificate that was stopped keeps nothing of what follows, and says nothing") {
  Contraction certificate(3, 1.0);
  certificate.set_perturbation(certificate.perturb(0, 0.5), 0.25);
  const auto message = certificate.send(0);
  CHECK(certificate.steps() == 2);
  certificate.stop();
  for (int step = 0; step < 1000; ++step) {
    certificate.set_perturbation(certificate.perturb(1, 0.5), 0.25);
    certificate.take(2, certificate.send(1), 0.5, true);
  }
  certificate.take(2, message, 0.5, true);  // sent before the stop
  CHECK(certificate.steps() == 0);
  CHECK(certificate.live() == 3);
  CHECK(certificate.bound(true) == HUGE_VAL);
}

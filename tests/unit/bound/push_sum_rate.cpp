// The constants of perturbed push-sum in log space, against their formulas in long double and against a matrix product.
#include "core/bound/push_sum_rate.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "core/topology/mixing.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::bound;

namespace {

constexpr double log_10 = 2.302585092994045684;

/// λ, q and C straight from their definitions; only where 1 − λ is not tiny.
struct Plain {
  long double W, lambda, q, C;
};
Plain plain(long double n, long double N, long double diameter, long double tau_bar) {
  Plain p{(diameter + 1) * tau_bar, 0, 0, 0};
  p.lambda = 1 - n * std::pow(N, -p.W);
  p.q = std::pow(p.lambda, 1 / (p.W + 1));
  p.C = 2 * std::pow(N, p.W) / std::pow(p.lambda, (p.W + 2) / (p.W + 1));
  return p;
}

}  // namespace

TEST_CASE("published rates of small networks equal their definitions to 12 digits") {
  const double cases[][4] = {{2, 2, 1, 1}, {2, 2, 1, 3}, {3, 3, 1, 2}, {5, 3, 2, 1}};
  for (const auto& c : cases) {
    const auto rate = published_rate(c[0], c[1], c[2], c[3]);
    const Plain expected = plain(c[0], c[1], c[2], c[3]);
    REQUIRE(rate);
    CHECK(rate->W == static_cast<double>(expected.W));
    CHECK(std::exp(rate->log_q) == Approx(static_cast<double>(expected.q)).epsilon(1e-12));
    CHECK(std::exp(rate->log_C) == Approx(static_cast<double>(expected.C)).epsilon(1e-12));
    CHECK(std::exp(rate->log_one_minus_q) == Approx(static_cast<double>(1 - expected.q)).epsilon(1e-12));
  }
}

TEST_CASE("published rates of (n, N, diameter, tau-bar) have the tabulated figures") {
  const auto two = published_rate(2, 2, 1, 1);
  CHECK(std::exp(two->log_q) == Approx(0.793701).margin(1e-6));
  CHECK(std::exp(two->log_C) == Approx(20.2).margin(0.05));
  const auto staler = published_rate(2, 2, 1, 3);
  CHECK(std::exp(staler->log_q) == Approx(0.995475).margin(1e-6));
  CHECK(std::exp(staler->log_C) == Approx(132.7).margin(0.05));
  const auto four = published_rate(4, 5, 2, 8);
  CHECK(four->W == 24);
  CHECK(four->log_one_minus_q / log_10 == Approx(-17.6).margin(0.05));
  CHECK(four->log_C / log_10 == Approx(17.1).margin(0.05));
  const auto sixty_four = published_rate(64, 5, 4, 40);
  CHECK(sixty_four->W == 200);
  CHECK(sixty_four->log_one_minus_q / log_10 == Approx(-140.3).margin(0.05));
  CHECK(sixty_four->log_C / log_10 == Approx(140.1).margin(0.05));
}

TEST_CASE("a published rate is not defined where n N^-W is at least 1") {
  CHECK_FALSE(published_rate(4, 2, 1, 1));
  CHECK_FALSE(published_rate(16, 2, 1, 2));
  CHECK(published_rate(15, 2, 1, 2));
}

TEST_CASE("published rates fall from 1 - q = 1e-3 to 1e-300 without a jump where the formula changes") {
  double last = 0;
  for (double tau_bar = 2; tau_bar < 200; ++tau_bar) {
    const auto rate = published_rate(3, 3, 1, tau_bar);
    REQUIRE(rate);
    // log(1 − q) = log n − W log N − log(W + 1) up to terms of the order of 1 − λ.
    const double leading = std::log(3.0) - rate->W * std::log(3.0) - std::log(rate->W + 1);
    CHECK(rate->log_one_minus_q == Approx(leading).margin(2 * std::exp(std::log(3.0) - rate->W * std::log(3.0)) + 1e-12 * std::abs(leading)));
    CHECK(rate->log_one_minus_q < last);
    last = rate->log_one_minus_q;
  }
}

TEST_CASE("provable rates: every entry of the product over W instants is at least N^-W on a 4-ring with delays") {
  // Each agent sends at each instant to its successor; a message is read τ_msg instants later; all agents always act.
  // Live entries: agents 0 … 3, and a pipeline of messages on each link.
  constexpr int n = 4, tau_msg = 2;
  constexpr int live = n + n * (tau_msg - 1);
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(live, live);
  for (int i = 0; i < n; ++i) {
    P(i, i) = 0.5;
    P(n + i, i) = 0.5;              // sent by i
    P((i + 1) % n, n + i) = 1;      // read by its successor at the next instant
  }
  const auto rate = provable_rate(2, 3, 1, tau_msg);
  CHECK(rate.W == 15);
  Eigen::MatrixXd product = Eigen::MatrixXd::Identity(live, live);
  for (int k = 0; k < static_cast<int>(rate.W); ++k) product = P * product;
  CHECK(product.topLeftCorner(n, live).minCoeff() >= std::exp(rate.log_one_minus_lambda));
  CHECK(std::exp(rate.log_one_minus_lambda) == Approx(std::pow(2.0, -15)).epsilon(1e-12));
  CHECK(rate.log_lambda == Approx(std::log1p(-std::pow(2.0, -15))).epsilon(1e-12));
}

TEST_CASE("staleness follows from times: 3 agents of 1 s, 1 s and 2 s, messages of at most 1.5 s") {
  const auto graph = topology::Digraph::from_links(3, {{0, 1}, {1, 2}, {2, 0}}, true);
  Setting setting;
  setting.graph = &graph;
  setting.method.asynchronous = setting.method.never_idles = true;
  setting.times.fastest = {1, 1, 2};
  setting.times.slowest = {1, 1, 2};
  setting.times.message_slowest = 1.5;
  const auto tau = promised_asynchrony(setting);
  REQUIRE(tau);
  CHECK(tau->tau_proc == 3 + 3 + 2);  // in 2 s: 2 + 1, 2 + 1, 1 + 1 completions at most
  CHECK(tau->tau_msg == 4 + 4 + 2);   // in 3.5 s
  setting.method.never_idles = false;  // with max_lead, say: an agent may wait without end, and so may what it should read
  CHECK_FALSE(promised_asynchrony(setting));
  setting.method.never_idles = true;
  setting.times.slowest[2] = HUGE_VAL;
  CHECK_FALSE(promised_asynchrony(setting));
  setting.enforced = Enforced{3, 4};
  CHECK(promised_asynchrony(setting)->tau_msg == 4);
}

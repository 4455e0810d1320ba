// The floor: closed forms, the published small facts, and brute force.
#include "core/bound/floor/complexities.hpp"
#include "core/bound/floor/equilibrium.hpp"
#include "core/bound/floor/limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::bound::floor;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::vector<double> random_times(Stream& random, std::size_t n, double low = 0.5, double high = 20) {
  std::vector<double> tau(n);
  for (double& t : tau) t = low + (high - low) * random.uniform();
  return tau;
}

/// Calls visit(subset) for every non-empty subset of 0 … n−1.
template <class Visit>
void for_each_subset(std::size_t n, const Visit& visit) {
  for (unsigned bits = 1; bits < (1u << n); ++bits) {
    std::vector<std::size_t> subset;
    for (std::size_t i = 0; i < n; ++i)
      if (bits >> i & 1) subset.push_back(i);
    visit(subset);
  }
}

}  // namespace

TEST_CASE("E15: 11 gradients by workers of 1 and 10 s take 10 s, between 10 and 13/1.1 s") {
  const std::vector<double> tau{1, 10};
  const auto ns = durations(tau);
  CHECK(to_seconds(time_of(11, ns)) == 10);
  CHECK(gradients_by(from_seconds(10), ns) == 11);
  CHECK(gradients_by(from_seconds(10) - 1, ns) == 9);
  CHECK(harmonic_limit(11, tau) == Approx(10).epsilon(1e-15));
  CHECK(upper_limit(11, tau) == Approx(13 / 1.1).epsilon(1e-15));
  CHECK(chain_limit(11, tau) == 11);
}

TEST_CASE("t_B is that of an explicit list of completions for B = 1 … 60 and 40 draws of 1 to 7 workers, between its limits") {
  Stream random(1, Purpose::test);
  for (int draw = 0; draw < 40; ++draw) {
    const auto tau = random_times(random, 1 + random.below(7));
    const auto ns = durations(tau);
    std::vector<Time> completions;
    for (const Duration one : ns)
      for (int m = 1; m <= 60; ++m) completions.push_back(m * one);
    std::sort(completions.begin(), completions.end());
    for (std::int64_t B = 1; B <= 60; ++B) {
      const Time t = time_of(B, ns);
      REQUIRE(t == completions[static_cast<std::size_t>(B) - 1]);
      REQUIRE(to_seconds(t) >= harmonic_limit(static_cast<double>(B), tau) - 1e-8);
      REQUIRE(to_seconds(t) <= upper_limit(static_cast<double>(B), tau) + 1e-8);
    }
  }
}

TEST_CASE("workers that never deliver count for nothing, times of 0 are 1 ns, and sums stop at 2^62") {
  const std::vector<double> tau{2, infinite, 0};
  const auto ns = durations(tau);
  CHECK(ns == std::vector<Duration>{2'000'000'000, never, 1});
  CHECK(gradients_by(from_seconds(4), std::span(ns).first(2)) == 2);
  CHECK(gradients_by(Time{1} << 62, std::vector<Duration>(3, 1)) == Time{1} << 62);
  CHECK(time_of(1, std::vector<Duration>{never, never}) == never);
  CHECK(!distance(5, 100, std::vector<Duration>{never}));
  CHECK(!distance(0, 100, ns));
  CHECK(!distance(5, 100, {}));
  const auto far = distance(11, from_seconds(15), durations(std::vector<double>{1, 10}));
  CHECK(far->seconds == 10);
  CHECK(far->ratio() == 1.5);
}

TEST_CASE("with times 1 and 10 the second worker pays from noise/steps = 9 on") {
  const std::vector<double> tau{10, 1};
  CHECK(homogeneous_time(tau, {1, 9}) == Approx(10).epsilon(1e-15));
  CHECK(homogeneous_time(tau, {1, 8.9}) == Approx(9.9).epsilon(1e-14));
  CHECK(useful_workers(tau, {1, 8.9}) == 1);
  CHECK(useful_workers(tau, {1, 9.1}) == 2);
  CHECK(homogeneous_time(tau, {1, 20}) == Approx(22 / 1.1).epsilon(1e-14));
}

TEST_CASE("the homogeneous optimum is the best of all 2^n − 1 subsets, and no method is below it, in 200 draws of up to 8") {
  Stream random(2, Purpose::test);
  for (int draw = 0; draw < 200; ++draw) {
    const auto tau = random_times(random, 1 + random.below(8), 0.01, 30);
    const Work work{1 + 10 * random.uniform(), 100 * random.uniform()};
    double best = infinite;
    for_each_subset(tau.size(), [&](const auto& subset) {
      double rate = 0;
      for (const auto i : subset) rate += 1 / tau[i];
      best = std::min(best, (static_cast<double>(subset.size()) * work.steps + work.noise) / rate);
    });
    CHECK(homogeneous_time(tau, work) == Approx(best).epsilon(1e-12));
    const double slack = 1 + 1e-12;
    CHECK(homogeneous_time(tau, work) <= asynchronous_time(tau, work) * slack);
    CHECK(asynchronous_time(tau, work) <= heterogeneous_time(tau, work) * slack);
    CHECK(heterogeneous_time(tau, work) <= minibatch_time(tau, work) * slack);
  }
}

TEST_CASE("with n equal times all four methods take tau (steps + noise/n); 6 times 3 s, 5 steps, 12 gradients: 21 s") {
  const std::vector<double> tau(6, 3.0);
  for (const auto method : {homogeneous_time, heterogeneous_time, minibatch_time, asynchronous_time})
    CHECK(method(tau, {5, 12}) == Approx(21).epsilon(1e-14));
}

TEST_CASE("times by hand for tau = (1, 2, 4), steps 3, noise 6: 8, 60/7, 16 2/3 and 20 s") {
  const std::vector<double> tau{4, 1, 2};
  // m = 1: 9, m = 2: 12/1.5 = 8, m = 3: 15/1.75 = 60/7 = 8.57
  CHECK(homogeneous_time(tau, {3, 6}) == Approx(8).epsilon(1e-14));
  CHECK(asynchronous_time(tau, {3, 6}) == Approx(60.0 / 7).epsilon(1e-14));
  CHECK(heterogeneous_time(tau, {3, 6}) == Approx(12 + 14.0 / 3).epsilon(1e-14));
  CHECK(minibatch_time(tau, {3, 6}) == Approx(20).epsilon(1e-14));
}

TEST_CASE("work by hand: L = 4, Delta = 3, sigma^2 = 2, epsilon = 0.1, R = 5, mu = 0.25") {
  CHECK(nonconvex_work(4, 3, 2, 0.1).steps == Approx(120).epsilon(1e-14));
  CHECK(nonconvex_work(4, 3, 2, 0.1).noise == Approx(2400).epsilon(1e-14));
  CHECK(convex_work(4, 5, 2, 0.1).steps == Approx(10 / std::sqrt(0.1)).epsilon(1e-14));
  CHECK(convex_work(4, 5, 2, 0.1).noise == Approx(5000).epsilon(1e-14));
  CHECK(strongly_convex_work(4, 0.25, 2, 0.1).steps == Approx(4).epsilon(1e-14));
  CHECK(strongly_convex_work(4, 0.25, 2, 0.1).noise == Approx(80).epsilon(1e-14));
  CHECK(information_floor(std::vector<double>{1, 3}, 5, 2, 0.1) == Approx(50 / (512 * 0.01) * 2).epsilon(1e-14));
}

TEST_CASE("S fresh gradients come within the time of a Rennala iteration, whatever is left of the stale jobs: 2,000 draws") {
  Stream random(3, Purpose::test);
  double closest = 0;
  for (int draw = 0; draw < 2000; ++draw) {
    const auto tau = random_times(random, 1 + random.below(6));
    const auto S = static_cast<std::int64_t>(1 + random.below(20));
    std::vector<double> fresh;
    for (const double one : tau) {
      const double stale = random.below(2) ? one : one * random.uniform();  // often the worst: just begun
      for (int m = 1; m <= 20; ++m) fresh.push_back(stale + m * one);
    }
    std::sort(fresh.begin(), fresh.end());
    const double took = fresh[static_cast<std::size_t>(S) - 1], allowed = rennala_iteration_time(tau, static_cast<double>(S));
    REQUIRE(took <= allowed * (1 + 1e-12));
    closest = std::max(closest, took / allowed);
  }
  CHECK(closest > 0.6);
}

TEST_CASE("iterations by hand: Rennala with tau = (1, 10), S = 9: 20 s; Malenia with the same: 69.5 s") {
  const std::vector<double> tau{1, 10};
  CHECK(rennala_iteration_time(tau, 9) == Approx(20).epsilon(1e-14));
  CHECK(malenia_iteration_time(tau, 9) == Approx(2 * (10 + 5.5 * 4.5)).epsilon(1e-14));
}

TEST_CASE("the plan of Rennala: S = 4,000 for sigma^2 = 1, mu = 0.1, L = 1, epsilon = 0.01, and no iteration too many") {
  const auto plan = rennala_plan(1, 0.1, 1, 7, 0.01);
  CHECK(plan.step == 1);
  CHECK(plan.batch == 4000);
  CHECK(std::pow(1 - 0.05, plan.iterations) * 7 <= 0.005);
  CHECK(std::pow(1 - 0.05, plan.iterations - 1) * 7 > 0.005);
  CHECK(rennala_plan(2, 0.1, 0, 7, 0.01).batch == 1);
  CHECK(rennala_plan(2, 0.1, 0, 0.001, 0.01).iterations == 0);
}

TEST_CASE("the plan of Ringmaster: R = 40, step 1/160, 16,800 updates for L = 2, Delta = 0.5, sigma^2 = 2, epsilon = 0.05") {
  const auto plan = ringmaster_plan(2, 0.5, 2, 0.05);
  CHECK(plan.threshold == 40);
  CHECK(plan.step == Approx(std::min(1.0 / 160, 0.05 / 16)).epsilon(1e-14));
  CHECK(plan.updates == std::ceil(8 * 40 * 2 * 0.5 / 0.05 + 16 * 2 * 2 * 0.5 / 0.0025));
  CHECK(ringmaster_plan(2, 0.5, 0, 0.05).threshold == 1);
  CHECK(ringmaster_plan(2, 0.5, 0, 0.05).step == 0.25);
}

TEST_CASE("equilibrium time: 0 with one h = 0 and tau = 0, infinite where all is, and the best of all subsets of up to 7") {
  CHECK(equilibrium_time(10, std::vector<double>{3, 0, 5}, std::vector<double>{0, 0, 0}) == 0);
  CHECK(equilibrium_time(10, std::vector<double>{infinite, infinite}, std::vector<double>{infinite, infinite}) == infinite);
  CHECK(equilibrium_time(10, std::vector<double>{infinite, infinite}, std::vector<double>{0, 0}) == infinite);
  CHECK(equilibrium_time(0, std::vector<double>{3, 4}, std::vector<double>{0, 9}) == 3);
  CHECK(equilibrium_time(12, std::vector<double>{2, 2, 2}, std::vector<double>{0, 0, 0}) == Approx(8).epsilon(1e-15));
  Stream random(4, Purpose::test);
  for (int draw = 0; draw < 200; ++draw) {
    const std::size_t n = 1 + random.below(7);
    const auto h = random_times(random, n), tau = random_times(random, n, 0, 40);
    const double s = 100 * random.uniform();
    double best = infinite;
    for_each_subset(n, [&](const auto& subset) {
      double rate = 0, reach = 0;
      for (const auto i : subset) {
        rate += 1 / h[i];
        reach = std::max({reach, h[i], tau[i]});
      }
      best = std::min(best, std::max(reach, s / rate));
    });
    CHECK(equilibrium_time(s, h, tau) == Approx(best).epsilon(1e-12));
  }
}

TEST_CASE("quickest paths: 0 → 2 over 1 takes 3 s instead of 10, and there is no way back; decentralised times by hand") {
  Matrix links = Matrix::Constant(3, 3, infinite);
  links(0, 1) = 1;
  links(1, 2) = 2;
  links(0, 2) = 10;
  Matrix paths = quickest_paths(links);
  CHECK(paths(0, 2) == 3);
  CHECK(paths(2, 0) == infinite);
  CHECK(paths(1, 1) == 0);
  links(2, 0) = 4;
  paths = quickest_paths(links);
  CHECK(paths(1, 0) == 6);
  const std::vector<double> h{1, 2, 4};
  // At agent 2, s = 8: alone 32 is max{4, 32}; sorted by max{tau, h}: 1 (2), 0 (3), 2 (4): 16, 16/3, 32/7.
  CHECK(equilibrium_time(8, h, std::vector<double>{3, 2, 0}) == Approx(32.0 / 7).epsilon(1e-14));
  // At 0: tau = (0, 6, 4): 0 (1): 8, 2 (4): 6.4, 1 (6): max{6, 32/7}: 6. At 1: tau = (1, 0, 5): 8, 16/3, 5.
  CHECK(decentralized_homogeneous_time(3, 2, 4, 0.5, h, paths) == Approx(12 * 32.0 / 7).epsilon(1e-14));
  CHECK(decentralized_heterogeneous_time(3, 2, 4, 0.5, h, paths) == Approx(12 * 56.0 / 9).epsilon(1e-14));
}

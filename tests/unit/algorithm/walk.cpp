// Walks against their definitions, written again with dense matrices and the C library's power.
#include "core/algorithm/walk.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using namespace taubar::test;
using algorithm::Walk;
using algorithm::WalkLaw;
using algorithm::WalkOptions;
using Kind = WalkOptions::Kind;

namespace {

topology::Digraph path_of_3() { return topology::Digraph::from_links(3, {{0, 1}, {1, 2}}, false); }
topology::Digraph five() { return graph_of(undirected_metropolis(), false); }
topology::Digraph complete(AgentId n) {
  std::vector<topology::Link> links;
  for (AgentId i = 0; i < n; ++i)
    for (AgentId j = 0; j < i; ++j) links.push_back({i, j});
  return topology::Digraph::from_links(n, links, false);
}

/// K[x] of the walk's present history, dense, rows of sum 1.
Matrix kernel(const WalkLaw& law, Walk& walk) {
  const auto n = static_cast<Eigen::Index>(law.agents());
  Matrix k = Matrix::Zero(n, n);
  for (AgentId i = 0; i < law.agents(); ++i) {
    const auto row = walk.row(i);
    const auto neighbours = law.neighbours(i);
    for (std::size_t place = 0; place < neighbours.size(); ++place) k(i, neighbours[place]) = row[place];
    k(i, i) = row.back();
    k.row(i) /= k.row(i).sum();
  }
  return k;
}

Matrix chain(const WalkLaw& law) {
  Walk walk(law, 1);
  return kernel(law, walk);
}

Vector target(const WalkLaw& law) { return ConstVectorView(law.target().data(), static_cast<Eigen::Index>(law.agents())); }

/// P with Metropolis acceptance, from the definition.
Matrix metropolis_hastings(const topology::Digraph& graph, const Vector& mu) {
  const Eigen::Index n = mu.size();
  Matrix p = Matrix::Zero(n, n);
  const auto degree = [&](AgentId i) { return static_cast<double>(graph.out_neighbours(i).size()); };
  for (AgentId i = 0; i < n; ++i) {
    for (const AgentId j : graph.out_neighbours(i)) p(i, j) = std::min(1 / degree(i), mu[j] / (mu[i] * degree(j)));
    p(i, i) = 1 - p.row(i).sum();
  }
  return p;
}

const std::vector<double> uneven{1, 4, 2, 0.5, 2.5};

/// x with K[x] = the history of a walk of strength α; row sums of P_ij (x_j/μ_j)^−α beside it.
struct Repelled {
  Matrix k;
  Vector stationary;
};
Repelled repelled(const Matrix& p, const Vector& mu, const Vector& x, double alpha) {
  const Vector weight = (x.array() / mu.array()).unaryExpr([&](double r) { return std::pow(r, -alpha); });
  Matrix k = p * weight.asDiagonal();
  const Vector sums = k.rowwise().sum();
  k = (k.array().colwise() / sums.array()).matrix().eval();
  Vector pi = mu.cwiseProduct(weight).cwiseProduct(sums);
  pi /= pi.sum();
  return {k, pi};
}

Vector some_share(Stream& random, Eigen::Index n) {
  Vector x(n);
  for (auto& value : x) value = 0.05 + random.uniform();
  return x / x.sum();
}
void set_share(Walk& walk, const Vector& x) {
  std::vector<double> history;
  for (const double share : x) history.push_back(3 * share);
  history.push_back(1.0 / 3);
  walk.take(history, -1);
}

}  // namespace

TEST_CASE("walks: the chains on a path of 3 are those of the book: P of theory.md 3.3, its lazy version, the simple walk") {
  const auto graph = path_of_3();
  Matrix uniform(3, 3), simple(3, 3);
  uniform << 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5;
  simple << 0, 1, 0, 0.5, 0, 0.5, 0, 1, 0;
  CHECK(chain(WalkLaw(graph, {Kind::metropolis_hastings})) == uniform);
  CHECK(chain(WalkLaw(graph, {Kind::metropolis_hastings, true})) == 0.5 * (uniform + Matrix::Identity(3, 3)));
  const WalkLaw degrees(graph, {Kind::simple_random_walk});
  CHECK(chain(degrees) == simple);
  CHECK(target(degrees) == Vector::Map(std::vector<double>{0.25, 0.5, 0.25}.data(), 3));
}

TEST_CASE("walks: Metropolis–Hastings on 5 agents has the acceptance of the book and detailed balance at an uneven target") {
  const auto graph = five();
  for (const bool lazy : {false, true}) {
    const WalkLaw law(graph, {Kind::metropolis_hastings, lazy, 0, 1, uneven});
    const Vector mu = target(law);
    CHECK(mu.sum() == Approx(1).epsilon(1e-14));
    CHECK(mu[1] / mu[3] == Approx(8).epsilon(1e-14));
    Matrix expected = metropolis_hastings(graph, mu);
    if (lazy) expected = (0.5 * (expected + Matrix::Identity(5, 5))).eval();
    const Matrix p = chain(law);
    CHECK((p - expected).cwiseAbs().maxCoeff() < 1e-14);
    const Matrix flow = mu.asDiagonal() * p;
    CHECK((flow - flow.transpose()).cwiseAbs().maxCoeff() < 1e-15);
  }
}

TEST_CASE("walks: K[x] equals its definition at 20 random x and 5 strengths, and is in detailed balance with π[x]") {
  const auto graph = five();
  Stream random(3, Purpose::test);
  for (const auto kind : {Kind::metropolis_hastings, Kind::simple_random_walk})
    for (const double alpha : {0.3, 1.0, 2.0, 5.0, 20.0}) {
      const WalkLaw law(graph, {kind, kind == Kind::simple_random_walk, alpha, 1, kind == Kind::metropolis_hastings ? uneven : std::vector<double>{}});
      const WalkLaw base(graph, {kind, kind == Kind::simple_random_walk, 0, 1, law.options().target});
      const Matrix p = chain(base);
      const Vector mu = target(law);
      Walk walk(law, 1);
      CHECK((kernel(law, walk) - p).cwiseAbs().maxCoeff() < 1e-14);  // K[μ] = P
      for (int trial = 0; trial < 20; ++trial) {
        const Vector x = some_share(random, 5);
        set_share(walk, x);
        const auto expected = repelled(p, mu, x, alpha);
        const Matrix k = kernel(law, walk);
        CHECK((k - expected.k).cwiseAbs().maxCoeff() < 1e-12);
        const Matrix flow = expected.stationary.asDiagonal() * k;
        CHECK((flow - flow.transpose()).cwiseAbs().maxCoeff() < 1e-12);
        CHECK((k.transpose() * expected.stationary - expected.stationary).cwiseAbs().maxCoeff() < 1e-12);
      }
    }
}

TEST_CASE("walks: π[x] of the kernel has at μ the derivative 2αμ1ᵀ − αPᵀ − αI, by central differences along 4 directions") {
  const auto graph = five();
  const double alpha = 2;
  const WalkLaw law(graph, {Kind::metropolis_hastings, false, alpha, 1, uneven});
  const WalkLaw base(graph, {Kind::metropolis_hastings, false, 0, 1, uneven});
  const Matrix p = chain(base);
  const Vector mu = target(law), ones = Vector::Ones(5);
  const Matrix derivative = 2 * alpha * mu * ones.transpose() - alpha * p.transpose() - alpha * Matrix::Identity(5, 5);
  Walk walk(law, 1);
  /// The row vector with π K = π and sum 1, by powers of the lazy kernel.
  const auto stationary = [&](const Vector& x) {
    set_share(walk, x);
    Matrix k = 0.5 * (kernel(law, walk) + Matrix::Identity(5, 5));
    for (int square = 0; square < 14; ++square) k = (k * k).eval();
    return Vector(k.row(0));
  };
  CHECK((stationary(mu) - mu).cwiseAbs().maxCoeff() < 1e-12);
  for (Eigen::Index i = 0; i < 4; ++i) {
    Vector direction = Vector::Zero(5);
    direction[i] = 1;
    direction[i + 1] = -1;
    const double h = 1e-5;
    const Vector slope = (stationary(mu + h * direction) - stationary(mu - h * direction)) / (2 * h);
    CHECK((slope - derivative * direction).cwiseAbs().maxCoeff() < 1e-6);
  }
}

TEST_CASE("walks: a history of 1,000,000 visits equals x ← x + γ(e − x) to 1e-9 for a = 0.6 and 0.8, and is counts for a = 1") {
  const auto graph = path_of_3();
  for (const double a : {0.6, 0.8, 1.0}) {
    WalkOptions options{Kind::metropolis_hastings, false, 1, a};
    options.start_weights = {1, 2, 5};
    const WalkLaw law(graph, options);
    Walk walk(law, 1);
    Stream random(4, Purpose::test);
    Vector x(3), counts(3);
    x << 0.125, 0.25, 0.625;
    counts = x;
    for (std::int64_t n = 1; n <= 1'000'000; ++n) {
      const AgentId i = random.uniform() < 0.5 ? 0 : 1 + static_cast<AgentId>(random.below(2));
      walk.visit(i, n);
      Vector e = Vector::Zero(3);
      e[i] = 1;
      counts += e;
      x += std::pow(static_cast<double>(n + 1), -a) * (e - x);
    }
    for (AgentId i = 0; i < 3; ++i) {
      CHECK(walk.share(i) == Approx(x[i]).epsilon(1e-9));
      if (a == 1) CHECK(walk.share(i) == Approx(counts[i] / 1'000'001).epsilon(1e-9));
    }
  }
}

TEST_CASE("walks: shares of 1e-300 under α = 200 give finite rows, and the agent never seen comes next") {
  const auto graph = path_of_3();
  const WalkLaw law(graph, {Kind::metropolis_hastings, false, 200});
  Walk walk(law, 1);
  walk.take(std::vector<double>{1e-300, 1, 1, 1}, -1);
  const auto row = walk.row(1);
  CHECK(row[0] == 0.5);
  CHECK(row[1] == 0);
  for (std::int64_t n = 0; n < 50; ++n) CHECK(walk.next(1, n) == 0);
}

TEST_CASE("walks: along 20,000 steps with α = 1, 20 and 300 rows are those of the shares to 1e-11, whatever their powers' range") {
  // A ring of 40 with chords, so that degrees differ; one agent starts with a share of 1e-9, and its power is far ahead.
  std::vector<topology::Link> links;
  for (AgentId i = 0; i < 40; ++i) links.emplace_back(i, (i + 1) % 40);
  for (AgentId i = 0; i < 12; ++i) links.emplace_back(i, 39 - 2 * i);
  const auto graph = topology::Digraph::from_links(40, links, false);
  for (const double alpha : {1.0, 20.0, 300.0})
    for (const double a : {0.6, 1.0}) {
      WalkOptions options{Kind::metropolis_hastings, false, alpha, a};
      options.start_weights.assign(40, 1.0);
      options.start_weights[20] = 1e-9;
      const WalkLaw law(graph, options);
      Walk walk(law, 5);
      AgentId at = 0;
      double worst = 0;
      for (std::int64_t n = 0; n < 20'000; ++n) {
        if (n % 97 == 0) {
          Vector expected(40), found = Vector::Zero(40);
          expected.setConstant(-HUGE_VAL);
          const auto neighbours = law.neighbours(at);
          for (std::size_t place = 0; place < neighbours.size(); ++place)
            expected[neighbours[place]] =
                std::log(law.along_links(at)[place]) - alpha * std::log(walk.share(neighbours[place]) * 40);
          if (law.staying(at) > 1e-15) expected[at] = std::log(law.staying(at)) - alpha * std::log(walk.share(at) * 40);
          expected = (expected.array() - expected.maxCoeff()).exp();
          expected /= expected.sum();
          const auto row = walk.row(at);
          for (std::size_t place = 0; place < neighbours.size(); ++place) found[neighbours[place]] = row[place];
          found[at] = row[neighbours.size()];
          found /= found.sum();
          worst = std::max(worst, (found - expected).lpNorm<Eigen::Infinity>());
        }
        at = walk.next(at, n);
        walk.visit(at, n + 1);
      }
      CAPTURE(alpha, a);
      CHECK(worst < 1e-11);
    }
}

TEST_CASE("walks: by history-driven target the chain is reversible with respect to μ_j (x_j/μ_j)^−α, whatever its powers' range") {
  const auto graph = five();
  Stream random(8, Purpose::test);
  for (const double alpha : {0.5, 3.0, 40.0})
    for (const bool lazy : {false, true}) {
      WalkOptions options{Kind::metropolis_hastings, lazy, alpha, 1, uneven};
      options.repellence = WalkOptions::Repellence::history_driven_target;
      const WalkLaw law(graph, options);
      Walk walk(law, 1);
      const Vector x = some_share(random, 5);
      set_share(walk, x);
      const Matrix k = kernel(law, walk);
      const Vector mu = target(law);
      Vector pi(5);
      for (Eigen::Index j = 0; j < 5; ++j) pi[j] = mu[j] * std::pow(x[j] / mu[j], -alpha);
      CHECK((k.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
      for (Eigen::Index i = 0; i < 5; ++i)
        for (Eigen::Index j = 0; j < 5; ++j)
          CHECK(pi[i] * k(i, j) == Approx(pi[j] * k(j, i)).epsilon(1e-11).margin(1e-300));
    }
}

TEST_CASE("walks: 100,000 draws are distributed as the row at a fixed history, along links and iid (5 deviations: 1 in a million)") {
  const auto count = [](Walk& walk, AgentId from) {
    Vector counts = Vector::Zero(5);
    for (std::int64_t n = 0; n < 100'000; ++n) counts[walk.next(from, n)] += 1e-5;
    return counts;
  };
  const auto near = [](const Vector& found, const Vector& expected) {
    for (Eigen::Index j = 0; j < 5; ++j)
      CHECK(std::abs(found[j] - expected[j]) <= 5 * std::sqrt(expected[j] * (1 - expected[j]) * 1e-5));
  };
  const auto graph = five();
  const WalkLaw law(graph, {Kind::metropolis_hastings, true, 1.5, 1, uneven});
  Walk walk(law, 11);
  Stream random(5, Purpose::test);
  set_share(walk, some_share(random, 5));
  const Matrix k = kernel(law, walk);
  for (const AgentId from : {0u, 3u}) near(count(walk, from), k.row(from));
  WalkOptions by_target{Kind::metropolis_hastings, true, 1.5, 1, uneven};
  by_target.repellence = WalkOptions::Repellence::history_driven_target;
  const WalkLaw driven_law(graph, by_target);
  Walk driven(driven_law, 13);
  set_share(driven, some_share(random, 5));
  const Matrix of_driven = kernel(driven_law, driven);
  for (const AgentId from : {0u, 3u}) near(count(driven, from), of_driven.row(from));
  const auto all = complete(5);
  const WalkLaw iid(all, {Kind::iid, false, 0, 1, uneven});
  Walk independent(iid, 12);
  near(count(independent, 2), target(iid));
}

TEST_CASE("walks: reshuffling visits each of 7 agents once in each of 50 epochs, in 40 orders at least") {
  const auto graph = complete(7);
  const WalkLaw law(graph, {Kind::reshuffling});
  Walk walk(law, 3), late(law, 3);
  std::vector<std::vector<AgentId>> orders;
  for (std::int64_t epoch = 0; epoch < 50; ++epoch) {
    std::vector<AgentId> order, sorted;
    for (std::int64_t n = 0; n < 7; ++n) order.push_back(walk.next(0, 7 * epoch + n));
    CHECK(late.next(4, 7 * epoch + 3) == order[3]);  // whoever has seen no other step of the epoch agrees
    sorted = order;
    std::sort(sorted.begin(), sorted.end());
    CHECK(sorted == std::vector<AgentId>{0, 1, 2, 3, 4, 5, 6});
    orders.push_back(order);
  }
  std::sort(orders.begin(), orders.end());
  CHECK(std::unique(orders.begin(), orders.end()) - orders.begin() >= 40);
}

TEST_CASE("walks: directed graphs, walks from anywhere to anywhere among 5,000 agents and targets of wrong length or sign are refused") {
  const auto directed = graph_of(uniform_directed(), true);
  const auto graph = five();
  CHECK_THROWS_AS(WalkLaw(directed, {Kind::simple_random_walk}), InputError);
  CHECK_NOTHROW(WalkLaw(graph, {Kind::iid}));
  const auto large = topology::Digraph::from_links(5000, {{0, 1}}, false);
  CHECK_THROWS_AS(WalkLaw(large, {Kind::iid}), InputError);
  CHECK_THROWS_AS(WalkLaw(large, {Kind::reshuffling}), InputError);
  CHECK_THROWS_AS(WalkLaw(graph, {Kind::metropolis_hastings, false, 0, 1, {1, 2, 3}}), InputError);
  CHECK_THROWS_AS(WalkLaw(graph, {Kind::metropolis_hastings, false, 0, 1, {1, 2, 3, 0, 1}}), InputError);
  CHECK_NOTHROW(WalkLaw(graph, {Kind::metropolis_hastings, false, 0, 1, uneven}));
}

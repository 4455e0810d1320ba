#include "core/topology/mixing.hpp"

#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

Matrix dense(const Digraph& graph, const MixingWeights& mixing) {
  const auto n = static_cast<Eigen::Index>(graph.agents());
  Matrix w = Matrix::Zero(n, n);
  std::size_t link = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    w(i, i) = mixing.own[static_cast<std::size_t>(i)];
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i))) w(j, i) = mixing.link[link++];
  }
  return w;
}

/// A path 0 – 1 – 2 with a further leaf 3 on 1: degrees 1, 3, 1, 1.
Digraph small_star() { return Digraph::from_links(4, {{0, 1}, {1, 2}, {1, 3}}, false); }

}  // namespace

TEST_CASE("uniform_out on 0 → 1 → 2 → 0, 0 → 2 gives columns (1/3,1/3,1/3), (0,1/2,1/2), (1/2,0,1/2)") {
  const auto graph = Digraph::from_links(3, {{0, 1}, {1, 2}, {2, 0}, {0, 2}}, true);
  Matrix expected(3, 3);
  expected << 1.0 / 3, 0, 0.5, 1.0 / 3, 0.5, 0, 1.0 / 3, 0.5, 0.5;
  CHECK(dense(graph, column_stochastic(graph, MixingKind::default_for_method, 0)) == expected);
}

TEST_CASE("the symmetric kinds give their published weights on a star of degrees 1, 3, 1, 1") {
  const auto graph = small_star();
  const auto weight = [&](MixingKind kind, double scale = 0) {
    return dense(graph, doubly_stochastic(graph, kind, scale))(0, 1);
  };
  CHECK(weight(MixingKind::metropolis) == 1.0 / 4);
  CHECK(weight(MixingKind::default_for_method) == 1.0 / 4);
  CHECK(weight(MixingKind::metropolis_hastings) == 1.0 / 3);
  CHECK(weight(MixingKind::lazy_metropolis) == 1.0 / 6);
  CHECK(weight(MixingKind::max_degree) == 1.0 / 4);
  CHECK(weight(MixingKind::laplacian, 0.3) == 0.3);
  CHECK(weight(MixingKind::laplacian) == 1.0 / 4);
}

TEST_CASE(
    "symmetric kinds on a random graph of 40 agents are symmetric with rows and columns that sum to 1") {
  const auto graph = graph_of(kind("barabasi_albert", 40, "\"attach\": 3"));
  for (const auto kind : {MixingKind::metropolis, MixingKind::metropolis_hastings,
                          MixingKind::lazy_metropolis, MixingKind::max_degree, MixingKind::laplacian}) {
    CAPTURE(std::string(name(kind)));
    const Matrix w = dense(graph, doubly_stochastic(graph, kind, 0));
    CHECK(w == w.transpose());
    CHECK((w.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-15);
    CHECK(w.minCoeff() >= 0);
    CHECK(dense(graph, column_stochastic(graph, kind, 0)) == w);
  }
}

TEST_CASE("the hub of a metropolis_hastings star keeps exactly nothing for itself") {
  const auto graph = graph_of(kind("star", 8));
  CHECK(doubly_stochastic(graph, MixingKind::metropolis_hastings, 0).own[0] == 0);
}

TEST_CASE(
    "uniform_out is symmetric on a ring and refused on a star; symmetric kinds are refused on directed "
    "graphs") {
  const auto ring = graph_of(kind("ring", 6));
  CHECK(dense(ring, doubly_stochastic(ring, MixingKind::uniform_out, 0))(0, 5) == 1.0 / 3);
  CHECK_THROWS_AS(doubly_stochastic(small_star(), MixingKind::uniform_out, 0), InputError);
  const auto directed = graph_of(kind("directed_ring", 6));
  CHECK_THROWS_AS(doubly_stochastic(directed, MixingKind::metropolis, 0), InputError);
  CHECK_THROWS_AS(column_stochastic(directed, MixingKind::laplacian, 0), InputError);
}

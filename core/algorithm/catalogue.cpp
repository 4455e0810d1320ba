// What there is to choose from: one line an algorithm, sorted.
#include "core/algorithm/algorithm.hpp"

namespace taubar::algorithm {

using AlgorithmEntry = config::Entry<AlgorithmSpec>;

extern const AlgorithmEntry all_reduce_gradient_descent;
extern const AlgorithmEntry asynchronous_gradient_push;
extern const AlgorithmEntry asynchronous_sgd;
extern const AlgorithmEntry decentralized_gradient_descent;
extern const AlgorithmEntry delayed_langevin;
extern const AlgorithmEntry elastic_averaging_sgd;
extern const AlgorithmEntry extra_push;
extern const AlgorithmEntry gradient_push;
extern const AlgorithmEntry langevin_population;
extern const AlgorithmEntry master_worker_gradient_descent;
extern const AlgorithmEntry minibatch_sgd;
extern const AlgorithmEntry push_diging;
extern const AlgorithmEntry push_sum;
extern const AlgorithmEntry rennala_sgd;
extern const AlgorithmEntry ringmaster_asgd;
extern const AlgorithmEntry robust_asynchronous_gradient_push;
extern const AlgorithmEntry stochastic_gradient_push;
extern const AlgorithmEntry token_sgd;

const config::Catalogue<AlgorithmSpec>& algorithms() {
  static const AlgorithmEntry* const entries[] = {
      &all_reduce_gradient_descent,
      &asynchronous_gradient_push,
      &asynchronous_sgd,
      &decentralized_gradient_descent,
      &delayed_langevin,
      &elastic_averaging_sgd,
      &extra_push,
      &gradient_push,
      &langevin_population,
      &master_worker_gradient_descent,
      &minibatch_sgd,
      &push_diging,
      &push_sum,
      &rennala_sgd,
      &ringmaster_asgd,
      &robust_asynchronous_gradient_push,
      &stochastic_gradient_push,
      &token_sgd,
  };
  static const config::Catalogue<AlgorithmSpec> catalogue("algorithm", entries);
  return catalogue;
}

}  // namespace taubar::algorithm

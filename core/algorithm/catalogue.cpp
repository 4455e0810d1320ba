// What there is to choose from: one line an algorithm, sorted.
#include "core/algorithm/algorithm.hpp"

namespace taubar::algorithm {

using AlgorithmEntry = config::Entry<AlgorithmSpec>;

extern const AlgorithmEntry all_reduce_gradient_descent;
extern const AlgorithmEntry asynchronous_gradient_push;
extern const AlgorithmEntry decentralized_gradient_descent;
extern const AlgorithmEntry gradient_push;
extern const AlgorithmEntry master_worker_gradient_descent;
extern const AlgorithmEntry push_sum;

const config::Catalogue<AlgorithmSpec>& algorithms() {
  static const AlgorithmEntry* const entries[] = {
      &all_reduce_gradient_descent,    &asynchronous_gradient_push,
      &decentralized_gradient_descent, &gradient_push,
      &master_worker_gradient_descent, &push_sum,
  };
  static const config::Catalogue<AlgorithmSpec> catalogue("algorithm", entries);
  return catalogue;
}

}  // namespace taubar::algorithm

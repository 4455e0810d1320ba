#include "core/problem/network_sum.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/problem/compensated_sum.hpp"

namespace taubar::problem {

/// Working memory of one thread: it grows to the largest network met and stays.
struct NetworkSum::Scratch {
  std::vector<double> weights, sums;  ///< turned
  std::vector<double> units, deltas;  ///< hˡ and ∂ℓ/∂(Wˡhˡ⁻¹ + bˡ), layer by layer
};

NetworkSum::Scratch& NetworkSum::scratch() {
  thread_local Scratch memory;
  return memory;
}

double network_unknowns(const NetworkShape& shape, std::int64_t features, std::int64_t outputs) {
  double sum = 0, in = static_cast<double>(features);
  const auto add = [&](std::int64_t out) {
    sum += static_cast<double>(out) * (in + 1);
    in = static_cast<double>(out);
  };
  for (const auto out : shape.hidden) add(out);
  add(outputs);
  return sum;
}

NetworkSum::NetworkSum(FeatureMatrix features, std::vector<double> targets, std::shared_ptr<const Loss> loss,
                       NetworkShape shape)
    : SampleTerms(std::move(targets), std::move(loss)), features_(std::move(features)), shape_(std::move(shape)) {
  check(features_.rows() == samples(), "every sample has a target");
  std::int64_t in = features_.columns();
  const auto add = [&](std::int64_t out) {
    const Layer layer{in, out, padded(out), dimension_, turned_size_, units_size_};
    dimension_ += out * (in + 1);
    turned_size_ += (in + 1) * layer.width;
    units_size_ += layer.width + 1;
    layers_.push_back(layer);
    in = out;
  };
  for (const auto out : shape_.hidden) add(out);
  add(this->loss().outputs());
}

std::shared_ptr<const SampleTerms> NetworkSum::reordered(std::span<const std::int64_t> order) const {
  return std::make_shared<NetworkSum>(features_.reordered(order), targets_in(order), shared_loss(), shape_);
}

void NetworkSum::turn(const ConstVectorRef& x, Scratch& memory) const {
  memory.weights.assign(static_cast<std::size_t>(turned_size_), 0.0);
  memory.units.assign(static_cast<std::size_t>(units_size_), 0.0);
  memory.deltas.assign(static_cast<std::size_t>(units_size_), 0.0);
  for (const auto& layer : layers_) {
    double* w = memory.weights.data() + layer.turned;
    const double* from = x.data() + layer.parameters;
    for (std::int64_t k = 0; k < layer.out; ++k)
      for (std::int64_t j = 0; j < layer.in; ++j) w[j * layer.width + k] = *from++;
    std::copy_n(from, layer.out, w + layer.in * layer.width);
  }
}

void NetworkSum::turn_back(const Scratch& memory, VectorRef g) const {
  for (const auto& layer : layers_) {
    const double* w = memory.sums.data() + layer.turned;
    double* to = g.data() + layer.parameters;
    for (std::int64_t k = 0; k < layer.out; ++k)
      for (std::int64_t j = 0; j < layer.in; ++j) *to++ = w[j * layer.width + k];
    std::copy_n(w + layer.in * layer.width, layer.out, to);
  }
}

double* NetworkSum::forward(std::int64_t s, Scratch& memory) const {
  double* h = nullptr;
  for (const auto& layer : layers_) {
    const double* w = memory.weights.data() + layer.turned;
    const double* before = h;
    h = memory.units.data() + layer.units;
    if (before == nullptr) {
      features_.multiply(s, w, layer.width, h);
      for (std::int64_t k = 0; k < layer.out; ++k) h[k] += w[layer.in * layer.width + k];
    } else {
      lanes::multiply(lanes::DenseRow{before, layer.in + 1}, w, layer.width, h);
    }
    if (&layer != &layers_.back()) {
      activate(shape_.activation, h, layer.out);
      h[layer.out] = 1;  // for the offsets; among the padding, if there is any, which the product has set to 0
    }
  }
  return h;
}

void NetworkSum::push_back(const Layer& layer, const Layer& before, Scratch& memory) const {
  const double* w = memory.weights.data() + layer.turned;
  const double* h = memory.units.data() + before.units;
  const double* delta = memory.deltas.data() + layer.units;
  double* to = memory.deltas.data() + before.units;
  lanes::accumulate(lanes::DenseRow{h, layer.in + 1}, delta, layer.width, memory.sums.data() + layer.turned);
  for (std::int64_t j = 0; j < layer.in; ++j)
    to[j] = lanes::dot(lanes::DenseRow{delta, layer.width}, w + j * layer.width);
  times_slope(shape_.activation, h, to, layer.in);
}

void NetworkSum::add_gradient(std::int64_t s, Scratch& memory) const {
  double* margins = forward(s, memory);
  loss().slope(margins, target(s));
  std::copy_n(margins, layers_.back().out, memory.deltas.data() + layers_.back().units);
  for (std::size_t l = layers_.size() - 1; l > 0; --l) push_back(layers_[l], layers_[l - 1], memory);
  const auto& first = layers_.front();
  const double* delta = memory.deltas.data() + first.units;
  double* sums = memory.sums.data() + first.turned;
  features_.accumulate(s, delta, first.width, sums);
  for (std::int64_t k = 0; k < first.out; ++k) sums[first.in * first.width + k] += delta[k];
}

double NetworkSum::value(Run run, const ConstVectorRef& x) const {
  auto& memory = scratch();
  turn(x, memory);
  CompensatedSum sum;
  for (std::int64_t s = run.begin; s < run.end; ++s) sum.add(loss().value(forward(s, memory), target(s)));
  return sum.value();
}

void NetworkSum::gradient(Run run, const ConstVectorRef& x, VectorRef g) const {
  auto& memory = scratch();
  turn(x, memory);
  memory.sums.assign(static_cast<std::size_t>(turned_size_), 0.0);
  for (std::int64_t s = run.begin; s < run.end; ++s) add_gradient(s, memory);
  turn_back(memory, g);
}

void NetworkSum::gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                          VectorRef g) const {
  auto& memory = scratch();
  turn(x, memory);
  memory.sums.assign(static_cast<std::size_t>(turned_size_), 0.0);
  for (const auto s : samples) add_gradient(base + s, memory);
  turn_back(memory, g);
}

void NetworkSum::predict(const ConstVectorRef& x, Matrix& out) const {
  auto& memory = scratch();
  turn(x, memory);
  out.resize(samples(), loss().predicted());
  for (std::int64_t s = 0; s < samples(); ++s) loss().predict(forward(s, memory), out.row(s).data());
}

Vector NetworkSum::starting_point(Stream& stream) const {
  Vector x = Vector::Zero(dimension_);
  const double gain = shape_.activation == Activation::relu ? 2 : 1;
  for (const auto& layer : layers_) {
    const double deviation = std::sqrt(gain / static_cast<double>(layer.in));
    for (std::int64_t w = 0; w < layer.out * layer.in; ++w) x[layer.parameters + w] = deviation * stream.normal();
  }
  return x;
}

void NetworkSum::add_model(ContentHash& hash) const {
  SampleTerms::add_model(hash);
  hash.text("network 1").integer(static_cast<std::int64_t>(shape_.activation)).real(loss().noise_variance());
  hash.integers(shape_.hidden);
}

void NetworkSum::add_samples(ContentHash& hash) const {
  features_.add_to(hash);
  hash.reals(targets());
}

}  // namespace taubar::problem

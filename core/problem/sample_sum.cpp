#include "core/problem/sample_sum.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/problem/compensated_sum.hpp"

namespace taubar::problem {
namespace {

/// Working memory of one thread: it grows to the largest problem met and stays.
struct Scratch {
  std::vector<double> model, direction, margins, other, sums;
};

Scratch& scratch() {
  thread_local Scratch memory;
  return memory;
}

double* zeros(std::vector<double>& memory, std::int64_t size) {
  memory.assign(static_cast<std::size_t>(size), 0.0);
  return memory.data();
}

/// The model K×d turned to d×width, the layout of FeatureMatrix; x itself where K is 1.
const double* turned(const ConstVectorRef& x, std::int64_t outputs, std::int64_t width,
                     std::vector<double>& memory) {
  if (outputs == 1) return x.data();
  const std::int64_t d = x.size() / outputs;
  double* w = zeros(memory, d * width);
  for (std::int64_t k = 0; k < outputs; ++k)
    for (std::int64_t j = 0; j < d; ++j) w[j * width + k] = x[k * d + j];
  return w;
}

/// The way back for sums.
void turn_back(const double* sums, std::int64_t outputs, std::int64_t width, VectorRef g) {
  const std::int64_t d = g.size() / outputs;
  for (std::int64_t k = 0; k < outputs; ++k)
    for (std::int64_t j = 0; j < d; ++j) g[k * d + j] = sums[j * width + k];
}

double weight_of(std::span<const double> weights, std::int64_t s) {
  return weights.empty() ? 1.0 : weights[static_cast<std::size_t>(s)];
}

}  // namespace

SampleSum::SampleSum(FeatureMatrix features, std::vector<double> targets, std::shared_ptr<const Loss> loss)
    : SampleTerms(std::move(targets), std::move(loss)),
      features_(std::move(features)),
      outputs_(this->loss().outputs()),
      width_(padded(outputs_)) {
  check(features_.rows() == samples(), "every sample has a target");
}

std::shared_ptr<const SampleTerms> SampleSum::reordered(std::span<const std::int64_t> order) const {
  return std::make_shared<SampleSum>(features_.reordered(order), targets_in(order), shared_loss());
}

void SampleSum::add_samples(ContentHash& hash) const {
  features_.add_to(hash);
  hash.reals(targets());
}

double SampleSum::value(Run run, const ConstVectorRef& x, std::span<const double> weights) const {
  auto& memory = scratch();
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  CompensatedSum sum;
  for (std::int64_t s = run.begin; s < run.end; ++s) {
    features_.multiply(s, w, width_, margins);
    const double charge = loss().value(margins, target(s));
    sum.add(weights.empty() ? charge : weight_of(weights, s) * charge);
  }
  return sum.value();
}

void SampleSum::add_slope(std::int64_t s, double weight, const double* w, double* margins,
                          double* sums) const {
  features_.multiply(s, w, width_, margins);
  loss().slope(margins, target(s));
  if (weight != 1)
    for (std::int64_t k = 0; k < outputs_; ++k) margins[k] *= weight;
  features_.accumulate(s, margins, width_, sums);
}

void SampleSum::gradient(Run run, const ConstVectorRef& x, VectorRef g,
                         std::span<const double> weights) const {
  auto& memory = scratch();
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  double* sums = zeros(memory.sums, features_.columns() * width_);
  for (std::int64_t s = run.begin; s < run.end; ++s) add_slope(s, weight_of(weights, s), w, margins, sums);
  turn_back(sums, outputs_, width_, g);
}

void SampleSum::gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                         VectorRef g) const {
  auto& memory = scratch();
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  double* sums = zeros(memory.sums, features_.columns() * width_);
  for (const auto s : samples) add_slope(base + s, 1.0, w, margins, sums);
  turn_back(sums, outputs_, width_, g);
}

void SampleSum::predict(const ConstVectorRef& x, Matrix& out) const {
  auto& memory = scratch();
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  out.resize(samples(), loss().predicted());
  for (std::int64_t s = 0; s < samples(); ++s) {
    features_.multiply(s, w, width_, margins);
    loss().predict(margins, out.row(s).data());
  }
}

// Entry ((k,i), (l,j)) is Σ_s h_kl(s) a_i a_j: symmetric in i, j and in k, l, so i <= j and k <= l are
// enough.
void SampleSum::hessian(Run run, const ConstVectorRef& x, Matrix& h, std::span<const double> weights) const {
  auto& memory = scratch();
  const std::int64_t d = features_.columns(), pairs = outputs_ * (outputs_ + 1) / 2, width = padded(pairs);
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  std::vector<double> sums(static_cast<std::size_t>(d * d * width), 0.0);  // [i][j][pair]
  std::vector<double> curvature(static_cast<std::size_t>(width)), scaled(static_cast<std::size_t>(width));
  for (std::int64_t s = run.begin; s < run.end; ++s) {
    features_.multiply(s, w, width_, margins);
    loss().curvature(margins, target(s), curvature.data());
    const double weight = weight_of(weights, s);
    features_.for_each(s, [&](std::int64_t i, double a) {
      if (a == 0) return;
      for (std::size_t p = 0; p < curvature.size(); ++p) scaled[p] = weight * a * curvature[p];
      features_.accumulate(s, scaled.data(), width, sums.data() + i * d * width, i);
    });
  }
  h.resize(outputs_ * d, outputs_ * d);
  for (std::int64_t k = 0, pair = 0; k < outputs_; ++k)
    for (std::int64_t l = k; l < outputs_; ++l, ++pair)
      for (std::int64_t i = 0; i < d; ++i)
        for (std::int64_t j = i; j < d; ++j) {
          const double entry = sums[static_cast<std::size_t>((i * d + j) * width + pair)];
          h(k * d + i, l * d + j) = h(k * d + j, l * d + i) = entry;
          h(l * d + i, k * d + j) = h(l * d + j, k * d + i) = entry;
        }
}

void SampleSum::hessian_times(Run run, const ConstVectorRef& x, const ConstVectorRef& v, VectorRef out,
                              std::span<const double> weights) const {
  auto& memory = scratch();
  const double* w = turned(x, outputs_, width_, memory.model);
  const double* u = turned(v, outputs_, width_, memory.direction);
  double* margins = zeros(memory.margins, width_);
  double* along = zeros(memory.other, width_);
  double* sums = zeros(memory.sums, features_.columns() * width_);
  for (std::int64_t s = run.begin; s < run.end; ++s) {
    features_.multiply(s, w, width_, margins);
    features_.multiply(s, u, width_, along);
    loss().curvature_times(margins, target(s), along);
    const double weight = weight_of(weights, s);
    for (std::int64_t k = 0; k < outputs_; ++k) along[k] *= weight;
    features_.accumulate(s, along, width_, sums);
  }
  turn_back(sums, outputs_, width_, out);
}

void SampleSum::hessian_diagonal(Run run, const ConstVectorRef& x, VectorRef out,
                                 std::span<const double> weights) const {
  auto& memory = scratch();
  const std::int64_t d = features_.columns();
  const double* w = turned(x, outputs_, width_, memory.model);
  double* margins = zeros(memory.margins, width_);
  std::vector<double> curvature(static_cast<std::size_t>(outputs_ * (outputs_ + 1) / 2));
  out.setZero();
  for (std::int64_t s = run.begin; s < run.end; ++s) {
    features_.multiply(s, w, width_, margins);
    loss().curvature(margins, target(s), curvature.data());
    const double weight = weight_of(weights, s);
    features_.for_each(s, [&](std::int64_t j, double a) {
      std::size_t pair = 0;
      for (std::int64_t k = 0; k < outputs_; pair += static_cast<std::size_t>(outputs_ - k), ++k)
        out[k * d + j] += weight * curvature[pair] * a * a;
    });
  }
}

}  // namespace taubar::problem

// What the model says of held-out samples: the density of a sample is averaged over draws, or taken at the estimate x̂ where
// there are none. At most 200 draws, evenly spaced, and fewer where predicting takes seconds.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/math.hpp"
#include "core/metric/calibration.hpp"
#include "core/metric/metric.hpp"
#include "core/problem/predictor.hpp"
#include "core/trace/chains.hpp"

namespace taubar::metric {
namespace {

using problem::Predictor;

constexpr std::int64_t most_draws = 200;
/// Held-out samples × parameters × draws.
constexpr double most_predictions = 2e9;

const Predictor* predictor_of(const Snapshot& s) { return s.goal.problem ? s.goal.problem->predictor() : nullptr; }
bool predicts(const Snapshot& s) { return predictor_of(s) != nullptr; }
bool classifies(const Snapshot& s) { return predicts(s) && predictor_of(s)->classes() > 0; }
bool regresses(const Snapshot& s) { return predicts(s) && predictor_of(s)->classes() == 0; }

/// The parameters to predict with, a row each; none where the run samples and has not begun to keep draws.
Matrix parameters(const Snapshot& s) {
  if (s.draws.empty()) return s.estimate.transpose();
  const double each = static_cast<double>(predictor_of(s)->samples() * s.estimate.size());
  return trace::pooled_draws(s.draws, std::clamp<std::int64_t>(static_cast<std::int64_t>(most_predictions / each), 1, most_draws));
}

/// What `predict` says, handed to `see` for each row of the parameters.
template <class See>
void for_each_prediction(const Predictor& model, const Matrix& x, const See& see) {
  Matrix out;
  for (Eigen::Index r = 0; r < x.rows(); ++r) {
    model.predict(x.row(r).transpose(), out);
    see(out);
  }
}

/// N×K: the mean over draws of probabilities, or of means.
Matrix mean_prediction(const Snapshot& s) {
  const Matrix x = parameters(s);
  Matrix sum;
  for_each_prediction(*predictor_of(s), x, [&](const Matrix& out) {
    if (sum.size() == 0) sum = Matrix::Zero(out.rows(), out.cols());
    sum += out;
  });
  return sum / static_cast<double>(x.rows());
}

std::vector<double> targets(const Predictor& model) {
  std::vector<double> values(static_cast<std::size_t>(model.samples()));
  for (std::size_t s = 0; s < values.size(); ++s) values[s] = model.target(static_cast<std::int64_t>(s));
  return values;
}

/// log mean_r N(y; mean_r, v), N×R squared distances (y − mean_r)² given by sample.
double log_mean_normal(const std::vector<double>& squares, double variance) {
  const double least = *std::min_element(squares.begin(), squares.end());
  double sum = 0;
  for (const double square : squares) sum += math::exp((least - square) / (2 * variance));
  constexpr double log_two_pi = 1.8378770664093454836;
  return math::log(sum / static_cast<double>(squares.size())) - least / (2 * variance) -
         (log_two_pi + math::log(variance)) / 2;
}

double log_likelihood_of_values(const Snapshot& s, const Predictor& model) {
  const Matrix x = parameters(s);
  const std::vector<double> y = targets(model);
  std::vector<std::vector<double>> squares(y.size());
  for_each_prediction(model, x, [&](const Matrix& out) {
    for (std::size_t n = 0; n < y.size(); ++n) {
      const double away = y[n] - out(static_cast<Eigen::Index>(n), 0);
      squares[n].push_back(away * away);
    }
  });
  double sum = 0;
  for (const auto& own : squares) sum += log_mean_normal(own, model.noise_variance());
  return sum / static_cast<double>(y.size());
}

double log_likelihood_of_classes(const Snapshot& s, const Predictor& model) {
  const Matrix probabilities = mean_prediction(s);
  double sum = 0;
  for (Eigen::Index n = 0; n < probabilities.rows(); ++n)
    sum += math::log(probabilities(n, static_cast<Eigen::Index>(model.target(n))));
  return sum / static_cast<double>(probabilities.rows());
}

/// `value`, NaN where no draw is kept yet.
template <class Value>
double once_sampled(const Snapshot& s, const Value& value) {
  if (!s.draws.empty() && trace::pooled_count(s.draws) == 0) return std::numeric_limits<double>::quiet_NaN();
  return value(s, *predictor_of(s));
}

double log_likelihood(const Snapshot& s) {
  return once_sampled(s, classifies(s) ? log_likelihood_of_classes : log_likelihood_of_values);
}

double accuracy(const Snapshot& s) {
  return once_sampled(s, [](const Snapshot& of, const Predictor& model) {
    const Matrix probabilities = mean_prediction(of);
    double right = 0;
    for (Eigen::Index n = 0; n < probabilities.rows(); ++n) {
      Eigen::Index top = 0;
      probabilities.row(n).maxCoeff(&top);
      right += static_cast<double>(top) == model.target(n);
    }
    return right / static_cast<double>(probabilities.rows());
  });
}

double root_mean_square_error(const Snapshot& s) {
  return once_sampled(s, [](const Snapshot& of, const Predictor& model) {
    const std::vector<double> y = targets(model);
    const Vector away = mean_prediction(of).col(0) - ConstVectorView(y.data(), static_cast<Eigen::Index>(y.size()));
    return away.norm() / std::sqrt(static_cast<double>(y.size()));
  });
}

double expected_calibration_error(const Snapshot& s) {
  return once_sampled(s, [](const Snapshot& of, const Predictor& model) {
    return calibration_error(mean_prediction(of), targets(model));
  });
}

}  // namespace

extern const Metric expected_calibration, predictive_accuracy, predictive_log_likelihood, predictive_rmse;

const Metric expected_calibration{"calibration_error",
                                  "Σ over 15 bins of the largest probability of their share × |share right − mean probability|, held-out "
                                  "samples",
                                  "Naeini, Cooper, Hauskrecht, AAAI 2015; Guo, Pleiss, Sun, Weinberger, ICML 2017", Cost::draws,
                                  classifies, expected_calibration_error};
const Metric predictive_accuracy{"predictive_accuracy", "share of the held-out samples whose most likely class is right", "",
                                 Cost::draws, classifies, accuracy};
const Metric predictive_log_likelihood{"predictive_log_likelihood",
                                       "mean over held-out samples of log of their density, averaged over at most 200 draws; without "
                                       "draws: at x̂",
                                       "", Cost::draws, predicts, log_likelihood};
const Metric predictive_rmse{"predictive_rmse", "√(mean over held-out samples of (y − predictive mean)²)", "", Cost::draws, regresses,
                             root_mean_square_error};

}  // namespace taubar::metric

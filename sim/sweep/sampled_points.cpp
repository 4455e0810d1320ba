#include "sim/sweep/sampled_points.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <numeric>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "core/problem/content_hash.hpp"

namespace taubar::sweep {
namespace {

using UnitColumns = std::vector<std::vector<double>>;

/// A number for the pointer's streams.
std::uint64_t stream_of(const std::string& pointer) {
  return std::stoull(problem::ContentHash().text(pointer).hex().substr(0, 16), nullptr, 16);
}

std::vector<double> latin(Stream& stream, std::size_t n) {
  std::vector<std::size_t> part(n);
  std::iota(part.begin(), part.end(), std::size_t{0});
  for (std::size_t k = n; k > 1; --k) std::swap(part[k - 1], part[stream.below(k)]);  // Fisher and Yates
  std::vector<double> u(n);
  for (std::size_t k = 0; k < n; ++k) u[k] = (static_cast<double>(part[k]) + stream.uniform()) / static_cast<double>(n);
  return u;
}

std::vector<double> independent(Stream& stream, std::size_t n) {
  std::vector<double> u(n);
  for (double& value : u) value = stream.uniform();
  return u;
}

UnitColumns sobol(const std::vector<Range>& ranges, std::size_t n) {
  std::vector<std::size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return ranges[a].pointer < ranges[b].pointer; });
  boost::random::sobol sequence(ranges.size());
  UnitColumns columns(ranges.size(), std::vector<double>(n));
  for (std::size_t k = 0; k < n; ++k)
    for (const std::size_t r : order) columns[r][k] = static_cast<double>(sequence() >> 11) * 0x1p-53;
  return columns;
}

}  // namespace

std::vector<std::vector<double>> unit_points(const SampleSpec& spec) {
  const auto n = static_cast<std::size_t>(spec.points);
  UnitColumns columns;
  if (spec.kind == SampleSpec::Kind::sobol) {
    columns = sobol(spec.ranges, n);
  } else {
    for (const Range& range : spec.ranges) {
      Stream stream(static_cast<std::uint64_t>(spec.seed), Purpose::sweep_sample, stream_of(range.pointer));
      columns.push_back(spec.kind == SampleSpec::Kind::random ? independent(stream, n) : latin(stream, n));
    }
  }
  std::vector<std::vector<double>> points(n, std::vector<double>(columns.size()));
  for (std::size_t r = 0; r < columns.size(); ++r)
    for (std::size_t k = 0; k < n; ++k) points[k][r] = columns[r][k];
  return points;
}

config::Json value_at(const Range& range, double u) {
  const double above = range.integer ? range.high + 1 : range.high;
  const double low = range.logarithmic ? math::log(range.low) : range.low;
  const double high = range.logarithmic ? math::log(above) : above;
  const double between = low + u * (high - low);
  const double value = std::clamp(range.logarithmic ? math::exp(between) : between, range.low, above);
  if (!range.integer) return value;
  return static_cast<std::int64_t>(std::min(std::floor(value), range.high));
}

}  // namespace taubar::sweep

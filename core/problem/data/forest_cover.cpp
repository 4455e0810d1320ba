#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "core/problem/data/generators.hpp"

namespace taubar::problem::data {
namespace {

constexpr int quantitative = 10, areas = 4, soils = 40, classes = 7;

/// What is drawn first and rules the rest of a row.
struct Site {
  double elevation;  ///< in standard deviations from the mean
  int area, soil;
};

double rounded_into(double x, double low, double high) { return std::clamp(std::nearbyint(x), low, high); }

/// An index drawn with the given weights.
template <std::size_t N>
int draw_index(Stream& stream, const std::array<double, N>& weight) {
  double sum = 0;
  for (const double w : weight) sum += w;
  double left = stream.uniform() * sum;
  for (std::size_t k = 0; k + 1 < N; ++k)
    if ((left -= weight[k]) < 0) return static_cast<int>(k);
  return static_cast<int>(N) - 1;
}

/// Wilderness areas and soil types each have a favourite elevation, from −1.6 to 1.6 standard deviations.
template <std::size_t N>
int draw_by_elevation(Stream& stream, double elevation, double spread) {
  std::array<double, N> weight;
  for (std::size_t k = 0; k < N; ++k) {
    const double favourite = -1.6 + 3.2 * static_cast<double>(k) / static_cast<double>(N - 1);
    const double off = (elevation - favourite) / spread;
    weight[k] = math::exp(-0.5 * off * off) / static_cast<double>(1 + (k * 7) % N);  // some kinds are rare
  }
  return draw_index(stream, weight);
}

/// A wave of period 360° and range [−1, 1] with its crest at `crest`.
double wave(double angle, double crest) {
  const double phase = std::fabs(angle - crest) / 360;
  const double distance = std::fabs(phase - std::nearbyint(phase));  // 0 … ½ turn from the crest
  return 1 - 4 * distance;
}

/// Ranges are those of the original's columns 1–10.
std::array<double, quantitative> draw_quantities(Stream& stream, const Site& site) {
  const double aspect = 360 * stream.uniform();
  const double slope = 14 + 7.5 * stream.normal();
  const double to_water = 270 * stream.exponential();
  const double above_water = 46 + 0.12 * to_water * stream.normal() + 20 * stream.normal();
  const double to_roads = (2350 + 700 * site.elevation) * stream.exponential();
  const double morning = 215 + 2.4 * slope * wave(aspect, 90) - 0.8 * slope + 5 * stream.normal();
  const double noon = 228 + 1.2 * slope * wave(aspect, 180) - 0.5 * slope + 5 * stream.normal();
  const double afternoon = 140 + 2.4 * slope * wave(aspect, 270) - 0.3 * slope + 6 * stream.normal();
  const double to_fire = 1980 * stream.exponential();
  return {rounded_into(2750 + 400 * site.elevation, 1863, 3849),
          rounded_into(aspect, 0, 360),
          rounded_into(slope, 0, 61),
          rounded_into(to_water, 0, 1343),
          rounded_into(above_water, -146, 554),
          rounded_into(to_roads, 0, 6890),
          rounded_into(morning, 0, 254),
          rounded_into(noon, 99, 254),
          rounded_into(afternoon, 0, 248),
          rounded_into(to_fire, 0, 7173)};
}

/// The softmax model behind the classes: scores linear in elevation, with an offset for each area and soil.
struct Truth {
  std::array<double, classes> bias{2.0, 3.0, 0.0, -4.0, -0.5, -0.5, -3.0};
  std::array<double, classes> by_elevation{3.5, 0.5, -4.0, -6.0, -1.0, -3.0, 6.0};
  std::array<std::array<double, areas>, classes> by_area;
  std::array<std::array<double, soils>, classes> by_soil;

  explicit Truth(std::uint64_t seed) {
    Stream stream(seed, Purpose::data, 0);
    for (auto& row : by_area)
      for (auto& offset : row) offset = 1.0 * stream.normal();
    for (auto& row : by_soil)
      for (auto& offset : row) offset = 1.5 * stream.normal();
  }

  int draw_class(Stream& stream, const Site& site) const {
    std::array<double, classes> weight;
    for (std::size_t c = 0; c < classes; ++c)
      weight[c] = math::exp(bias[c] + by_elevation[c] * site.elevation +
                            by_area[c][static_cast<std::size_t>(site.area)] +
                            by_soil[c][static_cast<std::size_t>(site.soil)]);
    return 1 + draw_index(stream, weight);
  }
};

void append_row(Table& table, const Truth& truth, Stream stream) {
  Site site{};
  site.elevation = stream.normal();
  site.area = draw_by_elevation<areas>(stream, site.elevation, 0.8);
  site.soil = draw_by_elevation<soils>(stream, site.elevation, 0.5);
  std::int32_t column = 0;
  for (const double x : draw_quantities(stream, site)) table.push(column++, x);
  table.push(quantitative + site.area, 1.0);
  table.push(quantitative + areas + site.soil, 1.0);
  table.end_row(truth.draw_class(stream, site));
}

}  // namespace

Table forest_cover(std::int64_t rows, std::uint64_t structure_seed) {
  const Truth truth(structure_seed);
  Table table;
  table.columns = quantitative + areas + soils;
  for (std::int64_t row = 0; row < rows; ++row)
    append_row(table, truth, Stream(structure_seed, Purpose::data, static_cast<std::uint64_t>(row) + 1));
  return table;
}

}  // namespace taubar::problem::data

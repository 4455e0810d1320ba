#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/data/row_parser.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

void InitialSpec::fields(config::Fields& f) {
  f.one_of<Kind>(
      "kind", kind,
      {{"zero", Kind::zero}, {"normal", Kind::normal}, {"values", Kind::values}, {"file", Kind::file}},
      "default zero, one for all; networks: random weights scaled to the widths of their layers; push_sum: normal, "
      "per agent");
  std::optional<double> deviation;
  if (kind == Kind::normal) deviation = sigma;
  f.real("sigma", deviation, config::non_negative,
         "normal: standard deviation of each coordinate (default 1)");
  sigma = deviation.value_or(sigma);
  f.reals("values", values, config::any_number,
          "values: d numbers, or with per_agent n×d numbers agent by agent");
  f.file("file", file, file_resolved,
         "file: numbers as for values, separated by blanks, commas or line ends");
  f.flag("per_agent", per_agent, "a point for each agent instead of one for all");
  const bool reading = f.reading();
  f.demand(!f.present("sigma") || kind == Kind::normal, "sigma", "goes with kind \"normal\" only");
  f.demand(!reading || f.present("values") == (kind == Kind::values), "values",
           "is required for kind \"values\" and accepted there only");
  f.demand(!reading || f.present("file") == (kind == Kind::file), "file",
           "is required for kind \"file\" and accepted there only");
}

namespace {

Matrix repeated(const Vector& point, std::int64_t agents) { return point.transpose().replicate(agents, 1); }

Matrix drawn(const InitialSpec& spec, std::int64_t agents, std::int64_t dimension, std::uint64_t seed) {
  Matrix result(agents, dimension);
  for (std::int64_t i = 0; i < agents; ++i) {
    Stream stream(seed, Purpose::initial, spec.per_agent ? static_cast<std::uint64_t>(i) : 0);
    for (std::int64_t j = 0; j < dimension; ++j) result(i, j) = spec.sigma * stream.normal();
  }
  return result;
}

std::vector<double> numbers_of(const std::string& path, std::int64_t most) {
  data::TextSource source(path);
  data::RowComplaints complaints(source);
  std::vector<double> numbers;
  std::string_view line;
  while (!complaints.full() && std::ssize(numbers) <= most && source.next(line)) {
    while (true) {
      line = line.substr(std::min(line.find_first_not_of(" \t,;\r"), line.size()));
      if (line.empty() || line.front() == '#') break;
      const auto word = line.substr(0, line.find_first_of(" \t,;\r"));
      if (const auto number = data::parse_number(word))
        numbers.push_back(*number);
      else
        complaints.add(data::not_a_number(word));
      line.remove_prefix(word.size());
    }
  }
  complaints.raise();
  return numbers;
}

Matrix shaped(const std::vector<double>& numbers, const std::string& source, bool per_agent,
              std::int64_t agents, std::int64_t dimension) {
  const std::int64_t rows = per_agent ? agents : 1;
  if (std::ssize(numbers) != rows * dimension)
    throw InputError(fmt::format("{}: holds {}{} numbers; {} are accepted ({} x dimension {})", source,
                                 std::ssize(numbers) > rows * dimension ? "at least " : "", numbers.size(),
                                 rows * dimension, per_agent ? fmt::format("{} agents", agents) : "one point",
                                 dimension));
  if (per_agent) return Eigen::Map<const Matrix>(numbers.data(), agents, dimension);
  return repeated(ConstVectorView(numbers.data(), dimension), agents);
}

Matrix started(const Problem& problem, bool per_agent, std::uint64_t seed) {
  Matrix result(problem.agents(), problem.dimension());
  for (std::int64_t i = 0; i < result.rows(); ++i) {
    Stream stream(seed, Purpose::initial, per_agent ? static_cast<std::uint64_t>(i) : 0);
    if (i == 0 || per_agent)
      result.row(i) = problem.starting_point(stream).transpose();
    else
      result.row(i) = result.row(0);
  }
  return result;
}

}  // namespace

Matrix InitialSpec::draw(const Problem& problem, std::uint64_t structure_seed) const {
  if (kind == Kind::default_for_method) return started(problem, per_agent, structure_seed);
  return draw(problem.agents(), problem.dimension(), structure_seed);
}

Matrix InitialSpec::draw(std::int64_t agents, std::int64_t dimension, std::uint64_t structure_seed) const {
  switch (kind) {
    case Kind::normal:
      return drawn(*this, agents, dimension, structure_seed);
    case Kind::values:
      return shaped(values, "problem.initial.values", per_agent, agents, dimension);
    case Kind::file: {
      const auto& path = file_resolved.empty() ? file : file_resolved;
      const std::int64_t most = (per_agent ? agents : 1) * dimension;
      return shaped(numbers_of(path, most), path, per_agent, agents, dimension);
    }
    default:
      return Matrix::Zero(agents, dimension);
  }
}

}  // namespace taubar::problem

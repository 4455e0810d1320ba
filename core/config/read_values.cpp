// Reading one value, or an array of them.
#include <fmt/format.h>

#include <algorithm>

#include "core/config/document_reader.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

std::string at(const std::string& pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

}  // namespace

std::optional<double> DocumentReader::number_at(const Json& json, const std::string& pointer, Unit unit,
                                                Range range) {
  std::optional<double> value;
  if (json.is_number())
    value = json.get<double>();
  else if (json.is_string())
    value = parse_quantity(json.get_ref<const std::string&>(), unit);
  if (value && range.contains(*value)) return value;
  mismatch(json, pointer, accepted_number(unit, range));
  return std::nullopt;
}

std::optional<std::int64_t> DocumentReader::integer_at(const Json& json, const std::string& pointer,
                                                       Range range) {
  const bool fits = json.is_number_integer() &&
                    (!json.is_number_unsigned() ||
                     json.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  if (fits && range.contains(static_cast<double>(json.get<std::int64_t>()))) return json.get<std::int64_t>();
  if (json.is_number_float())
    complain(pointer, "must be " + accepted_integer(range) + ", written without point and exponent, found " +
                          found(json));
  else if (json.is_number_integer() && !fits)
    complain(pointer, "must be " + accepted_integer(range) + " and below 2^63, found " + found(json));
  else
    mismatch(json, pointer, accepted_integer(range));
  return std::nullopt;
}

std::optional<std::string> DocumentReader::string_at(const Json& json, const std::string& pointer) {
  if (json.is_string()) return json.get<std::string>();
  mismatch(json, pointer, "a string");
  return std::nullopt;
}

std::optional<std::vector<double>> DocumentReader::numbers_at(const Json& json, const std::string& pointer,
                                                              Unit unit, Range range) {
  if (!json.is_array()) {
    mismatch(json, pointer, "an array, each element " + accepted_number(unit, range));
    return std::nullopt;
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < json.size(); ++i)
    if (const auto value = number_at(json[i], at(pointer, i), unit, range)) values.push_back(*value);
  if (values.size() < json.size()) return std::nullopt;
  return values;
}

void DocumentReader::flag(std::string_view name, bool& value, std::string_view, Need need) {
  field(name, need, "true or false", [&](const Json& json, const std::string& pointer) {
    if (json.is_boolean())
      value = json.get<bool>();
    else
      mismatch(json, pointer, "true or false");
  });
}

void DocumentReader::integer(std::string_view name, std::int64_t& value, Range range, std::string_view,
                             Need need) {
  field(name, need, [&] { return accepted_integer(range); }, [&](const Json& json, const std::string& pointer) {
    if (const auto read = integer_at(json, pointer, range)) value = *read;
  });
}

void DocumentReader::integer(std::string_view name, std::optional<std::int64_t>& value, Range range,
                             std::string_view) {
  field(name, optional, [&] { return accepted_integer(range); }, [&](const Json& json, const std::string& pointer) {
    if (const auto read = integer_at(json, pointer, range)) value = read;
  });
}

void DocumentReader::number(std::string_view name, double& value, Unit unit, Range range, Need need) {
  field(name, need, [&] { return accepted_number(unit, range); }, [&](const Json& json, const std::string& pointer) {
    if (const auto read = number_at(json, pointer, unit, range)) value = *read;
  });
}

void DocumentReader::number(std::string_view name, std::optional<double>& value, Unit unit, Range range) {
  field(name, optional, [&] { return accepted_number(unit, range); }, [&](const Json& json, const std::string& pointer) {
    if (const auto read = number_at(json, pointer, unit, range)) value = read;
  });
}

void DocumentReader::real(std::string_view name, double& value, Range range, std::string_view, Need need) {
  number(name, value, Unit::number, range, need);
}
void DocumentReader::real(std::string_view name, std::optional<double>& value, Range range,
                          std::string_view) {
  number(name, value, Unit::number, range);
}
void DocumentReader::measure(std::string_view name, double& value, Unit unit, Range range, std::string_view,
                             Need need) {
  number(name, value, unit, range, need);
}
void DocumentReader::measure(std::string_view name, std::optional<double>& value, Unit unit, Range range,
                             std::string_view) {
  number(name, value, unit, range);
}
void DocumentReader::quantity(std::string_view name, double& value, Range range, std::string_view,
                              Need need) {
  number(name, value, unit_, range, need);
}
void DocumentReader::quantity(std::string_view name, std::optional<double>& value, Range range,
                              std::string_view) {
  number(name, value, unit_, range);
}

void DocumentReader::quantities(std::string_view name, std::vector<double>& values, Range range,
                                std::string_view, Need need) {
  field(name, need, [&] { return "an array, each element " + accepted_number(unit_, range); },
        [&](const Json& json, const std::string& pointer) {
          if (auto read = numbers_at(json, pointer, unit_, range)) values = std::move(*read);
        });
}

void DocumentReader::reals(std::string_view name, std::vector<double>& values, Range range, std::string_view,
                           Need need) {
  field(name, need, [&] { return "an array, each element " + accepted_number(Unit::number, range); },
        [&](const Json& json, const std::string& pointer) {
          if (auto read = numbers_at(json, pointer, Unit::number, range)) values = std::move(*read);
        });
}

void DocumentReader::integers(std::string_view name, std::vector<std::int64_t>& values, Range range,
                              std::string_view, Need need) {
  const auto accepted = [&] { return "an array, each element " + accepted_integer(range); };
  field(name, need, accepted, [&](const Json& json, const std::string& pointer) {
    if (!json.is_array()) return mismatch(json, pointer, accepted());
    std::vector<std::int64_t> read;
    for (std::size_t i = 0; i < json.size(); ++i)
      if (const auto value = integer_at(json[i], at(pointer, i), range)) read.push_back(*value);
    if (read.size() == json.size()) values = std::move(read);
  });
}

void DocumentReader::matrix(std::string_view name, Matrix& values, Range range, std::string_view, Need need) {
  const auto accepted = [&] { return "an array of rows of equal length, each element " + accepted_number(Unit::number, range); };
  field(name, need, accepted, [&](const Json& json, const std::string& pointer) {
    if (!json.is_array() || json.empty()) return mismatch(json, pointer, accepted());
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < json.size(); ++i) {
      auto row = numbers_at(json[i], at(pointer, i), Unit::number, range);
      if (!row) continue;
      if (row->empty() || json[i].size() != json[0].size())
        complain(at(pointer, i),
                 fmt::format("must be a row as long as the first, at least 1, found {} after {}",
                             found(json[i]), found(json[0])));
      else
        rows.push_back(std::move(*row));
    }
    if (rows.size() < json.size()) return;
    values.resize(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      values.row(static_cast<Eigen::Index>(i)) =
          Eigen::Map<const Eigen::RowVectorXd>(rows[i].data(), values.cols());
  });
}

void DocumentReader::text(std::string_view name, std::string& value, std::string_view, Need need) {
  field(name, need, "a string", [&](const Json& json, const std::string& pointer) {
    if (auto read = string_at(json, pointer)) value = std::move(*read);
  });
}

void DocumentReader::word(std::string_view name, std::string& value, const std::vector<std::string>& accepted,
                          std::string_view, Need need) {
  field(name, need, [&] { return "one of " + listed(accepted); }, [&](const Json& json, const std::string& pointer) {
    if (!json.is_string()) return mismatch(json, pointer, "one of " + listed(accepted));
    const auto& read = json.get_ref<const std::string&>();
    if (std::find(accepted.begin(), accepted.end(), read) != accepted.end())
      value = read;
    else
      complain(pointer, "unknown word " + in_quotes(read) + "; " + did_you_mean(read, accepted) +
                            "accepted: " + listed(accepted));
  });
}

void DocumentReader::words(std::string_view name, std::vector<std::string>& values, std::string_view,
                           Need need) {
  field(name, need, "an array of strings", [&](const Json& json, const std::string& pointer) {
    if (!json.is_array()) return mismatch(json, pointer, "an array of strings");
    std::vector<std::string> read;
    for (std::size_t i = 0; i < json.size(); ++i)
      if (auto value = string_at(json[i], at(pointer, i))) read.push_back(std::move(*value));
    if (read.size() == json.size()) values = std::move(read);
  });
}

void DocumentReader::interval(std::string_view name, std::optional<std::pair<double, double>>& value,
                              std::string_view) {
  constexpr const char* accepted = "an array of two durations [from, to) with 0 <= from < to";
  field(name, optional, accepted, [&](const Json& json, const std::string& pointer) {
    if (!json.is_array() || json.size() != 2) return mismatch(json, pointer, accepted);
    const auto ends = numbers_at(json, pointer, Unit::duration, non_negative);
    if (!ends) return;
    if ((*ends)[0] < (*ends)[1])
      value = {(*ends)[0], (*ends)[1]};
    else
      complain(pointer, fmt::format("must be {}, found {} to {}", accepted,
                                    format_quantity((*ends)[0], Unit::duration),
                                    format_quantity((*ends)[1], Unit::duration)));
  });
}

void DocumentReader::json(std::string_view name, Json& value, std::string_view accepted, std::string_view, Need need) {
  field(name, need, [&] { return std::string(accepted); }, [&](const Json& json, const std::string&) { value = json; });
}

void DocumentReader::jsons(std::string_view name, std::vector<Json>& values, std::string_view, Need need) {
  field(name, need, "an array of values", [&](const Json& json, const std::string& pointer) {
    if (!json.is_array()) return mismatch(json, pointer, "an array of values");
    values.assign(json.begin(), json.end());
  });
}

}  // namespace taubar::config

#include "core/problem/data/row_parser.hpp"

#include <charconv>
#include <cmath>

#include "core/base/error.hpp"

namespace taubar::problem::data {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

namespace {

enum class Outcome { fine, no_number, not_finite, out_of_range };

Outcome parse(std::string_view text, double& value) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return Outcome::out_of_range;
  if (error != std::errc{} || end != text.data() + text.size()) return Outcome::no_number;
  return std::isfinite(value) ? Outcome::fine : Outcome::not_finite;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  if (parse(text, value) != Outcome::fine) return std::nullopt;
  return value;
}

std::string in_quotes(std::string_view text) {
  std::string shown(text.substr(0, 40));
  for (auto& c : shown)
    if (static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126) c = '?';
  return "'" + shown + (text.size() > 40 ? "…'" : "'");
}

std::string not_a_number(std::string_view text) {
  double value = 0;
  switch (parse(text, value)) {
    case Outcome::not_finite:
      return in_quotes(text) + " is not finite; finite numbers are accepted";
    case Outcome::out_of_range:
      return in_quotes(text) + " is outside the range of a double";
    default:
      return in_quotes(text) + " is not a number";
  }
}

void RowComplaints::raise() const {
  if (complaints_.empty()) return;
  auto all = complaints_;
  if (full()) all.push_back(source_.path() + ": reading ended at 20 complaints; there may be more");
  throw InputError(all);
}

void read_rows(TextSource& source, std::int64_t rows, Table& table, const ReadLine& read_line) {
  RowComplaints complaints(source);
  std::string_view line;
  while (table.rows() < rows && !complaints.full() && source.next(line)) {
    const auto wrong = read_line(line);
    if (!wrong.empty()) {
      complaints.add(wrong);
      table.drop_row();
    }
    if (table.value.size() > max_values)
      throw InputError(source.where() + ": more than " + std::to_string(max_values) +
                       " values; at most that is accepted, or fewer rows (\"rows\")");
  }
  complaints.raise();
}

}  // namespace taubar::problem::data

// What the readers of text formats share: numbers, and complaints about rows.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/problem/data/table.hpp"
#include "core/problem/data/text_source.hpp"

namespace taubar::problem::data {

/// A finite number that fills the whole text (blanks around it and a leading + are allowed); else nothing.
std::optional<double> parse_number(std::string_view text);

/// "…" with at most 40 characters of the text, unprintable ones as '?'.
std::string in_quotes(std::string_view text);

/// What is wrong with `text`, which should have been a number: "'nan' is not finite; …".
std::string not_a_number(std::string_view text);

std::string_view trimmed(std::string_view text);

/// The complaints of one file, each "FILE:LINE: what is wrong"; reading ends at 20.
class RowComplaints {
 public:
  explicit RowComplaints(const TextSource& source) : source_(source) {}
  void add(const std::string& what) { complaints_.push_back(source_.where() + ": " + what); }
  bool full() const { return complaints_.size() >= 20; }
  /// Throws InputError with all of them if there are any.
  void raise() const;

 private:
  const TextSource& source_;
  std::vector<std::string> complaints_;
};

/// Reads one line into the table: what is wrong with it, or "". A line that holds no row may leave the table
/// as it is.
using ReadLine = std::function<std::string(std::string_view line)>;

/// Reads lines until the table has so many rows or the source ends. InputError with all complaints, and where
/// the table would hold more than max_values.
void read_rows(TextSource& source, std::int64_t rows, Table& table, const ReadLine& read_line);

}  // namespace taubar::problem::data

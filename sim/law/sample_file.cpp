#include "sim/law/sample_file.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "core/base/error.hpp"

namespace taubar::law {
namespace {

constexpr std::size_t max_complaints = 10;
constexpr std::size_t max_line = 1 << 16;

/// The text of the first column, without a remark.
std::string_view first_column(std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  line = line.substr(0, line.find('#'));
  const auto begin = line.find_first_not_of(" \t\r\"");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_first_of(" \t\r,;\""));
}

std::optional<double> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// std::getline that refuses to swallow a file without line ends.
bool next_line(std::istream& in, std::string& line, const std::string& path, std::size_t row) {
  line.clear();
  for (int c = in.get(); c != std::char_traits<char>::eof(); c = in.get()) {
    if (c == '\n') return true;
    line.push_back(static_cast<char>(c));
    if (line.size() > max_line)
      throw InputError(path + ":" + std::to_string(row) +
                       ": a line of more than 65536 bytes; one number a line is accepted");
  }
  return !line.empty();
}

}  // namespace

std::vector<double> read_samples(const std::string& path) {
  std::error_code ignored;
  const bool is_file =
      std::filesystem::is_regular_file(path, ignored);  // asked first: opening a pipe may block
  std::ifstream in(is_file ? path : "", std::ios::binary);
  if (!in) throw InputError(path + ": cannot be read as a file of numbers");
  std::vector<double> values;
  std::vector<std::string> complaints;
  std::string line;
  bool heading_possible = true;
  for (std::size_t row = 1; next_line(in, line, path, row); ++row) {
    const auto text = first_column(line);
    if (text.empty()) continue;
    const auto value = number(text);
    const bool heading = heading_possible && !value;
    heading_possible = false;
    if (heading) continue;
    if (value && std::isfinite(*value) && *value >= 0) {
      values.push_back(*value);
    } else {
      complaints.push_back(path + ":" + std::to_string(row) + ": \"" + std::string(text.substr(0, 40)) +
                           "\" is not accepted; a finite number >= 0 is");
      if (complaints.size() == max_complaints) break;
    }
    if (values.size() > max_samples) throw InputError(path + ": more than 10 million samples; thin them out");
  }
  if (complaints.empty() && values.empty())
    complaints.push_back(path + ": holds no number; one a line is accepted");
  if (!complaints.empty()) throw InputError(complaints);
  return values;
}

}  // namespace taubar::law

// A comparison for people: aligned columns on a terminal, or Markdown.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/config/wording.hpp"
#include "sim/report/compare.hpp"

namespace taubar::report {
namespace {

using config::Json;

constexpr std::size_t table_width = 120;
constexpr std::size_t runs_a_table = 4;
constexpr std::size_t value_width = 10;
constexpr std::size_t shown_differences = 20;  // of one run
constexpr std::size_t shown_characters = 36;   // of a scenario's value

/// The name of a run's column: A, B, … Z, AA, AB, …
std::string letter(std::size_t run) {
  const std::string last(1, static_cast<char>('A' + run % 26));
  return run < 26 ? last : letter(run / 26 - 1) + last;
}

/// Four significant digits; from 10,000 on with k, M, G, T.
std::string readable(double value) {
  if (!(std::abs(value) >= 1e4) || std::abs(value) >= 1e16) return fmt::format("{:.4g}", value);
  std::size_t thousands = 0;
  for (; std::abs(value) >= 1e3 && thousands < 4; ++thousands) value /= 1e3;
  return fmt::format("{:.4g}{}", value, "kMGT"[thousands - 1]);
}

std::string readable(const Json& value) {
  if (value.is_number()) return readable(value.get<double>());
  if (value.is_string()) return config::printable(value.get<std::string>());
  return value.is_null() ? "–" : value.dump();
}

std::string label(const Row& row) { return row.unit.empty() ? row.label : fmt::format("{} ({})", row.label, row.unit); }

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }  // in UTF-8

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// Pieces of at most `width` characters, cut behind a blank, "_" or "-" where there is one in the piece's second half.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (begins_character(c) && characters(lines.back()) == width) {
      const auto cut = lines.back().find_last_of(" _-") + 1;  // 0: nowhere
      std::string rest = cut > lines.back().size() / 2 ? lines.back().substr(cut) : "";
      lines.back().resize(lines.back().size() - rest.size());
      lines.push_back(std::move(rest));
    }
    lines.back() += c;
  }
  return lines;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (characters(text) <= width) return text;
  std::size_t end = 0;
  for (std::size_t begun = 0; end < text.size(); ++end)
    if (begins_character(text[end]) && begun++ == width - 1) break;
  return text.substr(0, end) + "…";
}

std::string difference(const Difference& d) {
  const auto text = [](const std::optional<Json>& value) {
    return value ? shortened(config::printable(value->dump()), shown_characters) : std::string("(absent)");
  };
  return fmt::format("{}: {} → {}", config::printable(d.pointer), text(d.baseline), text(d.value));
}

/// The run's differences from the baseline, shortened where there are many.
std::vector<std::string> differences(const Comparison& comparison, std::size_t run) {
  std::vector<std::string> lines;
  std::size_t all = 0;
  for (const auto& d : comparison.differences)
    if (d.run == run && ++all <= shown_differences) lines.push_back(difference(d));
  if (all > shown_differences) lines.push_back(fmt::format("… and {} more (--json has all)", all - shown_differences));
  return lines;
}

std::string title(const Comparison& comparison, std::size_t run) {
  return config::printable(comparison.directories[run]) + (run == 0 ? " (the baseline)" : "") +
         (comparison.complete[run] ? "" : " (INCOMPLETE)");
}

/// The value and, of runs other than the baseline, the ratio.
std::string cell(const Row& row, std::size_t run) {
  const std::string value = readable(row.values[run]);
  if (!row.ratios[run]) return value;
  return fmt::format("{:<{}} ×{}", value, value_width, readable(*row.ratios[run]));
}

/// Runs side by side under their letters.
class Table {
 public:
  Table(const Comparison& comparison, std::vector<std::size_t> runs) : comparison_(comparison), runs_(std::move(runs)) {
    for (const auto& row : comparison.rows) label_width_ = std::max(label_width_, label(row).size());
    column_width_ = (table_width - label_width_ - 2) / runs_.size();
  }

  std::string text() const {
    std::vector<std::string> heads;
    for (const std::size_t run : runs_) heads.push_back(letter(run) + (comparison_.complete[run] ? "" : " INCOMPLETE"));
    std::string text = "\n" + lines("", heads), group;
    for (const auto& row : comparison_.rows) {
      if (row.group != group) text += (group = row.group) + "\n";
      std::vector<std::string> cells;
      for (const std::size_t run : runs_) cells.push_back(cell(row, run));
      text += lines(label(row), cells);
    }
    return text;
  }

 private:
  /// One row, in as many lines as its longest cell needs.
  std::string lines(const std::string& label, const std::vector<std::string>& cells) const {
    std::vector<std::vector<std::string>> pieces;
    std::size_t height = 1;
    for (const auto& cell : cells) {
      pieces.push_back(wrapped(cell, column_width_ - 2));
      height = std::max(height, pieces.back().size());
    }
    std::string text;
    for (std::size_t l = 0; l < height; ++l) {
      std::string line = fmt::format("  {:<{}}", l == 0 ? label : "", label_width_);
      for (const auto& piece : pieces)
        line += fmt::format("  {:<{}}", l < piece.size() ? piece[l] : "", column_width_ - 2);
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

  const Comparison& comparison_;
  std::vector<std::size_t> runs_;
  std::size_t label_width_ = 0, column_width_ = 0;
};

std::string markdown_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
  return escaped;
}

}  // namespace

std::string comparison_table(const Comparison& comparison) {
  std::string text;
  const std::size_t runs = comparison.directories.size();
  for (std::size_t run = 0; run < runs; ++run) {
    text += fmt::format("{}  {}\n", letter(run), title(comparison, run));
    for (const auto& line : differences(comparison, run)) text += fmt::format("   {}\n", line);
  }
  for (const auto& warning : comparison.warnings) text += fmt::format("warning: {}\n", config::printable(warning));
  for (std::size_t first = 1; first == 1 || first < runs; first += runs_a_table - 1) {
    std::vector<std::size_t> shown{0};
    for (std::size_t run = first; run < std::min(runs, first + runs_a_table - 1); ++run) shown.push_back(run);
    text += Table(comparison, std::move(shown)).text();
  }
  return text;
}

std::string comparison_markdown(const Comparison& comparison) {
  const std::size_t runs = comparison.directories.size();
  std::string text;
  for (std::size_t run = 0; run < runs; ++run) {
    text += fmt::format("- **{}**: {}\n", letter(run), title(comparison, run));
    for (const auto& line : differences(comparison, run)) text += fmt::format("  - `{}`\n", line);
  }
  for (const auto& warning : comparison.warnings) text += fmt::format("- Warning: {}.\n", config::printable(warning));
  std::string head = "\n| | | A |", rule = "|---|---|---|";
  for (std::size_t run = 1; run < runs; ++run) {
    head += fmt::format(" {} | {} / A |", letter(run), letter(run));
    rule += "---|---|";
  }
  text += head + "\n" + rule + "\n";
  for (const auto& row : comparison.rows) {
    text += fmt::format("| {} | {} | {} |", row.group, label(row), markdown_escaped(readable(row.values[0])));
    for (std::size_t run = 1; run < runs; ++run)
      text += fmt::format(" {} | {} |", markdown_escaped(readable(row.values[run])),
                          row.ratios[run] ? readable(*row.ratios[run]) : "");
    text += "\n";
  }
  return text;
}

}  // namespace taubar::report

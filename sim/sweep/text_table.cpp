#include "sim/sweep/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/config/wording.hpp"

namespace taubar::sweep {
namespace {

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, TextTable::Align align) {
  const std::string blanks(width - std::min(width, width_of(text)), ' ');
  return align == TextTable::Align::left ? text + blanks : blanks + text;
}

std::string more_rows(std::size_t rows, std::size_t most) {
  return rows > most ? fmt::format("… and {} more rows: `taubar sweep export` has them all", rows - most) : "";
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  check(cells.size() == columns_.size(), "a row has a cell a column");
  rows_.push_back(std::move(cells));
}

std::vector<bool> TextTable::used() const {
  std::vector<bool> used(columns_.size(), false);
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c) used[c] = used[c] || !row[c].empty();
  return used;
}

std::string TextTable::text(std::size_t most) const {
  const auto shown = used();
  const std::size_t count = std::min(rows_.size(), most);
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(width_of(column.head));
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t c = 0; c < columns_.size(); ++c) widths[c] = std::max(widths[c], width_of(config::printable(rows_[r][c])));
  const auto line = [&](const auto& cell) {
    std::string text;
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (shown[c]) text += "  " + padded(cell(c), widths[c], columns_[c].align);
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::string text = line([&](std::size_t c) { return columns_[c].head; });
  for (std::size_t r = 0; r < count; ++r) {
    std::size_t repeated = 0;
    while (r > 0 && repeated < labels_ && rows_[r][repeated] == rows_[r - 1][repeated]) ++repeated;
    text += line([&](std::size_t c) { return c < repeated ? std::string() : config::printable(rows_[r][c]); });
  }
  const auto more = more_rows(rows_.size(), most);
  return more.empty() ? text : text + "  " + more + "\n";
}

std::string TextTable::markdown(std::size_t most) const {
  const auto shown = used();
  std::string head = "|", rule = "|", text;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (!shown[c]) continue;
    head += fmt::format(" {} |", markdown_text(columns_[c].head));
    rule += columns_[c].align == Align::left ? "---|" : "---:|";
  }
  text = head + "\n" + rule + "\n";
  for (std::size_t r = 0; r < std::min(rows_.size(), most); ++r) {
    text += "|";
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (shown[c]) text += fmt::format(" {} |", markdown_text(rows_[r][c]));
    text += "\n";
  }
  const auto more = more_rows(rows_.size(), most);
  return more.empty() ? text : text + "\n" + more + "\n";
}

std::string markdown_text(const std::string& text) {
  std::string safe;
  for (const char c : config::printable(text, 2000)) {
    if (std::string_view("\\|*[]<`").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

}  // namespace taubar::sweep

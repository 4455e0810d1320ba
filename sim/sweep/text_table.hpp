// Cells → aligned columns for a terminal, or GitHub-flavoured Markdown.
#pragma once
#include <string>
#include <vector>

namespace taubar::sweep {

class TextTable {
 public:
  enum class Align { left, right };
  struct Column {
    std::string head;
    Align align = Align::right;
  };

  /// The first `labels` columns name the row; on a terminal what they repeat from the row above is left blank.
  TextTable(std::vector<Column> columns, std::size_t labels) : columns_(std::move(columns)), labels_(labels) {}

  /// As many cells as columns.
  void add(std::vector<std::string> cells);
  std::size_t rows() const { return rows_.size(); }

  /// Columns without any cell are left out; of more than `most` rows the others are counted.
  std::string text(std::size_t most) const;
  std::string markdown(std::size_t most) const;

 private:
  std::vector<bool> used() const;

  std::vector<Column> columns_;
  std::size_t labels_;
  std::vector<std::vector<std::string>> rows_;
};

/// For a cell of a table, or a line: nothing in it is markup.
std::string markdown_text(const std::string& text);

}  // namespace taubar::sweep

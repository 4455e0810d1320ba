// What is wrong with a document, gathered while it is read.
#pragma once
#include <string>
#include <vector>

#include "core/config/document.hpp"

namespace taubar::config {

class Complaints {
 public:
  /// `document` outlives this.
  explicit Complaints(const Document& document) : document_(document) {}

  void add(const std::string& pointer, const std::string& message);
  std::size_t count() const { return count_; }
  /// Beyond this many a hostile file would only fill the screen and the memory; the rest is counted.
  bool full() const { return count_ >= 1000; }
  /// All of them in the order of the file, those of "--set" last. InputError if there is any.
  void throw_if_any();

 private:
  struct Line {
    Place place;
    std::string text;
  };
  const Document& document_;
  std::vector<Line> lines_;
  std::size_t count_ = 0;
};

}  // namespace taubar::config

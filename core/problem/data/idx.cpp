// The format of MNIST (LeCun, Cortes, Burges): two bytes 0, a type (8: unsigned bytes), the number m of dimensions, m sizes of
// 32 bits, most significant byte first, then the entries, the last index running fastest.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/problem/data/readers.hpp"
#include "core/problem/data/text_source.hpp"

namespace taubar::problem::data {
namespace {

constexpr std::size_t most_dimensions = 4;

class IdxFile {
 public:
  explicit IdxFile(const std::string& path) : path_(path), source_(open_bytes(path)) {
    const auto head = bytes(4);
    const auto count = static_cast<std::size_t>(head[3]);
    if (head[0] != 0 || head[1] != 0 || head[2] != 8 || count < 1 || count > most_dimensions)
      throw InputError(path_ + ": does not begin like IDX data of unsigned bytes (0, 0, 8, 1 … 4); that is accepted");
    for (std::size_t m = 0; m < count; ++m) sizes_.push_back(big_endian(bytes(4)));
  }

  std::int64_t items() const { return sizes_.front(); }
  bool flat() const { return sizes_.size() == 1; }
  /// Entries of an item, at most max_features + 1.
  std::int64_t entries() const {
    std::int64_t product = 1;
    for (std::size_t m = 1; m < sizes_.size(); ++m) product = std::min(product * sizes_[m], max_features + 1);
    return product;
  }
  const std::vector<unsigned char>& bytes(std::int64_t count) {
    buffer_.resize(static_cast<std::size_t>(count));
    std::size_t filled = 0;
    while (filled < buffer_.size()) {
      const auto got = source_->read(reinterpret_cast<char*>(buffer_.data()) + filled, buffer_.size() - filled);
      if (got == 0) throw InputError(path_ + ": is shorter than its header says");
      filled += got;
    }
    return buffer_;
  }

 private:
  static std::int64_t big_endian(const std::vector<unsigned char>& four) {
    std::int64_t value = 0;
    for (const auto byte : four) value = value * 256 + byte;
    return value;
  }

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::vector<std::int64_t> sizes_;
  std::vector<unsigned char> buffer_;
};

void demand_shapes(const IdxFile& images, const IdxFile& labels, const ReadRequest& request) {
  if (images.flat() || images.entries() < 1 || images.entries() > max_features)
    throw InputError(request.path + ": holds no features or more than " + std::to_string(max_features) +
                     " for each sample; images are accepted");
  if (!labels.flat() || labels.items() != images.items())
    throw InputError(request.labels + ": holds no label for each of the " + std::to_string(images.items()) +
                     " samples of " + request.path);
}

}  // namespace

Table read_idx(const ReadRequest& request) {
  IdxFile images(request.path), labels(request.labels);
  demand_shapes(images, labels, request);
  Table table;
  table.columns = images.entries();
  const std::int64_t rows = std::min(images.items(), request.rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto& pixels = images.bytes(table.columns);
    for (std::size_t j = 0; j < pixels.size(); ++j) table.push(static_cast<std::int32_t>(j), pixels[j]);
    table.end_row(labels.bytes(1)[0]);
    if (table.value.size() > max_values)
      throw InputError(request.path + ": holds more than " + std::to_string(max_values) +
                       " values; at most that are accepted, or fewer rows (\"rows\")");
  }
  return table;
}

}  // namespace taubar::problem::data

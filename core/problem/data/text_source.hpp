// Lines of a text file, plain or compressed, in bounded memory.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace taubar::problem::data {

/// A file that unpacks to more than this is refused, unless reading ends before.
inline constexpr std::uint64_t max_text_bytes = std::uint64_t{4} << 30;
/// A line longer than this is refused.
inline constexpr std::size_t max_line_bytes = std::size_t{64} << 20;

/// Bytes of a file; throws InputError where it is cut short or damaged.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes into `buffer`; 0 at the end.
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
};

/// Plain, gzip or xz, told by the file's first bytes. InputError where it cannot be opened.
std::unique_ptr<ByteSource> open_bytes(const std::string& path);

/// The lines of a file without their ends (LF or CRLF).
class TextSource {
 public:
  explicit TextSource(const std::string& path, std::uint64_t limit = max_text_bytes);
  /// The next line, valid until the next call; false at the end. InputError beyond the limits.
  bool next(std::string_view& line);
  std::int64_t line_number() const { return line_number_; }  ///< of the last line, from 1
  const std::string& path() const { return path_; }
  /// "PATH:LINE"
  std::string where() const { return path_ + ":" + std::to_string(line_number_); }

 private:
  bool refill();

  std::string path_;
  std::uint64_t limit_, total_ = 0;
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::int64_t line_number_ = 0;
  bool ended_ = false;
};

/// The bytes a file unpacks to, as far as can be told without unpacking: exact for plain files and for gzip
/// (one member below 4 GiB), 30 times its size for xz. 0 if it cannot be opened.
double unpacked_bytes(const std::string& path);

}  // namespace taubar::problem::data

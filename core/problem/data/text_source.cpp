#include "core/problem/data/text_source.hpp"

#include <lzma.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"

namespace taubar::problem::data {
namespace {

constexpr std::size_t chunk = 1 << 16;
constexpr std::uint64_t max_unpacking_memory = std::uint64_t{256} << 20;

enum class Packing { plain, gzip, xz };

Packing packing_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, 6> head{};
  file.read(reinterpret_cast<char*>(head.data()), head.size());
  constexpr std::array<unsigned char, 6> xz_magic{0xFD, '7', 'z', 'X', 'Z', 0};
  if (file.gcount() >= 2 && head[0] == 0x1F && head[1] == 0x8B) return Packing::gzip;
  if (file.gcount() == 6 && head == xz_magic) return Packing::xz;
  return Packing::plain;
}

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) throw InputError(path + ": cannot be opened: " + std::strerror(errno));
    gzbuffer(file_, 1 << 17);
  }
  ~GzipSource() override { gzclose(file_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  std::size_t read(char* buffer, std::size_t size) override {
    const int count = gzread(file_, buffer, static_cast<unsigned>(size));
    int code = Z_OK;
    const char* message = gzerror(file_, &code);
    if (code == Z_BUF_ERROR) throw InputError(path_ + ": the gzip data is cut short");
    if (count < 0 || code < 0) throw InputError(path_ + ": the gzip data is damaged: " + message);
    return static_cast<std::size_t>(count);
  }

 private:
  std::string path_;
  gzFile file_;
};

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(const std::string& path) : path_(path), file_(path, std::ios::binary) {
    if (!file_) throw InputError(path + ": cannot be opened: " + std::strerror(errno));
  }
  std::size_t read(char* buffer, std::size_t size) override {
    file_.read(buffer, static_cast<std::streamsize>(size));
    if (file_.bad()) throw InputError(path_ + ": reading failed");
    return static_cast<std::size_t>(file_.gcount());
  }

 private:
  std::string path_;
  std::ifstream file_;
};

class XzSource final : public ByteSource {
 public:
  explicit XzSource(const std::string& path) : path_(path), packed_(path) {
    if (lzma_stream_decoder(&stream_, max_unpacking_memory, LZMA_CONCATENATED) != LZMA_OK)
      throw EnvironmentError("liblzma cannot be started");
  }
  ~XzSource() override { lzma_end(&stream_); }
  XzSource(const XzSource&) = delete;
  XzSource& operator=(const XzSource&) = delete;

  std::size_t read(char* buffer, std::size_t size) override {
    stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer);
    stream_.avail_out = size;
    while (stream_.avail_out > 0 && !ended_) advance();
    return size - stream_.avail_out;
  }

 private:
  void advance() {
    if (stream_.avail_in == 0 && !input_ended_) {
      stream_.avail_in = packed_.read(input_.data(), input_.size());
      stream_.next_in = reinterpret_cast<const std::uint8_t*>(input_.data());
      input_ended_ = stream_.avail_in == 0;
    }
    switch (lzma_code(&stream_, input_ended_ ? LZMA_FINISH : LZMA_RUN)) {
      case LZMA_OK:
        return;
      case LZMA_STREAM_END:
        ended_ = true;
        return;
      case LZMA_BUF_ERROR:
        throw InputError(path_ + ": the xz data is cut short");
      case LZMA_MEMLIMIT_ERROR:
        throw InputError(path_ + ": unpacking the xz data takes more than 256 MiB; at most that is accepted");
      default:
        throw InputError(path_ + ": the xz data is damaged");
    }
  }

  std::string path_;
  PlainSource packed_;
  std::array<char, chunk> input_{};
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool input_ended_ = false, ended_ = false;
};

double gzip_length(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, 4> tail{};
  file.seekg(-4, std::ios::end);
  file.read(reinterpret_cast<char*>(tail.data()), 4);
  return tail[0] + 256.0 * (tail[1] + 256.0 * (tail[2] + 256.0 * tail[3]));
}

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw InputError(path + ": there is no such file");
  if (!std::filesystem::is_regular_file(path, ignored)) throw InputError(path + ": is not a file");
  switch (packing_of(path)) {
    case Packing::gzip:
      return std::make_unique<GzipSource>(path);
    case Packing::xz:
      return std::make_unique<XzSource>(path);
    default:
      if (path.ends_with(".gz"))
        throw InputError(path + ": the name ends in .gz, but the content is not gzip data");
      if (path.ends_with(".xz"))
        throw InputError(path + ": the name ends in .xz, but the content is not xz data");
      return std::make_unique<PlainSource>(path);
  }
}

TextSource::TextSource(const std::string& path, std::uint64_t limit)
    : path_(path), limit_(limit), source_(open_bytes(path)) {}

bool TextSource::refill() {
  if (ended_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.size() > max_line_bytes)
    throw InputError(path_ + ":" + std::to_string(line_number_ + 1) + ": the line is longer than " +
                     std::to_string(max_line_bytes >> 20) + " MiB; at most that is accepted");
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + chunk);
  const std::size_t count = source_->read(buffer_.data() + kept, chunk);
  buffer_.resize(kept + count);
  total_ += count;
  if (total_ > limit_)
    throw InputError(path_ + ": unpacks to more than " + std::to_string(limit_) +
                     " bytes; at most that is accepted, or fewer rows (\"rows\")");
  ended_ = count == 0;
  return !ended_;
}

bool TextSource::next(std::string_view& line) {
  std::size_t searched = begin_, end;
  while ((end = buffer_.find('\n', searched)) == std::string::npos) {
    const std::size_t pending = buffer_.size() - begin_;
    if (!refill()) {
      end = buffer_.size();
      break;
    }
    searched = pending;
  }
  if (begin_ == buffer_.size()) return false;
  line = std::string_view(buffer_).substr(begin_, end - begin_);
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ = std::min(end + 1, buffer_.size());
  ++line_number_;
  return true;
}

double unpacked_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return 0;
  switch (packing_of(path)) {
    case Packing::gzip:
      return gzip_length(path);
    case Packing::xz:
      return 30.0 * static_cast<double>(size);
    default:
      return static_cast<double>(size);
  }
}

}  // namespace taubar::problem::data

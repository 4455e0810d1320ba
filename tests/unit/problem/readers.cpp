#include "core/problem/data/readers.hpp"

#include <lzma.h>
#include <zlib.h>

#include "core/base/error.hpp"
#include "core/problem/data/row_parser.hpp"
#include "core/problem/data/text_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::problem::data;
using taubar::test::TemporaryDirectory;

namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string xz_packed(const std::string& text) {
  std::string packed(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                          text.size(), reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size());
  packed.resize(size);
  return packed;
}

ReadRequest of(const std::string& path) {
  ReadRequest request;
  request.path = path;
  return request;
}

Matrix full(const Table& table) {
  Matrix result = Matrix::Zero(table.rows(), table.columns);
  for (std::int64_t r = 0; r < table.rows(); ++r)
    for (auto e = table.start[static_cast<std::size_t>(r)]; e < table.start[static_cast<std::size_t>(r) + 1];
         ++e)
      result(r, table.column[static_cast<std::size_t>(e)]) = table.value[static_cast<std::size_t>(e)];
  return result;
}

template <class Read>
std::vector<std::string> complaints_when(const Read& read) {
  try {
    read();
  } catch (const InputError& e) {
    return e.complaints();
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "LIBSVM: signs, blanks before the line end, CRLF, comments, blank lines and rows without features are "
    "read") {
  const TemporaryDirectory directory;
  const auto file =
      directory.write("a.libsvm", "+1 1:0.5 3:-2e0 \r\n-1\r\n\r\n# a note\n2 2:1e-3\t4:7 # note\n0 1:0");
  const auto table = read_libsvm(of(file));
  CHECK(table.target == std::vector<double>{1, -1, 2, 0});
  CHECK(full(table) == (Matrix(4, 4) << 0.5, 0, -2, 0, 0, 0, 0, 0, 0, 1e-3, 0, 7, 0, 0, 0, 0).finished());
}

TEST_CASE("LIBSVM: the stated number of features widens, and an index above it is a complaint") {
  const TemporaryDirectory directory;
  auto request = of(directory.write("a.libsvm", "1 1:1\n1 5:1\n"));
  request.features = 7;
  CHECK(read_libsvm(request).columns == 7);
  request.features = 4;
  const auto complaints = complaints_when([&] { read_libsvm(request); });
  REQUIRE(complaints.size() == 1);
  CHECK(contains(complaints[0], "a.libsvm:2: index 5 is above 4"));
}

TEST_CASE("LIBSVM: every malformed row of a file is named with its line in one go") {
  const TemporaryDirectory directory;
  const auto file =
      directory.write("bad.libsvm",
                      "1 1:1\nx 1:1\n1 1\n1 0:1\n1 2:1 2:1\n1 3:1 2:1\n1 1:nan\n1 1:inf\n1 1:1e999\n"
                      "nan 1:1\n1 99999999:1\n1 1:\n1 a:1\n1 1:0x10\n1 2:1\n");
  const auto complaints = complaints_when([&] { read_libsvm(of(file)); });
  const std::vector<std::string> expected{":2: the label 'x' is not a number",
                                          ":3: '1' is not INDEX:VALUE",
                                          ":4: the index of '0:1' is not an integer from 1",
                                          ":5: index 2 does not increase",
                                          ":6: index 2 does not increase",
                                          ":7: feature 1: 'nan' is not finite",
                                          ":8: feature 1: 'inf' is not finite",
                                          ":9: feature 1: '1e999' is outside the range of a double",
                                          ":10: the label 'nan' is not finite",
                                          ":11: index 99999999 is above 10000000",
                                          ":12: feature 1: '' is not a number",
                                          ":13: the index of 'a:1'",
                                          ":14: feature 1: '0x10' is not a number"};
  REQUIRE(complaints.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(complaints[i]);
    CHECK(contains(complaints[i], file + expected[i]));
  }
}

TEST_CASE("reading ends at 20 complaints and says so") {
  const TemporaryDirectory directory;
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += "bad\n";
  const auto complaints = complaints_when([&] { read_libsvm(of(directory.write("bad.libsvm", rows))); });
  REQUIRE(complaints.size() == 21);
  CHECK(contains(complaints[19], "bad.libsvm:20:"));
  CHECK(contains(complaints[20], "ended at 20 complaints"));
}

TEST_CASE(
    "CSV: headers are told from data, and the label is the last column, the first, a name or a number") {
  const TemporaryDirectory directory;
  const auto plain = directory.write("plain.csv", "1,2,3\r\n4,0,6\r\n");
  const auto named = directory.write("named.csv", "\"a\";\"b;b\";c\n1;2;3\n4; 5 ;\"6\"\n\n");
  CHECK(full(read_csv(of(plain))) == (Matrix(2, 2) << 1, 2, 4, 0).finished());
  CHECK(read_csv(of(plain)).target == std::vector<double>{3, 6});
  CHECK(full(read_csv(of(named))) == (Matrix(2, 2) << 1, 2, 4, 5).finished());
  auto request = of(named);
  request.label = "b;b";
  CHECK(read_csv(request).target == std::vector<double>{2, 5});
  request.label = "first";
  CHECK(read_csv(request).target == std::vector<double>{1, 4});
  request.label = "3";
  CHECK(read_csv(request).target == std::vector<double>{3, 6});
  request.label = "4";
  CHECK(
      contains(complaints_when([&] { read_csv(request); }).at(0), "named.csv:1: there is no label column '4'"));
  auto headless = of(plain);
  headless.header = Header::yes;
  CHECK(read_csv(headless).rows() == 1);
  headless = of(named);
  headless.header = Header::no;
  CHECK(contains(complaints_when([&] { read_csv(headless); }).at(0),
                 "named.csv:1: column 1: 'a' is not a number"));
}

TEST_CASE(
    "CSV: a malformed first row is a complaint, not a header; so are ragged, empty, infinite and word "
    "cells") {
  const TemporaryDirectory directory;
  const auto file = directory.write("bad.csv", "1,x,3\n1,2\n1,,3\n1,inf,3\n1,2,3\n1,2,three\n");
  const auto complaints = complaints_when([&] { read_csv(of(file)); });
  REQUIRE(complaints.size() == 5);
  CHECK(contains(complaints[0], "bad.csv:1: column 2: 'x' is not a number"));
  CHECK(contains(complaints[1], "bad.csv:2: the line has 2 columns, the first line has 3"));
  CHECK(contains(complaints[2], "bad.csv:3: column 2: '' is not a number"));
  CHECK(contains(complaints[3], "bad.csv:4: column 2: 'inf' is not finite"));
  CHECK(contains(complaints[4], "bad.csv:6: column 3: 'three' is not a number"));
}

TEST_CASE("gzip of several members and xz are read like the plain file; rows cuts all three") {
  const TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 40000; ++i) text += std::to_string(i % 3) + " 1:" + std::to_string(i) + "\n";
  const auto half = text.size() / 2;
  const std::vector<std::string> files{
      directory.write("a.libsvm", text),
      directory.write("a.libsvm.gz", gzipped(text.substr(0, half)) + gzipped(text.substr(half))),
      directory.write("a.libsvm.xz", xz_packed(text.substr(0, half)) + xz_packed(text.substr(half)))};
  for (const auto& file : files) {
    INFO(file);
    const auto table = read_libsvm(of(file));
    REQUIRE(table.rows() == 40000);
    CHECK(table.value.back() == 39999);
    auto request = of(file);
    request.rows = 123;
    CHECK(read_libsvm(request).rows() == 123);
  }
  CHECK(unpacked_bytes(files[0]) == static_cast<double>(text.size()));
}

TEST_CASE("compressed files that are cut short, damaged or misnamed are refused by name") {
  const TemporaryDirectory directory;
  Stream stream(3, Purpose::test);
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "1 1:" + std::to_string(stream.uniform()) + "\n";
  const auto refused = [&](const std::string& name, const std::string& content, const std::string& why) {
    const auto complaints = complaints_when([&] { read_libsvm(of(directory.write(name, content))); });
    INFO(name);
    REQUIRE(complaints.size() == 1);
    INFO(complaints[0]);
    CHECK(contains(complaints[0], name + ": " + why));
  };
  const auto gz = gzipped(text), xz = xz_packed(text);
  refused("cut.libsvm.gz", gz.substr(0, gz.size() / 2), "the gzip data is cut short");
  refused("cut.libsvm.xz", xz.substr(0, xz.size() / 2), "the xz data is cut short");
  auto spoilt = gz;
  spoilt[spoilt.size() / 2] = static_cast<char>(spoilt[spoilt.size() / 2] ^ 0x55);
  spoilt[spoilt.size() - 6] = static_cast<char>(spoilt[spoilt.size() - 6] ^ 0x55);
  const auto complaints =
      complaints_when([&] { read_libsvm(of(directory.write("spoilt.libsvm.gz", spoilt))); });
  CHECK_FALSE(complaints.empty());
  spoilt = xz;
  spoilt[spoilt.size() / 2] = static_cast<char>(spoilt[spoilt.size() / 2] ^ 0x55);
  refused("spoilt.libsvm.xz", spoilt, "the xz data is damaged");
  refused("plain.libsvm.gz", "1 1:1\n", "the name ends in .gz, but the content is not gzip data");
  refused("zeros.libsvm.xz", std::string(4096, '\0'), "the name ends in .xz, but the content is not xz data");
}

TEST_CASE("a missing file, a directory and a file of zeros are refused") {
  const TemporaryDirectory directory;
  CHECK(contains(complaints_when([&] { read_csv(of(directory.file("none.csv"))); }).at(0),
                 "there is no such file"));
  CHECK(contains(complaints_when([&] { read_csv(of(directory.path())); }).at(0), "is not a file"));
  const auto zeros = directory.write("zeros.libsvm", std::string(100000, '\0'));
  const auto complaints = complaints_when([&] { read_libsvm(of(zeros)); });
  REQUIRE(complaints.size() == 1);
  CHECK(contains(complaints[0], "zeros.libsvm:1: the label '????"));
  CHECK(complaints[0].size() < 300);
}

TEST_CASE("200 MB of one line out of 200 kB of gzip are refused at 64 MiB, and a text limit of 1 MB holds") {
  const TemporaryDirectory directory;
  std::string bomb;
  const std::string block = gzipped(std::string(50'000'000, '0'));
  for (int i = 0; i < 4; ++i) bomb += block;
  const auto complaints = complaints_when([&] { read_csv(of(directory.write("bomb.csv.gz", bomb))); });
  REQUIRE(complaints.size() == 1);
  CHECK(contains(complaints[0], "bomb.csv.gz:1: the line is longer than 64 MiB"));

  std::string lines;
  for (int i = 0; i < 200000; ++i) lines += "1,2,3,4\n";
  TextSource source(directory.write("lines.csv.gz", gzipped(lines)), 1'000'000);
  std::string_view line;
  const auto refused = complaints_when([&] {
    while (source.next(line)) {
    }
  });
  REQUIRE(refused.size() == 1);
  CHECK(contains(refused[0], "unpacks to more than 1000000 bytes"));
  CHECK(source.line_number() <= 125000);
}

TEST_CASE("numbers: 1e-3, +2, .5 and -0 are; 1,5, 0x1, 1e, +-1, 1 2 and nothing are not") {
  CHECK(parse_number("1e-3") == 1e-3);
  CHECK(parse_number(" +2 ") == 2.0);
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("-0") == 0.0);
  for (const auto* text : {"1,5", "0x1", "1e", "+-1", "1 2", "", "-", "nan", "inf", "-inf", "1e400"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text).has_value());
  }
}

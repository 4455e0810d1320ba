// IDX files: images and labels.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/problem/data/readers.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
using problem::data::read_idx;
using problem::data::ReadRequest;

namespace {

/// A header of unsigned bytes with sizes below 256, then the entries.
std::string idx_bytes(const std::vector<int>& sizes, const std::vector<int>& entries, char type = 8) {
  std::string bytes{0, 0, type, static_cast<char>(sizes.size())};
  for (const int size : sizes) bytes += std::string{0, 0, 0, static_cast<char>(size)};
  for (const int entry : entries) bytes += static_cast<char>(entry);
  return bytes;
}

ReadRequest request_of(const TemporaryDirectory& directory, const std::string& images, const std::string& labels) {
  ReadRequest request;
  request.path = directory.write("images-ubyte", images);
  request.labels = directory.write("labels-ubyte", labels);
  return request;
}

}  // namespace

TEST_CASE("three images of 2 by 2 with labels 7, 0, 200: entries, zeros left out, and two of the rows on demand") {
  const TemporaryDirectory directory;
  auto request = request_of(directory, idx_bytes({3, 2, 2}, {1, 0, 0, 255, 0, 0, 0, 0, 9, 8, 7, 6}),
                            idx_bytes({3}, {7, 0, 200}));
  const auto table = read_idx(request);
  CHECK(table.columns == 4);
  CHECK(table.target == std::vector<double>{7, 0, 200});
  CHECK(table.start == std::vector<std::int64_t>{0, 2, 2, 6});
  CHECK(table.value == std::vector<double>{1, 255, 9, 8, 7, 6});
  CHECK(table.column == std::vector<std::int32_t>{0, 3, 0, 1, 2, 3});
  request.rows = 2;
  CHECK(read_idx(request).rows() == 2);
}

TEST_CASE("7 IDX files of another type, cut short, without images or with other numbers of labels are refused") {
  const TemporaryDirectory directory;
  const auto images = idx_bytes({1, 1, 2}, {1, 2}), labels = idx_bytes({1}, {3});
  CHECK(read_idx(request_of(directory, images, labels)).rows() == 1);
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
           {idx_bytes({1, 1, 2}, {1, 2}, 13), labels},
           {idx_bytes({1, 1, 2}, {1}), labels},
           {images, idx_bytes({1}, {})},
           {images, idx_bytes({2}, {3, 4})},
           {labels, labels},
           {images, images},
           {"", labels}})
    CHECK_THROWS_AS(read_idx(request_of(directory, first, second)), InputError);
}

TEST_CASE("format idx wants labels, other formats refuse them, and a second file beside it is refused") {
  const TemporaryDirectory directory;
  const auto images = directory.write("x-ubyte", idx_bytes({2, 2}, {1, 2, 3, 4}));
  const auto labels = directory.write("y-ubyte", idx_bytes({2}, {0, 1})), csv = directory.write("x.csv", "1,2\n");
  const auto accepted = [&](const std::string& data) {
    try {
      return build_problem(R"({"kind": "logistic_regression", "data": {)" + data + "}}", 1)->dimension() == 2;
    } catch (const InputError&) {
      return false;
    }
  };
  const std::string good = R"("file": ")" + images + R"(", "labels": ")" + labels + "\"";
  CHECK(accepted(good));
  CHECK_FALSE(accepted(R"("file": ")" + images + "\""));
  CHECK_FALSE(accepted(R"("file": ")" + csv + R"(", "labels": ")" + labels + "\""));
  CHECK_FALSE(accepted(good + R"(, "held_out_file": ")" + images + "\""));
}

TEST_CASE("MNIST's 10,000 test images: 784 features, 980 zeros to 1,135 ones, mean pixel 33.791") {
  if (data_directory().empty()) {
    WARN("SKIPPED: real data sets (TAUBAR_DATA not set)");
    return;
  }
  ReadRequest request;
  request.path = data_directory() + "/mnist-t10k-images-idx3-ubyte.gz";
  request.labels = data_directory() + "/mnist-t10k-labels-idx1-ubyte";
  const auto table = read_idx(request);
  CHECK(table.rows() == 10000);
  CHECK(table.columns == 784);
  CHECK(std::count(table.target.begin(), table.target.end(), 0.0) == 980);
  CHECK(std::count(table.target.begin(), table.target.end(), 1.0) == 1135);
  double sum = 0;
  for (const double value : table.value) sum += value;
  CHECK(std::abs(sum / 7840000 - 33.791) < 5e-4);
}

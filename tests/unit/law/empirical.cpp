#include <cstdio>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"
#include "sim/law/sample_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

/// A file that goes away with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("taubar_samples_" + std::to_string(::getpid()) + "_" + std::to_string(number_++) + ".csv")) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  static inline int number_ = 0;
  std::filesystem::path path_;
};

std::vector<double> samples_in(const std::string& text) {
  return law::read_samples(TemporaryFile(text).path());
}

std::vector<std::string> complaints_of_file(const std::string& text) {
  try {
    samples_in(text);
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "four samples 4, 1, 2, 2: each level gives the smallest sample that at least that share does not "
    "exceed") {
  const auto law = test::law(R"({"kind": "empirical", "samples": [4, 1, 2, 2]})");
  CHECK(law->quantile(0.1) == 1);
  CHECK(law->quantile(0.25) == 1);
  CHECK(law->quantile(0.2500001) == 2);
  CHECK(law->quantile(0.75) == 2);
  CHECK(law->quantile(0.7500001) == 4);
  CHECK(law->quantile(1 - 0x1p-53) == 4);
  CHECK(law->quantile(0x1p-53) == 1);
  CHECK(law->cdf(0.999) == 0);
  CHECK(law->cdf(2) == 0.75);
  CHECK(law->mean() == 2.25);
  CHECK(law->limited_mean(3) == (1 + 2 + 2 + 3) / 4.0);
  CHECK(law->mean_inverse() == (1 + 0.5 + 0.5 + 0.25) / 4);
}

TEST_CASE(
    "a file of samples: heading, remarks, empty lines, CRLF, further columns and a byte order mark are "
    "passed over") {
  CHECK(samples_in("1\n2.5\n3e-3\n") == std::vector<double>{1, 2.5, 3e-3});
  CHECK(
      samples_in("\xEF\xBB\xBFlatency,host\r\n0.25,a\r\n\r\n# remark\r\n+0.5 , b # more\r\n0;7\r\n.125\t3") ==
      std::vector<double>{0.25, 0.5, 0, 0.125});
}

TEST_CASE("faults of a file of samples are all reported, with file and line") {
  const auto complaints = complaints_of_file("1\n-2\nnan\n3\n1e999\nx\n");
  REQUIRE(complaints.size() == 4);
  CHECK(contains(complaints[0], ".csv:2: \"-2\""));
  CHECK(contains(complaints[1], ".csv:3: \"nan\""));
  CHECK(contains(complaints[2], ".csv:5: \"1e999\""));
  CHECK(contains(complaints[3], ".csv:6: \"x\""));
  CHECK(contains(complaints[3], "a finite number >= 0 is"));
}

TEST_CASE("an empty file, one of remarks, one of a megabyte of zero bytes and a missing one are errors") {
  CHECK(contains(complaints_of_file("").at(0), "holds no number"));
  CHECK(contains(complaints_of_file("# nothing\n\n").at(0), "holds no number"));
  CHECK(contains(complaints_of_file(std::string(1 << 20, '\0')).at(0), "line of more than 65536 bytes"));
  CHECK_THROWS_AS(law::read_samples("/no/such/file"), InputError);
  CHECK_THROWS_AS(law::read_samples(std::filesystem::temp_directory_path().string()), InputError);
  CHECK_THROWS_AS(law::read_samples("/dev/zero"), InputError);
  std::string many = "1\n";
  for (int i = 0; i < 1000; ++i) many += "-1\n";
  CHECK(complaints_of_file(many).size() == 10);
}

TEST_CASE("a scenario finds the file in a data directory and reports its faults with the scenario's own") {
  const TemporaryFile good("0.5\n1.5\n"), bad("1\noops\n");
  const auto directory = std::filesystem::path(good.path()).parent_path().string();
  const auto read = [&](const std::string& path, const std::string& more) {
    const auto name = std::filesystem::path(path).filename().string();
    return test::law_spec(R"({"kind": "empirical", "file": ")" + name + "\"" + more + "}",
                          config::Unit::duration, {{directory}});
  };
  CHECK(read(good.path(), "")->build(1)->mean() == 1);
  try {
    read(bad.path(), R"(, "clip": {"low": 3, "high": 2})");
    FAIL("accepted");
  } catch (const InputError& error) {
    REQUIRE(error.complaints().size() == 2);
    CHECK(contains(error.what(), ".csv:2: \"oops\""));
    CHECK(contains(error.what(), "/law/clip/high"));
  }
}

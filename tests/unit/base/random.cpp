#include "core/base/random.hpp"

#include <set>
#include <vector>

#include "tests/support/catch.hpp"

#if __has_include(<Random123/philox.h>)
#include <Random123/philox.h>
#endif

using namespace taubar;

// Known answers of Random123's kat_vectors (philox4x64, 10 rounds).
TEST_CASE("Philox4x64-10 gives the published known answers") {
  CHECK(philox({0, 0, 0, 0}, 0, 0) == PhiloxBlock{0x16554d9eca36314cull, 0xdb20fe9d672d0fdcull, 0xd7e772cee186176bull,
                                                  0x7e68b68aec7ba23bull});
  constexpr auto ones = ~std::uint64_t{0};
  CHECK(philox({ones, ones, ones, ones}, ones, ones) == PhiloxBlock{0x87b092c3013fe90bull, 0x438c3c67be8d0224ull,
                                                                    0x9cc7d7c69cd777b6ull, 0xa09caebf594f0ba0ull});
  CHECK(philox({0x243f6a8885a308d3ull, 0x13198a2e03707344ull, 0xa4093822299f31d0ull, 0x082efa98ec4e6c89ull},
               0x452821e638d01377ull, 0xbe5466cf34e90c6cull) ==
        PhiloxBlock{0xa528f45403e61d95ull, 0x38c72dbd566e9788ull, 0xa5a1610e72fd18b5ull, 0x57bd43b5e52b7fe6ull});
}

#if __has_include(<Random123/philox.h>)
TEST_CASE("10,000 Philox blocks equal those of the Random123 package") {
  r123::Philox4x64 reference;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const auto block = reference({{i, i * 7, ~i, i << 20}}, {{i * 0x9E3779B97F4A7C15ull, 0}});
    CHECK(philox({i, i * 7, ~i, i << 20}, i * 0x9E3779B97F4A7C15ull, 0) ==
          PhiloxBlock{block[0], block[1], block[2], block[3]});
  }
}
#endif

TEST_CASE("a stream read in order equals its stateless draws") {
  Stream stream(42, Purpose::latency, 3, 9);
  for (std::uint64_t i = 0; i < 100; ++i) CHECK(stream.word() == random_word(42, Purpose::latency, 3, 9, i));
}

TEST_CASE("four draws side by side are those of four streams drawn from one by one, 1,000 times") {
  Stream any(7, Purpose::test);
  for (int i = 0; i < 1000; ++i) {
    std::uint32_t b[4], index[4];
    for (int l = 0; l < 4; ++l) {
      b[l] = static_cast<std::uint32_t>(any.word());
      index[l] = static_cast<std::uint32_t>(any.below(100));
    }
    const std::uint64_t seed = any.word(), a = any.word();
    const auto words = random_words(seed, Purpose::latency, a, b, index);
    for (int l = 0; l < 4; ++l) CHECK(words[l] == random_word(seed, Purpose::latency, a, b[l], index[l]));
  }
}

TEST_CASE("normals in rows are those of Stream::normal, bit by bit: 1 to 9 columns, 1 to 70 rows, from any block on") {
  for (std::size_t columns = 1; columns <= 9; ++columns)
    for (const std::size_t rows : {1, 2, 3, 4, 5, 70}) {
      std::vector<double> all(rows * columns);
      const std::uint64_t block = 5 * columns;
      fill_normals(11, Purpose::particle_noise, 3, 2, 4, block, columns, all);
      for (std::size_t r = 0; r < rows; ++r) {
        Stream stream(11, Purpose::particle_noise, 3, 2 + 4 * r);
        for (std::uint64_t skipped = 0; skipped < 4 * block; ++skipped) stream.word();
        for (std::size_t c = 0; c < columns; ++c) REQUIRE(all[r * columns + c] == stream.normal());
      }
    }
}

TEST_CASE("below(6) is uniform: 600,000 draws, chi-square with 5 degrees below its 1e-6 quantile 35.9") {
  Stream stream(7, Purpose::test);
  int counts[6] = {};
  for (int i = 0; i < 600000; ++i) ++counts[stream.below(6)];
  double chi_square = 0;
  for (int c : counts) chi_square += (c - 1e5) * (c - 1e5) / 1e5;
  CHECK(chi_square < 35.9);
}

TEST_CASE("uniform() stays inside (0, 1) at the extremes of a word") {
  CHECK(to_unit(0) > 0.0);
  CHECK(to_unit(~std::uint64_t{0}) < 1.0);
}

TEST_CASE("normal() has mean 0, variance 1 and kurtosis 3 within 5 standard errors over 1,000,000 draws") {
  Stream stream(11, Purpose::test, 1);
  double sum = 0, square = 0, fourth = 0;
  constexpr int draws = 1000000;
  for (int i = 0; i < draws; ++i) {
    const double x = stream.normal();
    sum += x;
    square += x * x;
    fourth += x * x * x * x;
  }
  CHECK(std::abs(sum / draws) < 5 / std::sqrt(1.0 * draws));
  CHECK(std::abs(square / draws - 1) < 5 * std::sqrt(2.0 / draws));
  CHECK(std::abs(fourth / draws - 3) < 5 * std::sqrt(96.0 / draws));
}

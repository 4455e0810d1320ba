#include "core/base/population_memory.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

TEST_CASE("20,000 allocations and releases at random of 1 to 100,000 bytes: no two overlap, all are aligned, none is left") {
  struct Piece {
    unsigned char* memory;
    std::size_t bytes;
    unsigned char mark;
  };
  const std::size_t before = population_memory::use().bytes;
  std::vector<Piece> pieces;
  Stream stream(1, Purpose::test);
  const auto release = [&](std::size_t i) {
    const Piece piece = pieces[i];
    for (std::size_t b = 0; b < piece.bytes; ++b)
      if (piece.memory[b] != piece.mark) FAIL("a byte of a piece was overwritten");
    population_memory::release(piece.memory, piece.bytes);
    pieces[i] = pieces.back();
    pieces.pop_back();
  };
  for (int i = 0; i < 20000; ++i) {
    if (!pieces.empty() && stream.below(5) < 2) {
      release(stream.below(pieces.size()));
      continue;
    }
    const std::size_t bytes = 1 + stream.below(stream.below(100) == 0 ? 100'000 : 400);
    const auto mark = static_cast<unsigned char>(stream.below(256));
    auto* memory = static_cast<unsigned char*>(population_memory::allocate(bytes));
    REQUIRE(reinterpret_cast<std::uintptr_t>(memory) % (bytes <= 16 ? 16 : bytes <= 32 ? 32 : 64) == 0);
    std::memset(memory, mark, bytes);
    pieces.push_back({memory, bytes, mark});
  }
  std::size_t held = 0;
  for (const auto& piece : pieces) held += piece.bytes;
  CHECK(population_memory::use().bytes - before >= held);
  while (!pieces.empty()) release(pieces.size() - 1);
  CHECK(population_memory::use().bytes == before);
}

TEST_CASE("what is released serves the next object of its size") {
  void* kept = population_memory::allocate(200);
  void* first = population_memory::allocate(100);
  population_memory::release(first, 100);
  const std::size_t before = population_memory::use().allocations;
  CHECK(population_memory::allocate(120) == first);  // both are two lines
  CHECK(population_memory::use().allocations == before + 1);
  population_memory::release(first, 120);
  population_memory::release(kept, 200);
}

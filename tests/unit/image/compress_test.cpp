#include <catch2/catch_test_macros.hpp>

#include "streams.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("what is compressed decompresses to the same bytes", "[image][compress]") {
  const std::string text = random_bytes(300000, 1) + std::string(500000, 'z');
  for (const Compression kind : {Compression::none, Compression::gzip, Compression::zstd}) {
    const auto packed = compress(slow(text, 4001), kind);
    const std::string bytes = read_all(*packed);
    if (kind != Compression::none) CHECK(bytes.size() < 400000);
    const auto plain = decompress(slow(bytes, 1003));
    CHECK(read_all(*plain) == text);
  }
}

TEST_CASE("an empty stream stays empty", "[image][compress]") {
  for (const Compression kind : {Compression::none, Compression::gzip, Compression::zstd}) {
    auto packed = compress(open_text(""), kind);
    const auto plain = decompress(std::move(packed));
    CHECK(read_all(*plain).empty());
  }
}

TEST_CASE("joined gzip members are read to the end", "[image][compress]") {
  const auto one = compress(open_text("one"), Compression::gzip);
  const auto two = compress(open_text("two"), Compression::gzip);
  const auto plain = decompress(slow(read_all(*one) + read_all(*two), 3));
  CHECK(read_all(*plain) == "onetwo");
}

TEST_CASE("a cut or damaged stream is an error, not a short result", "[image][compress]") {
  for (const Compression kind : {Compression::gzip, Compression::zstd}) {
    const auto packed = compress(open_text(random_bytes(50000, 2)), kind);
    std::string bytes = read_all(*packed);
    const auto cut = decompress(open_text(bytes.substr(0, bytes.size() - 3)));
    CHECK_THROWS_AS(read_all(*cut), Error);
    bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] + 1);
    const auto damaged = decompress(open_text(bytes));
    CHECK_THROWS_AS(read_all(*damaged), Error);
  }
}

TEST_CASE("sha256 is the published one", "[image][digest]") {
  CHECK(sha256("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  hash.add("a");
  hash.add("bc");
  CHECK(hash.digest() == sha256("abc"));
}

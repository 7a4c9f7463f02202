#include <catch2/catch_test_macros.hpp>
#include <map>

#include "streams.h"

using namespace liteship;
using namespace liteship::test;

namespace {

std::unique_ptr<ByteSource> tar_of(std::vector<std::pair<TarEntry, std::string>> members) {
  return open_tar(
      [members = std::move(members), at = std::size_t{0}]() mutable -> std::optional<TarPart> {
        if (at == members.size()) return std::nullopt;
        const auto& [entry, text] = members[at++];
        return TarPart{entry, text.empty() ? nullptr : slow(text)};
      });
}

}  // namespace

TEST_CASE("a tar that was written reads back the same", "[image][tar]") {
  const std::string far(130, 'd');
  std::vector<std::pair<TarEntry, std::string>> members = {
      {{"dir", TarType::directory, 0, 0755, 1700000000, ""}, ""},
      {{"dir/file", TarType::file, 1000, 0640, 5, ""}, std::string(1000, 'x')},
      {{"empty", TarType::file, 0, 0644, 0, ""}, ""},
      {{far + "/long/name", TarType::file, 512, 0644, 0, ""}, std::string(512, 'y')},
      {{"link", TarType::symlink, 0, 0777, 0, far + "/long/name"}, ""},
  };
  const auto source = tar_of(members);
  const std::string bytes = read_all(*source);
  CHECK(bytes.size() % 512 == 0);
  const auto again = slow(bytes, 100);
  TarReader reader(*again);
  for (const auto& [entry, text] : members) {
    const auto found = reader.next();
    REQUIRE(found);
    CHECK(*found == entry);
    CHECK(read_all(reader) == text);
  }
  CHECK_FALSE(reader.next());
}

TEST_CASE("a member that was not read is passed over", "[image][tar]") {
  const auto source = tar_of({{{"a", TarType::file, 70000, 0644, 0, ""}, std::string(70000, 'a')},
                              {{"b", TarType::file, 1, 0644, 0, ""}, "b"}});
  TarReader reader(*source);
  REQUIRE(reader.next());
  const auto second = reader.next();
  REQUIRE(second);
  CHECK(second->path == "b");
  CHECK(read_all(reader) == "b");
}

TEST_CASE("a size over 8 GiB survives in base 256", "[image][tar]") {
  const std::uint64_t huge = 9ULL << 30U;
  const auto source = tar_of({{{"huge", TarType::file, huge, 0644, 0, ""}, "start"}});
  std::string header(512, '\0');
  REQUIRE(source->read(header) == 512);
  const auto again = slow(header, 512);
  TarReader reader(*again);
  const auto entry = reader.next();
  REQUIRE(entry);
  CHECK(entry->size == huge);
}

TEST_CASE("pax records give path, link target and size", "[image][tar]") {
  const std::string records = "15 path=longer\n16 linkpath=x/y\n10 size=3\n";
  // A pax member is a file of type x: written as a file, then its type and checksum are changed.
  auto source = tar_of({{{"pax", TarType::file, records.size(), 0644, 0, ""}, records},
                        {{"short", TarType::file, 3, 0644, 0, ""}, "abc"}});
  std::string bytes = read_all(*source);
  bytes[156] = 'x';
  const unsigned sum = [&] {
    unsigned total = 0;
    for (std::size_t i = 0; i < 512; ++i) {
      total += i >= 148 && i < 156 ? 32U : static_cast<unsigned char>(bytes[i]);
    }
    return total;
  }();
  for (std::size_t i = 0, rest = sum; i < 6; ++i, rest /= 8) {
    bytes[148 + 5 - i] = static_cast<char>('0' + rest % 8);
  }
  const auto again = slow(bytes);
  TarReader reader(*again);
  const auto entry = reader.next();
  REQUIRE(entry);
  CHECK(entry->path == "longer");
  CHECK(entry->target == "x/y");
  CHECK(read_all(reader) == "abc");
}

TEST_CASE("a damaged or cut tar is an error", "[image][tar]") {
  const auto source = tar_of({{{"a", TarType::file, 1000, 0644, 0, ""}, std::string(1000, 'a')}});
  std::string bytes = read_all(*source);
  SECTION("wrong checksum") {
    bytes[0] = 'b';
    const auto bad = slow(bytes);
    TarReader reader(*bad);
    CHECK_THROWS_AS(reader.next(), Error);
  }
  SECTION("cut content") {
    const auto bad = slow(bytes.substr(0, 900));
    TarReader reader(*bad);
    REQUIRE(reader.next());
    CHECK_THROWS_AS(read_all(reader), Error);
  }
  SECTION("content shorter than announced") {
    const auto bad = tar_of({{{"a", TarType::file, 10, 0644, 0, ""}, "123"}});
    CHECK_THROWS_AS(read_all(*bad), Error);
  }
}

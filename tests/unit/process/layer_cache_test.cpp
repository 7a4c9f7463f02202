#include "process/layer_cache.h"

#include <catch2/catch_test_macros.hpp>

#include "temporary.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("the layer cache remembers across runs", "[process][cache]") {
  const TemporaryDirectory directory;
  {
    LayerCache cache(directory.path() / "below");
    CHECK_FALSE(cache.diff_id("sha256:packed"));
    cache.learn("sha256:packed", "sha256:plain");
    cache.learn_size("sha256:plain", 5'000'000'000);
    cache.mark_costly("sha256:prefix");
    cache.save();
  }
  const LayerCache cache(directory.path() / "below");
  CHECK(cache.diff_id("sha256:packed") == "sha256:plain");
  CHECK(cache.size("sha256:plain") == 5'000'000'000);
  CHECK_FALSE(cache.size("sha256:packed"));
  CHECK(cache.is_costly("sha256:prefix"));
  CHECK_FALSE(cache.is_costly("sha256:plain"));
}

TEST_CASE("a damaged layer cache counts as empty", "[process][cache]") {
  const TemporaryDirectory directory;
  for (const char* text : {"", "{", "[]", R"({"version":2,"sizes":{"a":1}})",
                           R"({"version":1,"sizes":{"a":-1},"diff_ids":{"a":7}})"}) {
    directory.write("layers.json", text);
    const LayerCache cache(directory.path());
    CHECK_FALSE(cache.size("a"));
    CHECK_FALSE(cache.diff_id("a"));
  }
}

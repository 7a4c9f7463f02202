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
    cache.learn("sha256:packed-too", "sha256:plain");
    cache.learn("abc/layer.tar", "sha256:saved");
    cache.save();
  }
  LayerCache cache(directory.path() / "below");
  CHECK(cache.diff_id("sha256:packed") == "sha256:plain");
  CHECK(cache.size("sha256:plain") == 5'000'000'000);
  CHECK_FALSE(cache.size("sha256:packed"));
  CHECK(cache.has_digest("sha256:plain"));
  CHECK_FALSE(cache.has_digest("sha256:saved"));  // a path, by which nothing can be pushed
  cache.forget_digest("sha256:plain");
  cache.forget_digest("sha256:saved");
  cache.save();
  const LayerCache later(directory.path() / "below");
  CHECK_FALSE(later.has_digest("sha256:plain"));
  CHECK(later.size("sha256:plain") == 5'000'000'000);
  CHECK(later.diff_id("abc/layer.tar") == "sha256:saved");
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

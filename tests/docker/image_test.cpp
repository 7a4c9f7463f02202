// Images out of the real engine and back into it.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "unit/process/temporary.h"

using namespace liteship;
using namespace liteship::test;

namespace {

using Clock = std::chrono::steady_clock;

RunResult docker(std::vector<std::string> words, ByteSource* input = nullptr) {
  Interrupts never;
  RunOptions options;
  options.input_stream = input;
  return run_process(Command("docker").args(words), options, never);
}

/// The engine; without one the test is skipped, and fails where CI promises one.
LocalDocker engine() {
  Interrupts never;
  const auto found = local_docker(never);
  if (!found && std::getenv("CI") != nullptr) FAIL("no Docker engine answers");
  if (!found) SKIP("no Docker engine answers");
  return *found;
}

std::string random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// An app of three layers: the base's, 1 MB and a few bytes. Its images are removed at the end.
class App {
 public:
  explicit App(std::size_t base_size = 20'000'000) {
    directory_.write("Dockerfile",
                     "FROM scratch\nADD base /\nADD deps /\nADD src /\nCMD [\"/src\"]\n");
    directory_.write("base", random_bytes(base_size, seed()));
    directory_.write("deps", random_bytes(1'000'000, seed() + 1));
  }
  ~App() {
    for (const std::string& tag : tags_) static_cast<void>(docker({"image", "rm", tag}));
  }
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  [[nodiscard]] std::string tag(const std::string& version) {
    tags_.push_back("liteship-test-image-" + std::to_string(::getpid()) + ":" + version);
    return tags_.back();
  }

  [[nodiscard]] std::string build(const std::string& version) {
    directory_.write("src", "source of version " + version);
    BuildRequest request;
    request.reference = tag(version);
    request.labels = {{"liteship-test", "image"}};
    Interrupts never;
    build_image(request, open_context(directory_.path(), ContextKind::working_tree, ""), {}, never);
    return request.reference;
  }

  [[nodiscard]] std::unique_ptr<ImageReader> open(const std::string& from, const std::string& to,
                                                  std::size_t skip, const LocalDocker& engine) {
    Interrupts never;
    const auto image = local_image(from, never);
    REQUIRE(image);
    return open_image(*image, from, to, skip, engine, cache_.path(), never);
  }

  [[nodiscard]] std::unique_ptr<LayerLearning> learn(const std::string& reference,
                                                     const LocalDocker& engine) {
    Interrupts never;
    const auto image = local_image(reference, never);
    REQUIRE(image);
    return begin_learning(*image, reference, engine, cache_.path(), never);
  }

  /// Leaves only the sizes of what earlier runs learned.
  void forget_digests() const {
    auto json = nlohmann::json::parse(read_file(cache_.path() / "layers.json").value_or(""));
    json["diff_ids"] = nlohmann::json::object();
    cache_.write("layers.json", json.dump());
  }

 private:
  /// Other bytes in every run, so that the engine knows none of the layers.
  static unsigned seed() { return static_cast<unsigned>(::getpid()) * 2; }

  TemporaryDirectory directory_;
  TemporaryDirectory cache_;
  std::vector<std::string> tags_;
};

std::unique_ptr<ByteSource> archive_of(ImageReader& reader, Compression compression) {
  return open_archive(
      reader.archive(), [&](const Digest& diff_id) { return reader.open_layer(diff_id); },
      compression);
}

std::string file_in(const std::string& reference, const std::string& path) {
  const RunResult created = docker({"create", "--label", "liteship-test=image", reference});
  REQUIRE(created.status == 0);
  const std::string container(trim(created.output));
  const RunResult copied = docker({"cp", container + ":" + path, "-"});
  static_cast<void>(docker({"rm", container}));
  const auto tar = open_text(copied.output);
  TarReader reader(*tar);
  REQUIRE(reader.next());
  return read_all(reader);
}

std::string id_of(const std::string& reference) {
  Interrupts never;
  const auto image = local_image(reference, never);
  return image ? image->layers.id : "";
}

std::string predicted(const ImageReader& reader, const LocalDocker& engine) {
  const PredictedIds ids = predict_ids(reader.archive());
  return engine.containerd_store ? ids.manifest : ids.config;
}

std::int64_t milliseconds_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

}  // namespace

TEST_CASE("an image leaves the engine whole and is loaded as the same image", "[docker][image]") {
  const LocalDocker local = engine();
  App app;
  const std::string one = app.build("1");
  const std::string copy = app.tag("copy-1");
  const auto reader = app.open(one, copy, 0, local);
  CHECK(reader->report().route == ReadRoute::save);
  CHECK(reader->archive().diff_ids.size() == 3);
  REQUIRE(docker({"image", "rm", one}).status == 0);
  REQUIRE(id_of(one).empty());

  const auto archive = archive_of(*reader, Compression::gzip);
  const RunResult loaded = docker({"load", "-q"}, archive.get());
  INFO(loaded.error_output);
  REQUIRE(loaded.status == 0);
  CHECK(id_of(copy) == predicted(*reader, local));
  CHECK(file_in(copy, "/src") == "source of version 1");
  CHECK(file_in(copy, "/base").size() == 20'000'000);
}

TEST_CASE("a redeploy reads and loads only the new layer", "[docker][image]") {
  const LocalDocker local = engine();
  App app;
  const std::string one = app.build("1");
  REQUIRE(app.open(one, one, 0, local)->archive().sizes.size() == 3);

  // The engine packs its layers once; a push then leaves out what it knows.
  Interrupts never;
  const auto learning = app.learn(one, local);
  CHECK((learning != nullptr) == (local.loopback && !local.containerd_store));
  if (learning) CHECK(learning->finish(never));
  CHECK_FALSE(app.learn(one, local));
  const std::string three = app.build("3");
  const auto saved_from = Clock::now();
  LocalDocker far = local;
  far.loopback = false;
  const auto saved = app.open(three, app.tag("copy-3"), 2, far);
  const auto save_time = milliseconds_since(saved_from);
  const auto pushed_from = Clock::now();
  const auto pushed = app.open(three, app.tag("copy-3"), 2, local);
  const auto push_time = milliseconds_since(pushed_from);
  std::cout << "save: " << save_time << " ms, " << saved->report().bytes
            << " B; push: " << push_time << " ms, " << pushed->report().bytes << " B\n";

  CHECK(saved->archive().diff_ids == pushed->archive().diff_ids);
  CHECK(saved->archive().sizes == pushed->archive().sizes);
  CHECK(saved->report().route == ReadRoute::save);
  if (local.loopback) {
    INFO(pushed->report().note);
    CHECK(pushed->report().route == ReadRoute::push);
    CHECK(pushed->report().bytes < 10'000);
  }
  // Others may be pushing now: only the names of this image count.
  const RunResult tags = docker({"image", "inspect", "--format", "{{len .RepoTags}}", three});
  CHECK(trim(tags.output) == "1");

  REQUIRE(docker({"image", "rm", three}).status == 0);
  const auto thin = archive_of(*pushed, Compression::gzip);
  const std::string bytes = read_all(*thin);
  CHECK(bytes.size() < 10'000);
  const auto stream = open_text(bytes);
  REQUIRE(docker({"load", "-q"}, stream.get()).status == 0);
  CHECK(id_of(pushed->archive().reference) == predicted(*pushed, local));
  CHECK(file_in(pushed->archive().reference, "/src") == "source of version 3");
  CHECK(file_in(pushed->archive().reference, "/deps").size() == 1'000'000);
}

TEST_CASE("a layer that was pushed before and that the server lacks comes all the same",
          "[docker][image]") {
  const LocalDocker local = engine();
  if (!local.loopback) SKIP("the engine does not share our loopback");
  App app(2'000'000);
  const std::string one = app.build("1");
  const std::string copy = app.tag("copy-1");
  // All three layers become known to the engine as pushed, but to us as unknown.
  REQUIRE(app.open(one, copy, 0, local)->archive().sizes.size() == 3);
  REQUIRE(app.open(one, copy, 2, local)->report().route == ReadRoute::push);
  app.forget_digests();
  const auto reader = app.open(one, copy, 1, local);
  INFO(reader->report().note);
  CHECK(reader->report().route == ReadRoute::push);
  CHECK(reader->open_layer(reader->archive().diff_ids[1]).size > 1'000'000);
  CHECK(reader->report().bytes < 2'000'000);
}

TEST_CASE("large layers that the engine never pushed are saved until they are learned",
          "[docker][image]") {
  const LocalDocker local = engine();
  if (!local.loopback) SKIP("the engine does not share our loopback");
  const ReadRoute route = local.containerd_store ? ReadRoute::push : ReadRoute::save;
  App app;
  const std::string one = app.build("1");
  REQUIRE(app.open(one, one, 0, local)->archive().sizes.size() == 3);
  CHECK(app.open(one, app.tag("copy-1"), 2, local)->report().route == route);
  Interrupts never;
  if (const auto stopped = app.learn(one, local)) {
    Interrupts now;
    now.raise();
    CHECK_FALSE(stopped->finish(now));
  }
  CHECK(app.open(one, app.tag("copy-2"), 2, local)->report().route == route);
  if (const auto learning = app.learn(one, local)) CHECK(learning->finish(never));
  const auto reader = app.open(one, app.tag("copy-3"), 2, local);
  INFO(reader->report().note);
  CHECK(reader->report().route == ReadRoute::push);
  CHECK(reader->report().bytes < 10'000);
}

TEST_CASE("a build that fails says why with its last lines", "[docker][build]") {
  const LocalDocker local = engine();
  const TemporaryDirectory directory;
  directory.write("Dockerfile", "FROM scratch\nADD missing-file /\n");
  BuildRequest request;
  request.reference = "liteship-test-image-bad:1";
  Interrupts never;
  try {
    build_image(request, open_context(directory.path(), ContextKind::working_tree, ""), {}, never);
    FAIL("the build went through");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::release_failed);
    const Diagnostic& diagnostic = error.diagnostics().front();
    std::string all = diagnostic.reason;
    for (const std::string& note : diagnostic.notes) all += "\n" + note;
    CHECK(all.find("missing-file") != std::string::npos);
  }
}

TEST_CASE("an image that is not there is told from an engine that is not", "[docker][image]") {
  (void)engine();
  Interrupts never;
  CHECK_FALSE(local_image("liteship-test-no-such-image:1", never));
}

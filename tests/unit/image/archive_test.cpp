#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "streams.h"

using namespace liteship;
using namespace liteship::test;

namespace {

struct Fixture {
  std::map<Digest, std::string> layers;
  ImageArchive archive;
  std::vector<Digest> opened;

  explicit Fixture(const std::vector<std::string>& contents) {
    archive.reference = "app:1";
    archive.config = R"({"architecture":"amd64"})";
    for (const std::string& content : contents) {
      archive.diff_ids.push_back(sha256(content));
      archive.sizes.push_back(content.size());
      layers[sha256(content)] = content;
    }
  }

  std::map<std::string, std::string> members() {
    const auto source = open_archive(
        archive,
        [this](const Digest& diff_id) {
          opened.push_back(diff_id);
          return LayerStream{layers.at(diff_id).size(), slow(layers.at(diff_id), 999)};
        },
        Compression::none);
    TarReader reader(*source);
    std::map<std::string, std::string> found;
    while (const auto entry = reader.next()) {
      CHECK(found.emplace(entry->path, read_all(reader)).second);
    }
    return found;
  }
};

std::string blob(const Digest& digest) { return "blobs/sha256/" + digest.substr(7); }

}  // namespace

TEST_CASE("the archive carries all layers, both manifests and the config", "[image][archive]") {
  Fixture fixture({"base layer", "second layer"});
  const auto members = fixture.members();
  const PredictedIds ids = predict_ids(fixture.archive);
  CHECK(members.size() == 7);
  CHECK(members.at(blob(ids.config)) == fixture.archive.config);
  CHECK(members.at(blob(fixture.archive.diff_ids[0])) == "base layer");
  CHECK(members.at(blob(fixture.archive.diff_ids[1])) == "second layer");
  CHECK(sha256(members.at(blob(ids.manifest))) == ids.manifest);

  const auto index = nlohmann::json::parse(members.at("index.json"));
  CHECK(index["manifests"][0]["digest"] == ids.manifest);
  CHECK(index["manifests"][0]["annotations"]["io.containerd.image.name"] ==
        "docker.io/library/app:1");
  CHECK(index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] == "1");
  const auto docker = nlohmann::json::parse(members.at("manifest.json"));
  CHECK(docker[0]["RepoTags"][0] == "app:1");
  CHECK(docker[0]["Layers"].size() == 2);
}

TEST_CASE("a thin archive names every layer but carries only those after the prefix",
          "[image][archive]") {
  Fixture fixture({"one", "two", "three"});
  const PredictedIds full = predict_ids(fixture.archive);
  fixture.archive.skip = 2;
  const auto members = fixture.members();
  CHECK(predict_ids(fixture.archive) == full);
  CHECK(fixture.opened == std::vector<Digest>{fixture.archive.diff_ids[2]});
  CHECK(members.count(blob(fixture.archive.diff_ids[0])) == 0);
  const auto manifest = nlohmann::json::parse(members.at(blob(full.manifest)));
  REQUIRE(manifest["layers"].size() == 3);
  CHECK(manifest["layers"][0]["digest"] == fixture.archive.diff_ids[0]);
  CHECK(manifest["layers"][0]["size"] == 3);
}

TEST_CASE("a repeated layer is carried once, also when the prefix has it", "[image][archive]") {
  Fixture fixture({"same", "other", "same"});
  CHECK(carried_layers(fixture.archive).size() == 2);
  fixture.archive.skip = 2;
  CHECK(carried_layers(fixture.archive) == std::vector<Digest>{sha256("same")});
  const auto members = fixture.members();
  CHECK(members.count(blob(sha256("same"))) == 1);
}

TEST_CASE("a layer of another size than announced is an error", "[image][archive]") {
  Fixture fixture({"layer"});
  fixture.archive.sizes[0] = 4;
  CHECK_THROWS_AS(fixture.members(), Error);
}

TEST_CASE("references are qualified as docker does", "[image][archive]") {
  CHECK(qualified_reference("app:1") == "docker.io/library/app:1");
  CHECK(qualified_reference("app") == "docker.io/library/app:latest");
  CHECK(qualified_reference("team/app:1") == "docker.io/team/app:1");
  CHECK(qualified_reference("ghcr.io/team/app:1") == "ghcr.io/team/app:1");
  CHECK(qualified_reference("localhost/app") == "localhost/app:latest");
  CHECK(qualified_reference("host:5000/app") == "host:5000/app:latest");
  CHECK(qualified_reference("host:5000/team/app:v1") == "host:5000/team/app:v1");
}

TEST_CASE("only a prefix of one single image counts as present", "[image][layers]") {
  const std::vector<Digest> wanted = {"a", "b", "c"};
  CHECK(shared_prefix(wanted, {}) == 0);
  CHECK(shared_prefix(wanted, {{"1", {}, {"a"}}, {"2", {}, {"a", "b", "x"}}}) == 2);
  CHECK(shared_prefix(wanted, {{"1", {}, {"b", "c"}}}) == 0);
  CHECK(shared_prefix(wanted, {{"1", {}, {"a", "b", "c", "d"}}}) == 3);
}

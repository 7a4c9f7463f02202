// What is built, and by which builder: deploy.yml's `builder:` as a BuildRequest.

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "release/steps.h"

namespace liteship {
namespace {

bool is_wanted(const std::optional<std::string>& attestation) {
  return attestation && *attestation != "false";
}

/// Of the options those that say where the cache is; the others say how it is written.
std::string reading_options(const BuildCache& cache) {
  std::string text;
  for (const std::string& option : split(cache.options.value_or(""), ',')) {
    for (const char* allowed : {"url=", "url_v2=", "token=", "scope=", "timeout="}) {
      if (option.starts_with(allowed)) text += "," + option;
    }
  }
  return text;
}

void add_cache(BuildxBuilder& buildx, const Config& config) {
  const BuildCache& cache = *config.builder.cache;
  const std::string options = cache.options ? "," + *cache.options : "";
  if (cache.type == "gha") {
    buildx.cache_from = "type=gha" + reading_options(cache);
    buildx.cache_to = "type=gha" + options;
    return;
  }
  const bool named = config.registry && config.registry->server;
  buildx.cache_from = "type=registry,ref=" + (named ? *config.registry->server + "/" : "") +
                      cache.image.value_or(config.image + "-build-cache");
  buildx.cache_to = buildx.cache_from + options;
}

/// As Kamal calls it: they share what it has cached.
std::string name_of_builder(const std::string& driver, const std::string& engine) {
  if (driver.starts_with("cloud")) return replace_all(replace_all(driver, " ", "-"), "/", "-");
  if (engine.empty()) return "kamal-local-" + driver;
  std::string name = "kamal-remote-" + engine;
  for (char& c : name) {
    const bool stays = std::islower(static_cast<unsigned char>(c)) != 0 ||
                       std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (!stays) c = '-';
  }
  return name;
}

/// `build push --output TYPE`: Kamal's, where `docker` is this machine's engine.
void choose_output(BuildRequest& build, const std::string& output) {
  if (output.empty() || output == "registry") return;
  if (build.buildx) build.buildx->to_registry = false;
  if (output == "docker") {
    build.platforms.clear();  // it holds an image for itself only
    return;
  }
  if (build.pack) {
    throw Error(
        ErrorKind::usage,
        Diagnostic{fmt::format("`--output {}` is not possible with `builder: pack:`", output),
                   {},
                   "`pack` makes an image of this machine's engine",
                   {},
                   "use `--output docker`"});
  }
  build.output = output;
}

}  // namespace

std::string remote_engine(const Builder& builder, BuildPlace place, const std::string& machine) {
  const std::string remote = builder.remote.value_or("");
  if (place != BuildPlace::automatic || remote.find("://") == std::string::npos) return "";
  const auto& wanted = builder.arch;  // empty: the server's, which nobody has been asked for
  const bool is_ours =
      wanted.empty() || std::find(wanted.begin(), wanted.end(), machine) != wanted.end();
  return builder.local && is_ours ? "" : remote;
}

std::string remote_engine(const Session& session, const ReleaseOptions& options) {
  const bool stays_here = !options.output.empty() && options.output != "registry";
  if (stays_here || options.skip_push) return "";
  return remote_engine(session.config.builder, options.build, machine_architecture());
}

std::optional<BuildxBuilder> buildx_builder(const Config& config, const std::string& engine) {
  const Builder& builder = config.builder;
  if (builder.pack) return std::nullopt;
  const std::string driver = builder.driver.value_or("docker-container");
  const bool needs_registry =
      builder.arch.size() > 1 || is_wanted(builder.provenance) || is_wanted(builder.sbom);
  const bool cloud = driver.starts_with("cloud");
  if (driver == "docker") return std::nullopt;
  // Without a registry the engine's own cache is where a registry's would be.
  const bool cached = builder.cache && (builder.cache->type == "gha" || config.registry);
  if (!cached && !cloud && !(needs_registry && config.registry)) return std::nullopt;
  BuildxBuilder buildx;
  buildx.driver = driver;
  if (!cloud) buildx.engine = engine;
  buildx.name = name_of_builder(driver, buildx.engine);
  buildx.to_registry = config.registry.has_value();
  buildx.provenance = builder.provenance;
  buildx.sbom = builder.sbom;
  if (cached) add_cache(buildx, config);
  return buildx;
}

BuildRequest build_request(const Session& session, const Request& request,
                           const ReleaseOptions& options) {
  const Builder& builder = session.config.builder;
  BuildRequest build;
  build.reference = request.image;
  build.dockerfile = builder.dockerfile;
  build.target = builder.target;
  build.args = builder.args;
  build.labels["service"] = session.config.service;
  for (const SecretName& secret : builder.secrets) {
    build.secrets[secret.name] = session.secrets.at(secret.secret);
  }
  if (options.no_cache) build.options.emplace_back("--no-cache");
  build.ssh = builder.ssh;
  build.attest = builder.provenance != "false";
  if (builder.pack) build.pack = Buildpacks{builder.pack->builder, builder.pack->buildpacks};
  build.buildx = buildx_builder(session.config, remote_engine(session, options));
  if (build.buildx && build.buildx->to_registry) {
    for (const std::string& arch : builder.arch) build.platforms.push_back("linux/" + arch);
  }
  choose_output(build, options.output);
  return build;
}

}  // namespace liteship

// `doppler`. Names: of secrets, with `--from PROJECT/CONFIG`, or PROJECT/CONFIG/NAME. A service
// token in DOPPLER_TOKEN says by itself which project and config are meant. Fetched under the bare
// names.

#include <fmt/format.h>

#include <algorithm>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

constexpr std::string_view service_token = "dp.st";

/// The secrets of one project's config: one call fetches them.
struct Place {
  std::string project;  // "": that of the token
  std::string config;
  std::vector<std::string> names;
};

std::vector<Place> places_of(Vault& vault) {
  const bool token = vault.variable("DOPPLER_TOKEN").starts_with(service_token);
  std::vector<Place> places;
  for (const std::string& name : vault.names()) {
    const auto parts = split(name, '/');
    if (!token && parts.size() < 3) {
      vault.fail(fmt::format("`{}` names no project and config", name), {},
                 "add `--from PROJECT/CONFIG`, or set DOPPLER_TOKEN to a service token");
      return {};
    }
    const std::string project = token ? "" : parts[0];
    const std::string config = token ? "" : parts[1];
    auto known = std::find_if(places.begin(), places.end(), [&](const Place& place) {
      return place.project == project && place.config == config;
    });
    if (known == places.end()) known = places.insert(places.end(), {project, config, {}});
    known->names.push_back(parts.back());
  }
  return places;
}

}  // namespace

void fetch_doppler(Vault& vault) {
  const auto places = places_of(vault);
  if (!vault.failed() && !vault.try_run({"me", "--json"})) (void)vault.log_in({"login", "-y"});
  for (const Place& place : places) {
    std::vector<std::string> words = {"secrets", "get"};
    words.insert(words.end(), place.names.begin(), place.names.end());
    words.emplace_back("--json");
    if (!place.project.empty()) {
      words.insert(words.end(), {"-p", place.project, "-c", place.config});
    }
    const Json answer = vault.read(words, fmt::format("read `{}`", join(place.names, "`, `")));
    for (const auto& [name, secret] : answer.items()) {
      vault.keep(name, member_at(secret, "computed"));
    }
    vault.require(place.names);
  }
}

}  // namespace liteship::secrets

// Names on the server are Kamal's, so that either tool can take over from the other.

#include "liteship/plan.h"

namespace liteship {
namespace {

std::string with_destination(std::string name, const Config& config) {
  if (!config.destination.empty()) name += "-" + config.destination;
  return name;
}

}  // namespace

std::string proxy_service(const Config& config, const Role& role) {
  return with_destination(config.service + "-" + role.name, config);
}

std::string container_name(const Config& config, const Role& role, const Version& version) {
  return proxy_service(config, role) + "-" + version.text;
}

std::string sidecar_name(const Config& config) {
  return with_destination(config.service + "-litestream", config);
}

std::string app_directory(const Config& config) { return ".deploy/" + config.app_name(); }

std::string home_volume(const Config& config) { return "liteship-" + config.app_name(); }

std::string proxy_repository(const ProxyRun& run) {
  return run.registry ? *run.registry + "/" + run.repository : run.repository;
}

std::string proxy_image(const Config& config) {
  return proxy_repository(config.proxy.run) + ":" + config.proxy.run.version;
}

std::string image_repository(const Config& config) {
  const bool elsewhere = config.registry && config.registry->server;
  return elsewhere ? *config.registry->server + "/" + config.image : config.image;
}

std::string image_reference(const Config& config, const Version& version) {
  return image_repository(config) + ":" + version.text;
}

}  // namespace liteship

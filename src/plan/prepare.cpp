// What must be there before a release: network, proxy, volumes, data, replicator. Every step is
// left out when the facts say that it is done, so a usual release prepares nothing.

#include "plan/prepare.h"

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

class Preparation {
 public:
  Preparation(const Config& config, const Secrets& secrets, const Request& request,
              const Facts& facts)
      : config_(config), secrets_(secrets), request_(request), facts_(facts) {}

  Phase plan() {
    phase_.id = "prepare";
    phase_.variables = phase_variables(config_);
    prepare_proxy();
    install_certificates();
    // The app may need them from its first moment on.
    for (const AccessoryInput& input : request_.accessories) {
      add_accessory(phase_, config_, secrets_, input, facts_);
    }
    recover();
    prepare_volumes();
    if (!replicates(config_)) return std::move(phase_);
    if (request_.action == Action::rollback)
      keep_replicator();
    else
      prepare_replicator();
    return std::move(phase_);
  }

 private:
  void step(std::string id, std::string title, Command command) {
    phase_.steps.push_back({std::move(id), std::move(title), std::move(command)});
  }

  void prepare_proxy() {
    if (needs_proxy(config_, request_)) return add_proxy(phase_, config_, facts_);
    if (facts_.containers.empty()) add_network(phase_, facts_);
  }

  // Into the proxy's own files, readable by its user alone.
  void install_certificates() {
    for (const Role* role : roles_with_proxy(config_)) {
      add_certificate(phase_, config_, secrets_, *role->proxy, role->name);
    }
  }

  // A release that ended without a word (reboot, killed shell) may have left the service paused or
  // its container stopped: make what served before serve again.
  void recover() {
    for (const Role* role : roles_with_proxy(config_)) {
      const ProxyService* service = service_of(facts_, proxy_service(config_, *role));
      if (service == nullptr || service->targets.empty()) continue;
      const Container* target = container_behind(*service, facts_);
      const bool healthy = target != nullptr && target->running && !service->paused;
      if (healthy || (!facts_.interrupted && !service->paused)) continue;
      const Container* wanted = serving_container(config_, *role, facts_);
      if (wanted == nullptr) continue;
      step("recover-" + role->name, "make " + wanted->name + " serve again",
           with_pages(config_, wanted->version,
                      Command{"recover_route", service->name, wanted->name,
                              std::to_string(role->proxy->app_port.number)}
                          .args(deploy_flags(config_, *role))));
    }
  }

  void know_owner() {
    if (owner_known_) return;
    owner_known_ = true;
    step("owner", "find the image's user",
         Command{"find_owner", request_.image_user, request_.image});
  }

  void prepare_volumes() {
    for (const Volume& volume : config_.volumes) {
      const std::string source = volume_source(volume, facts_.home);
      if (volume.source.empty() || present(volume)) continue;
      know_owner();
      new_volumes_.push_back(volume.source);
      step(fmt::format("volume-{}", new_volumes_.size()),
           fmt::format("give {} to the image's user", source),
           Command{"prepare_directory", prepared_tool_image(config_, request_, facts_), source});
    }
  }

  [[nodiscard]] bool present(const Volume& volume) const {
    const std::string name = volume.is_host_path() ? volume_source(volume, ".") : volume.source;
    return std::find(facts_.volumes.begin(), facts_.volumes.end(), name) != facts_.volumes.end();
  }

  // A rollback resolves no secrets, so it cannot make a replicator: the one that is there goes on.
  void keep_replicator() {
    if (!facts_.sidecar || facts_.sidecar->running) return;
    step("replicator", "start the replicator", Command{"restart_container", facts_.sidecar->name});
  }

  void prepare_replicator() {
    const std::vector<std::string> words =
        sidecar_words(config_, secrets_, request_.image_user, facts_.home);
    const bool first = !new_volumes_.empty() || !ever_released();
    const bool same = facts_.sidecar && facts_.sidecar->running &&
                      std::find(words.begin(), words.end(),
                                "liteship.spec=" + facts_.sidecar->spec) != words.end();
    if (same && !first) return;
    know_owner();
    const std::vector<PhaseFile> files = sidecar_files(config_, secrets_);
    phase_.files.insert(phase_.files.end(), files.begin(), files.end());
    const EnvFiles env = sidecar_env(config_, secrets_);
    env.add_to(phase_);
    prepare_replica_directory();
    const std::vector<std::string> once =
        litestream_once_words(config_, request_.image_user, facts_.home);
    int number = 0;
    for (const std::string& path : replicated_paths(config_)) {
      ++number;
      // Whatever the facts say: an earlier setup may have made the volume and got no further.
      step(fmt::format("restore-{}", number), "restore " + path + " where it is missing",
           env.carried_by(
               Command{"restore_database", path, expected(path) ? "yes" : "no"}.args(once)));
    }
    forget_other_replica(once, env);
    step("replicator", "start the replicator",
         env.carried_by(Command{"start_sidecar", sidecar_name(config_)}.args(words)));
  }

  // What the replicator remembers is about the replica that it had so far.
  void forget_other_replica(const std::vector<std::string>& once, const EnvFiles& env) {
    if (facts_.sidecar && facts_.sidecar->replica == replica_id(config_)) return;
    int number = 0;
    for (const std::string& path : replicated_paths(config_)) {
      ++number;
      if (is_new(*volume_of(config_, path))) continue;
      step(fmt::format("forget-{}", number), "begin a new copy of " + path,
           env.carried_by(Command{"forget_replica", sidecar_name(config_), path}.args(once)));
    }
  }

  [[nodiscard]] bool is_new(const Volume& volume) const {
    return std::find(new_volumes_.begin(), new_volumes_.end(), volume.source) != new_volumes_.end();
  }

  void prepare_replica_directory() {
    const std::string& url = config_.sqlite->replica->url;
    if (!url.starts_with("file://")) return;
    step("replica-directory", "give the replica's directory to the image's user",
         Command{"prepare_directory", prepared_tool_image(config_, request_, facts_),
                 url.substr(7)});
  }

  [[nodiscard]] bool ever_released() const {
    return std::any_of(facts_.ledger.begin(), facts_.ledger.end(),
                       [](const LedgerEntry& e) { return e.status == "released"; });
  }

  // Must there be a backup? This server wrote one before, or the project says that somebody did.
  [[nodiscard]] bool expected(const std::string& path) const {
    if (request_.start_empty) return false;
    return request_.expect_backup || facts_.replica_txids.contains(path);
  }

  const Config& config_;
  const Secrets& secrets_;
  const Request& request_;
  const Facts& facts_;
  Phase phase_;
  std::vector<std::string> new_volumes_;
  bool owner_known_ = false;
};

}  // namespace

Phase plan_prepare(const Config& config, const Secrets& secrets, const Request& request,
                   const Facts& facts) {
  check_names(request, facts);
  return Preparation(config, secrets, request, facts).plan();
}

}  // namespace liteship

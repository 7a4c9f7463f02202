// `upgrade`: from Kamal 1's Traefik to kamal-proxy, in phases under one lock.

#include "release/steps.h"

namespace liteship {
namespace {

class Upgrade {
 public:
  Upgrade(Session& session, const ReleaseOptions& options)
      : session_(session),
        options_(options),
        request_(locked_request(options)),
        facts_(begin_locked(session, request_, options)) {}

  [[nodiscard]] bool is_needed() const { return facts_.traefik.has_value(); }

  void run() {
    hook("pre-proxy-reboot");
    fetch_proxy();  // before Traefik is away
    act(TraefikAction::make_room);
    try {
      boot_app();
    } catch (const Error& error) {
      give_way(error);
      throw;
    }
    act(TraefikAction::remove);
    hook("post-proxy-reboot");
    // Into the network that the app is in now.
    if (!options_.accessories.empty()) {
      (void)run_accessories(session_, AccessoryAction::reboot, options_);
    }
  }

 private:
  void hook(const char* name) { run_release_hook(session_, request_, options_, name, 0); }

  void act(TraefikAction action) {
    run_locked_phase(session_, request_, options_, plan_traefik(session_.config, action, facts_));
  }

  void fetch_proxy() {
    if (options_.dry_run) return;
    LocalEngine engine(session_.interrupts);
    (void)ship_parts(session_, proxy_parts(session_.config, facts_), options_, facts_, engine);
  }

  // From the image of what runs.
  void boot_app() {
    const Container* running = facts_.running(session_.config.primary_role().name);
    if (running == nullptr) return;
    ReleaseOptions boot = options_;
    boot.version = running->version;
    boot.skip_push = boot.boot_only = boot.new_proxy = true;
    (void)run_release(session_, boot);
  }

  // The app is as it was before. Whatever else it is, a release may still be at work there.
  void give_way(const Error& error) {
    if (options_.dry_run) return;
    if (error.kind() == ErrorKind::release_failed) return act(TraefikAction::bring_back);
    session_.events(Note{"Traefik is stopped, and goes once `deploy upgrade` gets through"});
  }

  Session& session_;
  const ReleaseOptions& options_;
  Request request_;
  Facts facts_;
};

}  // namespace

bool run_upgrade(Session& session, const ReleaseOptions& options) {
  Upgrade upgrade(session, options);
  if (!upgrade.is_needed()) return false;
  upgrade.run();
  return true;
}

}  // namespace liteship

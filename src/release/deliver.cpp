// `build …`: the image of a release without the release.

#include <fmt/core.h>

#include "release/steps.h"

namespace liteship {
namespace {

Error needs_registry(const char* what) {
  return Error(ErrorKind::usage,
               Diagnostic{fmt::format("`{}` needs a registry", what),
                          {},
                          "deploy.yml has no `registry:`, so images travel over the SSH connection",
                          {},
                          "run `deploy build deliver` to build and send the image"});
}

void tag_as_dirty(const Session& session, Request& request) {
  request.dirty = true;
  const std::string version = request.version.text.substr(0, request.version.text.find("_dirty_"));
  request.version.text = version + "-dirty";  // Kamal's tag for it
  request.image = image_reference(session.config, request.version);
}

// Without the lock: an image by itself changes nothing.
std::uint64_t deliver(Session& session, const Request& request, const ReleaseOptions& options) {
  LocalEngine engine(session.interrupts);
  const Facts facts = inspect_image(session, request);
  return ship_image(session, request, options, facts, engine, nullptr).bytes;
}

}  // namespace

BuildReport run_build(Session& session, BuildAction action, const ReleaseOptions& options) {
  const bool remote = session.config.registry.has_value();
  if (action == BuildAction::pull && !remote) throw needs_registry("build pull");
  Request request = make_request(session, options);
  if (action == BuildAction::dev) tag_as_dirty(session, request);
  BuildReport report{request.version, request.image, 0};
  if (options.dry_run) {
    options.dry_run(fmt::format("# would build {}\n", request.image));
    return report;
  }
  run_release_hook(session, request, options, "pre-connect", 0);
  if (action != BuildAction::pull) run_release_hook(session, request, options, "pre-build", 0);
  switch (action) {
    case BuildAction::dev:
      build_here(session, request, options, nullptr);
      break;
    case BuildAction::push:
      if (remote) {
        build_here(session, request, options, nullptr);
        push_to_registry(session, request);
      } else {
        report.bytes_sent = deliver(session, request, options);
      }
      break;
    case BuildAction::pull:
      (void)pull_by_server(session, request);
      break;
    case BuildAction::deliver:
      report.bytes_sent = deliver(session, request, options);
      break;
  }
  return report;
}

}  // namespace liteship

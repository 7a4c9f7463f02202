// `build …`: the image of a release without the release.

#include <fmt/core.h>

#include <algorithm>

#include "liteship/image.h"
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

void list_files(Session& session, const char* what, const std::vector<std::string>& files) {
  if (files.empty()) return;
  constexpr std::size_t shown = 20;
  const auto end = files.begin() + static_cast<std::ptrdiff_t>(std::min(shown, files.size()));
  session.events(Note{
      fmt::format("{} in the image: {}{}", what, join({files.begin(), end}, ", "),
                  files.size() > shown ? fmt::format(" and {} more", files.size() - shown) : "")});
}

/// Which files of the working tree are in the image and in no commit.
void tell_uncommitted(Session& session, const ReleaseOptions& options) {
  if (!options.git) return;
  const IgnoreRules rules(read_file(options.root / ".dockerignore").value_or(""));
  std::vector<std::string> changed;
  std::vector<std::string> untracked;
  for (const std::string& line : options.git->changes) {  // "?? PATH", " M PATH", "R  OLD -> PATH"
    const std::size_t arrow = line.find(" -> ");
    const std::string path = line.substr(arrow == std::string::npos ? 3 : arrow + 4);
    if (rules.ignores(path)) continue;
    (line.starts_with("??") ? untracked : changed).push_back(path);
  }
  list_files(session, "changes that are not committed are", changed);
  list_files(session, "files that git does not know are", untracked);
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
  const bool pushes = options.output == "registry";
  if (pushes && !remote) throw needs_registry("--output registry");
  Request request = make_request(session, options);
  if (action == BuildAction::dev) tag_as_dirty(session, request);
  BuildReport report{request.version, request.image, 0};
  if (options.dry_run) {
    options.dry_run(fmt::format("# would build {}\n", request.image));
    return report;
  }
  run_release_hook(session, request, options, "pre-connect", 0);
  if (action != BuildAction::pull) run_release_hook(session, request, options, "pre-build", 0);
  use_engine(remote_engine(session, options));
  switch (action) {
    case BuildAction::dev:
      tell_uncommitted(session, options);
      if (pushes) {
        build_and_push(session, request, options, nullptr);
      } else {
        build_here(session, request, options, nullptr);
      }
      break;
    case BuildAction::push:
      if (!options.output.empty() && !pushes) {
        build_here(session, request, options, nullptr);
      } else if (remote) {
        build_and_push(session, request, options, nullptr);
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

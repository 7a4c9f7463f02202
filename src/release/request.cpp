#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>

#include "release/steps.h"

namespace liteship {
namespace {

// What `deploy` itself keeps in .deploy (the record of replicas) is no part of the app.
std::size_t count_changes(const GitState& git) {
  return static_cast<std::size_t>(std::count_if(
      git.changes.begin(), git.changes.end(),
      [](const std::string& line) { return line.find(" .deploy/") == std::string::npos; }));
}

Error no_version() {
  return Error(ErrorKind::usage,
               Diagnostic{"there is no version to release",
                          {},
                          "this directory is not in a git repository with a commit",
                          {},
                          "commit first, or name one with `--version`"});
}

// It becomes an image's tag and a part of names: what Docker allows for a tag.
void check_version(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
  if (plain && !text.empty() && text.size() <= 128 && text.front() != '-' && text.front() != '.') {
    return;
  }
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("`{}` cannot be a version", text),
                         {},
                         "a version is the tag of an image: letters, digits, `_`, `.` and `-`",
                         {},
                         "leave `--version` out to release what git's HEAD is"});
}

// As Kamal looks for them: 4??.html and 5??.html.
bool is_error_page(const std::string& name) {
  return name.size() == 8 && (name.front() == '4' || name.front() == '5') &&
         name.ends_with(".html");
}

std::map<std::string, std::string> read_error_pages(const Config& config,
                                                    const std::filesystem::path& root) {
  std::map<std::string, std::string> pages;
  if (!config.error_pages_path) return pages;
  std::error_code none;
  for (const auto& entry :
       std::filesystem::directory_iterator(root / *config.error_pages_path, none)) {
    const std::string name = entry.path().filename().string();
    if (is_error_page(name)) pages.emplace(name, read_file(entry.path()).value_or(""));
  }
  if (!pages.empty()) return pages;
  // kamal-proxy takes no folder without a page.
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("there is no error page in `{}`", *config.error_pages_path),
                         {},
                         "`error_pages_path` names a folder with pages like 404.html and 502.html",
                         {},
                         "add a page, or remove `error_pages_path`"});
}

}  // namespace

std::string random_hex() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

std::int64_t unix_now() {
  using std::chrono::seconds;
  return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Request make_request(const Session& session, const ReleaseOptions& options) {
  Request request;
  request.action = options.action;
  request.command = options.command;
  request.by = options.by;
  request.now = unix_now();
  request.run_id = random_hex();
  request.start_empty = options.start_empty;
  request.new_proxy = options.new_proxy;
  request.error_pages = read_error_pages(session.config, options.root);
  request.accessories = options.accessories;
  if (options.action == Action::rollback) {
    request.version.text = options.version.value_or("");
    return request;
  }
  const std::optional<GitState>& git = options.git;
  if (git) request.subject = git->subject;
  const std::size_t changes = git ? count_changes(*git) : 0;
  if (options.version) {
    request.version.text = *options.version;
  } else if (git) {
    request.version.text = git->revision;
    if (changes > 0 && session.config.builder.context) {
      // A context that is named is built as it lies there, and is another version, as in Kamal.
      request.dirty = true;
      request.version.text += "_uncommitted_" + request.run_id;
    } else if (options.dirty && changes > 0) {
      request.dirty = true;
      request.version.text += "_dirty_" + request.run_id.substr(0, 8);
    } else if (changes > 0) {
      session.events(Note{fmt::format(
          "{} uncommitted change{} not in this release (`--dirty` would build the working tree)",
          changes, changes == 1 ? " is" : "s are")});
    }
  } else {
    throw no_version();
  }
  check_version(request.version.text);
  request.image = image_reference(session.config, request.version);
  return request;
}

}  // namespace liteship

#include "release/record.h"

#include "liteship/process.h"

namespace liteship {
namespace {

std::filesystem::path record_path(const std::filesystem::path& root) {
  return root / ".deploy" / "replicas";
}

bool replicates(const Config& config) { return config.sqlite && config.sqlite->replica; }

std::string line_of(const Config& config) {
  return config.app_name() + "\t" + config.sqlite->replica->url;
}

}  // namespace

bool known_replica(const std::filesystem::path& root, const Config& config) {
  if (!replicates(config)) return false;
  const std::optional<std::string> text = read_file(record_path(root));
  if (!text) return false;
  for (const std::string& line : split_lines(*text)) {
    if (line.starts_with(config.app_name() + "\t")) return true;
  }
  return false;
}

void remember_replica(const std::filesystem::path& root, const Config& config) {
  if (!replicates(config)) return;
  std::string text = read_file(record_path(root)).value_or("");
  for (const std::string& line : split_lines(text)) {
    if (line == line_of(config)) return;
  }
  if (!text.empty() && text.back() != '\n') text += '\n';
  (void)make_private_directory(
      record_path(root).parent_path().string());  // write_file says why not
  write_file(record_path(root), text + line_of(config) + "\n", 0644);
}

}  // namespace liteship

#include "process/layer_cache.h"

#include <algorithm>

#include "liteship/process.h"
#include "process/failure.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::json;

constexpr int format_version = 1;
// 20,000 layers are 4 MB of JSON and years of releases; beyond, it starts anew.
constexpr std::size_t entry_limit = 20'000;

/// Else it is a path in an archive of docker 20.10.
bool is_digest(const std::string& name) { return name.starts_with("sha256:"); }

}  // namespace

LayerCache::LayerCache(std::filesystem::path directory) : directory_(std::move(directory)) {
  if (!make_private_directory(directory_.string())) {
    throw system_failure("cannot make `" + directory_.string() + "`");
  }
  const Json json = read_json(read_file(directory_ / "layers.json").value_or(""));
  if (!json.is_object() || json.value("version", Json()) != Json(format_version)) return;
  const Json diff_ids = json.value("diff_ids", Json::object());
  const Json sizes = json.value("sizes", Json::object());
  for (const auto& [name, value] : diff_ids.items()) {
    if (value.is_string()) diff_ids_[name] = value.get<std::string>();
  }
  for (const auto& [name, value] : sizes.items()) {
    if (value.is_number_unsigned()) sizes_[name] = value.get<std::uint64_t>();
  }
}

std::optional<Digest> LayerCache::diff_id(const std::string& name) const {
  const auto it = diff_ids_.find(name);
  return it == diff_ids_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::uint64_t> LayerCache::size(const Digest& diff_id) const {
  const auto it = sizes_.find(diff_id);
  return it == sizes_.end() ? std::nullopt : std::optional(it->second);
}

bool LayerCache::has_digest(const Digest& diff_id) const {
  return std::any_of(diff_ids_.begin(), diff_ids_.end(), [&](const auto& known) {
    return known.second == diff_id && is_digest(known.first);
  });
}

void LayerCache::forget_digest(const Digest& diff_id) {
  const auto count = std::erase_if(diff_ids_, [&](const auto& known) {
    return known.second == diff_id && is_digest(known.first);
  });
  is_changed_ = is_changed_ || count > 0;
}

void LayerCache::learn(const std::string& name, const Digest& diff_id) {
  auto& known = diff_ids_[name];
  is_changed_ = is_changed_ || known != diff_id;
  known = diff_id;
}

void LayerCache::learn_size(const Digest& diff_id, std::uint64_t size) {
  const auto [it, is_new] = sizes_.insert_or_assign(diff_id, size);
  is_changed_ = is_changed_ || is_new;
}

void LayerCache::save() {
  if (!is_changed_) return;
  if (diff_ids_.size() > entry_limit) diff_ids_.clear();
  if (sizes_.size() > entry_limit) sizes_.clear();
  const Json json = {{"version", format_version}, {"diff_ids", diff_ids_}, {"sizes", sizes_}};
  write_file(directory_ / "layers.json", print_json(json) + "\n", 0600);
  is_changed_ = false;
}

}  // namespace liteship

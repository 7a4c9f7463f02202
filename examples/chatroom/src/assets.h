#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace chatroom {

struct Asset {
  std::string type;  ///< Content-Type
  std::string bytes;
};

/// The files of one directory, read once at start: a request can name what is in the map and
/// nothing else, so no path of the file system is ever built from what a client sent.
class Assets {
 public:
  /// Errors: std::runtime_error when the directory has no style.css.
  explicit Assets(const std::filesystem::path& directory);

  /// path: as in the URL. Result: nullptr when there is no such file.
  [[nodiscard]] const Asset* find(const std::string& path) const;

 private:
  std::map<std::string, Asset> by_path_;
};

}  // namespace chatroom

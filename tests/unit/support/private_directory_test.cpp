#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>

#include "liteship/support.h"

using namespace liteship;

TEST_CASE("directories of ours are private, whatever the umask", "[support]") {
  std::string root = (std::filesystem::temp_directory_path() / "liteship-support-XXXXXX").string();
  REQUIRE(mkdtemp(root.data()) != nullptr);
  const auto mode = [](const std::string& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
  };
  for (const mode_t mask : {0000U, 0022U, 0777U}) {
    const std::string first = root + "/a" + std::to_string(mask);
    const mode_t before = ::umask(mask);
    const bool made = make_private_directory(first + "/b/c");
    ::umask(before);
    CHECK(made);
    CHECK(mode(first) == 0700);
    CHECK(mode(first + "/b/c") == 0700);
  }
  ::chmod((root + "/a0").c_str(), 0755);
  CHECK(make_private_directory(root + "/a0/b"));
  CHECK(mode(root + "/a0") == 0755);  // what is there stays as it is
  std::ofstream(root + "/file") << "x";
  CHECK_FALSE(make_private_directory(root + "/file"));
  CHECK_FALSE(make_private_directory(root + "/file/below"));
  std::filesystem::remove_all(root);
}

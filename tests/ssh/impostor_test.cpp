// Servers that show a key which is not the known one: refused before any login is tried.

#include <sys/stat.h>
#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "ssh/known_hosts.h"
#include "ssh/server.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

constexpr const char* talkative = "LogLevel DEBUG1";  // sshd logs every userauth-request

bool saw_login(const Server& server) {
  return server.log().find("userauth-request") != std::string::npos;
}

/// The greeting of a client names its library.
bool saw_us(const Server& server) { return server.log().find("libssh2") != std::string::npos; }

/// Refused with the code of `deploy` for it, and nobody tried to log in.
Diagnostic refused(const Server& impostor, const SshRequest& request) {
  const Failure failure = connect_failure(request);
  CHECK(failure.kind == ErrorKind::host_key);
  CHECK(exit_code(failure.kind) == 3);
  CHECK_FALSE(failure.diagnostic.help.empty());
  CHECK(saw_us(impostor));
  CHECK_FALSE(saw_login(impostor));
  return failure.diagnostic;
}

/// "type base64\n" of a server's host key.
std::string key_of(const Server& server, const std::string& type = "ed25519") {
  const std::string line = server.known_hosts_line(type);
  return line.substr(line.find(' ') + 1);
}

std::string name_of(const Server& server) {
  return "[127.0.0.1]:" + std::to_string(server.port.number);
}

}  // namespace

TEST_CASE("a login shows in the log of these tests' servers", "[ssh][impostor]") {
  const Server server(talkative, {"ed25519"});
  (void)connect(server.request());
  CHECK(saw_login(server));
}

TEST_CASE("a key that is not the known one is refused before the login", "[ssh][impostor]") {
  const Server server(talkative, {"ed25519"});
  const Server other("", {"ed25519"});
  const auto known = [&](const std::string& text) { server.directory.write("known_hosts", text); };
  const std::string right = server.known_hosts_line();
  SECTION("changed") {
    known(name_of(server) + " " + key_of(other));
    contains(refused(server, server.request()).message, "has changed");
  }
  SECTION("changed, though ssh_config checks nothing") {
    known(name_of(server) + " " + key_of(other));
    auto request = server.request();
    request.use_config = true;
    request.config_files = {server.directory.write("config", "StrictHostKeyChecking no\n")};
    contains(refused(server, request).message, "has changed");
  }
  SECTION("changed, the host's name hashed") {
    known(name_of(server) + " " + key_of(other));
    REQUIRE(run_tool({"ssh-keygen", "-H", "-f", server.directory.file("known_hosts")}, "").status ==
            0);
    contains(refused(server, server.request()).message, "has changed");
  }
  SECTION("revoked for this host") {
    known(right + "@revoked " + right);
    contains(refused(server, server.request()).message, "is revoked");
  }
  SECTION("revoked for every host, whatever the order") {
    known("@revoked * " + key_of(server) + right);
    contains(refused(server, server.request()).message, "is revoked");
  }
  SECTION("an authority's key is not the key of a host") {
    known("@cert-authority " + right);
    const Diagnostic diagnostic = refused(server, server.request());
    contains(diagnostic.message, "is not known");
    contains(diagnostic.notes.front(), "@cert-authority");
  }
  SECTION("known for another port") {
    known("[127.0.0.1]:" + std::to_string(server.port.number + 1) + " " + key_of(server));
    contains(refused(server, server.request()).message, "is not known");
  }
  SECTION("known for port 22, which a name without port means") {
    known("127.0.0.1 " + key_of(server));
    contains(refused(server, server.request()).message, "`" + name_of(server) + "` is not known");
  }
  SECTION("and the right key gets in among all of these") {
    known("@revoked * " + key_of(other) + "@cert-authority * " + key_of(other) + right);
    (void)connect(server.request());
    CHECK(saw_login(server));
  }
}

TEST_CASE("a server that has no key of the known type is refused before the login",
          "[ssh][impostor]") {
  const Server server(talkative, {"ecdsa"});
  const Server other("", {"ed25519"});
  server.directory.write("known_hosts", name_of(server) + " " + key_of(other));
  const Diagnostic diagnostic = refused(server, server.request());
  contains(diagnostic.message, "has changed");
  contains(diagnostic.reason, "known is ssh-ed25519");
}

TEST_CASE("a man in the middle of a jump is refused at his place", "[ssh][impostor][jump]") {
  const Server hop(talkative, {"ed25519"});
  const Server target(talkative, {"ed25519"});
  const Server other("", {"ed25519"});
  auto request = target.request();
  request.keys = {hop.key, target.key};
  request.proxy = login_name() + "@127.0.0.1:" + std::to_string(hop.port.number);
  const auto known = [&](const std::string& text) {
    request.known_hosts_file = target.directory.write("all_hosts", text);
  };
  SECTION("the jump host is right, the target is not") {
    known(hop.known_hosts_line() + name_of(target) + " " + key_of(other));
    contains(refused(target, request).message, "`" + name_of(target) + "` has changed");
    CHECK(saw_login(hop));
  }
  SECTION("the target is right, the jump host is not") {
    known(target.known_hosts_line() + name_of(hop) + " " + key_of(other));
    contains(refused(hop, request).message, "`" + name_of(hop) + "` has changed");
    CHECK_FALSE(saw_us(target));
  }
  SECTION("the jump host shows the target's key as its own") {
    known(target.known_hosts_line());
    contains(refused(hop, request).message, "`" + name_of(hop) + "` is not known");
  }
}

TEST_CASE("a new key is written beside the others, whole and with its port", "[ssh][impostor]") {
  const TempDirectory directory;
  const std::string old = "# mine\nold ssh-ed25519 AAAA comment\n\n|1|x|y ssh-rsa BBBB";
  const std::string file = directory.write("hosts", old);
  const auto mode = [](const std::string& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
  };
  SECTION("the other lines and the mode stay") {
    ::chmod(file.c_str(), 0640);
    append_known_host(file, "[a]:2201 ssh-ed25519 CCCC\n");
    append_known_host(file, "[a]:2201 ssh-ed25519 CCCC\n");  // it is there already
    CHECK(*read_file(file) == old + "\n[a]:2201 ssh-ed25519 CCCC\n");
    CHECK(mode(file) == 0640);
  }
  SECTION("a symbolic link stays one") {
    std::filesystem::create_symlink(file, directory.file("link"));
    append_known_host(directory.file("link"), "a ssh-ed25519 CCCC\n");
    CHECK(std::filesystem::is_symlink(directory.file("link")));
    CHECK(read_file(file)->ends_with("\na ssh-ed25519 CCCC\n"));
  }
  SECTION("a reader never sees a part of it, and nothing else is left") {
    const auto before = std::filesystem::directory_iterator(directory.file("."));
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    const ino_t inode = info.st_ino;
    append_known_host(file, "a ssh-ed25519 CCCC\n");
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK(info.st_ino != inode);  // renamed over it
    CHECK(std::distance(before, {}) ==
          std::distance(std::filesystem::directory_iterator(directory.file(".")), {}));
  }
  SECTION("a new file and its directory are ours alone, whatever the umask") {
    for (const mode_t mask : {0000U, 0777U}) {
      const std::string name = directory.file("home" + std::to_string(mask) + "/.ssh/known_hosts");
      const mode_t before = ::umask(mask);
      append_known_host(name, "a ssh-ed25519 CCCC\n");
      ::umask(before);
      CHECK(mode(name) == 0600);
      CHECK(mode(std::filesystem::path(name).parent_path()) == 0700);
    }
  }
}

TEST_CASE("writers at the same time keep each other's lines", "[ssh][impostor]") {
  const TempDirectory directory;
  const std::string file = directory.write("hosts", "old ssh-ed25519 AAAA\n");
  std::vector<pid_t> writers;
  for (int writer = 0; writer < 8; ++writer) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (int i = 0; i < 20; ++i) {
        const std::string name = std::to_string(writer) + "-" + std::to_string(i);
        append_known_host(file, "[" + name + "]:22022 ssh-ed25519 AAAA\n");
      }
      ::_exit(0);
    }
    writers.push_back(pid);
  }
  for (const pid_t pid : writers) ::waitpid(pid, nullptr, 0);
  CHECK(split_lines(*read_file(file)).size() == 161);
  CHECK(read_file(file)->starts_with("old ssh-ed25519 AAAA\n"));
}

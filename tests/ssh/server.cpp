#include "ssh/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace liteship::ssh {
namespace {

std::string config_text(const TempDirectory& directory, Port port, const std::string& extra,
                        const std::vector<std::string>& host_keys) {
  // sshd takes the first value of a key, so what a test asks for comes first.
  std::string text = extra + "\nListenAddress 127.0.0.1\nPort " + std::to_string(port.number) +
                     "\nPidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
                     "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                     "AuthorizedKeysFile " +
                     directory.file("authorized_keys") + "\n";
  for (const std::string& type : host_keys)
    text += "HostKey " + directory.file("host_" + type) + "\n";
  return text;
}

bool answers(Port port) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.number);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

TempDirectory::TempDirectory() {
  std::string pattern = std::filesystem::temp_directory_path() / "liteship-ssh-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDirectory::~TempDirectory() { std::filesystem::remove_all(path_); }

std::string TempDirectory::write(const std::string& name, const std::string& text) const {
  std::ofstream(file(name)) << text;
  ::chmod(file(name).c_str(), 0600);
  return file(name);
}

std::string TempDirectory::make_key(const std::string& name, const std::string& type,
                                    const std::string& passphrase,
                                    const std::vector<std::string>& more) const {
  std::vector<std::string> words = {"ssh-keygen", "-q", "-t", type, "-N",
                                    passphrase,   "-C", name, "-f", file(name)};
  if (type == "rsa") words.insert(words.end(), {"-b", "2048"});  // 3072 can take 10 s
  words.insert(words.end(), more.begin(), more.end());
  const ToolResult made = run_tool(words, "");
  INFO(made.error_output);
  REQUIRE(made.status == 0);
  return file(name);
}

Port free_port() {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return {ntohs(address.sin_port)};
}

Server::Server(const std::string& extra, const std::vector<std::string>& host_keys)
    : port(free_port()) {
  if (::getuid() == 0) ::mkdir("/run/sshd", 0755);  // sshd's privilege separation wants it
  for (const std::string& type : host_keys) directory.make_key("host_" + type, type);
  key = directory.make_key("id_user", "ed25519");
  authorize(key);
  directory.write("known_hosts", known_hosts_line(host_keys.front()));
  const std::string config =
      directory.write("sshd_config", config_text(directory, port, extra, host_keys));
  sshd_ = start_on_socket("/usr/sbin/sshd -D -e -f " + config + " 2> " + directory.file("log"));
  for (int i = 0; i < 500 && !answers(port); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  INFO(log());
  REQUIRE(answers(port));
}

void Server::authorize(const std::string& path) {
  std::ofstream(directory.file("authorized_keys"), std::ios::app) << *read_file(path + ".pub");
}

SshRequest Server::request() const {
  SshRequest request;
  request.host = "127.0.0.1";
  request.user = login_name();
  request.port = port;
  request.keys = {key};
  request.keys_only = true;
  request.use_config = false;
  request.known_hosts_file = directory.file("known_hosts");
  return request;
}

std::string Server::known_hosts_line(const std::string& type) const {
  return "[127.0.0.1]:" + std::to_string(port.number) + " " +
         *read_file(directory.file("host_" + type + ".pub"));
}

std::string Server::log() const { return read_file(directory.file("log")).value_or(""); }

RunningAgent::RunningAgent() : socket_(directory_.file("agent")) {
  agent_ = start_on_socket("ssh-agent -D -a " + socket_);
  for (int i = 0; i < 300 && run_tool({"test", "-S", socket_}, "").status != 0; ++i) {
    ::usleep(10'000);
  }
  ::setenv("SSH_AUTH_SOCK", socket_.c_str(), 1);
}

RunningAgent::~RunningAgent() { ::unsetenv("SSH_AUTH_SOCK"); }

void RunningAgent::add(const std::string& key) const {
  const ToolResult added = run_tool({"ssh-add", "-q", key}, "");
  INFO(added.error_output);
  REQUIRE(added.status == 0);
}

std::unique_ptr<Connected> connect(const SshRequest& request, SshPrompts& prompts) {
  auto connected = std::make_unique<Connected>();
  const OutputSink log = [log = &connected->log](std::string_view bytes) { *log += bytes; };
  connected->host = connect_ssh(request, prompts, log, connected->interrupts);
  return connected;
}

std::unique_ptr<Connected> connect(const SshRequest& request) {
  NoPrompts prompts;
  return connect(request, prompts);
}

Failure connect_failure(const SshRequest& request, SshPrompts& prompts) {
  Failure failure;
  Interrupts interrupts;
  const OutputSink log = [&](std::string_view bytes) { failure.log += bytes; };
  try {
    (void)connect_ssh(request, prompts, log, interrupts);
  } catch (const Error& error) {
    failure.kind = error.kind();
    failure.diagnostic = error.diagnostics().front();
    return failure;
  }
  FAIL("connecting succeeded");
  return failure;
}

Failure connect_failure(const SshRequest& request) {
  NoPrompts prompts;
  return connect_failure(request, prompts);
}

void contains(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
}

std::string login_name() { return ::getpwuid(::getuid())->pw_name; }

}  // namespace liteship::ssh

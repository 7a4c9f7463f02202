// Reaching and trusting a server: known_hosts, jump hosts, and servers that are none.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "ssh/known_hosts.h"
#include "ssh/server.h"

using namespace liteship;
using namespace liteship::ssh;
using namespace std::chrono_literals;

namespace {

class Answering : public SshPrompts {
 public:
  enum class Answer { no, yes };
  explicit Answering(Answer answer) : answer_(answer) {}
  bool trust_host(const std::string& host, const std::string& type,
                  const std::string& fingerprint) override {
    asked.push_back(host + " " + type + " " + fingerprint);
    return answer_ == Answer::yes;
  }
  std::optional<Secret> passphrase(const std::string&) override { return std::nullopt; }
  std::vector<std::string> asked;

 private:
  Answer answer_;
};

std::string fingerprint_of(const Server& server, const std::string& type) {
  const ToolResult shown =
      run_tool({"ssh-keygen", "-lf", server.directory.file("host_" + type + ".pub")}, "");
  return split(shown.output, ' ').at(1);
}

std::string hello(Connected& connected) {
  std::string out;
  const auto outcome = connected.host->run_command(
      Command{"echo", "hello"}, [&](std::string_view bytes) { out += bytes; },
      [](std::string_view) {}, connected.interrupts);
  return outcome.status == 0 ? out : "";
}

/// Accepts one TCP connection, says `text`, and holds it.
class FakeServer {
 public:
  enum class Then { hold, close };
  FakeServer(std::string text, Then then) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::listen(listener_.get(), 1);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = {ntohs(address.sin_port)};
    thread_ = std::thread([this, text, then] {
      Fd peer(::accept(listener_.get(), nullptr, nullptr));
      (void)!::write(peer.get(), text.data(), text.size());
      char byte = 0;
      while (then == Then::hold && ::read(peer.get(), &byte, 1) > 0) {
      }
      if (then == Then::close) (void)!::read(peer.get(), &byte, 1);
    });
  }
  ~FakeServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  [[nodiscard]] SshRequest request() const {
    SshRequest request;
    request.host = "127.0.0.1";
    request.port = port;
    request.use_config = false;
    request.known_hosts_file = "/nonexistent/known_hosts";
    request.connect_timeout = 1;
    return request;
  }
  Port port;

 private:
  Fd listener_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("an unknown host without a terminal shows the fingerprint and the way in",
          "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  server.directory.write("known_hosts", "");
  const Failure failure = connect_failure(request);
  CHECK(failure.kind == ErrorKind::host_key);
  contains(failure.diagnostic.reason, fingerprint_of(server, "ed25519"));
  contains(failure.diagnostic.help,
           "ssh-keyscan -t ed25519 -p " + std::to_string(server.port.number) + " 127.0.0.1 >> ");
  SECTION("and the help works when pasted") {
    const auto at = failure.diagnostic.help.find("ssh-keyscan");
    const ToolResult pasted = run_tool({"sh", "-c", failure.diagnostic.help.substr(at)}, "");
    REQUIRE(pasted.status == 0);
    CHECK(hello(*connect(request)) == "hello\n");
  }
}

TEST_CASE("an unknown host that a person trusts is written down once", "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  request.known_hosts_file = server.directory.file("home/.ssh/known_hosts");
  ::mkdir(server.directory.file("home").c_str(), 0700);
  Answering yes(Answering::Answer::yes);
  CHECK(hello(*connect(request, yes)) == "hello\n");
  REQUIRE(yes.asked.size() == 1);
  contains(yes.asked[0], "127.0.0.1 ssh-ed25519 " + fingerprint_of(server, "ed25519"));
  const std::string text = *read_file(*request.known_hosts_file);
  CHECK(server.known_hosts_line().starts_with(trim(text)));
  struct stat info {};
  REQUIRE(::stat(request.known_hosts_file->c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
  REQUIRE(::stat(server.directory.file("home/.ssh").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0700);
  CHECK(hello(*connect(request)) == "hello\n");
}

TEST_CASE("an unknown host that a person refuses stays unknown", "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  server.directory.write("known_hosts", "");
  Answering no(Answering::Answer::no);
  CHECK(connect_failure(request, no).kind == ErrorKind::host_key);
  CHECK(read_file(*request.known_hosts_file)->empty());
}

TEST_CASE("a changed host key is refused whatever a person says", "[ssh][trust]") {
  const Server server;
  const Server other;
  auto request = server.request();
  std::string line = other.known_hosts_line();
  line = server.known_hosts_line().substr(0, line.find(' ')) + line.substr(line.find(' '));
  server.directory.write("known_hosts", "# mine\n" + line);
  Answering yes(Answering::Answer::yes);
  const Failure failure = connect_failure(request, yes);
  CHECK(failure.kind == ErrorKind::host_key);
  CHECK(yes.asked.empty());
  CHECK(failure.diagnostic.where->line == 2);
  contains(failure.diagnostic.reason, fingerprint_of(server, "ed25519"));
  contains(failure.diagnostic.help, "-R '[127.0.0.1]:" + std::to_string(server.port.number) + "'");
}

TEST_CASE("a revoked host key is refused though it is known", "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  server.directory.write("known_hosts",
                         server.known_hosts_line() + "@revoked * " +
                             server.known_hosts_line().substr(server.known_hosts_line().find(' ')));
  contains(connect_failure(request).diagnostic.message, "is revoked");
}

TEST_CASE("a host known by another key type is asked for that one", "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  server.directory.write("known_hosts", server.known_hosts_line("ecdsa"));
  CHECK(connect(request)->log.find("ecdsa-sha2-nistp256") != std::string::npos);
}

TEST_CASE("a hashed known_hosts file is read", "[ssh][trust]") {
  const Server server;
  auto request = server.request();
  REQUIRE(run_tool({"ssh-keygen", "-H", "-f", server.directory.file("known_hosts")}, "").status ==
          0);
  REQUIRE(read_file(*request.known_hosts_file)->starts_with("|1|"));
  CHECK(hello(*connect(request)) == "hello\n");
}

TEST_CASE("a server with only an RSA host key names the algorithms", "[ssh][connect]") {
  const Server server("", {"rsa"});
  if (Library::is_modern()) {
    CHECK(hello(*connect(server.request())) == "hello\n");
  } else {
    const Failure failure = connect_failure(server.request());
    contains(failure.diagnostic.reason, "host key only by rsa-sha2-512, rsa-sha2-256");
    contains(failure.diagnostic.help, "ssh-keygen -A");
  }
}

TEST_CASE("a connection through two jump hosts", "[ssh][jump]") {
  const Server first;
  const Server second;
  const Server last;
  auto request = last.request();
  request.keys = {first.key, second.key, last.key};
  request.known_hosts_file = last.directory.write(
      "all_hosts", first.known_hosts_line() + second.known_hosts_line() + last.known_hosts_line());
  const auto hop = [](const Server& server) {
    return login_name() + "@127.0.0.1:" + std::to_string(server.port.number);
  };
  request.proxy = hop(first) + "," + hop(second);
  SECTION("carries data both ways") {
    auto connected = connect(request);
    CHECK(hello(*connected) == "hello\n");
    CHECK(last.log().find("Accepted publickey") != std::string::npos);
    std::string out;
    const auto outcome = connected->host->run_command(
        Command{"head", "-c", "10000000", "/dev/zero"},
        [&](std::string_view bytes) { out += bytes; }, [](std::string_view) {},
        connected->interrupts);
    CHECK(outcome.status == 0);
    CHECK(out.size() == 10'000'000);
  }
  SECTION("verifies the key of every hop") {
    last.directory.write("all_hosts", first.known_hosts_line() + last.known_hosts_line());
    contains(connect_failure(request).diagnostic.message,
             "`[127.0.0.1]:" + std::to_string(second.port.number) + "` is not known");
  }
  SECTION("says which hop cannot reach the next") {
    request.port = free_port();
    contains(connect_failure(request).diagnostic.message, "the jump host `127.0.0.1` cannot reach");
  }
}

TEST_CASE("a connection through a ProxyCommand", "[ssh][jump]") {
  const Server server;
  auto request = server.request();
  SECTION("carries the session") {
    request.proxy_command =
        "perl -MIO::Socket::INET -MIO::Select -e '"
        "$s=IO::Socket::INET->new(\"%h:%p\") or exit 9; $x=IO::Select->new($s,\\*STDIN);"
        "while(@r=$x->can_read){for(@r){sysread($_,$b,65536) or exit;"
        "syswrite($_==$s?\\*STDOUT:$s,$b)}}'";
    CHECK(hello(*connect(request)) == "hello\n");
  }
  SECTION("that fails is named with its status") {
    request.proxy_command = "sh -c 'exit 3'";
    contains(connect_failure(request).diagnostic.reason, "ProxyCommand ended with status 3");
  }
}

TEST_CASE("servers that are none", "[ssh][connect]") {
  SECTION("nothing listens") {
    SshRequest request = FakeServer("", FakeServer::Then::hold).request();
    contains(connect_failure(request).diagnostic.message, "refused the connection");
  }
  SECTION("a silent server") {
    const FakeServer fake("", FakeServer::Then::hold);
    const auto start = Clock::now();
    const Failure failure = connect_failure(fake.request());
    contains(failure.diagnostic.message, "did not finish the SSH handshake within 1 s");
    CHECK(Clock::now() - start < 30s);
  }
  SECTION("a server that hangs up first") {
    const FakeServer fake("", FakeServer::Then::close);
    const Failure failure = connect_failure(fake.request());
    contains(failure.diagnostic.message, "closed the connection before its SSH greeting");
    contains(failure.diagnostic.help, "PerSourcePenalties");
  }
  SECTION("a web server") {
    const FakeServer fake("HTTP/1.1 400 Bad Request\r\n\r\n", FakeServer::Then::close);
    const Failure failure = connect_failure(fake.request());
    contains(failure.diagnostic.message, "is not an SSH server");
    contains(failure.diagnostic.reason, "HTTP/1.1 400 Bad Request");
  }
  SECTION("a name that nobody knows") {
    SshRequest request;
    request.host = "no-such-host.invalid";
    request.use_config = false;
    contains(connect_failure(request).diagnostic.message, "cannot find the server");
  }
}

TEST_CASE("an interrupt ends a connection attempt", "[ssh][connect]") {
  const FakeServer fake("", FakeServer::Then::hold);
  auto request = fake.request();
  request.connect_timeout = 20;
  NoPrompts prompts;
  Interrupts interrupts;
  std::thread person([&] {
    std::this_thread::sleep_for(200ms);
    interrupts.raise();
  });
  ErrorKind kind = ErrorKind::internal;
  try {
    (void)connect_ssh(
        request, prompts, [](std::string_view) {}, interrupts);
  } catch (const Error& error) {
    kind = error.kind();
  }
  person.join();
  CHECK(kind == ErrorKind::interrupted);
}

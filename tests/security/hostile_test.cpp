// The whole program against servers that want to hurt it: bounded time, bounded memory, a clear
// error, the right exit code, and nothing of theirs acts on the terminal.

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "cli/run.h"
#include "security/raw_server.h"
#include "ssh/server.h"

#ifdef __SANITIZE_ADDRESS__
// Freed memory that is kept to find errors would count as memory in use.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=4"; }
// libssh2 1.10 forgets 64 bytes of a key exchange that breaks off.
extern "C" const char* __lsan_default_suppressions() { return "leak:libssh2.so"; }
#endif

using namespace liteship;
using namespace liteship::ssh;
using namespace std::chrono_literals;

namespace {

constexpr long memory_limit_kb = 100'000;

/// A number of /proc/self/status in kB.
long status_kb(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
  }
  return 0;
}

/// How much the process grew at most since here.
class Growth {
 public:
  Growth() {
    std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM begins anew
    before_ = status_kb("VmRSS");
  }
  [[nodiscard]] long most_kb() const { return status_kb("VmHWM") - before_; }

 private:
  long before_ = 0;
};

/// Keeps the end of what is written.
class EndSink : public ByteSink {
 public:
  void write(std::string_view bytes) override {
    text += bytes;
    if (text.size() > 100'000) text.erase(0, text.size() - 50'000);
  }
  std::string text;
};

/// `deploy WORDS…` in a project of its own, over the real ssh.
class Program {
 public:
  explicit Program(SshRequest request) : request_(std::move(request)) {
    request_.connect_timeout = 1;
    request_.login_timeout = 1;
    request_.keepalive_interval = 1;
    ::setenv("XDG_STATE_HOME", directory.file("state").c_str(), 1);
    directory.write("deploy.yml",
                    "service: notes\nimage: notes\nservers: [127.0.0.1]\n"
                    "volumes: ['notes:/storage']\nsqlite: {databases: [/storage/a.sqlite3], "
                    "replica: {url: 'file:///var/backups/notes'}}\n");
  }
  int run(const std::vector<std::string>& words) {
    out.text.clear();
    err.text.clear();
    Interrupts interrupts;
    const Seams seams{
        .connect = [this](const SshRequest&, SshPrompts& prompts, const OutputSink& log,
                          Interrupts& stop) { return connect_ssh(request_, prompts, log, stop); },
        .variables = {{"USER", "ann"}, {"HOME", directory.file("")}},
        .directory = directory.file(""),
        .now = [] { return std::int64_t{1'800'000'000}; },
        .out = out,
        .err = err,
        .ask = [](const std::string&) { return std::optional<std::string>(); },
        .ask_secret = [](const std::string&) { return std::optional<Secret>(); }};
    return run_words(words, seams, interrupts);
  }
  TempDirectory directory;
  EndSink out;
  EndSink err;

 private:
  SshRequest request_;
};

SshRequest request_for(Port port) {
  SshRequest request;
  request.host = "127.0.0.1";
  request.user = login_name();
  request.port = port;
  request.use_config = false;
  request.known_hosts_file = "/nonexistent/known_hosts";
  return request;
}

/// The error that a person reads: one, with words, and nothing that moves the cursor.
void check_error(const Program& program) {
  INFO(program.err.text);
  CHECK(program.err.text.find("error: ") != std::string::npos);
  CHECK(program.err.text.find("internal error: ") == std::string::npos);
  CHECK(program.err.text.find('\x1b') == std::string::npos);
}

/// Ends within the time and memory; returns the exit code.
int bounded(Program& program, const std::vector<std::string>& words) {
  const Growth growth;
  const auto start = Clock::now();
  const int code = program.run(words);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  INFO(took.count() << " ms, " << growth.most_kb() << " kB: " << program.err.text);
  CHECK(took < 120s);
  CHECK(growth.most_kb() < memory_limit_kb);
  return code;
}

void repels(const RawServer::Talk& talk) {
  const RawServer server(talk);
  Program program(request_for(server.port));
  CHECK(bounded(program, {"status"}) == 3);
  check_error(program);
}

}  // namespace

TEST_CASE("hostile before the key exchange", "[security][hostile]") {
  SECTION("accepts and is silent") { repels(listen_only); }
  SECTION("greets line by line without end") {
    repels([](int peer) {
      while (say(peer, "hello, wait a moment\r\n")) {
      }
    });
  }
  SECTION("greets in one line without end") {
    repels([](int peer) {
      while (say(peer, std::string(60'000, 'x'))) {
      }
    });
  }
  SECTION("has a name of a megabyte") {
    repels([](int peer) {
      (void)say(peer, "SSH-2.0-" + std::string(1'000'000, 'x') + "\r\n");
      listen_only(peer);
    });
  }
  SECTION("greets a byte at a time") {
    repels([](int peer) {
      for (int i = 0; i < 300 && say(peer, "S"); ++i) std::this_thread::sleep_for(50ms);
    });
  }
  SECTION("moves the cursor in its greeting") {
    repels([](int peer) { (void)say(peer, "\x1b]0;mine\x07\x1b[2Jhello\r\n"); });
  }
}

TEST_CASE("hostile in the key exchange", "[security][hostile]") {
  const auto after_name = [](const std::string& text) {
    return [text](int peer) {
      (void)say(peer, "SSH-2.0-mine\r\n" + text);
      listen_only(peer);
    };
  };
  SECTION("is silent after its name") { repels(after_name("")); }
  SECTION("announces 4 GB") { repels(after_name("\xff\xff\xff\xff" + std::string(100'000, 'x'))); }
  SECTION("announces 32 kB of padding") { repels(after_name({"\x00\x00\x80\x00\xff\x14", 6})); }
  SECTION("announces nothing") { repels(after_name(std::string(100'000, '\0'))); }
  SECTION("sends noise") { repels(after_name(std::string(100'000, '\x5a'))); }
  SECTION("is silent after its offer") { repels(after_name(key_exchange_offer())); }
  SECTION("sends noise after its offer") {
    repels(after_name(key_exchange_offer() + std::string(100'000, '\x5a')));
  }
  SECTION("sends its offer again and again") {
    std::string offers;
    for (int i = 0; i < 1000; ++i) offers += key_exchange_offer();
    repels(after_name(offers));
  }
  SECTION("ignores us without end") {
    repels([](int peer) {
      std::string noise = "SSH-2.0-mine\r\n" + key_exchange_offer();
      while (say(peer, noise)) noise = packet("\x02" + std::string(30'000, '\0'));
    });
  }
}

TEST_CASE("a server that stops, or goes mad, at any byte of a login", "[security][hostile]") {
  const Server server("", {"ed25519"});
  // The whole conversation up to the answer of `status` has about 4 kB from the server.
  for (const Then then : {Then::silence, Then::garbage}) {
    for (const std::size_t bytes : {21U, 600U, 1100U, 1500U, 1700U, 1900U, 2100U, 2400U, 2700U}) {
      const RawServer relayed(relay(server.port, bytes, then));
      SshRequest request = server.request();
      request.port = relayed.port;
      std::string line = server.known_hosts_line();
      line.replace(0, line.find(' '), "[127.0.0.1]:" + std::to_string(relayed.port.number));
      request.known_hosts_file = server.directory.write("relayed", line);
      Program program(request);
      INFO(bytes << " bytes, then " << (then == Then::silence ? "silence" : "garbage"));
      CHECK(bounded(program, {"status"}) == 3);
      check_error(program);
    }
  }
}

namespace {

/// A server whose every command is the shell script `act`; one sshd for all of them.
class Actor {
 public:
  explicit Actor(const std::string& act) { home().write("act", act); }
  [[nodiscard]] static SshRequest request() {
    static const Server server("ForceCommand sh " + home().file("act"), {"ed25519"});
    return server.request();
  }

 private:
  static const TempDirectory& home() {
    static const TempDirectory directory;
    return directory;
  }
};

/// `status` against `act`: ends with this code and says this.
void acts(const std::string& act, int code, const std::string& says) {
  const Actor actor(act);
  Program program(actor.request());
  CHECK(bounded(program, {"status"}) == code);
  if (code != 0) check_error(program);
  INFO(program.err.text << program.out.text);
  CHECK((program.err.text + program.out.text).find(says) != std::string::npos);
}

/// A phase `inspect` that answers with these facts.
std::string answering(const std::string& facts) {
  return "echo 'phase inspect'; cat <<'END'\n" + facts + "\nEND\necho 'end inspect done'; sleep 1";
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace

TEST_CASE("hostile after the login", "[security][hostile]") {
  SECTION("exits at once") { acts("exit 0", 3, "ended with status 0"); }
  SECTION("is killed") { acts("kill -9 $$", 3, "killed by signal 9"); }
  SECTION("closes its output and stays") { acts("exec >&- 2>&-; sleep 2", 3, "lost"); }
  SECTION("an event of 100 MB") {
    acts("head -c 100000000 /dev/zero | tr '\\0' x", 1, "event of more than 1 MiB");
  }
  SECTION("facts without end") {
    acts("yes 'fact volume-present x'", 1, "more than 100,000 events");
  }
  SECTION("long facts without end") {
    acts("yes \"fact user $(head -c 60000 /dev/zero | tr '\\0' x)\"", 1, "16 MB of events");
  }
  SECTION("lines that are no events, without end") { acts("yes", 1, "16 MB of events"); }
  SECTION("messages without end") { acts("yes 'something to read' >&2", 3, "has no end"); }
  SECTION("noise") { acts("head -c 20000000 /dev/urandom", 1, "error: "); }
  SECTION("events of another program") {
    acts("echo 'fail web 999 x'; sleep 1", 1, "malformed event");
    acts("echo 'end inspect maybe'; sleep 1", 1, "malformed event");
    acts("echo 'end release done'; exit 0", 3, "ended with status 0");
  }
  SECTION("words that move the cursor") {
    acts(
        "printf 'phase inspect\\nstep a \\033]0;mine\\007\\nout a \\033[2J\\302\\2332J\\n'; "
        "printf 'fail a 1 \\033[31m\\nend inspect failed\\n'; printf '\\033[2J' >&2; sleep 1",
        5, "?[2J?2J");
  }
}

TEST_CASE("facts that are bombs, or of another kind", "[security][hostile]") {
  const std::string deep = nested(400'000);
  SECTION("nested without end is no JSON") {
    acts(answering("fact container " + deep), 1, "is not JSON");
    acts(answering("fact docker {\"status\":" + deep + "}"), 1, "is not JSON");
  }
  SECTION("other types, and numbers that fit nowhere, read as nothing") {
    acts(answering(R"(fact user
fact disk_free -99999999999999999999
fact disk_free 99999999999999999999
fact busy_port 99999999999
fact docker {"version":[],"driver":1,"status":{"a":[1]},"arch":null}
fact docker [1]
fact docker 7
fact container {"id":1,"name":{},"labels":[1],"image":true,"created":7,"exit":1e300}
fact container {"name":"/x","labels":{"role":1,"liteship.spec":[]},"exit":-99999999999}
fact container null
fact image {"id":[],"layers":[1,{},"sha256:a"],"tags":{"a":1}}
fact proxy_state [1,{"name":2,"active_targets":[1],"pause_controller":[],"x":1}]
fact proxy_state {}
fact release {"version":1,"started":1e300,"finished":-9223372036854775808,"dirty":"yes"}
fact release []
fact replica {"db_path":[],"txid":"x"}
fact replica {"db_path":"/a","txid":18446744073709551615}
fact app_image "x"
fact unknown \x01)"),
         0, "notes on 127.0.0.1");
  }
  SECTION("names that move the cursor") {
    const Actor actor(
        answering("fact container {\"name\":\"/\\u001b]0;mine\\u0007\",\"labels\":"
                  "{\"role\":\"web\"},\"reference\":\"\\u001b[2J:\\u009b2J\","
                  "\"status\":\"running\"}"));
    Program program(actor.request());
    CHECK(bounded(program, {"status"}) == 0);
    CHECK(program.out.text.find('\x1b') == std::string::npos);
    CHECK(program.out.text.find("\u009b") == std::string::npos);
    CHECK(bounded(program, {"status", "--json"}) == 0);
    CHECK(program.out.text.find('\x1b') == std::string::npos);
  }
  SECTION("releases with times that do not exist, and no UTF-8") {
    const Actor actor(
        answering("fact release {\"version\":\"1\",\"status\":\"released\","
                  "\"started\":9223372036854775807,\"finished\":-9223372036854775807,"
                  "\"subject\":\"\xe9t\xe9\"}"));
    Program program(actor.request());
    CHECK(bounded(program, {"releases"}) <= 1);
    CHECK(bounded(program, {"releases", "--json"}) <= 1);
    CHECK(program.err.text.find("internal error: ") == std::string::npos);
  }
  SECTION("a holder of the lock that is a bomb") {
    for (const std::string& holder :
         {deep, std::string(R"({"kind":1,"by":[],"since":1e300,"command":{}})"),
          std::string(R"({"kind":"kamal","details":"%%%"})"), std::string("\x01")}) {
      const Actor actor("echo 'phase lock'; echo 'fact lock " + holder +
                        "'; echo 'end lock done'; sleep 1");
      Program program(actor.request());
      CHECK(bounded(program, {"lock", "status"}) == 0);
      CHECK(bounded(program, {"lock", "status", "--json"}) == 0);
      CHECK(program.err.text.find("internal error: ") == std::string::npos);
    }
  }
  SECTION("databases of another kind") {
    for (
        const std::string& fact :
        {deep, std::string("[]"), std::string("{}"),
         std::string(
             R"({"path":1,"replicator":"x","local":[],"remote":[1,{"max_txid":[],"timestamp":7}],"after":7,"error":{}})")}) {
      const Actor actor("cat <<'END'\nphase db-status\nfact database " + fact +
                        "\nend db-status done\nEND\nsleep 1");
      Program program(actor.request());
      CHECK(bounded(program, {"db", "status"}) <= 4);
      CHECK(program.err.text.find("internal error: ") == std::string::npos);
    }
  }
}

TEST_CASE("the log of a server that talks without end stays small", "[security][hostile]") {
  const Actor actor("yes 'something to read' >&2");
  Program program(actor.request());
  CHECK(bounded(program, {"status", "-vv"}) == 3);
  std::uintmax_t size = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(program.directory.file("state"))) {
    if (entry.is_regular_file()) size += entry.file_size();
  }
  CHECK(size > 60'000'000);
  CHECK(size < 70'000'000);
}

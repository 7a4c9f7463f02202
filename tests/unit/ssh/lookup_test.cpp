#include "ssh/lookup.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "liteship/diagnostic.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

using std::chrono::steady_clock;

int never(const char*, const char*, const addrinfo*, addrinfo**) {
  ::sleep(60);
  return 0;
}
int unknown(const char*, const char*, const addrinfo*, addrinfo**) { return EAI_NONAME; }
int broken(const char*, const char*, const addrinfo*, addrinfo**) { ::_exit(1); }
// As if the name servers knew `host` by this address.
int known(const char*, const char* service, const addrinfo* hints, addrinfo** found) {
  return ::getaddrinfo("127.0.0.7", service, hints, found);
}

struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::string reason;
};

Failure failure(Resolver resolve, Interrupts& interrupts) {
  try {
    (void)look_up("host.example", Port{22}, 1, interrupts, resolve);
  } catch (const Error& error) {
    return {error.kind(), error.diagnostics().front().reason};
  }
  FAIL("nothing was thrown");
  return {};
}

std::string text_of(const Address& address) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  REQUIRE(::getnameinfo(address.get(), address.size, host.data(), host.size(), port.data(),
                        port.size(), NI_NUMERICHOST | NI_NUMERICSERV) == 0);
  return std::string(host.data()) + " " + port.data();
}

}  // namespace

TEST_CASE("an address needs no name server", "[ssh]") {
  Interrupts interrupts;
  for (const char* host : {"192.0.2.7", "2001:db8::7"}) {
    const auto found = look_up(host, Port{2222}, 1, interrupts, never);
    REQUIRE(found.size() == 1);
    CHECK(text_of(found.front()) == std::string(host) + " 2222");
  }
}

TEST_CASE("a name's addresses arrive from the child that asked", "[ssh]") {
  Interrupts interrupts;
  const auto found = look_up("host.example", Port{22}, 5, interrupts, known);
  REQUIRE(found.size() == 1);
  CHECK(text_of(found.front()) == "127.0.0.7 22");
}

TEST_CASE("a name server that never answers costs no more than the deadline", "[ssh]") {
  Interrupts interrupts;
  const auto began = steady_clock::now();
  const Failure told = failure(never, interrupts);
  CHECK(told.kind == ErrorKind::connection);
  CHECK(told.reason == "no answer within 1 s");
  CHECK(steady_clock::now() - began < std::chrono::seconds(30));
}

TEST_CASE("Ctrl-C ends the wait for a name server", "[ssh]") {
  Interrupts interrupts;
  interrupts.raise();
  CHECK(failure(never, interrupts).kind == ErrorKind::interrupted);
}

TEST_CASE("an unknown name is told, and so is a child that dies", "[ssh]") {
  Interrupts interrupts;
  CHECK(failure(unknown, interrupts).reason == ::gai_strerror(EAI_NONAME));
  CHECK(failure(broken, interrupts).reason == ::gai_strerror(EAI_FAIL));
}

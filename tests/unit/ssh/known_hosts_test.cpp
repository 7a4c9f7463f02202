#include "ssh/known_hosts.h"

#include <catch2/catch_test_macros.hpp>

#include "ssh/wire.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

/// A blob that is a key of `type` to the parser; `seed` tells keys apart.
std::string blob(const std::string& type, const std::string& seed = "1") {
  std::string out;
  put_string(out, type);
  put_string(out, seed);
  return out;
}

std::string line(const std::string& hosts, const std::string& type, const std::string& seed = "1") {
  return hosts + " " + type + " " + base64_encode(blob(type, seed)) + "\n";
}

Trust verdict(const std::string& text, const std::string& name,
              const std::string& key = blob("ssh-ed25519")) {
  return check_host_key(parse_known_hosts(text, "f"), name, key).trust;
}

}  // namespace

TEST_CASE("lines that are no entries are skipped, with their numbers kept", "[ssh][known_hosts]") {
  const auto keys = parse_known_hosts(
      "# comment\n\n   \nhost\nhost ssh-ed25519 !!!\n" + std::string(100'000, 'x') + "\n@strange " +
          line("a", "ssh-ed25519") + "  " + line("b", "ssh-rsa") + line("c", "ssh-ed25519"),
      "f");
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].hosts == "b");
  CHECK(keys[0].line == 8);
  CHECK(keys[1].line == 9);
}

TEST_CASE("a type that does not fit its key is no entry", "[ssh][known_hosts]") {
  CHECK(parse_known_hosts("a ssh-rsa " + base64_encode(blob("ssh-ed25519")) + "\n", "f").empty());
}

TEST_CASE("CRLF, a comment and a missing end are harmless", "[ssh][known_hosts]") {
  std::string text = line("a", "ssh-ed25519");
  text.pop_back();
  CHECK(verdict(text + " me@here\r\n", "a") == Trust::known);
  CHECK(verdict(text, "a") == Trust::known);
}

TEST_CASE("names match as ssh matches them", "[ssh][known_hosts]") {
  CHECK(verdict(line("a,b", "ssh-ed25519"), "b") == Trust::known);
  CHECK(verdict(line("*.example.com", "ssh-ed25519"), "x.example.com") == Trust::known);
  CHECK(verdict(line("*.example.com", "ssh-ed25519"), "example.com") == Trust::unknown);
  CHECK(verdict(line("10.0.0.?", "ssh-ed25519"), "10.0.0.7") == Trust::known);
  CHECK(verdict(line("10.0.0.?", "ssh-ed25519"), "10.0.0.77") == Trust::unknown);
  CHECK(verdict(line("*,!bad", "ssh-ed25519"), "bad") == Trust::unknown);
  CHECK(verdict(line("!bad,*", "ssh-ed25519"), "good") == Trust::known);
  CHECK(verdict(line("HOST", "ssh-ed25519"), "host") == Trust::known);
  CHECK(verdict(line("host", "ssh-ed25519"), "[host]:2201") == Trust::unknown);
  CHECK(verdict(line("[host]:2201", "ssh-ed25519"), "[host]:2201") == Trust::known);
  CHECK(known_hosts_name("Host", Port{22}) == "host");
  CHECK(known_hosts_name("::1", Port{2201}) == "[::1]:2201");
}

TEST_CASE("a hashed name matches", "[ssh][known_hosts]") {
  // 192.168.1.61 with a salt, as `ssh-keygen -H` writes it
  const std::string hashed = "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=";
  CHECK(verdict(line(hashed, "ssh-ed25519"), "192.168.1.61") == Trust::known);
  CHECK(verdict(line(hashed, "ssh-ed25519"), "192.168.1.62") == Trust::unknown);
  CHECK(verdict(line("|1|broken", "ssh-ed25519"), "192.168.1.61") == Trust::unknown);
}

TEST_CASE("another key for the host is a change", "[ssh][known_hosts]") {
  CHECK(verdict(line("a", "ssh-ed25519", "2"), "a") == Trust::changed);
  CHECK(verdict(line("a", "ssh-rsa"), "a") == Trust::changed);
  CHECK(verdict(line("a", "ssh-ed25519", "2") + line("a", "ssh-ed25519"), "a") == Trust::known);
}

TEST_CASE("a revoked key is refused wherever the mark stands", "[ssh][known_hosts]") {
  CHECK(verdict("@revoked " + line("*", "ssh-ed25519") + line("a", "ssh-ed25519"), "a") ==
        Trust::revoked);
  CHECK(verdict(line("a", "ssh-ed25519") + "@revoked " + line("*", "ssh-ed25519"), "a") ==
        Trust::revoked);
  CHECK(verdict("@revoked " + line("b", "ssh-ed25519") + line("a", "ssh-ed25519"), "a") ==
        Trust::known);
  CHECK(verdict("@revoked " + line("a", "ssh-ed25519", "2"), "a") == Trust::unknown);
}

TEST_CASE("a certificate authority is remembered but decides nothing", "[ssh][known_hosts]") {
  const auto keys = parse_known_hosts("@cert-authority " + line("a", "ssh-ed25519"), "f");
  const Verdict found = check_host_key(keys, "a", blob("ssh-ed25519"));
  CHECK(found.trust == Trust::unknown);
  CHECK(found.has_authority);
}

TEST_CASE("known types come in file order", "[ssh][known_hosts]") {
  const auto keys = parse_known_hosts(
      line("a", "ssh-rsa") + line("b", "x") + line("a", "ssh-ed25519") + line("a", "ssh-rsa", "2"),
      "f");
  CHECK(known_types(keys, "a") == std::vector<std::string>{"ssh-rsa", "ssh-ed25519"});
}

TEST_CASE("what is written is read back", "[ssh][known_hosts]") {
  const std::string text = render_known_host("[h]:22022", blob("ssh-ed25519"));
  CHECK(verdict(text, "[h]:22022") == Trust::known);
}

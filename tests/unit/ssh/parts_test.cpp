// The pure pieces: wire format, keys, order of identities, events of a phase, exit statuses.

#include <catch2/catch_test_macros.hpp>
#include <csignal>

#include "liteship/diagnostic.h"
#include "ssh/agent.h"
#include "ssh/authenticate.h"
#include "ssh/exchange.h"
#include "ssh/handshake.h"
#include "ssh/lines.h"
#include "ssh/status.h"
#include "ssh/wire.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

Key key(const std::string& name, const std::string& blob) {
  Key result;
  result.name = name;
  result.blob = blob;
  return result;
}

std::vector<std::string> names(const std::vector<Identity>& order) {
  std::vector<std::string> result;
  for (const Identity& identity : order) {
    const bool agent = identity.source == Identity::Source::agent;
    result.push_back((agent ? "agent:" : "file:") + identity.name);
  }
  return result;
}

std::string packet(const std::vector<std::string>& lists) {
  std::string body("\x04\x14", 2);
  body += std::string(16, 'c');
  for (const std::string& list : lists) put_string(body, list);
  std::string out;
  put_string(out, body);
  return out;
}

}  // namespace

TEST_CASE("a wire string that is cut short is nothing", "[ssh][wire]") {
  std::string text;
  put_string(text, "abc");
  CHECK(WireReader(text).string() == "abc");
  CHECK_FALSE(WireReader(std::string_view(text).substr(0, 6)).string());
  CHECK_FALSE(WireReader(std::string_view("\xff\xff\xff\xff", 4)).string());
  CHECK(key_type("") == "");
}

TEST_CASE("identities come in the order that asks least", "[ssh][auth]") {
  Available available;
  available.chosen = {key("mine", "M"), key("held", "H")};
  available.defaults = {key("id_rsa", "R"), key("id_ed25519", "E")};
  available.agent = {{"X", "other"}, {"E", "e"}, {"H", "h"}};
  CHECK(names(order_identities(available)) ==
        std::vector<std::string>{"file:mine", "agent:held", "agent:id_ed25519", "agent:other",
                                 "file:id_rsa"});
  available.identities_only = true;
  CHECK(names(order_identities(available)) ==
        std::vector<std::string>{"file:mine", "agent:held", "agent:id_ed25519", "file:id_rsa"});
}

TEST_CASE("a public key alone needs the agent", "[ssh][auth]") {
  Available available;
  available.chosen = {key("token.pub", "T")};
  available.chosen[0].format = Key::Format::public_only;
  CHECK(order_identities(available).empty());
  available.agent = {{"T", "t"}};
  CHECK(names(order_identities(available)) == std::vector<std::string>{"agent:token.pub"});
}

TEST_CASE("agent signatures are unwrapped", "[ssh][agent]") {
  std::string answer;
  put_string(answer, "ssh-ed25519");
  put_string(answer, "SIG");
  CHECK(bare_signature(answer) == "SIG");
  CHECK_FALSE(bare_signature("xx"));
  CHECK(sign_flags("rsa-sha2-512") == 4);
  CHECK(sign_flags("rsa-sha2-256") == 2);
  CHECK(sign_flags("ssh-ed25519") == 0);
}

TEST_CASE("a server's offer is read from its first bytes", "[ssh][handshake]") {
  const std::string lists =
      packet({"kex1,kex2", "rsa-sha2-512", "c1", "c2", "m1", "m2", "", "", "", ""});
  const ServerOffer offer = parse_offer("hello\r\nSSH-2.0-Test\r\n" + lists);
  CHECK(offer.banner == "SSH-2.0-Test");
  CHECK(offer.key_exchange == std::vector<std::string>{"kex1", "kex2"});
  CHECK(offer.host_keys == std::vector<std::string>{"rsa-sha2-512"});
  CHECK(offer.macs == std::vector<std::string>{"m1"});
  CHECK(parse_offer("HTTP/1.1 400\r\n").banner.empty());
  CHECK(parse_offer("SSH-2.0-Test\r\n" + lists.substr(0, 30)).host_keys.empty());
  CHECK(parse_offer("").banner.empty());
}

TEST_CASE("a phase ends only by its own last event", "[ssh][lines]") {
  std::vector<Event> events;
  const EventSink sink = [&](const Event& event) { events.push_back(event); };
  PhaseFollower follower("release", sink);
  follower.take("step a A\nunknown kind\nend inspect done\nfail a 3 di");
  CHECK_FALSE(follower.outcome());
  CHECK(follower.count() == 2);
  follower.take("ed\nend release failed\nend release done\n");
  const auto& failed = std::get<PhaseFailed>(*follower.outcome());
  CHECK(failed.step == "a");
  CHECK(failed.reason == "died");
  CHECK_FALSE(failed.undone);
  CHECK(events.size() == 4);
}

TEST_CASE("exit statuses need evidence", "[ssh][status]") {
  CHECK(status_from_evidence({0, 0}) == -1);
  CHECK(status_from_evidence({1, 0}) == 0);
  CHECK(status_from_evidence({128, 0}) == 127);
  CHECK(status_from_evidence({255, 0}) == 255);
  CHECK(status_from_evidence({0, SIGTERM}) == 143);
  CHECK(signal_number("KILL") == SIGKILL);
  CHECK(signal_number("NEW") == SIGKILL);
}

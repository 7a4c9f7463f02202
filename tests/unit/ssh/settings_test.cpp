#include "ssh/settings.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

#include "liteship/diagnostic.h"
#include "ssh/files.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

std::vector<std::string> no_files(const std::string&) { return {}; }

Settings parse(const std::string& text, const std::string& host,
               const ReadIncluded& read = no_files) {
  Question question;
  question.host = host;
  return parse_config_files({text}, question, read);
}

}  // namespace

TEST_CASE("the output of ssh -G becomes settings", "[ssh][settings]") {
  Question question;
  question.host = "web";
  const Settings settings = parse_ssh_g(
      "host web\nuser deploy\nhostname 10.0.0.5\nport 2222\nidentitiesonly yes\n"
      "stricthostkeychecking accept-new\nidentityfile ~/.ssh/a\nidentityfile /k/b%%c\n"
      "globalknownhostsfile /etc/g1 /etc/g2\nuserknownhostsfile /u/k1 /u/k2\n"
      "proxycommand nc %h %p as %r for %n 100%%\nproxyjump none\nhostkeyalias alias\n",
      question);
  CHECK(settings.host == "10.0.0.5");
  CHECK(settings.port == Port{2222});
  CHECK(settings.user == "deploy");
  CHECK(settings.identities_only);
  CHECK(settings.identity_files ==
        std::vector<std::string>{home_directory() + "/.ssh/a", "/k/b%c"});
  CHECK(settings.known_hosts_files ==
        std::vector<std::string>{"/u/k1", "/u/k2", "/etc/g1", "/etc/g2"});
  CHECK(settings.proxy_command == "nc 10.0.0.5 2222 as deploy for web 100%");
  CHECK(settings.proxy_jump.empty());
  CHECK(settings.host_key_alias == "alias");
  CHECK(settings.strict == Settings::Strict::accept_new);
}

TEST_CASE("the fallback parser takes the first value and adds identity files", "[ssh][settings]") {
  const Settings settings = parse(
      "# comment\nHost other\n  User nobody\nHost web *.example.com !bad.example.com\n"
      "  HostName=10.0.0.5\n\tUser deploy\n  IdentityFile \"/k/with space\"\n  Port 2222\n"
      "  ProxyJump gate\n  IdentitiesOnly yes\nHost *\n  User second\n  IdentityFile /k/b\n",
      "web");
  CHECK(settings.host == "10.0.0.5");
  CHECK(settings.user == "deploy");
  CHECK(settings.port == Port{2222});
  CHECK(settings.proxy_jump == "gate");
  CHECK(settings.identities_only);
  CHECK(settings.identity_files == std::vector<std::string>{"/k/with space", "/k/b"});
}

TEST_CASE("a negated pattern keeps its host out", "[ssh][settings]") {
  const std::string text = "Host *.example.com !bad.example.com\n  User deploy\n";
  CHECK(parse(text, "good.example.com").user == "deploy");
  CHECK(parse(text, "bad.example.com").user == "root");
}

TEST_CASE("nothing configured means root and the default keys", "[ssh][settings]") {
  const Settings settings = parse("", "web");
  CHECK(settings.user == "root");
  CHECK(settings.host == "web");
  CHECK(settings.identity_files.size() == 7);
  CHECK(is_default_identity(settings.identity_files.front()));
  CHECK(settings.known_hosts_files.front() == home_directory() + "/.ssh/known_hosts");
}

TEST_CASE("an included file counts where it stands", "[ssh][settings]") {
  const auto read = [](const std::string& pattern) {
    return pattern == "conf.d/*" ? std::vector<std::string>{"Host web\n  User included\n"}
                                 : std::vector<std::string>{};
  };
  CHECK(parse("Include conf.d/*\nHost *\n  User last\n", "web", read).user == "included");
  CHECK(parse("Include conf.d/*\nHost *\n  User last\n", "other", read).user == "last");
}

TEST_CASE("Match needs the real ssh", "[ssh][settings]") {
  CHECK_THROWS_AS(parse("Match host web\n  User x\n", "web"), Error);
}

TEST_CASE("what is asked for overrides the file", "[ssh][settings]") {
  Question question;
  question.host = "web";
  question.user = "me";
  question.port = Port{2200};
  const Settings settings =
      parse_config_files({"Host *\n  User other\n  Port 1\n"}, question, no_files);
  CHECK(settings.user == "me");
  CHECK(settings.port == Port{2200});
}

TEST_CASE("a jump host is read in every form", "[ssh][settings]") {
  CHECK(parse_hop("gate").host == "gate");
  CHECK_FALSE(parse_hop("gate").port);
  const Question full = parse_hop("ann@gate:2201");
  CHECK(full.host == "gate");
  CHECK(full.user == "ann");
  CHECK(full.port == Port{2201});
  CHECK(parse_hop("ssh://ann@gate:2201").port == Port{2201});
  CHECK(parse_hop("[::1]:2201").host == "::1");
  CHECK(parse_hop("[::1]:2201").port == Port{2201});
  CHECK(parse_hop("::1").host == "::1");
  CHECK_THROWS_AS(parse_hop("gate:x"), Error);
  CHECK_THROWS_AS(parse_hop("gate:70000"), Error);
  CHECK_THROWS_AS(parse_hop("ann@"), Error);
}

TEST_CASE("ssh -G and the fallback parser agree", "[ssh][settings]") {
  const std::string path = "/tmp/liteship-settings-" + std::to_string(::getpid());
  const std::string text =
      "Host web\n  HostName 10.0.0.5\n  Port 2222\n  IdentityFile /k/a\n  IdentityFile /k/b\n"
      "  ProxyJump gate,ann@two:2201\n  IdentitiesOnly yes\n  UserKnownHostsFile /k/hosts\n"
      "  GlobalKnownHostsFile /k/global\n";
  REQUIRE(run_tool({"sh", "-c", "cat > " + path}, text).status == 0);
  Question question;
  question.host = "web";
  question.config_files = {path};
  const Settings real = resolve_settings(question, [](std::string_view) {});
  const Settings own = parse_config_files({text}, question, no_files);
  ::unlink(path.c_str());
  CHECK(real.user == "root");
  CHECK(real == own);
}

TEST_CASE("files that include each other end in an error", "[ssh][settings][fuzz]") {
  const auto read = [](const std::string&) {
    return std::vector<std::string>{"Include a\nInclude b\n", "Include a\nInclude b\n"};
  };
  CHECK_THROWS_AS(parse("Include a\n", "web", read), Error);
}

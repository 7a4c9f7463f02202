// Every text of deploy.yml, replaced by texts that a shell or an option parser would act on:
// refused with its place, or passed on as it is. The scripts run in a real sh; docker only records.

#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "config/docs.h"
#include "config/schema.h"
#include "liteship/process.h"
#include "liteship/release.h"
#include "liteship/script.h"
#include "unit/plan/samples.h"

using namespace liteship;
using Json = nlohmann::ordered_json;

namespace {

/// A configuration that uses every key that is carried out (YAML reads JSON).
const Json full = Json::parse(R"({
  "service": "chat", "image": "alice/chat", "primary_role": "web",
  "labels": {"team": "writing"}, "secrets_path": ".deploy/secrets", "hooks_path": ".deploy/hooks",
  "aliases": {"console": "exec -i console"},
  "servers": {
    "web": {"hosts": ["203.0.113.10"], "cmd": "serve now", "options": {"memory": "1g"},
            "labels": {"tier": "front"}, "env": {"clear": {"ROLE": "web"}, "secret": ["TOKEN"],
            "tags": {"blue": {"COLOUR": "blue"}}},
            "logging": {"driver": "json-file", "options": {"max-file": "3"}}},
    "worker": {"hosts": ["203.0.113.10"], "cmd": "work", "proxy": false, "options": {"cap-add": ["A", "B"]}}},
  "proxy": {"hosts": ["chat.example.com"], "app_port": 3000, "path_prefixes": ["/chat"],
            "ssl": {"certificate_pem": "CERTIFICATE", "private_key_pem": "KEY"},
            "healthcheck": {"path": "/up"},
            "logging": {"request_headers": ["X-One"], "response_headers": ["X-Two"]},
            "run": {"log_max_size": "10m", "bind_ips": ["192.0.2.1"], "registry": "registry.example.com",
                    "repository": "basecamp/kamal-proxy", "version": "v0.9.2", "options": {"memory": "1g"}}},
  "env": {"clear": {"MODE": "production"}, "secret": ["TOKEN", "OTHER:TOKEN"]},
  "volumes": ["chat_storage:/storage", "/srv/files:/files:ro"],
  "logging": {"driver": "json-file", "options": {"max-size": "10m"}},
  "ssh": {"user": "deployer", "keys": ["~/.ssh/id"], "key_data": ["KEY"], "proxy": "jump@192.0.2.1",
          "config": ["~/.ssh/config"]},
  "registry": {"server": "ghcr.io", "username": "alice", "password": ["TOKEN"]},
  "builder": {"arch": ["amd64"], "context": ".", "dockerfile": "Dockerfile", "target": "production",
              "args": {"VERSION": "1"}, "secrets": ["TOKEN"], "remote": "server",
              "ssh": "default", "driver": "docker-container", "provenance": "mode=max", "sbom": "true",
              "cache": {"type": "registry", "image": "alice/cache", "options": "mode=max"},
              "pack": {"builder": "heroku/builder:24", "buildpacks": ["heroku/go"]}},
  "asset_path": "/app/public/assets", "error_pages_path": "public", "minimum_version": "2.0.0",
  "hooks_output": "verbose", "output": {"file": {"path": "log"}, "otel": {"endpoint": "http://127.0.0.1:4318"}},
  "sqlite": {"databases": ["/storage/app.sqlite3", {"path": "/storage/cache.sqlite3", "replicate": false}],
             "migrate": "bin/migrate now", "cutover": "hold", "image": "litestream/litestream:0.5.18",
             "replica": {"url": "s3://bucket/chat", "region": "auto", "endpoint": "https://example.com",
                         "host_key": "ssh-ed25519 AAAA", "secret": ["TOKEN"]}}
})");

/// Where a text stands: a pointer to a value, or to a map whose key is replaced.
struct Place {
  Json::json_pointer at;
  bool is_key = false;
};

void find_places(const Json& node, const Json::json_pointer& at, std::vector<Place>& places) {
  if (node.is_string()) places.push_back({at, false});
  for (const auto& [key, value] : node.items()) {
    if (!node.is_structured()) return;
    const auto below = node.is_array() ? at / static_cast<std::size_t>(std::stoul(key)) : at / key;
    if (node.is_object()) places.push_back({below, true});
    find_places(value, below, places);
  }
}

/// Values first, then keys from the inside out: a changed key moves what is below it.
std::vector<Place> all_places() {
  std::vector<Place> places;
  find_places(full, Json::json_pointer(), places);
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    if (a.is_key != b.is_key) return b.is_key;
    return a.is_key && a.at.to_string().size() > b.at.to_string().size();
  });
  return places;
}

/// The text that is there now, replaced by `text`, where %s stands for it.
Json with(const Json& base, const Place& place, const std::string& text) {
  Json changed = base;
  if (!place.is_key) {
    const std::string old = base.at(place.at).get<std::string>();
    changed[place.at] = replace_all(text, "%s", old);
    return changed;
  }
  const auto parent = place.at.parent_pointer();
  const std::string key = place.at.back();
  Json map = Json::object();
  for (const auto& [name, value] : base.at(parent).items()) {
    map[name == key ? replace_all(text, "%s", key) : name] = value;
  }
  changed[parent] = map;
  return changed;
}

struct Reading {
  std::optional<Config> config;
  std::vector<Diagnostic> problems;
};

Reading read(const Json& document) {
  try {
    Config config = parse_config({.base = {"deploy.yml", document.dump(1)},
                                  .overlay = {},
                                  .destination = "",
                                  .environment = {}});
    if (!config.obstacles.empty()) return {std::nullopt, config.obstacles};  // nothing begins
    return {std::move(config), {}};
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return {std::nullopt, error.diagnostics()};
  }
}

Secrets secrets() {
  Secrets all;
  for (const char* name : {"TOKEN", "KEY", "CERTIFICATE"}) all.emplace(name, Secret("a secret"));
  return all;
}

/// A home for sh, with programs that record how they were called.
class Server {
 public:
  Server() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "liteship-names-XXXXXX").string();
    home_ = mkdtemp(pattern.data());
    for (const char* name : {"docker", "sudo"}) {
      const auto file = home_ / "bin" / name;
      std::filesystem::create_directories(file.parent_path());
      // Says nothing but what the scripts wait for.
      std::ofstream(file) << "#!/bin/sh\n"
                             "for word; do printf '%s\\0' \"$word\"; done >>\"$HOME/calls\"\n"
                             "case $* in *State.Running*) echo true ;; *'.Id'* | 'run --detach'*) "
                             "echo 0123 ;; 'wait '*) exec sleep 5 ;;\n"
                             "'cp '*) tar -cf - -T /dev/null ;; esac\n";
      std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    }
  }
  ~Server() { std::filesystem::remove_all(home_); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What `sh -s` answers to the scripts, stderr included.
  [[nodiscard]] std::string run(const std::string& scripts) const {
    std::ofstream(home_ / "script") << scripts;
    const Command command{"sh", "-c", "cd \"$HOME\"; exec sh -s <script 2>&1"};
    RunOptions options;
    options.environment = {{"HOME", home_.string()},
                           {"PATH", home_.string() + "/bin:" + std::getenv("PATH")}};
    Interrupts interrupts;
    return run_process(command, options, interrupts).output;
  }
  [[nodiscard]] std::set<std::string> words() const {
    std::ostringstream text;
    text << std::ifstream(home_ / "calls").rdbuf();
    const auto list = split(text.str(), '\0');
    return {list.begin(), list.end()};
  }
  [[nodiscard]] const std::filesystem::path& home() const { return home_; }

 private:
  std::filesystem::path home_;
};

/// Everything that a project sends to its server in the course of its life.
struct Sent {
  std::string scripts;
  std::vector<std::string> words;  // of all commands
};

void add(Sent& sent, const Phase& phase) {
  const PhaseScript script = render_phase(phase);
  sent.scripts += script.text;
  for (const Step& step : phase.steps) {
    sent.words.insert(sent.words.end(), step.command.words.begin(), step.command.words.end());
  }
  for (const Undo& undo : phase.undo) {
    sent.words.insert(sent.words.end(), undo.command.words.begin(), undo.command.words.end());
  }
}

Facts facts_of(const Config& config) {
  Facts facts = samples::serving();
  for (Container& c : facts.containers) {
    c.name = container_name(config, config.roles.front(), Version{c.version});
    c.role = config.roles.front().name;
    c.reference = image_reference(config, Version{c.version});
  }
  return facts;
}

Sent everything(const Config& config) {
  Sent sent;
  Request request = samples::request("3ccc");
  request.image = image_reference(config, request.version);
  add(sent, plan_inspect(config, request, Locking::take));
  for (const Facts& facts : {samples::bare(), facts_of(config)}) {
    const Plan plan = plan_release(config, secrets(), request, facts);
    add(sent, plan.prepare);
    add(sent, plan.release);
  }
  const Facts facts = facts_of(config);
  Request back = samples::request("");
  back.action = Action::rollback;
  add(sent, plan_rollback(config, back, facts).release);
  for (const AppAction action : {AppAction::stop, AppAction::start}) {
    add(sent, plan_app(config, action, facts));
  }
  add(sent, plan_database_status(config));
  add(sent, plan_remove(config, Removal::everything, facts));
  for (const Command& command :
       {logs_command(config, {}), audit_command(config, 5),
        exec_command(
            config,
            {.words = {"ls"}, .interactive = false, .reuse = false, .env = {}, .role = ""})}) {
    sent.scripts += render(command) + " || :\n";
  }
  return sent;
}

// %s: what was there; CANARY: a path that nothing may make.
const std::vector<std::string> nasty = {
    "%s'\"$(touch CANARY)`touch CANARY`;touch CANARY;|&touch CANARY&>CANARY<CANARY * ~ \\ ! {a,b} "
    "#",
    "%s\ntouch CANARY\n",
    "$(touch CANARY)",
    "%s; touch CANARY",
    "%s' ; touch CANARY ; '",
    "-%s",
    "--privileged",
    "../../%s",
    "%s/../../x",
};

}  // namespace

TEST_CASE("the configuration of this test has every text that is carried out",
          "[security][names]") {
  std::set<std::string> have;
  for (const Place& place : all_places()) {
    std::string path;
    for (const std::string& part : split(place.at.to_string(), '/')) {
      const bool index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
      if (!part.empty() && !index) path += "/" + part;
    }
    have.insert(path);
  }
  // Other spellings of what is there.
  const std::set<std::string> same = {"/proxy/host", "/proxy/path_prefix", "/ssh/proxy_command",
                                      "/sqlite/replica/key_path"};
  const config::Schema schema = config::read_schema(embedded_config());
  const std::function<void(const config::Schema&, const std::string&)> walk =
      [&](const config::Schema& at, const std::string& path) {
        if (at.carried != config::Carried::yes) return;
        const bool free_text = at.text && at.format != config::Format::seconds &&
                               at.format != config::Format::duration &&
                               at.format != config::Format::size &&
                               at.format != config::Format::port;
        if (free_text && !path.empty() && !same.contains(path)) {
          INFO(path);
          CHECK(have.contains(path));
        }
        for (const config::Field& field : at.fields) walk(field.schema, path + "/" + field.name);
      };
  walk(schema, "");
}

TEST_CASE("no text of deploy.yml is run, and none becomes an option", "[security][names]") {
  const Reading plain = read(full);
  for (const Diagnostic& problem : plain.problems) UNSCOPED_INFO(problem.message);
  REQUIRE(plain.config);
  std::size_t refused = 0;
  std::size_t passed = 0;
  for (const std::string& pattern : nasty) {
    const Server server;
    const std::string canary = (server.home() / "canary").string();
    const std::string text = replace_all(pattern, "CANARY", canary);
    // All places that take this text are tried in one run: each alone says whether it does.
    Json document = full;
    for (const Place& place : all_places()) {
      const Reading alone = read(with(full, place, text));
      INFO(place.at.to_string() << (place.is_key ? " (key)" : ""));
      if (!alone.config) {
        ++refused;
        CHECK_FALSE(alone.problems.front().message.empty());
        continue;
      }
      const Json more = with(document, place, text);
      if (!read(more).config) continue;  // together with others it is refused
      document = more;
      ++passed;
    }
    const Reading all = read(document);
    REQUIRE(all.config);
    const Sent sent = everything(*all.config);
    const std::string said = server.run(sent.scripts);
    INFO(pattern << "\n" << said);
    CHECK_FALSE(std::filesystem::exists(canary));
    CHECK(said.find("Syntax error") == std::string::npos);
    CHECK(said.find("not found") == std::string::npos);
    CHECK(said.find("end remove done") != std::string::npos);
    CHECK(said.find("end release done") != std::string::npos);
    // Each word that holds the text comes out of the shell as it went in.
    const auto words = server.words();
    std::size_t arrived = 0;
    for (const std::string& word : sent.words) {
      const std::string needle = replace_all(text, "%s", "");
      if (word.find(needle) != std::string::npos && words.contains(word)) ++arrived;
    }
    CHECK(arrived > 5);
  }
  WARN(refused << " texts were refused, " << passed << " passed on as they are");
  CHECK(refused > 100);
  CHECK(passed > 100);
}

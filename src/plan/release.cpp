// A deploy or setup: decide from the facts what to start, what to stop, how to cut over.

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "plan/cutover.h"
#include "plan/pieces.h"
#include "plan/prepare.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

// 1 GB: an image of a usual size unpacked twice (graphdrivers do) and room to write.
constexpr std::uint64_t least_disk = 1'000'000'000;

std::vector<Diagnostic> check(const Config& config, const Request& request, const Facts& facts) {
  std::vector<Diagnostic> problems;
  const ProxyBoot boot = proxy_boot(config, facts);
  for (const int port : facts.busy_ports) {
    if (request.new_proxy || !publishes(boot, port)) continue;
    problems.push_back(
        {fmt::format("port {} of the server is taken", port),
         {},
         "kamal-proxy needs it and something else listens there",
         {},
         facts.traefik && facts.traefik->running
             ? "it is Kamal 1's Traefik: `deploy upgrade` replaces it"
             : fmt::format("stop what listens there (`ss -ltnp 'sport = :{}'`), or set "
                           "`proxy: run: http_port:` and `https_port:`",
                           port)});
  }
  if (facts.disk_free != 0 && facts.disk_free < least_disk) {
    problems.push_back(
        {fmt::format("only {} free on the server's disk", format_bytes(facts.disk_free)),
         {},
         "an image needs about twice its size while it is loaded",
         {},
         "make room, e.g. with `docker system prune` on the server"});
  }
  const auto& wanted = config.builder.arch;
  const std::string& arch = facts.docker.architecture;
  if (!wanted.empty() && !arch.empty() &&
      std::find(wanted.begin(), wanted.end(), arch) == wanted.end()) {
    problems.push_back({fmt::format("the server's CPU is {}, but `builder: arch:` says {}", arch,
                                    join(wanted, ", ")),
                        {},
                        "",
                        {},
                        fmt::format("set `builder: arch: {}`", arch)});
  }
  return problems;
}

const Container* by_name(const Facts& facts, const std::string& name) {
  for (const Container& c : facts.containers) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

/// What a container calls itself: Kamal's `<host>-<12 digits>`, at most 63 characters.
std::string hostname_of(const Config& config, const Request& request) {
  std::string host = config.host.substr(0, 51);
  if (host.ends_with('.')) host.pop_back();
  std::replace_if(
      host.begin(), host.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-' && c != '_'; },
      '-');
  return host + "-" + request.run_id.substr(0, 12);
}

EnvFiles secrets_of(const Config& config, const Secrets& secrets, const Role& role) {
  if (role.env.secret.empty()) return {};
  return env_files(env_path(config, role), role.env.secret, secrets);
}

// The words that make the container, with a hash of them and of the secrets it gets.
Words spec_words(const Config& config, const Secrets& secrets, const Role& role,
                 const Request& request, const Facts& facts) {
  Words words = run_words(config, role, request.version, request.image, facts.home);
  Words all = words;
  if (!role.env.secret.empty()) all.push_back(secrets_of(config, secrets, role).content());
  if (role.proxy) {
    const Words flags = deploy_flags(config, role);
    all.insert(all.end(), flags.begin(), flags.end());
  }
  const auto image = std::find(words.begin(), words.end(), request.image);
  words.insert(image, {"--label", "liteship.spec=" + spec_of(all)});
  // After the hash: it is another one each time.
  words.insert(words.begin() + 2, {"--hostname", hostname_of(config, request)});
  return words;
}

RoleChange change_of(const Config& config, const Secrets& secrets, const Role& role,
                     const Request& request, const Facts& facts) {
  RoleChange change;
  change.role = &role;
  change.name = container_name(config, role, request.version);
  if (by_name(facts, change.name) != nullptr) {
    change.displaced_to = change.name + "_replaced_" + request.run_id;
  }
  change.image = request.image;
  if (const Container* old = facts.running(role.name)) {
    const bool displaced = old->name == change.name && !change.displaced_to.empty();
    change.old = displaced ? change.displaced_to : old->name;
    change.old_version = old->version;
  }
  change.start = secrets_of(config, secrets, role)
                     .carried_by(Command{"start_container", change.name}.args(
                         spec_words(config, secrets, role, request, facts)));
  return change;
}

// Running containers of the app under the names they will have by then.
Words running_names(const Facts& facts, const std::vector<RoleChange>& changes) {
  Words names;
  for (const Container& c : facts.containers) {
    if (!c.running) continue;
    const auto change = std::find_if(changes.begin(), changes.end(), [&](const RoleChange& r) {
      return r.name == c.name && !r.displaced_to.empty();
    });
    names.push_back(change == changes.end() ? c.name : change->displaced_to);
  }
  return names;
}

// Stopped containers beyond retain_containers of each role, oldest last; the new one is one more.
void add_pruned(const Config& config, const Facts& facts, CutoverInput& input) {
  for (const Container* c : old_containers(config, config.retain_containers, facts)) {
    input.prune_containers.push_back(c->name);
    input.prune_images.push_back(c->reference);
  }
}

bool unchanged(const Config& config, const std::vector<RoleChange>& changes, const Facts& facts) {
  return std::all_of(changes.begin(), changes.end(), [&](const RoleChange& c) {
    const Container* now = facts.running(c.role->name);
    if (now == nullptr || now->name != container_name(config, *c.role, Version{now->version}) ||
        now->name != c.name || now->spec.empty()) {
      return false;
    }
    const std::string label = "liteship.spec=" + now->spec;
    return std::find(c.start.words.begin(), c.start.words.end(), label) != c.start.words.end();
  });
}

}  // namespace

Plan plan_release(const Config& config, const Secrets& secrets, const Request& request,
                  const Facts& facts) {
  throw_if_any(check(config, request, facts));
  Plan plan;
  plan.version = request.version;
  plan.parts = parts_of(config, request, facts);

  CutoverInput input;
  for (const Role& role : config.roles) {
    input.changes.push_back(change_of(config, secrets, role, request, facts));
  }
  input.stop = running_names(facts, input.changes);
  const bool serves = !input.changes.front().old.empty();
  plan.cutover = serves ? config.cutover() : Cutover::overlap;
  plan.prepare = plan_prepare(config, secrets, request, facts);

  if (config.sqlite && serves && config.sqlite->snapshots.before_release &&
      !replicated_paths(config).empty()) {
    input.snapshot = fmt::format("{}-{}", request.now, request.version.brief());
  }
  if (config.sqlite && config.sqlite->migrate) {
    const Role& primary = config.primary_role();
    const Command once{"run_once", config.service + "-migrate-" + request.run_id, "migrate"};
    input.migrate = secrets_of(config, secrets, primary)
                        .carried_by(Command(once).args(one_off_words(
                            config, primary, request.image, *config.sqlite->migrate, facts.home)));
  }
  add_pruned(config, facts, input);
  input.ledger_released = ledger_line(request, plan, "released", input.snapshot);
  input.ledger_failed = ledger_line(request, plan, "failed", input.snapshot);
  input.audit = "Booted app version " + request.version.text;

  plan.nothing_to_do = request.action == Action::setup && plan.prepare.steps.empty() &&
                       unchanged(config, input.changes, facts);
  plan.release = plan_cutover(config, request, facts, plan.cutover, input);
  Phase& first = plan.prepare.steps.empty() ? plan.release : plan.prepare;
  for (const Role& role : config.roles) secrets_of(config, secrets, role).add_to(first);
  for (PhaseFile& page : error_page_files(config, request, plan.version)) {
    first.files.push_back(std::move(page));
  }
  return plan;
}

}  // namespace liteship

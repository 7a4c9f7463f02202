// Facts from the lines of an inspect phase. Names and formats: docs/protocol.md.

#include <fmt/core.h>

#include <algorithm>

#include "liteship/plan.h"
#include "support/json.h"

namespace liteship {
namespace {

using nlohmann::json;

/// Seconds since 1970; 0 for a time before that or after the year 9999, which nothing can show.
std::int64_t time_at(const json& value, const char* key) {
  const std::int64_t seconds = integer_at(value, key);
  return seconds < 0 || seconds > 253'402'300'799 ? 0 : seconds;
}

void read_docker(Facts& facts, const json& value) {
  facts.docker.version = text_at(value, "version");
  const std::string arch = text_at(value, "arch");
  facts.docker.architecture = arch == "x86_64" ? "amd64" : arch == "aarch64" ? "arm64" : arch;
  // moby names its containerd-backed stores so in DriverStatus (docs/adr/0005-layer-transfer.md).
  const auto status = value.find("status");
  facts.docker.containerd_store =
      status != value.end() &&
      status->dump().find("io.containerd.snapshotter") != std::string::npos;
}

Container read_container(const json& value) {
  Container c;
  c.id = text_at(value, "id");
  c.name = text_at(value, "name");
  if (c.name.starts_with('/')) c.name.erase(0, 1);
  if (const json* labels = member_at(value, "labels")) {
    c.role = text_at(*labels, "role");
    c.spec = text_at(*labels, "liteship.spec");
    c.replica = text_at(*labels, "liteship.replica");
  }
  c.image = text_at(value, "image");
  c.reference = text_at(value, "reference");
  c.created = text_at(value, "created");
  c.started = text_at(value, "started");
  const std::string status = text_at(value, "status");
  c.paused = status == "paused";
  c.running = status == "running" || status == "restarting" || c.paused;
  c.exit_code = static_cast<int>(integer_at(value, "exit"));
  return c;
}

// The version is what follows the role (and destination) in the name; the image's tag says which.
std::string version_in(const Container& c) {
  const std::size_t colon = c.reference.rfind(':');
  std::string tag = colon == std::string::npos ? "" : c.reference.substr(colon + 1);
  if (!tag.empty() && c.name.find("-" + tag) != std::string::npos) return tag;
  const std::size_t dash = c.name.rfind('-');
  return dash == std::string::npos ? "" : c.name.substr(dash + 1);
}

void add_container(Facts& facts, const json& value) {
  Container c = read_container(value);
  const json* labels = member_at(value, "labels");
  if (c.name == "kamal-proxy") {
    if (!facts.proxy) facts.proxy.emplace();
    facts.proxy->image = c.reference;
    facts.proxy->running = c.running;
  } else if (c.name == "traefik" && labels != nullptr &&
             text_at(*labels, "org.opencontainers.image.title") == "Traefik") {
    facts.traefik = c;
  } else if (labels != nullptr && text_at(*labels, "liteship.part") == "litestream") {
    facts.sidecar = c;
  } else if (labels != nullptr && !c.name.empty() && text_at(*labels, "service") == c.name) {
    facts.accessories.push_back(c);  // as Kamal labels them; a role's name is longer
  } else if (labels == nullptr || text_at(*labels, "role").empty()) {
    facts.strangers.push_back(c.name);  // asked for by an accessory's name
  } else {
    c.version = version_in(c);
    facts.containers.push_back(c);
  }
}

void add_image(Facts& facts, const json& value) {
  Layers layers;
  layers.id = text_at(value, "id");
  // null for an image whose layers are not complete: it must not count as present.
  const json* list = member_at(value, "layers");
  if (list == nullptr || !list->is_array()) return;
  layers.diff_ids = texts_at(value, "layers");
  if (layers.diff_ids.size() != list->size()) return;
  layers.tags = texts_at(value, "tags");
  facts.images.push_back(std::move(layers));
}

void read_app_image(Facts& facts, const json& value) {
  facts.app_image = ServerImage{text_at(value, "id"), text_at(value, "user")};
}

// A release holds its requests, or was cut off while it did (templates/phase/waiting_room.sh).
bool is_waiting_room(const ProxyService& service) {
  return !service.targets.empty() && service.targets.front().starts_with("localhost:");
}

void read_proxy_state(Facts& facts, const json& value) {
  if (!facts.proxy) facts.proxy.emplace();
  if (!value.is_array()) return;
  for (const json& entry : value) {
    ProxyService service;
    service.name = text_at(entry, "name");
    service.targets = texts_at(entry, "active_targets");
    const json* controller = member_at(entry, "pause_controller");
    const std::int64_t state = controller == nullptr ? 0 : integer_at(*controller, "state");
    service.paused = state == 1 || is_waiting_room(service);
    service.stopped = state == 2;
    facts.proxy->services.push_back(std::move(service));
  }
}

void add_release(Facts& facts, const json& value) {
  LedgerEntry entry;
  entry.version.text = text_at(value, "version");
  entry.action = text_at(value, "action");
  entry.status = text_at(value, "status");
  entry.failed_step = text_at(value, "failed_step");
  entry.reason = text_at(value, "reason");
  entry.by = text_at(value, "by");
  entry.subject = text_at(value, "subject");
  entry.cutover = text_at(value, "cutover");
  entry.snapshot = text_at(value, "snapshot");
  entry.started = time_at(value, "started");
  entry.finished = time_at(value, "finished");
  entry.dirty = flag_at(value, "dirty", false);
  facts.ledger.push_back(std::move(entry));
}

void add_replica(Facts& facts, const json& value) {
  std::string path = text_at(value, "db_path");
  if (path.empty()) path = text_at(value, "path");
  if (path.empty()) return;
  facts.replica_txids[path] = integer_at(value, "txid");
}

json parse(const FactFound& fact) {
  json value = read_json(fact.value);
  if (value.is_discarded()) {
    throw Error(ErrorKind::internal,
                Diagnostic{fmt::format("the server's answer `{}` is not JSON", fact.name),
                           {},
                           fact.value.substr(0, 200),
                           {},
                           "run again with -v and report it"});
  }
  return value;
}

using Reader = void (*)(Facts&, const json&);
constexpr std::pair<const char*, Reader> json_facts[] = {
    {"docker", read_docker},       {"container", add_container},      {"image", add_image},
    {"release", add_release},      {"proxy_state", read_proxy_state}, {"replica", add_replica},
    {"app_image", read_app_image},
};

// "USER HOME"
void read_elsewhere(Facts& facts, const std::string& value) {
  const std::size_t space = value.find(' ');
  if (space != std::string::npos) {
    facts.elsewhere = {value.substr(space + 1), value.substr(0, space)};
  }
}

// "NAME TEXT"
void read_boot_file(Facts& facts, const std::string& value) {
  const std::size_t space = value.find(' ');
  const std::string_view text = trim(std::string_view(value).substr(std::min(space, value.size())));
  if (!text.empty()) facts.proxy_boot[value.substr(0, space)] = text;
}

void read_plain(Facts& facts, const FactFound& fact) {
  if (fact.name == "user")
    facts.user = fact.value;
  else if (fact.name == "home")
    facts.home = fact.value;
  else if (fact.name == "now")
    facts.now = parse_integer(fact.value).value_or(0);
  else if (fact.name == "elsewhere")
    read_elsewhere(facts, fact.value);
  else if (fact.name == "root")
    facts.root = true;
  else if (fact.name == "sudo")
    facts.sudo = true;
  else if (fact.name == "docker_group")
    facts.docker_group = true;
  else if (fact.name == "os")
    facts.os_id = fact.value;
  else if (fact.name == "disk_free")
    facts.disk_free = static_cast<std::uint64_t>(parse_integer(fact.value).value_or(0));
  else if (fact.name == "volume-present")
    facts.volumes.push_back(fact.value);
  else if (fact.name == "image-present")
    facts.present_images.push_back(fact.value);
  else if (fact.name == "busy_port")
    facts.busy_ports.push_back(static_cast<int>(parse_integer(fact.value).value_or(0)));
  else if (fact.name == "proxy_boot")
    read_boot_file(facts, fact.value);
  else if (fact.name == "interrupted")
    facts.interrupted = fact.value;
}

}  // namespace

int Docker::major() const {
  return static_cast<int>(parse_integer(version.substr(0, version.find('.'))).value_or(0));
}

const Container* Facts::running(const std::string& role) const {
  for (const Container& c : containers) {
    if (c.running && c.role == role) return &c;
  }
  return nullptr;
}

Facts parse_facts(const std::vector<FactFound>& found) {
  Facts facts;
  for (const FactFound& fact : found) {
    const auto* reader = std::find_if(std::begin(json_facts), std::end(json_facts),
                                      [&](const auto& row) { return fact.name == row.first; });
    if (reader == std::end(json_facts))
      read_plain(facts, fact);
    else
      reader->second(facts, parse(fact));
  }
  std::stable_sort(facts.containers.begin(), facts.containers.end(),
                   [](const Container& a, const Container& b) { return a.created > b.created; });
  return facts;
}

}  // namespace liteship

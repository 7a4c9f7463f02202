// How far the replica is. Only a listing of the remote counts: what the replicator says of itself
// looks healthy for days on an idle database whose credentials were revoked (ADR 0006).

#include <fmt/core.h>

#include <algorithm>
#include <ctime>

#include "liteship/plan.h"
#include "liteship/script.h"
#include "liteship/sqlite.h"
#include "support/json.h"

namespace liteship {
namespace {

using nlohmann::json;

// Transaction ids are 16 hexadecimal digits in listings and numbers in the socket's answers.
std::int64_t txid_of(const json& value) {
  if (!value.is_string()) return integer_of(value);
  return static_cast<std::int64_t>(std::strtoull(value.get<std::string>().c_str(), nullptr, 16));
}

std::int64_t txid_in(const json& object, const char* key) {
  const json* found = member_at(object, key);
  return found == nullptr ? 0 : txid_of(*found);
}

// RFC 3339 in UTC, "2026-11-24T03:15:00Z" with or without fractions.
std::optional<std::int64_t> parse_time(const std::string& text) {
  std::tm tm{};
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &tm) == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(timegm(&tm));
}

void read_remote(DatabaseStatus& status, const json& files) {
  for (const json& file : files) {
    status.remote_txid = std::max(status.remote_txid, txid_in(file, "max_txid"));
    const auto time = parse_time(text_at(file, "timestamp"));
    if (time && (!status.newest || *time > *status.newest)) status.newest = time;
  }
}

Verdict verdict_of(const DatabaseStatus& status, bool listed, bool replicator, bool replicating) {
  if (!replicator) return Verdict::no_replicator;
  if (!listed) return Verdict::unreachable;
  if (!replicating) return Verdict::no_replicator;  // it runs, but does nothing for this database
  if (status.remote_txid == status.local_txid) return Verdict::current;
  return status.remote_txid < status.local_txid ? Verdict::lagging : Verdict::diverged;
}

int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::current:
      return 0;
    case Verdict::lagging:
      return 1;
    case Verdict::unreachable:
      return 2;
    case Verdict::diverged:
      return 3;
    case Verdict::no_replicator:
      return 4;
  }
  return 4;
}

std::string age(const std::optional<std::int64_t>& newest, std::int64_t now) {
  if (!newest) return "-";
  return format_duration(std::max<std::int64_t>(0, now - *newest) * 1000);
}

}  // namespace

std::string verdict_name(Verdict verdict) {
  constexpr const char* names[] = {"current", "lagging", "unreachable", "diverged",
                                   "no replicator"};
  return names[rank(verdict)];
}

DatabaseStatus parse_database_status(const FactFound& fact) {
  const json value = read_json(fact.value);
  if (!value.is_object()) {
    throw Error(
        ErrorKind::internal,
        Diagnostic{
            "the server's answer `database` is not JSON", {}, fact.value.substr(0, 200), {}, ""});
  }
  DatabaseStatus status;
  status.path = text_at(value, "path");
  status.error = text_at(value, "error");
  const json local = value.value("local", json());
  const json remote = value.value("remote", json());
  if (local.is_object()) status.local_txid = txid_in(local, "txid");
  if (remote.is_array()) read_remote(status, remote);
  // Somebody may have written while the replica was listed: the listing is compared with the
  // database as it was then, between `local` and `after`.
  const json after = value.value("after", json());
  const std::int64_t end = after.is_object() ? txid_in(after, "txid") : status.local_txid;
  if (end > status.local_txid) {
    status.local_txid = std::clamp(status.remote_txid, status.local_txid, end);
  }
  status.verdict =
      verdict_of(status, remote.is_array(), flag_at(value, "replicator", true), local.is_object());
  return status;
}

std::vector<DatabaseStatus> run_database_status(const Config& config, Host& host,
                                                const EventSink& events, Interrupts& interrupts) {
  const Phase phase = plan_database_status(config);
  if (phase.steps.front().command.words.size() < 3 || !config.sqlite->replica) {
    throw Error(ErrorKind::usage, Diagnostic{"nothing is replicated",
                                             {},
                                             "deploy.yml names no `sqlite: replica:`",
                                             {},
                                             "see `deploy docs sqlite`"});
  }
  std::vector<DatabaseStatus> databases;
  const EventSink collect = [&](const Event& event) {
    const auto* fact = std::get_if<FactFound>(&event);
    if (fact != nullptr && fact->name == "database")
      databases.push_back(parse_database_status(*fact));
    events(event);
  };
  const PhaseOutcome outcome = host.run_phase(render_phase(phase), collect, interrupts);
  if (!std::holds_alternative<PhaseSucceeded>(outcome)) {
    throw Error(
        ErrorKind::connection,
        Diagnostic{"the server did not answer to the end", {}, "", {}, "run again with -v"});
  }
  return databases;
}

int status_exit_code(const std::vector<DatabaseStatus>& databases) {
  int worst = 0;
  for (const DatabaseStatus& d : databases) worst = std::max(worst, rank(d.verdict));
  return worst;
}

std::string render_status(const std::vector<DatabaseStatus>& databases, std::int64_t now) {
  std::size_t width = 8;
  for (const DatabaseStatus& d : databases) width = std::max(width, d.path.size());
  std::string text = fmt::format("{:<{}}  {:<13}  {:>8}  {:>8}  newest in the replica\n",
                                 "database", width, "verdict", "local", "remote");
  for (const DatabaseStatus& d : databases) {
    text += fmt::format("{:<{}}  {:<13}  {:>8}  {:>8}  {}\n", d.path, width,
                        verdict_name(d.verdict), d.local_txid, d.remote_txid, age(d.newest, now));
    if (!d.error.empty() && d.verdict != Verdict::current) text += "  why: " + d.error + "\n";
  }
  return text;
}

std::string status_json(const std::vector<DatabaseStatus>& databases) {
  json list = json::array();
  for (const DatabaseStatus& d : databases) {
    json row = {{"path", d.path},
                {"verdict", verdict_name(d.verdict)},
                {"local_txid", d.local_txid},
                {"remote_txid", d.remote_txid}};
    if (d.newest) row["newest"] = *d.newest;
    if (!d.error.empty()) row["error"] = d.error;
    list.push_back(std::move(row));
  }
  return json{{"type", "db_status"}, {"databases", list}}.dump();
}

}  // namespace liteship

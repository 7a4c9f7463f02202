// plan-time FILE: how long a plan takes, without the network. From deploy.yml's text to the script
// that the server would get, against the facts of a server that has had 50 releases. Prints medians
// as JSON.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "liteship/config.h"
#include "liteship/plan.h"
#include "liteship/script.h"

namespace {

using namespace liteship;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 101;

ConfigInput read_input(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return {.base = {path, text.str()}, .overlay = {}, .destination = "", .environment = {}};
}

Secrets secrets_for(const Config& config) {
  Secrets secrets;
  for (const SecretName& name : needed_secrets(config)) secrets.emplace(name.secret, Secret("x"));
  return secrets;
}

Container container(const Config& config, const Role& role, int number) {
  Container c;
  c.version = "version" + std::to_string(100 + number);
  c.id = "id" + role.name + c.version;
  c.name = config.service + "-" + role.name + "-" + c.version;
  c.role = role.name;
  c.reference = "image:" + c.version;
  c.created = "2026-01-01T00:00:" + std::to_string(10 + number) + "Z";
  c.running = number == 5;
  return c;
}

Facts facts_for(const Config& config) {
  Facts facts;
  facts.user = "deployer";
  facts.home = "/home/deployer";
  facts.docker_group = true;
  facts.docker = {.version = "28.5.2", .architecture = "amd64"};
  for (const Role& role : config.roles) {
    for (int i = 5; i >= 0; --i) facts.containers.push_back(container(config, role, i));
  }
  facts.proxy.emplace();
  facts.proxy->image = "basecamp/kamal-proxy:v0.9.2";
  facts.proxy->running = true;
  for (const Volume& volume : config.volumes) facts.volumes.push_back(volume.source);
  for (int i = 0; i < 50; ++i) {
    LedgerEntry entry;
    entry.version.text = "version" + std::to_string(60 + i);
    entry.status = "released";
    facts.ledger.push_back(entry);
  }
  return facts;
}

Request request() {
  Request r;
  r.version.text = "4f2a91c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6";
  r.image = "image:" + r.version.text;
  r.run_id = "0123456789abcdef";
  r.by = "somebody";
  r.command = "deploy";
  return r;
}

/// Bytes of script, so that nothing of the work can be left out.
std::size_t make_plan(const ConfigInput& input) {
  const Config config = parse_config(input);
  const Plan plan = plan_release(config, secrets_for(config), request(), facts_for(config));
  return render_phase(plan.prepare).text.size() + render_detached(plan.release).text.size() +
         render_phase(plan_inspect(config, request(), Locking::take)).text.size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: plan-time FILE\n", stderr);
    return 2;
  }
  try {
    const ConfigInput input = read_input(argv[1]);
    std::vector<double> milliseconds;
    std::size_t bytes = 0;
    for (int i = 0; i < rounds; ++i) {
      const auto began = Clock::now();
      bytes = make_plan(input);
      const std::chrono::duration<double, std::milli> took = Clock::now() - began;
      milliseconds.push_back(took.count());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::printf("{\"first_ms\":%.3f,\"median_ms\":%.3f,\"script_bytes\":%zu}\n",
                milliseconds.back(), milliseconds[rounds / 2], bytes);
    return 0;
  } catch (const Error& error) {
    for (const auto& d : error.diagnostics())
      std::fprintf(stderr, "plan-time: %s\n", d.message.c_str());
    return 1;
  }
}

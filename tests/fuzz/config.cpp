// deploy.yml, the file of a destination, then everything that is made of them up to the scripts.
#include "liteship/config.h"

#include "fuzz/fuzz.h"
#include "liteship/plan.h"
#include "liteship/script.h"
#include "unit/plan/samples.h"

namespace liteship::fuzz {
namespace {

void read_back(const std::string& shown, const std::string& destination) {
  try {
    promise(render_config(parse_config({{"shown", shown}, {}, destination, {}})) == shown,
            "a rendered configuration reads back as itself");
  } catch (const Error& error) {
    std::cerr << shown << render(error.diagnostics().front(), Color::off);
    promise(false, "a rendered configuration is a configuration");
  }
}

void make_scripts(const Config& config) {
  Secrets secrets;
  for (const SecretName& name : needed_secrets(config)) {
    secrets.emplace(name.secret, Secret("'\"$(x)`\n" + name.name));
  }
  for (const Facts& facts : {samples::bare(), samples::serving()}) {
    const Plan plan = plan_release(config, secrets, samples::request("3ccc"), facts);
    (void)render_phase(plan.prepare);
    (void)render_detached(plan.release);
  }
}

}  // namespace

void run(std::string_view input) {
  Parts parts(input);
  ConfigInput files;
  files.base = {"deploy.yml", parts.next()};
  if (parts.more()) {
    files.destination = "staging";
    files.overlay = SourceText{"deploy.staging.yml", parts.next()};
  }
  files.environment = {{"DOMAIN", "example.com"}, {"EMPTY", ""}, {"ODD", "a\n${b} \"c\": d"}};
  const Config config = parse_config(files);
  read_back(render_config(config), files.destination);
  make_scripts(config);
}

}  // namespace liteship::fuzz

// A host, then ssh_config files; each Include gives the files after the first.
#include "fuzz/fuzz.h"
#include "ssh/settings.h"

namespace liteship::fuzz {

void run(std::string_view input) {
  Parts parts(input);
  const std::string host = parts.next();
  std::vector<std::string> files;
  while (parts.more() && files.size() < 4) files.push_back(parts.next());
  ssh::Question question;
  question.host = host;
  (void)ssh::parse_ssh_g(files.empty() ? host : files.front(), question);
  const std::vector<std::string> included(files.begin() + (files.empty() ? 0 : 1), files.end());
  const auto settings =
      ssh::parse_config_files(files, question, [&](const std::string&) { return included; });
  promise(settings.port.number != 0, "a port is never 0");
  (void)ssh::expand_tokens(settings.proxy_command, settings);
  const ssh::Question hop = ssh::parse_hop(host);
  promise(!hop.host.empty(), "a hop has a host");
}

}  // namespace liteship::fuzz

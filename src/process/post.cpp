#include "liteship/process.h"

namespace liteship {
namespace {

/// A value of curl's configuration file (curl(1), `--config`).
std::string curl_value(std::string_view text) {
  std::string value = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') value += '\\';
    value += byte;
  }
  return value + '"';
}

}  // namespace

std::string post_json(const std::string& url, const std::string& body) {
  // On stdin, because arguments can be seen by everybody on this machine.
  const std::string config = "url = " + curl_value(url) + "\ndata-binary = " + curl_value(body) +
                             "\nheader = \"Content-Type: application/json\"\n"
                             "silent\nshow-error\nfail\noutput = \"/dev/null\"\n"
                             "connect-timeout = 2\nmax-time = 5\n";
  Interrupts none;
  const RunResult result =
      run_process({{"curl", "--disable", "--config", "-"}}, {.input = config}, none);
  if (result.status == 0) return "";
  if (result.status == 127) return "there is no `curl` here";
  const std::string said(trim(result.error_output));
  return said.empty() ? "curl ends with " + std::to_string(result.status) : said;
}

}  // namespace liteship

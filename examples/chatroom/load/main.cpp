#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "mixed.h"
#include "verify.h"

namespace chatroom::load {
namespace {

int run(const Options& options) {
  if (options.command == "verify") {
    const auto verdict = verify(options);
    fmt::print("{}", render(verdict, options.output));
    return verdict.ok() ? 0 : 1;
  }
  const auto tally = run_mixed(options);
  fmt::print("{}", render(tally, options.output));
  return tally.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace chatroom::load

int main(int argc, char** argv) {
  using namespace chatroom::load;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(parse_options({argv + 1, argv + argc}));
  } catch (const UsageError& error) {
    fmt::print(stderr, "chatroom-load: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chatroom-load: {}\n", error.what());
    return 1;
  }
}

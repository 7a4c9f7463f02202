#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "chat.h"
#include "contend.h"
#include "mixed.h"
#include "verify.h"
#include "write.h"

namespace chatroom::load {
namespace {

int run_verify_command(const Options& options) {
  const auto verdict = verify(options);
  fmt::print("{}", render(verdict, options.output));
  return verdict.ok() ? 0 : 1;
}

int run_mixed_command(const Options& options) {
  const auto tally = run_mixed(options);
  fmt::print("{}", render(tally, options.output));
  return tally.failed() == 0 ? 0 : 1;
}

int run_write_command(const Options& options) {
  const auto levels = run_write(options);
  fmt::print("{}", render("write", levels, options.output));
  return std::ranges::all_of(levels, [](auto& level) { return level.failed() == 0; }) ? 0 : 1;
}

int run_chat_command(const Options& options) {
  const auto chat = run_chat(options);
  fmt::print("{}", render(chat, options.output));
  return chat.ok() ? 0 : 1;
}

// Errors are what it is there to show.
int run_contend_command(const Options& options) {
  for (const auto sharing :
       {Sharing::deferred, Sharing::immediate, Sharing::fair, Sharing::queue}) {
    fmt::print("{}", render(name_of(sharing), run_contend(options, sharing), options.output));
    std::fflush(stdout);
  }
  return 0;
}

int run(const Options& options) {
  if (options.command == "verify") return run_verify_command(options);
  if (options.command == "write") return run_write_command(options);
  if (options.command == "chat") return run_chat_command(options);
  if (options.command == "contend") return run_contend_command(options);
  return run_mixed_command(options);
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

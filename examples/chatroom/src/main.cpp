#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "schema.h"
#include "server.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr const char* usage =
    "chatroom: a chat server on SQLite\n"
    "  chatroom [serve]   serve on $PORT, data in $STORAGE_DIR\n"
    "  chatroom migrate   bring the databases to this version's schema\n"
    "  chatroom version   print $APP_VERSION\n";

int run_migrate(const Environment& environment, const Faults& faults) {
  if (faults.migration_fails) {
    fmt::print(stderr, "chatroom: MIGRATE_FAIL=1: the migration fails on purpose\n");
    return exit_migration_failed;
  }
  for (const auto& line : migrate(environment.storage, faults)) fmt::print("{}\n", line);
  return 0;
}

int run_serve(const Environment& environment, const Faults& faults) {
  if (faults.crash_at_boot) {
    fmt::print(stderr, "chatroom: CRASH_AT_BOOT=1: the app crashes on purpose\n");
    return exit_crashed_at_boot;
  }
  if (environment.auto_migrate) {
    if (const int code = run_migrate(environment, faults)) return code;
  }
  asio::io_context context{1};
  const Assets assets(environment.public_files);
  Lanes lanes(environment.storage);
  Feed feed(context.get_executor(), lanes);
  App app{environment, faults, assets, lanes, feed};
  Server server(context, app);

  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](auto, int) { server.stop(); });
  asio::co_spawn(context, feed.watch(), asio::detached);
  server.start();
  fmt::print("chatroom {}: listening on port {}, data in {}\n", environment.version, server.port(),
             environment.storage.string());
  std::fflush(stdout);
  context.run();
  fmt::print("chatroom {}: every request answered, bye\n", environment.version);
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "serve";
  const auto environment = load_environment();
  const auto faults = load_faults();
  if (argc <= 2 && command == "serve") return run_serve(environment, faults);
  if (argc <= 2 && command == "migrate") return run_migrate(environment, faults);
  if (argc <= 2 && command == "version") return fmt::print("{}\n", environment.version), 0;
  fmt::print(stderr, "{}", usage);
  return 2;
}

}  // namespace
}  // namespace chatroom

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return chatroom::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "chatroom: {}\n", error.what());
    return 1;
  }
}

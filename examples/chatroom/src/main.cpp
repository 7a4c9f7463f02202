#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "background.h"
#include "backup.h"
#include "schema.h"
#include "server.h"
#include "sources.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr const char* usage =
    "chatroom: a chat server on SQLite\n"
    "  chatroom [serve]   serve on $PORT, data in $STORAGE_DIR\n"
    "  chatroom migrate   bring the databases to this version's schema\n"
    "  chatroom backup    copy the databases to $STORAGE_DIR/backups, also as /hooks/pre-backup\n"
    "  chatroom restore   put the copies back, also as /hooks/post-restore\n"
    "  chatroom version   print $APP_VERSION\n";

int print_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines) fmt::print("{}\n", line);
  return 0;
}

int run_migrate(const Environment& environment, const Faults& faults) {
  if (faults.migration_fails) {
    fmt::print(stderr, "chatroom: MIGRATE_FAIL=1: the migration fails on purpose\n");
    return exit_migration_failed;
  }
  auto report = migrate(environment.storage);
  if (faults.migration_takes.count() > 0) {
    report.push_back(hold_write_lock(environment.storage, faults.migration_takes));
  }
  return print_lines(report);
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
  Databases databases(environment.storage);
  Bell bell(context.get_executor());
  Feed feed(context.get_executor(), databases.readers, bell, message_source());
  Feed cable(context.get_executor(), databases.readers, bell, event_source());
  Presence presence(context.get_executor(), databases, cable);
  Passwords passwords;
  App app{environment, faults, assets, databases, bell, feed, cable, presence, passwords, {}};
  Worker worker(context.get_executor(), databases,
                [&app](const Job& job) { return perform(app, job); });
  app.jobs_added = [&worker] { worker.look_now(); };
  Server server(context, app);

  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](auto, int) {
    worker.stop();
    presence.stop();
    server.stop();
  });
  for (auto* each : {&feed, &cable}) asio::co_spawn(context, each->watch(), asio::detached);
  asio::co_spawn(context, worker.run(), asio::detached);
  asio::co_spawn(context, worker.beat(), asio::detached);
  asio::co_spawn(context, presence.keep(), asio::detached);
  asio::co_spawn(context, presence.tell(), asio::detached);
  server.start();
  fmt::print("chatroom {}: listening on port {}, data in {}\n", environment.version, server.port(),
             environment.storage.string());
  std::fflush(stdout);
  context.run();
  fmt::print("chatroom {}: every request answered, bye\n", environment.version);
  return 0;
}

// The image has no shell to write a hook in: the hooks are this program by another name.
std::string command_of(int argc, char** argv) {
  if (argc > 1) return argv[1];
  const auto name = std::filesystem::path(argv[0]).filename();
  if (name == "pre-backup") return "backup";
  if (name == "post-restore") return "restore";
  return "serve";
}

int run(int argc, char** argv) {
  const auto command = command_of(argc, argv);
  const auto environment = load_environment();
  const auto faults = load_faults();
  if (argc <= 2 && command == "serve") return run_serve(environment, faults);
  if (argc <= 2 && command == "migrate") return run_migrate(environment, faults);
  if (argc <= 2 && command == "backup") return print_lines(back_up(environment.storage));
  if (argc <= 2 && command == "restore") return print_lines(restore(environment.storage));
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

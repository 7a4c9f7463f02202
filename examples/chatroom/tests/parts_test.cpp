// The parts that need no server: jobs, cache, accounts, rooms, HTML, search words, the writer.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <thread>

#include "accounts.h"
#include "bell.h"
#include "cache.h"
#include "html.h"
#include "jobs.h"
#include "links.h"
#include "messages.h"
#include "passwords.h"
#include "presence.h"
#include "rooms.h"
#include "writer.h"

using namespace chatroom;

namespace {

// A directory with migrated databases, gone with the test.
struct Storage {
  Storage() {
    std::string name = std::filesystem::temp_directory_path() / "chatroom-XXXXXX";
    path = mkdtemp(name.data());
    for (const auto* schema : {&app_schema(), &queue_schema(), &cache_schema(), &cable_schema()}) {
      bring_up_to_date(path, *schema);
    }
  }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage() { std::filesystem::remove_all(path); }

  sqlite::Database open(const Schema& schema) const {
    return open_database(path / schema.file, Access::write);
  }

  std::filesystem::path path;
};

constexpr std::int64_t now = 1'800'000'000'000;  // later than the clock: jobs of the past are ready

}  // namespace

TEST_CASE("two processes never claim the same job") {
  const Storage storage;
  auto old_one = storage.open(queue_schema());
  auto new_one = storage.open(queue_schema());
  for (int n = 1; n <= 5; ++n) jobs::enqueue(old_one, "notify", n, 1);
  jobs::enqueue(old_one, "notify", 5, 1);  // again: nothing
  CHECK(jobs::claim(old_one, 1, now, 3).size() == 3);
  const auto rest = jobs::claim(new_one, 2, now, 3);
  REQUIRE(rest.size() == 2);
  CHECK(rest.front().about == 4);
  CHECK(jobs::claim(new_one, 2, now, 3).empty());
}

TEST_CASE("claims that are given back are ready, as if nobody had had them") {
  const Storage storage;
  auto queue = storage.open(queue_schema());
  jobs::enqueue(queue, "notify", 1, 1);
  CHECK(jobs::claim(queue, 1, now, 9).size() == 1);
  CHECK(jobs::release(queue, 2) == 0);
  CHECK(jobs::release(queue, 1) == 1);
  CHECK(jobs::claim(queue, 2, now, 9).front().attempts == 1);
}

TEST_CASE("claims of a process that is not heard of are ready after the lease") {
  const Storage storage;
  auto queue = storage.open(queue_schema());
  jobs::enqueue(queue, "notify", 1, 1);
  const auto job = jobs::claim(queue, 1, now, 9).front();
  jobs::beat(queue, 1, now + 1000);
  CHECK(jobs::reclaim(queue, now + 1000 + jobs::lease.count()) == 0);
  CHECK(jobs::reclaim(queue, now + 1001 + jobs::lease.count()) == 1);
  // Whoever lost the lease does not end the job of the one who has it now.
  REQUIRE(jobs::claim(queue, 2, now, 9).size() == 1);
  jobs::finish(queue, 1, job, now);
  CHECK(jobs::depths(queue).claimed == 1);
}

TEST_CASE("a job that fails waits longer each time and is given up after five") {
  const Storage storage;
  auto queue = storage.open(queue_schema());
  jobs::enqueue(queue, "notify", 1, 1);
  auto at = now;
  for (const int pause_s : {3, 18, 83, 258}) {
    jobs::fail(queue, 1, jobs::claim(queue, 1, at, 9).front(), "no", at);
    CHECK_FALSE(jobs::any_due(queue, at + pause_s * 1000 - 1));
    at += pause_s * 1000;
    REQUIRE(jobs::any_due(queue, at));
  }
  jobs::fail(queue, 1, jobs::claim(queue, 1, at, 9).front(), "no", at);
  CHECK(jobs::depths(queue).failed == 1);
  CHECK(jobs::depths(queue).scheduled == 0);
}

TEST_CASE("a recurring job is enqueued once per time slot") {
  const Storage storage;
  auto queue = storage.open(queue_schema());
  using namespace std::chrono_literals;
  jobs::recur(queue, "trim", 1h, now);
  jobs::recur(queue, "trim", 1h, now + 1);
  CHECK(jobs::claim(queue, 1, now, 9).size() == 1);
  jobs::recur(queue, "trim", 1h, now + 3'600'000);
  CHECK(jobs::claim(queue, 1, now + 3'600'000, 9).size() == 1);
}

TEST_CASE("finished jobs are removed after a day") {
  const Storage storage;
  auto queue = storage.open(queue_schema());
  jobs::enqueue(queue, "notify", 1, 1);
  jobs::finish(queue, 1, jobs::claim(queue, 1, now, 9).front(), now);
  CHECK(jobs::trim(queue, now + 24 * 3'600'000) == 0);
  CHECK(jobs::trim(queue, now + 24 * 3'600'000 + 1) == 1);
}

TEST_CASE("the cache forgets what is too old, and the oldest first when it is full") {
  const Storage storage;
  auto db = storage.open(cache_schema());
  for (int n = 0; n < 5; ++n) cache::put(db, "key" + std::to_string(n), "value", now + n);
  cache::put(db, "key0", "newer", now + 5);
  CHECK(cache::find(db, "key0", 1000, now + 6) == "newer");
  CHECK_FALSE(cache::find(db, "key1", 1000, now + 1001));
  CHECK(cache::size(db).entries == 5);
  cache::trim(db, now + 6, 2 * (9 + cache::entry_bytes));
  CHECK(cache::size(db).entries == 2);
  CHECK(cache::find(db, "key0", 1000, now + 6));
  CHECK(cache::find(db, "key4", 1000, now + 6));
  cache::trim(db, now + 6 + cache::most_age_ms);
  CHECK(cache::size(db).entries == 0);
}

TEST_CASE("the cache trims itself once in a hundred writes") {
  const Storage storage;
  auto db = storage.open(cache_schema());
  const auto long_ago = now - cache::most_age_ms - 1;
  for (int n = 1; n < cache::writes_per_trim; ++n) cache::put(db, std::to_string(n), "v", long_ago);
  CHECK(cache::size(db).entries == cache::writes_per_trim - 1);
  cache::put(db, "new", "value", now);
  CHECK(cache::size(db).entries == 1);
}

TEST_CASE("everyone is woken, also for news that come while others are") {
  boost::asio::io_context context{1};
  Bell bell(context.get_executor());
  int woken = 0;
  const auto wait_twice = [&]() -> boost::asio::awaitable<void> {
    Bell::Listener listener(bell, context.get_executor());
    for (int n = 0; n < 2; ++n) {
      co_await listener.wait(std::chrono::seconds(5));
      if (++woken == 50) bell.ring();
    }
  };
  for (int n = 0; n < 100; ++n) {
    boost::asio::co_spawn(context, wait_twice(), boost::asio::detached);
  }
  boost::asio::post(context, [&] { bell.ring(); });
  const auto begin = std::chrono::steady_clock::now();
  context.run();
  CHECK(woken == 200);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(4));  // nobody gave up
}

TEST_CASE("events of a new file come after those of one that was lost") {
  const Storage storage;
  auto cable = storage.open(cable_schema());
  cable.run("INSERT INTO events(channel, payload, created_at) VALUES('typing:1', '{}', 1)");
  CHECK(sqlite3_last_insert_rowid(cable.handle()) > 1'700'000'000'000);
}

TEST_CASE("text in a page is text, whatever it looks like") {
  CHECK(Html().markup("<b>").text("<i a='\"&\">").markup("</b>").str() ==
        "<b>&lt;i a=&#39;&quot;&amp;&quot;&gt;</b>");
}

TEST_CASE("a search takes every word as a word") {
  const Storage storage;
  auto app = storage.open(app_schema());
  messages::add(app, {"ann", "connected to \"it\" -- NEAR", {}});
  for (const char* words : {"connections", "\"it\"", "NEAR(", "-- near", "it AND"}) {
    INFO(words);
    CHECK(messages::search(app, lobby, words, 9).size() ==
          (std::string(words) == "it AND" ? 0 : 1));
  }
  CHECK(messages::search(app, lobby, "  ", 9).empty());
}

TEST_CASE("a write that fails undoes its own changes only") {
  const Storage storage;
  boost::asio::io_context context{1};
  Writer writer(storage.path, app_schema());
  int failed = 0;
  const auto write = [&](int number) -> boost::asio::awaitable<void> {
    try {
      co_await writer.run([number](sqlite::Database& app) {
        messages::add(app, {"ann", std::to_string(number), {}});
        if (number % 2 == 1) throw std::runtime_error("odd");
      });
    } catch (const std::runtime_error&) {
      ++failed;
    }
  };
  for (int n = 0; n < 10; ++n) boost::asio::co_spawn(context, write(n), boost::asio::detached);
  context.run();
  CHECK(failed == 5);
  auto app = storage.open(app_schema());
  CHECK(messages::newest(app, 99).size() == 5);
}

TEST_CASE("what fills the WAL is copied into the database while the writer goes on") {
  const Storage storage;
  boost::asio::io_context context{1};
  Writer writer(storage.path, app_schema());
  const auto write = [&]() -> boost::asio::awaitable<void> {
    for (int n = 0; n < 1000; ++n) {
      co_await writer.run([](sqlite::Database& app) {
        messages::add(app, {"ann", std::string(4000, 'x'), {}});
      });
    }
  };
  boost::asio::co_spawn(context, write(), boost::asio::detached);
  context.run();
  const auto copied = [&] { return std::filesystem::file_size(storage.path / app_schema().file); };
  for (int tries = 0; tries < 500 && copied() < 2'000'000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(copied() >= 2'000'000);
}

TEST_CASE("a password matches its own hash and no other") {
  boost::asio::io_context context{1};
  Passwords passwords;
  const auto try_them = [&]() -> boost::asio::awaitable<void> {
    const auto hash = co_await passwords.hash("secret words");
    const bool right = co_await passwords.matches(hash, "secret words");
    const bool wrong = co_await passwords.matches(hash, "Secret words");
    const bool nobody = co_await passwords.matches("", "secret words");
    CHECK(hash.starts_with("$argon2id$"));
    CHECK(right);
    CHECK_FALSE(wrong);
    CHECK_FALSE(nobody);
  };
  boost::asio::co_spawn(context, try_them(), boost::asio::detached);
  context.run();
}

TEST_CASE("a name is one user's, and a session ends") {
  const Storage storage;
  auto app = storage.open(app_schema());
  const auto ann = accounts::add(app, "ann", "hash", now);
  REQUIRE(ann);
  CHECK_FALSE(accounts::add(app, "ANN", "hash", now));
  CHECK(accounts::is_taken(app, "Ann"));
  const auto token = random_token();
  accounts::open_session(app, ann->id, token, now);
  CHECK(accounts::find_session(app, token, now)->name == "ann");
  CHECK_FALSE(accounts::find_session(app, token + "x", now));
  const auto end = now + accounts::session_time.count();
  CHECK_FALSE(accounts::find_session(app, token, end));
  accounts::trim(app, end);
  CHECK(app.number("SELECT count(*) FROM sessions") == 0);
}

TEST_CASE("unread is what came after joining and after the last message that was seen") {
  const Storage storage;
  auto app = storage.open(app_schema());
  const auto ann = accounts::add(app, "ann", "hash", now)->id;
  const auto bo = accounts::add(app, "bo", "hash", now)->id;
  const auto tea = rooms::add(app, "Tea", ann, now)->id;
  messages::add(app, {"ann", "before", {}, tea, ann});
  rooms::join(app, tea, bo);
  const auto unread = [&] { return rooms::of_user(app, bo).back().unread; };
  CHECK(unread() == 0);
  const auto first = messages::add(app, {"ann", "one", {}, tea, ann}).id;
  messages::add(app, {"ann", "two", {}, tea, ann});
  CHECK(unread() == 2);
  rooms::mark_read(app, tea, bo, first);
  rooms::mark_read(app, tea, bo, first - 1);
  CHECK(unread() == 1);
  CHECK(rooms::all(app).back().members == 2);
  rooms::leave(app, tea, bo);
  CHECK_FALSE(rooms::is_member(app, tea, bo));
}

TEST_CASE("a presence counts for a minute") {
  const Storage storage;
  auto cable = storage.open(cable_schema());
  cable.run("INSERT INTO presences VALUES(1, 1, 'bo', ?1), (2, 1, 'ann', ?1), (3, 1, 'ann', ?1)",
            now);
  CHECK(who_is_here(cable, 1, now + 60'000) == std::vector<std::string>{"ann", "bo"});
  CHECK(who_is_here(cable, 1, now + 60'001).empty());
  CHECK(who_is_here(cable, 2, now).empty());
}

TEST_CASE("links in a message are those of the web") {
  const auto found = links::find_in("see https://a.example/x?y http://b:80 httpx://c http:// done");
  REQUIRE(found.size() == 2);
  CHECK(found.front().url == "https://a.example/x?y");
  CHECK(found.back().host == "b");
}

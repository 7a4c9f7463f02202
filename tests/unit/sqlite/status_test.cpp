#include <catch2/catch_test_macros.hpp>

#include "liteship/sqlite.h"

using namespace liteship;

namespace {

DatabaseStatus status(const std::string& local, const std::string& remote) {
  return parse_database_status({"database", R"({"path":"/storage/app.sqlite3","local":)" + local +
                                                R"(,"remote":)" + remote +
                                                R"(,"error":"denied"})"});
}

const std::string listing =
    R"([{"level":0,"min_txid":"0000000000000001","max_txid":"000000000000000a","size":1,"timestamp":"2026-11-24T03:00:00Z"},)"
    R"({"level":9,"min_txid":"0000000000000001","max_txid":"0000000000000009","size":1,"timestamp":"2026-11-24T02:00:00.5Z"}])";

}  // namespace

TEST_CASE("equal positions are current however old they are", "[sqlite]") {
  const DatabaseStatus s = status(R"({"txid":10})", listing);
  CHECK(s.verdict == Verdict::current);
  CHECK(s.remote_txid == 10);
  CHECK(s.newest == 1795489200);
}

TEST_CASE("a replica behind lags, one ahead has diverged", "[sqlite]") {
  CHECK(status(R"({"txid":11})", listing).verdict == Verdict::lagging);
  CHECK(status(R"({"txid":9})", listing).verdict == Verdict::diverged);
}

TEST_CASE("a replica that cannot be listed is unreachable whatever the replicator says",
          "[sqlite]") {
  CHECK(status(R"({"txid":10})", "null").verdict == Verdict::unreachable);
}

TEST_CASE("a database that is written to meanwhile is compared as it was at the listing",
          "[sqlite]") {
  const auto busy = [](const std::string& before, const std::string& after) {
    return status(R"({"txid":)" + before + R"(})", listing + R"(,"after":{"txid":)" + after + "}");
  };
  CHECK(busy("8", "12").verdict == Verdict::current);
  CHECK(busy("8", "12").local_txid == 10);
  CHECK(busy("11", "12").verdict == Verdict::lagging);
  CHECK(busy("7", "9").verdict == Verdict::diverged);
}

TEST_CASE("without a replicator that is said first", "[sqlite]") {
  CHECK(status("null", listing).verdict == Verdict::no_replicator);
  CHECK(status("null", R"(null,"replicator":false)").verdict == Verdict::no_replicator);
}

TEST_CASE("the worst database decides the exit code", "[sqlite]") {
  CHECK(status_exit_code({status(R"({"txid":10})", listing)}) == 0);
  CHECK(status_exit_code({status(R"({"txid":10})", listing), status(R"({"txid":11})", listing)}) ==
        1);
  CHECK(status_exit_code({status(R"({"txid":9})", listing), status(R"({"txid":11})", "null")}) ==
        3);
}

TEST_CASE("an answer of another shape is no status, and no crash", "[sqlite][fuzz]") {
  const DatabaseStatus s = parse_database_status(
      {"database", R"({"path":7,"error":[],"local":{"txid":{}},"remote":[{"timestamp":1},3]})"});
  CHECK(s.path.empty());
  CHECK_FALSE(s.newest);
}

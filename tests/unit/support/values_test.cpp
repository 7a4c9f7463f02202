#include <poll.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>

#include "liteship/support.h"

using namespace liteship;

TEST_CASE("base64 round-trips every remainder", "[support]") {
  // RFC 4648 §10
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64_encode(bytes) == text);
    CHECK(base64_decode(text) == bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(base64_decode(base64_encode(all)) == all);
}

TEST_CASE("base64_decode refuses foreign characters", "[support]") {
  for (const auto* bad : {"Zg", "Zg=", "Z===", "Z g=", "Zm9v\n", "Zg==Zg=="}) {
    INFO(bad);
    CHECK_FALSE(base64_decode(bad));
  }
}

TEST_CASE("sizes print as Docker prints them", "[support]") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(812) == "812 B");
  CHECK(format_bytes(4200) == "4.2 kB");
  CHECK(format_bytes(999'999) == "1.0 MB");
  CHECK(format_bytes(2'000'000'000) == "2.0 GB");
}

TEST_CASE("durations print in the unit a person would use", "[support]") {
  CHECK(format_duration(85) == "85 ms");
  CHECK(format_duration(2400) == "2.4 s");
  CHECK(format_duration(59'949) == "59.9 s");
  CHECK(format_duration(59'999) == "1 min 00 s");
  CHECK(format_duration(185'000) == "3 min 05 s");
}

TEST_CASE("a version is shortened only when it is a revision", "[support]") {
  const std::string sha = "4f2a91c0d3e5b6a7988776655443322110ffeedd";
  CHECK(Version{sha}.brief() == "4f2a91c");
  CHECK(Version{sha + "_uncommitted_1a2b"}.brief() == "4f2a91c-dirty");
  CHECK(Version{"release-2026-11"}.brief() == "release-2026-11");
  CHECK(Version{"v1"}.brief() == "v1");
}

TEST_CASE("an interrupt is counted and wakes every later poll", "[support]") {
  Interrupts interrupts;
  pollfd wait{interrupts.wake_fd(), POLLIN, 0};
  CHECK(poll(&wait, 1, 0) == 0);
  interrupts.raise();
  interrupts.raise();
  CHECK(interrupts.count() == 2);
  CHECK(poll(&wait, 1, 0) == 1);
  CHECK(poll(&wait, 1, 0) == 1);
}

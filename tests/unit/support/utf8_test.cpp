#include <catch2/catch_test_macros.hpp>

#include "liteship/support.h"

using namespace liteship;

TEST_CASE("UTF-8 is told from other bytes", "[support]") {
  for (const char* good : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x9a\xa2", "\x7f\x01",
                           "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(good));
  }
  // a lone continuation, overlong forms, a surrogate, beyond U+10FFFF, cut short
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
        "\xe2\x82", "a\xc3", "\xc3(", "\xf0\x9f\x9a("}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

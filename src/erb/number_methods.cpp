// Methods of Integer and Time.

#include <cstdlib>

#include "erb/method_tables.h"

namespace liteship::erb::ruby {
namespace {

/// Ruby rounds towards the lower number.
Outcome divide(std::int64_t a, std::int64_t b, bool remainder) {
  if (b == 0) return raise("divided by 0");
  const std::int64_t quotient = a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  return give(remainder ? a - quotient * b : quotient);
}

Outcome calculate(std::int64_t a, const std::string& sign, const Value& right) {
  const std::int64_t* number = right.number();
  if (number == nullptr) return raise("an Integer was expected, not " + class_name(right));
  const std::int64_t b = *number;
  std::int64_t result = 0;
  if (sign == "<") return give(a < b);
  if (sign == ">") return give(a > b);
  if (sign == "<=") return give(a <= b);
  if (sign == ">=") return give(a >= b);
  if (sign == "/" || sign == "%") {
    if (b == -1) return sign == "%" ? give(std::int64_t{0}) : calculate(0, "-", Value{a});
    return divide(a, b, sign == "%");
  }
  const bool overflow = sign == "+"   ? __builtin_add_overflow(a, b, &result)
                        : sign == "-" ? __builtin_sub_overflow(a, b, &result)
                                      : __builtin_mul_overflow(a, b, &result);
  return overflow ? no_idea() : give(result);
}

}  // namespace

Methods make_number_methods() {
  Methods m;
  for (const std::string sign : {"+", "-", "*", "/", "%", "<", ">", "<=", ">="}) {
    m[sign] = [sign](const Value& self, const List& args) {
      return args.size() == 1 ? calculate(*self.number(), sign, args[0]) : no_idea();
    };
  }
  m["to_i"] = [](const Value& self, const List&) { return give(*self.number()); };
  m["zero?"] = [](const Value& self, const List&) { return give(*self.number() == 0); };
  m["positive?"] = [](const Value& self, const List&) { return give(*self.number() > 0); };
  m["even?"] = [](const Value& self, const List&) { return give(*self.number() % 2 == 0); };
  m["odd?"] = [](const Value& self, const List&) { return give(*self.number() % 2 != 0); };
  return m;
}

Methods make_time_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(std::get<WallClock>(self.data), args);
    };
  };
  m["to_i"] = on([](const WallClock& time, const List&) { return give(time.seconds); });
  m["utc"] = on([](const WallClock& time, const List&) { return give(WallClock{time.seconds}); });
  m["getutc"] = m["gmtime"] = m["utc"];
  m["strftime"] = on([](const WallClock& time, const List& args) {
    if (args.size() != 1 || args[0].text() == nullptr || args[0].text()->size() > 1000) {
      return no_idea();
    }
    auto text = strftime(time, *args[0].text());
    return text ? give(std::move(*text)) : no_idea();
  });
  m["iso8601"] = on([](const WallClock& time, const List& args) {
    if (!args.empty()) return no_idea();
    return give(
        *strftime(time, time.zone == "UTC" ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S%:z"));
  });
  m["xmlschema"] = m["iso8601"];
  for (const auto& [name, format] : std::map<std::string, std::string_view>{{"year", "%Y"},
                                                                            {"month", "%m"},
                                                                            {"day", "%d"},
                                                                            {"hour", "%H"},
                                                                            {"min", "%M"},
                                                                            {"sec", "%S"}}) {
    m[name] = on([format = format](const WallClock& time, const List&) {
      return give(parse_integer(*strftime(time, format)).value_or(0));
    });
  }
  for (const bool add : {true, false}) {
    m[add ? "+" : "-"] = on([add](const WallClock& time, const List& args) {
      const std::int64_t* seconds = args.size() == 1 ? args[0].number() : nullptr;
      if (seconds == nullptr || std::abs(*seconds) > 1'000'000'000'000) return no_idea();
      WallClock moved = time;
      moved.seconds += add ? *seconds : -*seconds;
      return give(moved);
    });
  }
  return m;
}

}  // namespace liteship::erb::ruby

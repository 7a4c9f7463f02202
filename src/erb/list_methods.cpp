// Methods of Array and Hash.

#include <algorithm>

#include "erb/method_tables.h"

namespace liteship::erb::ruby {
namespace {

Outcome join_list(const List& list, const List& args) {
  if (args.size() > 1 || (args.size() == 1 && args[0].text() == nullptr)) return no_idea();
  std::vector<std::string> pieces;
  for (const Value& item : list) {
    if (item.list() != nullptr) return no_idea();
    pieces.push_back(to_s(item));
  }
  return give(join(pieces, args.empty() ? "" : *args[0].text()));
}

/// The first or last one, or so many of them.
Outcome edge_of(const List& list, const List& args, bool front) {
  if (args.empty())
    return list.empty() ? nothing() : Outcome{front ? list.front() : list.back(), {}, {}};
  const std::int64_t* count = args[0].number();
  if (count == nullptr || args.size() > 1) return no_idea();
  if (*count < 0) return raise("a negative count");
  const auto size = static_cast<std::int64_t>(list.size());
  const auto keep = static_cast<std::ptrdiff_t>(std::min(*count, size));
  return give(front ? List(list.begin(), list.begin() + keep)
                    : List(list.end() - keep, list.end()));
}

Outcome part_of_list(const List& list, const List& args) {
  const std::int64_t* index = args.size() == 1 ? args[0].number() : nullptr;
  if (index == nullptr) return no_idea();
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t at = *index < 0 ? *index + size : *index;
  if (at < 0 || at >= size) return nothing();
  return {list[static_cast<std::size_t>(at)], {}, {}};
}

bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

List unique(const List& list) {
  List out;
  for (const Value& item : list) {
    if (!contains(out, item)) out.push_back(item);
  }
  return out;
}

Outcome sorted(List list) {
  const bool texts = std::all_of(list.begin(), list.end(),
                                 [](const Value& item) { return item.text() != nullptr; });
  const bool numbers = std::all_of(list.begin(), list.end(),
                                   [](const Value& item) { return item.number() != nullptr; });
  if (!texts && !numbers) return no_idea();
  std::sort(list.begin(), list.end(), [&](const Value& a, const Value& b) {
    return texts ? *a.text() < *b.text() : *a.number() < *b.number();
  });
  return give(std::move(list));
}

}  // namespace

Methods make_list_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(*self.list(), args);
    };
  };
  m["first"] = on([](const List& list, const List& args) { return edge_of(list, args, true); });
  m["last"] = on([](const List& list, const List& args) { return edge_of(list, args, false); });
  m["[]"] = on(part_of_list);
  m["join"] = on(join_list);
  m["to_a"] = on([](const List& list, const List&) { return give(list); });
  m["size"] = on([](const List& list, const List& args) {
    return args.empty() ? give(static_cast<std::int64_t>(list.size())) : no_idea();
  });
  m["length"] = m["size"];
  m["count"] = m["size"];
  m["empty?"] = on([](const List& list, const List&) { return give(list.empty()); });
  m["any?"] = on([](const List& list, const List& args) {
    if (!args.empty()) return no_idea();
    return give(std::any_of(list.begin(), list.end(), [](const Value& v) { return v.truthy(); }));
  });
  m["include?"] = on([](const List& list, const List& args) {
    return args.size() == 1 ? give(contains(list, args[0])) : no_idea();
  });
  m["reverse"] =
      on([](const List& list, const List&) { return give(List(list.rbegin(), list.rend())); });
  m["uniq"] = on([](const List& list, const List&) { return give(unique(list)); });
  m["sort"] = on([](const List& list, const List&) { return sorted(list); });
  m["compact"] = on([](List list, const List&) {
    std::erase_if(list, [](const Value& item) { return item.is_nil(); });
    return give(std::move(list));
  });
  m["+"] = on([](List list, const List& args) {
    if (args.size() != 1 || args[0].list() == nullptr) return raise("an Array was expected");
    list.insert(list.end(), args[0].list()->begin(), args[0].list()->end());
    return give(std::move(list));
  });
  m["-"] = on([](List list, const List& args) {
    if (args.size() != 1 || args[0].list() == nullptr) return raise("an Array was expected");
    std::erase_if(list, [&](const Value& item) { return contains(*args[0].list(), item); });
    return give(std::move(list));
  });
  return m;
}

Methods make_table_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(*self.table(), args);
    };
  };
  const auto find = [](const Table& table, const List& args) -> const Value* {
    for (const auto& [key, value] : table) {
      if (args.size() >= 1 && key == args[0]) return &value;
    }
    return nullptr;
  };
  m["[]"] = on([find](const Table& table, const List& args) {
    const Value* found = find(table, args);
    return found == nullptr ? nothing() : Outcome{*found, {}, {}};
  });
  m["fetch"] = on([find](const Table& table, const List& args) {
    if (const Value* found = find(table, args)) return Outcome{*found, {}, {}};
    return args.size() == 2 ? Outcome{args[1], {}, {}} : raise("the Hash has no such key");
  });
  m["key?"] = on(
      [find](const Table& table, const List& args) { return give(find(table, args) != nullptr); });
  m["has_key?"] = m["include?"] = m["key?"];
  m["keys"] = on([](const Table& table, const List&) {
    List keys;
    for (const auto& [key, value] : table) keys.push_back(key);
    return give(std::move(keys));
  });
  m["values"] = on([](const Table& table, const List&) {
    List values;
    for (const auto& [key, value] : table) values.push_back(value);
    return give(std::move(values));
  });
  m["to_h"] = on([](const Table& table, const List&) { return give(table); });
  m["empty?"] = on([](const Table& table, const List&) { return give(table.empty()); });
  m["size"] = m["length"] = on([](const Table& table, const List&) {
    return give(static_cast<std::int64_t>(table.size()));
  });
  return m;
}

}  // namespace liteship::erb::ruby

#include "config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

namespace liteship::config {
namespace {

// Real files hold some hundred values, six deep, in lines that fit a screen. Beyond these limits is
// no configuration: a file of nested aliases can stand for more values than memory holds, and every
// value keeps its line to be shown.
constexpr std::size_t max_nodes = 10'000;
constexpr std::size_t max_depth = 50;

constexpr std::string_view merge_key = "<<";
constexpr std::string_view string_tag = "tag:yaml.org,2002:str";  // `!!str`

/// How many characters a scalar takes on its first line, counted in the source.
std::size_t shown_length(std::string_view rest, const std::string& text) {
  if (rest.empty()) return 1;
  if (rest.front() == '"' || rest.front() == '\'') {
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\' && rest.front() == '"') {
        ++i;
      } else if (rest[i] == rest.front()) {
        return i + 1;
      }
    }
    return rest.size();
  }
  return rest.starts_with(text) && !text.empty() ? text.size()
                                                 : std::max<std::size_t>(1, trim(rest).size());
}

/// Does the quote that `rest` begins with end? yaml-cpp takes the end of the file for one.
bool is_closed(std::string_view rest) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const bool doubled = rest.front() == '\'' && rest.substr(i).starts_with("''");
    if (doubled || (rest[i] == '\\' && rest.front() == '"')) {
      ++i;
    } else if (rest[i] == rest.front()) {
      return true;
    }
  }
  return false;
}

/// Builds nodes out of yaml-cpp's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(const erb::Expanded& file, Problems& problems) : file_(file), problems_(problems) {
    line_begins_.push_back(0);
    for (std::size_t at = 0; (at = file.text.find('\n', at)) != std::string::npos;) {
      line_begins_.push_back(++at);
    }
  }

  std::optional<Node> take() { return std::exchange(root_, std::nullopt); }
  Location locate(const YAML::Mark& mark, const std::string& text = {}) const;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override { anchors_.clear(); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(NodeKind::null, mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(NodeKind::scalar, mark, value);
    if (value.find('\0') != std::string::npos) {
      problems_.error("a value cannot hold a NUL byte", node.where, "remove the `\\0`");
    }
    check_quote(mark);
    node.quoted = tag == "!" || tag == string_tag;  // `!`: yaml-cpp's word for "not plain"
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(NodeKind::list, mark), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(NodeKind::map, mark), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Node> key;
  };
  struct Anchored {
    Node node;
    std::size_t size;
  };

  Node make(NodeKind kind, const YAML::Mark& mark, const std::string& text = {}) const {
    Node node;
    node.kind = kind;
    node.text = text;
    node.where = locate(mark, text);
    return node;
  }
  void check_quote(const YAML::Mark& mark);
  void open(Node node, YAML::anchor_t anchor);
  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }
  void add(Node node, YAML::anchor_t anchor);
  void add_entry(Node& map, const Node& key, Node value);
  void count(std::size_t nodes, const Location& where);

  const erb::Expanded& file_;
  std::vector<std::size_t> line_begins_;  // of the text as it is read
  Problems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
};

Location Builder::locate(const YAML::Mark& mark, const std::string& text) const {
  const auto line = static_cast<std::size_t>(mark.line);
  if (mark.line < 0 || line >= line_begins_.size()) return {file_.path, 0, 0, 1, {}};
  const std::size_t begin = line_begins_[line] + static_cast<std::size_t>(mark.column);
  if (begin >= file_.text.size()) return file_.locate(begin, begin + 1);
  const std::string_view rest = std::string_view(file_.text).substr(begin);
  const std::string_view on_line = rest.substr(0, rest.find('\n'));
  return file_.locate(begin, begin + shown_length(on_line, text));
}

void Builder::check_quote(const YAML::Mark& mark) {
  const auto line = static_cast<std::size_t>(mark.line);
  if (mark.line < 0 || line >= line_begins_.size()) return;
  const std::size_t begin = line_begins_[line] + static_cast<std::size_t>(mark.column);
  if (begin >= file_.text.size() || (file_.text[begin] != '"' && file_.text[begin] != '\'')) return;
  if (is_closed(std::string_view(file_.text).substr(begin))) return;
  problems_.error("this quote is never closed", file_.locate(begin, begin + 1),
                  "close it, or leave both away");
}

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& item : node.items) size += size_of(item);
  for (const Entry& entry : node.entries) size += size_of(entry.value);
  return size;
}

void Builder::count(std::size_t nodes, const Location& where) {
  nodes_ += nodes;
  if (nodes_ <= max_nodes) return;
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("the file stands for more than {} values", max_nodes),
                         where,
                         "aliases repeat what they name",
                         {},
                         "use fewer aliases"});
}

void Builder::open(Node node, YAML::anchor_t anchor) {
  if (open_.size() >= max_depth) {
    throw Error(ErrorKind::usage,
                Diagnostic{fmt::format("lists and maps nest deeper than {} levels", max_depth),
                           node.where,
                           {},
                           {},
                           "check the brackets and the indentation up to here"});
  }
  open_.push_back({std::move(node), anchor, {}});
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    problems_.error("an alias cannot stand inside the value that it names", locate(mark));
    add(make(NodeKind::null, mark), 0);
    return;
  }
  count(found->second.size, locate(mark));
  add(found->second.node, 0);
}

void Builder::add(Node node, YAML::anchor_t anchor) {
  count(1, node.where);
  if (anchor != 0) anchors_.insert_or_assign(anchor, Anchored{node, size_of(node)});
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.is(NodeKind::list)) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    parent.key = std::move(node);
  } else {
    const Node key = *std::exchange(parent.key, std::nullopt);
    add_entry(parent.node, key, std::move(node));
  }
}

void Builder::add_entry(Node& map, const Node& key, Node value) {
  if (!key.is(NodeKind::scalar)) {
    problems_.error("a key must be text", key.where);
    return;
  }
  const Entry* first = key.text == merge_key ? nullptr : map.entry(key.text);
  if (first != nullptr) {
    problems_.warn(fmt::format("key `{}` stands here twice: this one counts", key.text), key.where,
                   fmt::format("the first is in line {}; remove one", first->where.line));
  }
  map.entries.push_back({key.text, key.where, std::move(value)});
}

/// As Ruby's Hash takes them: the last value counts, at the place of the first.
void put(std::vector<Entry>& entries, const Entry& entry) {
  const auto same = std::find_if(entries.begin(), entries.end(),
                                 [&](const Entry& other) { return other.key == entry.key; });
  if (same == entries.end()) {
    entries.push_back(entry);
  } else {
    *same = entry;
  }
}

/// Copies what `<<` names into the map, at its place: keys before it are replaced, keys behind it
/// win. Of a list of maps the first one wins.
void resolve_merge_keys(Node& node) {
  for (Node& item : node.items) resolve_merge_keys(item);
  std::vector<Entry> resolved;
  for (Entry& entry : node.entries) {
    resolve_merge_keys(entry.value);
    const Node& source = entry.value;
    if (entry.key != merge_key || !(source.is(NodeKind::map) || source.is(NodeKind::list))) {
      put(resolved, entry);
      continue;
    }
    for (auto item = source.items.rbegin(); item != source.items.rend(); ++item) {
      for (const Entry& inherited : item->entries) put(resolved, inherited);
    }
    for (const Entry& inherited : source.entries) put(resolved, inherited);
  }
  node.entries = std::move(resolved);
}

}  // namespace

std::vector<Node> parse_yaml(const erb::Expanded& file, Problems& problems) {
  std::vector<Node> documents;
  Builder builder(file, problems);
  try {
    std::istringstream text(file.text);
    YAML::Parser parser(text);
    while (parser.HandleNextDocument(builder)) {
      std::optional<Node> root = builder.take();
      if (!root) continue;
      resolve_merge_keys(*root);
      documents.push_back(std::move(*root));
    }
  } catch (const YAML::Exception& error) {
    problems.error(fmt::format("this is not valid YAML: {}", error.msg), builder.locate(error.mark),
                   "check the indentation (spaces, no tabs), quotes and brackets up to here");
    documents.clear();
  }
  return documents;
}

}  // namespace liteship::config

#include "config/yaml_writer.h"

#include <algorithm>
#include <cctype>

#include "config/node.h"
#include "config/ruby_scalar.h"

namespace liteship::config {

std::string in_double_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\x{:02x}", static_cast<int>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string yaml_scalar(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./@+=,").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const bool begins_well = plain && (std::isalnum(static_cast<unsigned char>(text.front())) != 0 ||
                                     text.front() == '/' || text.front() == '.');
  Node read_back;
  read_back.kind = NodeKind::scalar;
  read_back.text = text;
  if (begins_well && text != "null" && ruby_text(read_back) == text) return text;
  return in_double_quotes(replace_all(text, "${", "$${"));
}

std::string container_scalar(const std::string& text) {
  return replace_all(yaml_scalar(text), "$${", "${");
}

std::string duration_text(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{}", time.count() / 1000)
                                  : fmt::format("{}ms", time.count());
}

std::string secret_name(const SecretName& name) {
  return name.name == name.secret ? name.name : name.name + ":" + name.secret;
}

void Writer::put(const std::string& key, const std::vector<SecretName>& names) {
  if (names.empty()) return;
  begin(key);
  for (const SecretName& name : names) item(yaml_scalar(secret_name(name)));
  end();
}

void Writer::put(const std::string& key, const OptionList& options) {
  if (options.empty()) return;
  begin(key);
  std::vector<std::string> done;
  for (const auto& [name, value] : options) {
    if (std::find(done.begin(), done.end(), name) != done.end()) continue;
    done.push_back(name);
    std::vector<std::string> values;
    for (const auto& [other, more] : options) {
      if (other == name) values.push_back(more);
    }
    if (values.size() == 1) {
      raw(name, container_scalar(value));
      continue;
    }
    begin(name);
    for (const std::string& one : values) item(container_scalar(one));
    end();
  }
  end();
}

}  // namespace liteship::config

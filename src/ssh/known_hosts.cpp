#include "ssh/known_hosts.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Takes the next word off the front; "" at the end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

std::optional<KnownKey> parse_line(std::string_view line) {
  KnownKey key;
  std::string_view word = take_word(line);
  if (word.empty() || word.front() == '#') return std::nullopt;
  if (word.front() == '@') {
    if (word == "@revoked") {
      key.marker = KnownKey::Marker::revoked;
    } else if (word == "@cert-authority") {
      key.marker = KnownKey::Marker::authority;
    } else {
      return std::nullopt;
    }
    word = take_word(line);
  }
  key.hosts = word;
  key.type = take_word(line);
  const auto blob = base64_decode(take_word(line));
  if (!blob || key.type.empty() || key_type(*blob) != key.type) return std::nullopt;
  key.blob = *blob;
  return key;
}

/// |1|base64(salt)|base64(HMAC-SHA1(salt, name))
bool matches_hash(std::string_view hashed, std::string_view name) {
  const auto parts = split(hashed, '|');
  if (parts.size() != 4 || parts[1] != "1") return false;
  const auto salt = base64_decode(parts[2]);
  const auto want = base64_decode(parts[3]);
  if (!salt || !want) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()),
       reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data(), &size);
  return *want == std::string_view(reinterpret_cast<const char*>(digest.data()), size);
}

}  // namespace

bool matches_pattern(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<KnownKey> parse_known_hosts(std::string_view text, const std::string& file) {
  std::vector<KnownKey> keys;
  std::size_t number = 0;
  for (const std::string& line : split_lines(text)) {
    ++number;
    auto key = parse_line(line);
    if (!key) continue;
    key->file = file;
    key->line = number;
    keys.push_back(std::move(*key));
  }
  return keys;
}

std::string known_hosts_name(std::string_view host, Port port) {
  return port.number == 22 ? lower(host) : fmt::format("[{}]:{}", lower(host), port.number);
}

bool matches_host(const KnownKey& key, std::string_view name) {
  if (key.hosts.starts_with('|')) return matches_hash(key.hosts, name);
  bool found = false;
  for (const std::string& pattern : split(lower(key.hosts), ',')) {
    if (pattern.starts_with('!')) {
      if (matches_pattern(name, std::string_view(pattern).substr(1))) return false;
    } else {
      found = found || matches_pattern(name, pattern);
    }
  }
  return found;
}

Verdict check_host_key(const std::vector<KnownKey>& keys, std::string_view name,
                       std::string_view blob) {
  Verdict verdict;
  for (const KnownKey& key : keys) {
    if (!matches_host(key, name)) continue;
    if (key.marker == KnownKey::Marker::authority) {
      verdict.has_authority = true;
    } else if (key.marker == KnownKey::Marker::revoked) {
      if (key.blob == blob) return {Trust::revoked, key, verdict.has_authority};
    } else if (key.blob == blob) {
      if (verdict.trust != Trust::known) {  // a later line may still revoke it
        verdict.trust = Trust::known;
        verdict.entry = key;
      }
    } else if (verdict.trust == Trust::unknown) {
      verdict.trust = Trust::changed;
      verdict.entry = key;
    }
  }
  return verdict;
}

std::vector<std::string> known_types(const std::vector<KnownKey>& keys, std::string_view name) {
  std::vector<std::string> types;
  for (const KnownKey& key : keys) {
    if (key.marker == KnownKey::Marker::none && matches_host(key, name) &&
        std::find(types.begin(), types.end(), key.type) == types.end()) {
      types.push_back(key.type);
    }
  }
  return types;
}

std::string render_known_host(std::string_view name, std::string_view blob) {
  return fmt::format("{} {} {}\n", name, key_type(blob), base64_encode(blob));
}

}  // namespace liteship::ssh

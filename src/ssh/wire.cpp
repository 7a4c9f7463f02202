#include "ssh/wire.h"

#include <openssl/evp.h>

#include <array>

#include "liteship/support.h"

namespace liteship::ssh {

std::optional<std::string_view> WireReader::bytes(std::size_t count) {
  if (rest_.size() < count) return std::nullopt;
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::uint8_t> WireReader::byte() {
  const auto taken = bytes(1);
  if (!taken) return std::nullopt;
  return static_cast<std::uint8_t>(taken->front());
}

std::optional<std::uint32_t> WireReader::number() {
  const auto taken = bytes(4);
  if (!taken) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : *taken) value = (value << 8U) | static_cast<std::uint8_t>(c);
  return value;
}

std::optional<std::string_view> WireReader::string() {
  const auto size = number();
  if (!size) return std::nullopt;
  return bytes(*size);
}

void put_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xffU);
}

void put_string(std::string& out, std::string_view value) {
  put_number(out, static_cast<std::uint32_t>(value.size()));
  out += value;
}

std::string key_type(std::string_view blob) {
  return std::string(WireReader(blob).string().value_or(""));
}

std::string fingerprint(std::string_view blob) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(blob.data(), blob.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text = base64_encode({reinterpret_cast<const char*>(digest.data()), size});
  while (!text.empty() && text.back() == '=') text.pop_back();
  return "SHA256:" + text;
}

}  // namespace liteship::ssh

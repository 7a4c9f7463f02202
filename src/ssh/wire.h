#pragma once
// The SSH wire format (RFC 4251 §5): big-endian numbers and length-prefixed strings.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liteship::ssh {

/// Takes values off the front of a buffer; nothing when it is too short.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] std::optional<std::uint8_t> byte();
  [[nodiscard]] std::optional<std::uint32_t> number();
  [[nodiscard]] std::optional<std::string_view> string();
  [[nodiscard]] std::optional<std::string_view> bytes(std::size_t count);
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Appends to `out`.
void put_number(std::string& out, std::uint32_t value);
void put_string(std::string& out, std::string_view value);

/// The key type, e.g. "ssh-ed25519": the first string of a public key blob; "" when there is none.
[[nodiscard]] std::string key_type(std::string_view blob);

/// "SHA256:" and the base64 digest without padding, as ssh prints it.
[[nodiscard]] std::string fingerprint(std::string_view blob);

}  // namespace liteship::ssh

#pragma once
// Private key files: what they are without their passphrase, and RSA signatures that libssh2 1.10
// cannot make itself (it only knows ssh-rsa with SHA-1, which no current server takes).

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "liteship/support.h"
#include "ssh/handles.h"

namespace liteship::ssh {

struct Key {
  enum class Format { openssh, pem, public_only };
  std::string name;  // the file's path, or where else it came from
  Format format = Format::openssh;
  Secret text;
  bool encrypted = false;
  std::string type;  // "ssh-ed25519"; "" for an encrypted PEM file without its .pub
  std::string blob;  // the public key; may be empty as `type`

  [[nodiscard]] bool is_rsa() const { return type == "ssh-rsa"; }
};

/// Reads the text of a private or public key file. Nothing when it is neither.
[[nodiscard]] std::optional<Key> parse_key(const Secret& text, const std::string& name);

/// A key, or the reason in words why there is none ("no such file", "readable by others …").
struct LoadedKey {
  std::optional<Key> key;
  std::string problem;
};
/// Loads a key file and, for the public half of a PEM file, its .pub neighbour.
[[nodiscard]] LoadedKey load_key(const std::string& path);

using PrivateKey = std::unique_ptr<EVP_PKEY, Closer<&EVP_PKEY_free>>;

/// The RSA key of a PEM text, or of an OpenSSH text without passphrase; null when it is neither,
/// or the passphrase is wrong.
[[nodiscard]] PrivateKey open_rsa(const Key& key, const Secret& passphrase);

/// Its public half as an ssh-rsa blob.
[[nodiscard]] std::string rsa_blob(const PrivateKey& key);

/// The bare signature for `algorithm` (rsa-sha2-512 or rsa-sha2-256).
[[nodiscard]] std::optional<std::string> sign_rsa(const PrivateKey& key, std::string_view algorithm,
                                                  std::string_view data);

}  // namespace liteship::ssh

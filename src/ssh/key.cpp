#include "ssh/key.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "ssh/files.h"
#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

using Number = std::unique_ptr<BIGNUM, Closer<&BN_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Closer<&OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Closer<&OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Closer<&EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Closer<&EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Closer<&BIO_free>>;

constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view openssh_end = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view openssh_magic("openssh-key-v1\0", 15);

/// The fields of PROTOCOL.key up to the private part.
struct OpensshKey {
  std::string cipher;
  std::string blob;
  std::string private_part;
};

std::optional<OpensshKey> parse_openssh(std::string_view text) {
  const auto begin = text.find(openssh_begin);
  const auto end = text.find(openssh_end);
  if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  std::string base64;
  for (const char c : text.substr(begin + openssh_begin.size(), end - begin - openssh_begin.size()))
    if (c != '\n' && c != '\r' && c != ' ') base64 += c;
  const auto bytes = base64_decode(base64);
  if (!bytes || !bytes->starts_with(openssh_magic)) return std::nullopt;
  WireReader reader(std::string_view(*bytes).substr(openssh_magic.size()));
  const auto cipher = reader.string();
  const auto kdf = reader.string();
  const auto options = reader.string();
  const auto count = reader.number();
  const auto blob = reader.string();
  const auto secret = reader.string();
  if (!cipher || !kdf || !options || count != 1U || !blob || !secret) return std::nullopt;
  return OpensshKey{std::string(*cipher), std::string(*blob), std::string(*secret)};
}

/// "ssh-ed25519 AAAA… comment"
std::string public_blob(std::string_view text) {
  const auto words = split(std::string(trim(text)), ' ');
  if (words.size() < 2) return "";
  const auto blob = base64_decode(words[1]);
  return blob && key_type(*blob) == words[0] ? *blob : "";
}

int give_passphrase(char* buffer, int size, int, void* secret) {
  const std::string& text = static_cast<const Secret*>(secret)->reveal();
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

PrivateKey open_pem(const std::string& text, const Secret& passphrase) {
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Secret copy = passphrase;
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &give_passphrase, &copy));
  ERR_clear_error();
  if (key && EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

Number read_mpint(WireReader& reader) {
  const auto bytes = reader.string().value_or("");
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

/// n, e and d alone make a key; without the CRT numbers a signature takes some ms longer.
PrivateKey open_openssh_rsa(const std::string& private_part) {
  WireReader reader(private_part);
  const auto check = reader.number();
  if (!check || check != reader.number() || reader.string() != "ssh-rsa") return nullptr;
  const Number n = read_mpint(reader);
  const Number e = read_mpint(reader);
  const Number d = read_mpint(reader);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_D, d.get());
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get());
  return PrivateKey(key);
}

void put_mpint(std::string& out, const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  EVP_PKEY_get_bn_param(key, name, &raw);
  const Number number(raw);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(bytes.data()));
  if (!bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0)
    bytes.insert(0, 1, '\0');
  put_string(out, bytes);
}

}  // namespace

std::optional<Key> parse_key(const Secret& text, const std::string& name) {
  Key key;
  key.name = name;
  key.text = text;
  const std::string& plain = text.reveal();
  if (const auto openssh = parse_openssh(plain)) {
    key.blob = openssh->blob;
    key.encrypted = openssh->cipher != "none";
  } else if (plain.find("PRIVATE KEY-----") != std::string::npos) {
    key.format = Key::Format::pem;
    key.encrypted = plain.find("ENCRYPTED") != std::string::npos;
    if (plain.find("BEGIN RSA ") != std::string::npos) key.type = "ssh-rsa";
    if (!key.encrypted) {
      if (const PrivateKey rsa = open_pem(plain, Secret())) key.blob = rsa_blob(rsa);
    }
  } else {
    key.format = Key::Format::public_only;
    key.blob = public_blob(plain);
    if (key.blob.empty()) return std::nullopt;
  }
  if (!key.blob.empty()) key.type = key_type(key.blob);
  return key;
}

LoadedKey load_key(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {std::nullopt, std::strerror(errno)};
  auto text = read_file(path);
  if (!text) return {std::nullopt, std::strerror(errno)};
  auto key = parse_key(Secret(std::move(*text)), path);
  if (!key) return {std::nullopt, "not a key file"};
  // As ssh: a private key that others can read is not private, unless it is somebody else's file.
  if (key->format != Key::Format::public_only && info.st_uid == ::getuid() &&
      (info.st_mode & 077U) != 0) {
    return {std::nullopt, fmt::format("readable by others (mode {:04o}): chmod 600 {}",
                                      info.st_mode & 07777U, path)};
  }
  if (key->blob.empty()) {
    key->blob = public_blob(read_file(path + ".pub").value_or(""));
    if (!key->blob.empty()) key->type = key_type(key->blob);
  }
  return {std::move(key), ""};
}

PrivateKey open_rsa(const Key& key, const Secret& passphrase) {
  if (key.format == Key::Format::pem) return open_pem(key.text.reveal(), passphrase);
  const auto openssh = parse_openssh(key.text.reveal());
  if (!openssh || openssh->cipher != "none" || key_type(openssh->blob) != "ssh-rsa") return nullptr;
  return open_openssh_rsa(openssh->private_part);
}

std::string rsa_blob(const PrivateKey& key) {
  std::string blob;
  put_string(blob, "ssh-rsa");
  put_mpint(blob, key.get(), OSSL_PKEY_PARAM_RSA_E);
  put_mpint(blob, key.get(), OSSL_PKEY_PARAM_RSA_N);
  return blob;
}

std::optional<std::string> sign_rsa(const PrivateKey& key, std::string_view algorithm,
                                    std::string_view data) {
  const Digest context(EVP_MD_CTX_new());
  const EVP_MD* hash = algorithm == "rsa-sha2-256" ? EVP_sha256() : EVP_sha512();
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  if (EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) != 1) {
    return std::nullopt;
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes, data.size()) != 1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

}  // namespace liteship::ssh

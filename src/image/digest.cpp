#include <openssl/evp.h>

#include <array>
#include <cassert>

#include "liteship/image.h"

namespace liteship {

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> handle{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  [[maybe_unused]] const int good =
      EVP_DigestInit_ex(context_->handle.get(), EVP_sha256(), nullptr);
  assert(good == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_->handle.get(), bytes.data(), bytes.size());
}

Digest Sha256::digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned count = 0;
  EVP_DigestFinal_ex(context_->handle.get(), raw.data(), &count);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "sha256:";
  for (unsigned i = 0; i < count; ++i) {
    text += digits[raw[i] >> 4U];
    text += digits[raw[i] & 15U];
  }
  return text;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.digest();
}

}  // namespace liteship

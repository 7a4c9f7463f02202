#include "passwords.h"

#include <sodium.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "refused.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

// Argon2id with 19 MiB and two passes. Source: OWASP's Password Storage Cheat Sheet.
constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;
constexpr int most_waiting = 32;  // about a second

std::string hash_now(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), passes, memory_bytes) != 0) {
    throw std::bad_alloc();
  }
  return hash.data();
}

bool matches_now(const std::string& hash, const std::string& password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text(2 * size + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

}  // namespace

Passwords::Passwords() {
  if (sodium_init() < 0) throw std::runtime_error("no source of random numbers");
}

template <class Work>
asio::awaitable<std::invoke_result_t<Work>> Passwords::run(Work work) {
  if (waiting_ >= most_waiting) {
    throw Refused(Status::too_many_requests, "too many people sign in at once, try again");
  }
  struct Place {
    explicit Place(int& w) : waiting(++w) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { --waiting; }
    int& waiting;
  } const place(waiting_);
  const auto call = [&work]() -> asio::awaitable<std::invoke_result_t<Work>> { co_return work(); };
  co_return co_await asio::co_spawn(thread_, call(), asio::use_awaitable);
}

asio::awaitable<std::string> Passwords::hash(std::string password) {
  co_return co_await run([&] { return hash_now(password); });
}

asio::awaitable<bool> Passwords::matches(std::string hash, std::string password) {
  co_return co_await run([&] {
    if (!hash.empty()) return matches_now(hash, password);
    (void)hash_now(password);
    return false;
  });
}

std::string random_token() {
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return hex(bytes.data(), bytes.size());
}

std::string hash_of_token(const std::string& token) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return hex(hash.data(), hash.size());
}

}  // namespace chatroom

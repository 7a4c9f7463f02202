#pragma once
// What the tests of phases, streams and commands over a real sshd share.

#include <openssl/evp.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "ssh/server.h"

namespace liteship::ssh {

inline PhaseScript script(const std::string& name, const std::string& body) {
  return {.name = name, .text = body, .shown = body, .on_interrupt = "", .silence_limit = 0};
}

inline PhaseOutcome run(Connected& connected, const PhaseScript& phase,
                        std::vector<Event>& events) {
  return connected.host->run_phase(
      phase, [&](const Event& event) { events.push_back(event); }, connected.interrupts);
}

/// `total` bytes of a pattern that does not repeat with the buffer.
class PatternSource : public ByteSource {
 public:
  explicit PatternSource(std::size_t total) : left_(total) {
    EVP_DigestInit(hash_.get(), EVP_sha256());
  }
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min(left_, buffer.size());
    for (std::size_t i = 0; i < count; ++i) {
      state_ = state_ * 1103515245U + 12345U;
      buffer[i] = static_cast<char>(state_ >> 24U);
    }
    EVP_DigestUpdate(hash_.get(), buffer.data(), count);
    left_ -= count;
    return count;
  }
  [[nodiscard]] std::string digest() {
    std::array<unsigned char, 32> bytes{};
    EVP_DigestFinal(hash_.get(), bytes.data(), nullptr);
    std::string text;
    for (const unsigned char byte : bytes) {
      text += "0123456789abcdef"[byte >> 4U];
      text += "0123456789abcdef"[byte & 15U];
    }
    return text;
  }

 private:
  std::size_t left_;
  unsigned state_ = 7;
  std::unique_ptr<EVP_MD_CTX, Closer<&EVP_MD_CTX_free>> hash_{EVP_MD_CTX_new()};
};

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = text_.copy(buffer.data(), buffer.size());
    text_.erase(0, count);
    return count;
  }

 private:
  std::string text_;
};

inline CommandOutcome run_command(Connected& connected, const Command& command) {
  CommandOutcome outcome;
  std::string out;
  std::string err;
  outcome = connected.host->run_command(
      command, [&](std::string_view bytes) { out += bytes; },
      [&](std::string_view bytes) { err += bytes; }, connected.interrupts);
  outcome.output = out;
  outcome.error_output += err;
  return outcome;
}

}  // namespace liteship::ssh

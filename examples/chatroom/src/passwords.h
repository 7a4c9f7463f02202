#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string>

namespace chatroom {

/// Hashes passwords on a thread of its own: one takes 20 to 50 ms of a core and 19 MiB on purpose,
/// so nobody can guess many. Lives on one executor.
class Passwords {
 public:
  Passwords();  ///< Errors: std::runtime_error when there is no source of random numbers.

  /// Result: the hash with its salt and its cost, as text to store. Errors: Refused with 429 when
  /// more people sign in at once than can be let in soon.
  [[nodiscard]] boost::asio::awaitable<std::string> hash(std::string password);

  /// hash: of a user, or empty when there is none; that takes as long and never matches.
  /// Errors: as hash().
  [[nodiscard]] boost::asio::awaitable<bool> matches(std::string hash, std::string password);

 private:
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work>> run(Work work);

  int waiting_ = 0;
  boost::asio::thread_pool thread_{1};
};

/// 256 random bits as text: what a session's cookie holds.
[[nodiscard]] std::string random_token();

/// What the database holds of a token: who reads a backup cannot sign in with it.
[[nodiscard]] std::string hash_of_token(const std::string& token);

}  // namespace chatroom

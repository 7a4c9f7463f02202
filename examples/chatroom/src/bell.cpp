#include "bell.h"

#include <boost/asio/post.hpp>

namespace chatroom {
namespace {

constexpr std::chrono::milliseconds between_rounds{20};  // from beginning to beginning
constexpr int most_in_a_step = 32;                       // about a third of a millisecond

}  // namespace

void Bell::ring() {
  has_news_ = true;
  if (!in_round_) begin_round();
}

void Bell::ring_all() {
  for (const auto& [number, listener] : listeners_) listener->ring();
}

void Bell::begin_round() {
  in_round_ = true;
  has_news_ = false;
  pause_.expires_after(between_rounds);
  ring_some(0);
}

// The rest of a round, from this number on; whoever has gone meanwhile is not there any more.
void Bell::ring_some(std::uint64_t first) {
  auto next = listeners_.lower_bound(first);
  for (int n = 0; n < most_in_a_step && next != listeners_.end(); ++n, ++next) next->second->ring();
  if (next != listeners_.end()) {
    // Behind what is ready by now: those who were woken, then requests.
    boost::asio::post(pause_.get_executor(), [this, number = next->first] { ring_some(number); });
    return;
  }
  pause_.async_wait([this](auto) {
    in_round_ = false;
    if (has_news_) begin_round();
  });
}

}  // namespace chatroom

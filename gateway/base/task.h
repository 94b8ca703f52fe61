#ifndef AIGATEWAY_GATEWAY_BASE_TASK_H_
#define AIGATEWAY_GATEWAY_BASE_TASK_H_

#include <optional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "asio/async_result.hpp"
#include "asio/awaitable.hpp"
#include "asio/use_awaitable.hpp"

#include "gateway/base/check.h"

namespace aigateway {

// A coroutine that gives a T: the one name for it. It runs on the loop of who
// awaits it, starts when awaited and is awaited once. A wait inside it returns
// a Status (CANCELLED, DEADLINE_EXCEEDED); it never throws. Roots are started
// by Loop::Spawn; everything else is awaited by its parent.
template <typename T>
using Task = asio::awaitable<T>;

// One coroutine waits for one value, which a callback gives: the bridge from
// callbacks to coroutines. Belongs to one loop.
//
// The value may come before the wait or after it; the waiting coroutine runs
// on inside Wake(). Can be used again once the value was taken.
template <typename T>
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Whether a coroutine waits now.
  bool waiting() const { return static_cast<bool>(resume_); }
  // Whether a value was given and not yet taken.
  bool ready() const { return value_.has_value(); }

  // Gives the value. Without effect if one waits already to be taken.
  void Wake(T value) {
    if (resume_) {
      // The coroutine may destroy this object while it runs.
      auto resume = std::move(resume_);
      resume_ = nullptr;
      resume(std::move(value));
    } else if (!value_.has_value()) {
      value_.emplace(std::move(value));
    }
  }

  // Waits for the value and takes it.
  Task<T> Wait() {
    if (value_.has_value()) {
      T value = *std::move(value_);
      value_.reset();
      co_return value;
    }
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                            void(T)>(
        [this](auto handler) {
          AIGW_CHECK(!resume_);
          resume_ = std::move(handler);
        },
        asio::use_awaitable);
  }

 private:
  absl::AnyInvocable<void(T)> resume_;
  std::optional<T> value_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_TASK_H_

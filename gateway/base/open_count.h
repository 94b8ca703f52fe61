#ifndef AIGATEWAY_GATEWAY_BASE_OPEN_COUNT_H_
#define AIGATEWAY_GATEWAY_BASE_OPEN_COUNT_H_

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"

namespace aigateway {

// Counts what is under way, and tells who waits for its end when nothing is.
//
// Add() and Remove() cost one atomic operation each while nobody waits.
// Thread-safe. Whoever frees it sees to it that no Remove() is under way any
// more: a waiter may hear of the last one before that has returned.
class OpenCount {
 public:
  OpenCount() = default;
  OpenCount(const OpenCount&) = delete;
  OpenCount& operator=(const OpenCount&) = delete;

  void Add() { count_.fetch_add(1); }
  // One that was added has ended.
  void Remove() {
    if (count_.fetch_sub(1) == 1 && watched_.load()) Tell();
  }
  int64_t count() const { return count_.load(); }

  // Waits until the count is 0, for `limit` at most. Returns whether it was.
  bool Wait(absl::Duration limit) const ABSL_LOCKS_EXCLUDED(mutex_);

  // From now on calls `idle` whenever the count falls to 0, on the thread that
  // makes it so, which it must not keep or call this object from; null: nobody
  // any more, and none is under way once this returns. One caller at a time.
  void Watch(absl::AnyInvocable<void()> idle) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Tell() ABSL_LOCKS_EXCLUDED(mutex_);

  std::atomic<int64_t> count_ = 0;
  // Whether anybody ever waited. Set before the count is looked at, and read
  // after it has changed: one of both sees the other.
  mutable std::atomic<bool> watched_ = false;
  mutable Mutex mutex_;
  mutable CondVar changed_;
  absl::AnyInvocable<void()> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_OPEN_COUNT_H_

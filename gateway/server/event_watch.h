#ifndef AIGATEWAY_GATEWAY_SERVER_EVENT_WATCH_H_
#define AIGATEWAY_GATEWAY_SERVER_EVENT_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "aigateway/v1/admin.pb.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// What one watcher of events is to be told and has not taken yet: bounded, what
// comes beyond is dropped and counted, so that a slow watcher slows nobody.
// Thread-safe.
class EventWatch {
 public:
  static constexpr size_t kMaxKept = 1000;

  // `wanted` says of which calls. `clock` must outlive this object.
  EventWatch(v1::WatchEventsRequest wanted, const Clock* clock)
      : wanted_(std::move(wanted)), clock_(*clock) {}

  // A call has ended. On its loop: quick, never waits for the watcher.
  void Offer(const RequestRecord& record) ABSL_LOCKS_EXCLUDED(mutex_);

  // The next event; waits for one, but not longer than `limit`.
  std::optional<v1::WatchEventsResponse> Next(absl::Duration limit)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool Wants(const RequestRecord& record) const;

  const v1::WatchEventsRequest wanted_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<v1::RequestEvent> events_ ABSL_GUARDED_BY(mutex_);
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_EVENT_WATCH_H_

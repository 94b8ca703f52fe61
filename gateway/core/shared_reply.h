#ifndef AIGATEWAY_GATEWAY_CORE_SHARED_REPLY_H_
#define AIGATEWAY_GATEWAY_CORE_SHARED_REPLY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"

namespace aigateway {

// The reply of one request that several callers get, each from its beginning
// and at its own pace, while it still comes and afterwards. Thread-safe: the
// request writes on its loop, each caller follows on his own.
class SharedReply final : public ReplySink,
                          public std::enable_shared_from_this<SharedReply> {
 public:
  // What all replies may take in memory. A stream that would pass a bound ends.
  struct Room {
    size_t most_each = 64 * 1024 * 1024;  // As much as a whole answer may have.
    size_t most_together = 256 * 1024 * 1024;
    std::atomic<size_t> bytes{0};  // Taken.
  };

  // `stream`: whether events are written, or one response.
  SharedReply(bool stream, std::shared_ptr<Room> room)
      : stream_(stream), room_(std::move(room)) {}
  ~SharedReply() override;

  // Of the request, whose scope it ends if the reply passes the bound or nobody
  // waits for it any more. Called first, on the request's loop.
  void Attach(RequestContext& request) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnResponse(v1::RouteResponse& response) override;
  void OnEvent(v1::RouteStreamResponse& event) override;
  // The request ended, and its context goes.
  void End(const absl::Status& status, const v1::RouteInfo& route)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Counts one who will follow, before he does, and who waits until `deadline`:
  // until he leaves the request is not ended for want of one. False if it is
  // being ended so already: then he cannot.
  bool Expect(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Gives the reply to one caller, who was expected; as a stream or as a whole,
  // whichever way it was asked for. Returns how it ended, or the status of the
  // caller's scope as soon as that is cancelled.
  Task<absl::Status> Follow(RequestContext& caller, ReplySink& sink);

  // What it takes in memory.
  size_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Until when somebody waits for it, in nanoseconds of Unix time.
  std::shared_ptr<const std::atomic<int64_t>> awaited_until() const {
    return awaited_until_;
  }

 private:
  struct Follower {
    Loop* loop;
    Waiter<bool> news;  // The loop's.
    bool gone = false;  // The loop's.
    bool told = false;  // Under the mutex.
  };
  // What is new since `next`, and how it ended, if it has.
  struct News {
    std::vector<v1::RouteStreamResponse> events;
    std::optional<absl::Status> end;
  };

  // `with_events`: or only whether it has ended.
  News TakeNews(size_t next, bool with_events) ABSL_LOCKS_EXCLUDED(mutex_);
  // Counts what is kept; OVERLOADED if that is too much.
  absl::Status Keep(size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tell(const std::shared_ptr<Follower>& follower)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Leave(const std::shared_ptr<Follower>& follower)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // On the request's loop: ends the request, if it still runs.
  void EndRequest(absl::Status reason) ABSL_LOCKS_EXCLUDED(mutex_);
  // Makes a route that is handed over the caller's own by its ids.
  static void Own(const RequestContext& caller, v1::RouteInfo& route);
  // Tells in the caller's own route how the request was routed.
  void TakeRoute(RequestContext& caller) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of a whole reply that ended well.
  void DeliverWhole(const RequestContext& caller, ReplySink& sink);

  const bool stream_;
  const std::shared_ptr<Room> room_;
  const std::shared_ptr<std::atomic<int64_t>> awaited_until_ =
      std::make_shared<std::atomic<int64_t>>(0);
  mutable Mutex mutex_;
  RequestContext* request_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::vector<v1::RouteStreamResponse> events_ ABSL_GUARDED_BY(mutex_);
  v1::RouteResponse response_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  v1::RouteInfo route_ ABSL_GUARDED_BY(mutex_);  // Once it ended.
  int expected_ ABSL_GUARDED_BY(mutex_) = 0;     // Callers who have not left.
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;  // All have, before its end.
  std::vector<std::shared_ptr<Follower>> followers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SHARED_REPLY_H_

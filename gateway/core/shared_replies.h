#ifndef AIGATEWAY_GATEWAY_CORE_SHARED_REPLIES_H_
#define AIGATEWAY_GATEWAY_CORE_SHARED_REPLIES_H_

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"
#include "gateway/core/request_context.h"
#include "gateway/core/shared_reply.h"

namespace aigateway {

// Finds the reply that a request shares with others: with those of the same
// `idempotency_key`, as long as that lives, or, if it asks for that, with one
// in flight that asks the very same. Callers share with themselves alone.
// Thread-safe.
//
// A key lives for kLife after its reply; a request that failed leaves none, so
// that it can be tried again. What is kept is bounded by kMaxKeptBytes: the
// oldest goes first.
class SharedReplies {
 public:
  static constexpr absl::Duration kLife = absl::Minutes(10);
  static constexpr size_t kMaxKeptBytes = 64 * 1024 * 1024;
  static constexpr size_t kMaxKept = 10'000;

  SharedReplies() : SharedReplies(std::make_shared<SharedReply::Room>()) {}
  // With bounds of its own.
  explicit SharedReplies(std::shared_ptr<SharedReply::Room> room)
      : room_(std::move(room)) {}

  // Whether `request` shares its reply at all.
  static bool Shares(const RequestContext& request);

  struct Share {
    std::shared_ptr<SharedReply> reply;
    // Empty for one who follows another; else what End() is told.
    std::string key;
  };
  // Finds or makes the reply; the caller is expected to follow it, and to run
  // the request if it has a key. INVALID_REQUEST if another request had that
  // idempotency key.
  absl::StatusOr<Share> Join(RequestContext& request)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The request of `share` ended.
  void End(const Share& share, const absl::Status& status, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::string fingerprint;  // Of what was asked.
    std::shared_ptr<SharedReply> reply;
    bool kept = false;
    absl::Time expiry = absl::InfiniteFuture();
    std::list<std::string>::iterator place;  // In `kept_`, if it is kept.
  };

  void Forget(std::map<std::string, Entry>::iterator it)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetOld(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<SharedReply::Room> room_;
  Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::list<std::string> kept_ ABSL_GUARDED_BY(mutex_);  // Oldest first.
  size_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SHARED_REPLIES_H_

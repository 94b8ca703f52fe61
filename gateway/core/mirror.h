#ifndef AIGATEWAY_GATEWAY_CORE_MIRROR_H_
#define AIGATEWAY_GATEWAY_CORE_MIRROR_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"

#include "gateway/base/log.h"
#include "gateway/base/mutex.h"
#include "gateway/base/task.h"
#include "gateway/core/loop_slot.h"
#include "gateway/core/plan.h"
#include "gateway/core/request_context.h"

namespace aigateway {

// Sends copies of requests to targets whose answers nobody sees (mode
// `mirror`). A copy is a call of its own, with its own deadline, that shares
// nothing with the request but the snapshot: neither its outcome nor its
// duration nor the end of the request touches the other. It passes the target's
// stack, so that its breaker, its statistics and the metrics of attempts know
// of it. Thread-safe.
class Mirror {
 public:
  // `logger` may be null; it must outlive this object.
  explicit Mirror(const Logger* logger) : logger_(logger) {}
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;

  // Starts a copy of `request` on its loop, whose slot is `slot`; returns at
  // once. Nothing is sent if the target has as many copies in flight as the
  // terms allow, or the gateway closes. What was started counts as one of the
  // slot's roots and ends with its scope; it ends before this object does.
  void Send(const RequestContext& request, const PlannedCopy& copy,
            LoopSlot& slot) ABSL_LOCKS_EXCLUDED(mutex_);

  // Copies under way.
  int in_flight() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // All that a copy needs, so that the request may go.
  struct Copy {
    v1::ChatRequest chat;
    std::optional<v1::EmbedRequest> embed;
    v1::RoutingOptions options;
    RequestSettings settings;
    std::shared_ptr<const Snapshot> snapshot;  // Owns the target.
    PlannedCopy plan;
    std::string model;
  };

  Task<void> Run(std::unique_ptr<Copy> copy, LoopSlot& slot);
  bool Begin(const std::string& target, int max_in_flight)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const std::string& target) ABSL_LOCKS_EXCLUDED(mutex_);
  void Log(const Copy& copy, const absl::Status& status,
           absl::Duration duration) const;

  const Logger* const logger_;
  mutable Mutex mutex_;
  // By the target's name, so that a reload does not forget them.
  std::map<std::string, int> in_flight_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_MIRROR_H_

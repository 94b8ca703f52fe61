#ifndef AIGATEWAY_GATEWAY_CORE_TIMEOUT_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_TIMEOUT_CALLER_H_

#include <memory>

#include "absl/time/time.h"

#include "gateway/core/caller.h"
#include "gateway/core/target.h"

namespace aigateway {

// Bounds one try in time. The only place that shortens a deadline.
//
// `attempt` bounds a unary call as a whole and a stream until its first event
// (ATTEMPT_TIMEOUT); `idle` bounds the silence after that (STREAM_IDLE).
// `first_token` ends nothing: when a stream has been silent for that long, the
// call's watch is told, which may ask another target beside this one. A
// whole event, comment or ping is life; bytes that complete nothing are not.
// The idle limit stands still while a slow reader makes us pause.
class TimeoutCaller final : public Caller {
 public:
  TimeoutCaller(std::unique_ptr<Caller> next, const TargetTimeouts& timeouts);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  const std::unique_ptr<Caller> next_;
  const TargetTimeouts timeouts_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TIMEOUT_CALLER_H_

#ifndef AIGATEWAY_GATEWAY_CORE_BOUNDED_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_BOUNDED_CALLER_H_

#include <memory>

#include "absl/status/status.h"

#include "gateway/base/task.h"
#include "gateway/core/caller.h"
#include "gateway/core/event_sink.h"
#include "gateway/resilience/concurrency_bound.h"

namespace aigateway {

// Gives each try its turn: at most so many are in flight at the target, the
// others wait by the request's priority. The slot is held to the stream's end.
// OVERLOADED, with nothing sent, if the turn does not come in time.
class BoundedCaller final : public Caller {
 public:
  BoundedCaller(std::unique_ptr<Caller> next,
                std::shared_ptr<ConcurrencyBound> bound);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  const std::unique_ptr<Caller> next_;
  const std::shared_ptr<ConcurrencyBound> bound_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_BOUNDED_CALLER_H_

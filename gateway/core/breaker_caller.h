#ifndef AIGATEWAY_GATEWAY_CORE_BREAKER_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_BREAKER_CALLER_H_

#include <memory>

#include "gateway/core/caller.h"
#include "gateway/resilience/breaker_set.h"

namespace aigateway {

// Asks the breaker of the target's model before each try, and tells it how the
// try ended: DESIGN's one table says which failures count. A stream is judged
// at its end. CIRCUIT_OPEN, with nothing sent, if the breaker lets none
// through.
class BreakerCaller final : public Caller {
 public:
  BreakerCaller(std::unique_ptr<Caller> next,
                std::shared_ptr<BreakerSet> breakers);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  const std::unique_ptr<Caller> next_;
  const std::shared_ptr<BreakerSet> breakers_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_BREAKER_CALLER_H_

#ifndef AIGATEWAY_GATEWAY_CORE_RECORDED_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_RECORDED_CALLER_H_

#include <memory>
#include <vector>

#include "gateway/core/caller.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// Writes each try down: in the request's RouteInfo, in the target's statistics
// and for the observers.
class RecordedCaller final : public Caller {
 public:
  // The observers must outlive this object.
  RecordedCaller(std::unique_ptr<Caller> next,
                 std::vector<RequestObserver*> observers);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  const std::unique_ptr<Caller> next_;
  const std::vector<RequestObserver*> observers_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_RECORDED_CALLER_H_

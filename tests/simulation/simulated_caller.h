#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATED_CALLER_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATED_CALLER_H_

#include <optional>

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/core/gateway.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/reply_check.h"
#include "tests/simulation/simulated_request.h"
#include "tests/simulation/simulation_trace.h"

namespace aigateway {

// The caller of one request: asks the gateway, reads as fast as it can, may go
// away. What it gets is checked and written to the trace.
class SimulatedCaller final : public ReplySink {
 public:
  // All must outlive this object, and this object its Run().
  SimulatedCaller(const SimulatedRequest& request, const Env& env,
                  Gateway* gateway, Ledger* ledger, SimulationTrace* trace,
                  Random* random);

  // Makes the request; ends with it.
  Task<void> Run();
  // Goes away, if it still waits.
  void Leave();
  const SimulatedRequest& request() const { return request_; }

 private:
  void OnResponse(v1::RouteResponse& response) override;
  void OnEvent(v1::RouteStreamResponse& event) override;
  void Check(const std::string& broken);
  // Now and then it cannot take more for a while.
  void MayPause();

  const SimulatedRequest request_;
  const Env env_;
  Gateway& gateway_;
  Ledger& ledger_;
  SimulationTrace& trace_;
  Random& random_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  ReplyCheck check_;
  RequestContext* context_ = nullptr;  // While it is served.
  Timers::Handle resume_timer_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATED_CALLER_H_

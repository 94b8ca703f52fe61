#ifndef AIGATEWAY_GATEWAY_OBSERVE_METRICS_H_
#define AIGATEWAY_GATEWAY_OBSERVE_METRICS_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "gateway/observe/metric_table.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// Counts and times requests and attempts, under the names of docs/operating.md:
// OpenTelemetry's GenAI conventions where there is a name, aigateway_* for the
// rest. Thread-safe.
class Metrics final : public RequestObserver {
 public:
  Metrics();

  void OnRequestStart(Method method) override;
  void OnRequestEnd(const RequestRecord& record) override;
  void OnAttemptEnd(const AttemptRecord& record) override;
  void OnLoopHeld(absl::string_view plugin, absl::Duration held) override;

  // Everything in Prometheus' text format (version 0.0.4).
  std::string Render() const;

 private:
  MetricTable requests_;
  MetricTable request_duration_;
  MetricTable first_token_;
  MetricTable attempt_duration_;
  MetricTable tokens_;
  MetricTable overhead_;
  MetricTable loop_held_;
  std::atomic<int64_t> in_flight_[kMethods] = {};  // By method.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_OBSERVE_METRICS_H_

#ifndef AIGATEWAY_GATEWAY_CORE_HOLD_BACK_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_HOLD_BACK_CALLER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/base/task.h"
#include "gateway/core/caller.h"
#include "gateway/core/event_sink.h"

namespace aigateway {

// How much of a stream's beginning is kept back; released when either bound is
// reached.
struct HoldBackSettings {
  int events = 0;                                  // 0: not bounded by events.
  absl::Duration time = absl::InfiniteDuration();  // After the first event.

  bool on() const { return events > 0 || time < absl::InfiniteDuration(); }
};

// Keeps the first events of a stream back, so that a try that fails inside can
// be made again, here or elsewhere, and nobody sees it. What is kept is bounded
// by kMaxHeldBytes too. Sits inside the retries: each try has its own window.
class HoldBackCaller final : public Caller {
 public:
  static constexpr size_t kMaxHeldBytes = 256 * 1024;

  HoldBackCaller(std::unique_ptr<Caller> next,
                 const HoldBackSettings& settings);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  const std::unique_ptr<Caller> next_;
  const HoldBackSettings settings_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_HOLD_BACK_CALLER_H_

#ifndef AIGATEWAY_TESTS_SIMULATION_KNOWN_FAULT_H_
#define AIGATEWAY_TESTS_SIMULATION_KNOWN_FAULT_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/env.h"
#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/core/snapshot.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"
#include "gateway/resilience/breaker.h"
#include "gateway/resilience/concurrency_bound.h"

namespace aigateway {

// Faults that are put into a simulated gateway on purpose, to see that the
// invariants find them. None needs a hook in the gateway: they sit in the HTTP
// door and at the permits that it gives out.
enum class KnownFault {
  kNone,
  // At the permits: when a caller goes away, one is kept for ever.
  kSlotLeak,
  kBreakerPlaceLeak,
  // In the HTTP door.
  kRetryAfterEvent,     // A cut stream is asked for again, behind its events.
  kTokenTwice,          // A piece of a stream is handed over twice.
  kTokenLost,           // Or not at all.
  kCutShownAsWhole,     // A cut stream gets the end that it never had.
  kCancelUnheeded,      // A transfer is closed late.
  kAttemptAfterCancel,  // One more is made when time is up.
  kCallerFaultRetried,  // A 400 is asked again.
  kFailuresMultiplied,  // Each failure is asked again, whatever the budget.
  // In the administrator's hand.
  kDrainUnheeded,
};
inline constexpr KnownFault kKnownFaults[] = {
    KnownFault::kSlotLeak,           KnownFault::kBreakerPlaceLeak,
    KnownFault::kRetryAfterEvent,    KnownFault::kTokenTwice,
    KnownFault::kTokenLost,          KnownFault::kCutShownAsWhole,
    KnownFault::kCancelUnheeded,     KnownFault::kAttemptAfterCancel,
    KnownFault::kCallerFaultRetried, KnownFault::kFailuresMultiplied,
    KnownFault::kDrainUnheeded,
};
absl::string_view NameOf(KnownFault fault);

// The HTTP door with a fault in it.
class FaultyHttpClient final : public HttpClient {
 public:
  // All must outlive this object.
  FaultyHttpClient(KnownFault fault, Timers* timers, HttpClient* next)
      : fault_(fault), timers_(*timers), next_(*next) {}

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override;

 private:
  Task<absl::Status> SendWhole(Scope& scope, const HttpRequest& request,
                               HttpSink& sink, Flow* flow);
  Task<absl::Status> SendLate(Scope& scope, const HttpRequest& request,
                              HttpSink& sink, Flow* flow);
  Task<absl::Status> SendOnceMore(Scope& scope, const HttpRequest& request,
                                  HttpSink& sink, Flow* flow);

  const KnownFault fault_;
  Timers& timers_;
  HttpClient& next_;
};

// Keeps permits of a gateway's targets for ever.
class LeakedPermits {
 public:
  // Takes one of each target that has some left, of the kind that `fault`
  // leaks.
  void Leak(KnownFault fault, const Env& env,
            std::shared_ptr<const Snapshot> snapshot);

 private:
  Task<void> TakeSlot(const Env& env, ConcurrencyBound& bound);

  // What the permits are of; they go first.
  std::vector<std::shared_ptr<const Snapshot>> snapshots_;
  Scope scope_;
  std::vector<ConcurrencyBound::Slot> slots_;
  std::vector<Breaker::Permit> places_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_KNOWN_FAULT_H_

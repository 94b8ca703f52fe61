#ifndef AIGATEWAY_TESTS_SIMULATION_LEDGER_H_
#define AIGATEWAY_TESTS_SIMULATION_LEDGER_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/route.pb.h"
#include "gateway/base/clock.h"
#include "gateway/observe/request_observer.h"
#include "tests/simulation/exchange_rules.h"
#include "tests/simulation/simulated_config.h"
#include "tests/simulation/simulated_providers.h"
#include "tests/simulation/simulated_request.h"
#include "tests/simulation/simulation_trace.h"

namespace aigateway {

// Keeps account of a simulation from outside the gateway: what callers asked
// and got, what providers were asked. Writes the trace and checks the
// invariants at each step.
class Ledger final : public ExchangeWatch, public RequestObserver {
 public:
  // All must outlive this object.
  Ledger(const Clock* clock, SimulationTrace* trace)
      : clock_(*clock), trace_(*trace) {}

  // Requests that begin from now on run with `config`.
  void OnConfig(std::shared_ptr<const SimulatedConfig> config);
  const std::shared_ptr<const SimulatedConfig>& config() const {
    return config_;
  }
  void OnDrain(const std::string& target, bool drained);
  const std::set<std::string>& drained() const { return drained_; }
  // Everything in flight must end now.
  void OnClose();

  // The life of one request: it begins, may be cancelled, gets its first event,
  // and ends once.
  void OnRequest(const SimulatedRequest& request);
  void OnCancel(int number);
  void OnFirstEvent(int number) { requests_[number].begun = true; }
  void OnReplyEnd(int number, const absl::Status& status,
                  const v1::RouteInfo& route);
  int open_requests() const { return open_requests_; }

  // Providers.
  void OnExchangeStart(const SimulatedExchange& exchange) override;
  void OnExchangeEnd(const SimulatedExchange& exchange,
                     const absl::Status& status) override;

  // What the gateway itself tells.
  void OnRequestStart(Method method) override { ++started_; }
  void OnRequestEnd(const RequestRecord& record) override { ++ended_; }
  void OnAttemptEnd(const AttemptRecord& record) override;

  // All is over: whether every request that began has ended.
  void CheckAllEnded();

 private:
  // Account of what is bounded at one target.
  struct TargetAccount {
    int open = 0;      // Exchanges.
    int retries = 0;   // Other than with the next key.
    int reserves = 0;  // How often its budget began anew.
  };
  // Account of the hedges under one share.
  struct HedgeAccount {
    int hedged = 0;
    int requests = 0;
    int exchanges = 0;
  };

  void Break(int request, absl::string_view what);
  void CheckBounds(const RequestHistory& history,
                   const SimulatedExchange& exchange, bool is_retry);
  void CheckHedges(RequestHistory& history, const SimulatedExchange& exchange);
  void CheckEnd(int number, const RequestHistory& history,
                const absl::Status& status, const v1::RouteInfo& route);

  const Clock& clock_;
  SimulationTrace& trace_;
  std::shared_ptr<const SimulatedConfig> config_;
  std::set<std::string> drained_;
  std::map<int, RequestHistory> requests_;
  std::map<std::string, TargetAccount> targets_;
  std::map<double, HedgeAccount> hedges_;  // By max_share.
  int open_requests_ = 0;
  // How often a target may have been called: once by each request, twice if it
  // may go on with a cut stream or begin it anew, once for each copy.
  int most_calls_ = 0;
  // Requests by the gateway's own count.
  int started_ = 0;
  int ended_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_LEDGER_H_

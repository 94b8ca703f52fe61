#include "tests/simulation/ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/resilience/retry_budget.h"
#include "tests/simulation/provider_fault.h"

namespace aigateway {
namespace {

// More are not kept in RouteInfo.
constexpr int kMaxAttempts = 64;

absl::string_view ReasonText(const absl::Status& status) {
  return status.ok() ? "OK" : NameOf(ReasonOf(status));
}

// The rule of API.md: the config's word is the default and the most.
v1::OnInterruption Granted(v1::OnInterruption config,
                           v1::OnInterruption asked) {
  if (config == v1::ON_INTERRUPTION_UNSPECIFIED) {
    return std::max(asked, v1::ON_INTERRUPTION_FAIL);
  }
  if (asked == v1::ON_INTERRUPTION_UNSPECIFIED) return config;
  return std::min(asked, config);
}

}  // namespace

void Ledger::Break(int request, absl::string_view what) {
  trace_.Break(absl::StrCat("request ", request, ": ", what));
}

void Ledger::OnConfig(std::shared_ptr<const SimulatedConfig> config) {
  for (const SimulatedTarget& target : config->targets) {
    const bool is_new =
        config_ == nullptr || config_->Find(target.name) == nullptr;
    if (is_new) ++targets_[target.name].reserves;
  }
  config_ = std::move(config);
  trace_.Add("config ", config_->mode, " of ", config_->targets.size());
}

void Ledger::OnDrain(const std::string& target, bool drained) {
  trace_.Add(drained ? "drain " : "resume ", target);
  if (drained) {
    drained_.insert(target);
  } else {
    drained_.erase(target);
  }
}

void Ledger::OnClose() {
  trace_.Add("close");
  for (auto& [number, history] : requests_) {
    if (!history.ended && !history.cancelled.has_value()) {
      history.cancelled = clock_.Now();
    }
  }
}

void Ledger::OnRequest(const SimulatedRequest& request) {
  trace_.Add("request ", request.number, request.stream ? " stream" : "");
  RequestHistory history;
  history.config = config_;
  history.stream = request.stream;
  history.deadline = clock_.Now() + request.time_limit;
  history.on_interruption =
      Granted(config_->on_interruption, request.on_interruption);
  most_calls_ += !config_->mirror.empty() ||
                         (request.stream &&
                          history.on_interruption != v1::ON_INTERRUPTION_FAIL)
                     ? 2
                     : 1;
  if (config_->hedge_max_share > 0) {
    ++hedges_[config_->hedge_max_share].requests;
  }
  requests_[request.number] = std::move(history);
  ++open_requests_;
}

void Ledger::OnCancel(int number) {
  trace_.Add("cancel ", number);
  RequestHistory& history = requests_[number];
  if (!history.cancelled.has_value()) history.cancelled = clock_.Now();
}

void Ledger::OnExchangeStart(const SimulatedExchange& exchange) {
  trace_.Add(
      "begin ", exchange.id, " of ", exchange.request, " at ", exchange.target,
      " ", NameOf(exchange.fault),
      exchange.continued() ? absl::StrCat(" from ", exchange.pieces_sent) : "");
  const auto found = requests_.find(exchange.request);
  if (found == requests_.end()) {
    return Break(exchange.request, "an exchange of a request that never began");
  }
  RequestHistory& history = found->second;
  const std::string broken = BrokenByStart(history, exchange, clock_.Now());
  if (!broken.empty()) {
    Break(exchange.request,
          absl::StrCat("an exchange with ", exchange.target, " ", broken));
  }
  const PastExchange* past = history.RepeatedBy(exchange);
  const bool is_retry =
      past != nullptr && past->exchange.fault != ProviderFault::kUnauthorized;
  CheckBounds(history, exchange, is_retry);
  CheckHedges(history, exchange);
  history.exchanges.push_back({.exchange = exchange});
}

void Ledger::CheckBounds(const RequestHistory& history,
                         const SimulatedExchange& exchange, bool is_retry) {
  if (drained_.contains(exchange.target)) {
    Break(exchange.request, absl::StrCat("an exchange with ", exchange.target,
                                         " begins though that is drained"));
  }
  const SimulatedTarget* target = history.config->Find(exchange.target);
  if (target == nullptr) return;
  TargetAccount& account = targets_[exchange.target];
  ++account.open;
  if (target->max_in_flight > 0 && account.open > target->max_in_flight) {
    Break(exchange.request,
          absl::StrCat(account.open, " exchanges with ", exchange.target,
                       " at once, of ", target->max_in_flight));
  }
  if (!is_retry) return;
  ++account.retries;
  const double most = target->retry_budget == 0
                          ? 0
                          : account.reserves * RetryBudget::kReserve +
                                target->retry_budget * most_calls_;
  if (account.retries > most) {
    Break(exchange.request,
          absl::StrCat(account.retries, " retries at ", exchange.target,
                       " pass its budget of ", most));
  }
}

void Ledger::CheckHedges(RequestHistory& history,
                         const SimulatedExchange& exchange) {
  const double share = history.config->hedge_max_share;
  HedgeAccount& account = hedges_[share];
  ++account.exchanges;
  if (history.hedged || !ShowsHedge(history, exchange, clock_.Now())) return;
  history.hedged = true;
  trace_.Add("hedge ", exchange.request);
  ++account.hedged;
  // A request races once for each target that it begins with.
  const double most = share * (account.requests + account.exchanges);
  if (account.hedged > most) {
    Break(exchange.request,
          absl::StrCat(account.hedged, " hedges pass the budget of ", most));
  }
}

void Ledger::OnExchangeEnd(const SimulatedExchange& exchange,
                           const absl::Status& status) {
  trace_.Add("end ", exchange.id, " ", ReasonText(status));
  RequestHistory& history = requests_[exchange.request];
  for (PastExchange& past : history.exchanges) {
    if (past.exchange.id != exchange.id) continue;
    if (!past.open) Break(exchange.request, "an exchange ends twice");
    past.open = false;
    past.end = clock_.Now();
    past.delivered = status.ok();
  }
  --targets_[exchange.target].open;
}

void Ledger::OnAttemptEnd(const AttemptRecord& record) {
  trace_.Add("attempt ", record.target, " ", ReasonText(record.status));
}

void Ledger::OnReplyEnd(int number, const absl::Status& status,
                        const v1::RouteInfo& route) {
  trace_.Add("done ", number, " ", ReasonText(status), " by ",
             std::string(route.target()), " after ", route.attempts_size());
  RequestHistory& history = requests_[number];
  if (history.ended) return Break(number, "it ends twice");
  CheckEnd(number, history, status, route);
  history.ended = true;
  --open_requests_;
}

void Ledger::CheckEnd(int number, const RequestHistory& history,
                      const absl::Status& status, const v1::RouteInfo& route) {
  const absl::Time now = clock_.Now();
  if (history.cancelled.has_value() && now != *history.cancelled) {
    Break(number, "it goes on after its cancellation");
  }
  if (now > history.deadline) Break(number, "it goes on after its deadline");
  int made = 0;
  bool answered = false;
  for (const PastExchange& past : history.exchanges) {
    if (history.IsCopy(past.exchange)) continue;
    ++made;
    if (past.open) Break(number, "it ends before one of its exchanges");
    answered = answered || (past.exchange.target == route.target() &&
                            past.delivered && Answers(past.exchange.fault));
  }
  if (status.ok() && !answered) {
    Break(number, absl::StrCat("it is answered, but not by ",
                               std::string(route.target())));
  }
  const ErrorReason reason =
      status.ok() ? ErrorReason::kUnspecified : ReasonOf(status);
  if (!status.ok() && (reason == ErrorReason::kInternal ||
                       reason == ErrorReason::kUnspecified)) {
    Break(number, absl::StrCat("it ends with ", status.ToString()));
  }
  const auto listed =
      std::count_if(route.attempts().begin(), route.attempts().end(),
                    [](const v1::Attempt& attempt) {
                      return attempt.outcome() != v1::ATTEMPT_OUTCOME_SKIPPED;
                    });
  if (route.attempts_size() < kMaxAttempts && listed < made) {
    Break(number, absl::StrCat(made, " exchanges, but ", listed,
                               " attempts are listed"));
  }
}

void Ledger::CheckAllEnded() {
  for (const auto& [number, history] : requests_) {
    if (!history.ended) Break(number, "it never ends");
    for (const PastExchange& past : history.exchanges) {
      if (past.open) Break(number, "one of its exchanges never ends");
    }
  }
  if (started_ != ended_) {
    trace_.Break(absl::StrCat("observers saw ", started_,
                              " requests begin and ", ended_, " end"));
  }
}

}  // namespace aigateway

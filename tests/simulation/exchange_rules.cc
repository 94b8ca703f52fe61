#include "tests/simulation/exchange_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tests/simulation/provider_fault.h"

namespace aigateway {
namespace {

// The caller's own limits.
std::string BrokenByTime(const RequestHistory& history, absl::Time now) {
  if (history.ended) return "begins after its request's end";
  if (now >= history.deadline) return "begins after the deadline";
  if (history.cancelled.has_value()) return "begins after the cancellation";
  return "";
}

// What was answered before it.
std::string BrokenByAnswers(const RequestHistory& history) {
  if (history.begun) {
    // Only a stand-in's own beginnings come now.
    return history.on_interruption == v1::ON_INTERRUPTION_FAIL
               ? "begins after an event was handed over"
               : "";
  }
  for (const PastExchange& past : history.exchanges) {
    const ProviderFault fault = past.exchange.fault;
    if (!past.delivered || past.exchange.continued() ||
        history.IsCopy(past.exchange) || !EndsRequest(fault)) {
      continue;
    }
    if (fault == ProviderFault::kContentPolicy &&
        history.config->policy_fails_over) {
      continue;
    }
    return absl::StrCat("begins after '", NameOf(fault), "' by ",
                        past.exchange.target);
  }
  return "";
}

std::string BrokenByRepetition(const RequestHistory& history,
                               const SimulatedExchange& exchange,
                               const SimulatedTarget& target, absl::Time now) {
  const PastExchange* past = history.RepeatedBy(exchange);
  if (past == nullptr) return "";
  if (past->open) return "begins beside another of the same kind";
  const ProviderFault fault = past->exchange.fault;
  const bool has_next_key =
      fault == ProviderFault::kUnauthorized && target.keys > 1;
  if (past->delivered && NeverRetried(fault) && !has_next_key) {
    return absl::StrCat("asks again after '", NameOf(fault), "'");
  }
  if (past->delivered && fault == ProviderFault::kRateLimitedUntil &&
      target.keys == 1 && now < past->end + past->exchange.retry_after) {
    return "asks again before the time that was stated";
  }
  const auto made =
      std::count_if(history.exchanges.begin(), history.exchanges.end(),
                    [&](const PastExchange& other) {
                      return other.exchange.target == exchange.target &&
                             other.exchange.continued() == exchange.continued();
                    });
  // Another key's try is not counted.
  if (made >= target.attempts + target.keys - 1) {
    return "is one attempt too many";
  }
  return "";
}

bool IsElsewhere(const RequestHistory& history,
                 const SimulatedExchange& exchange) {
  return std::any_of(history.exchanges.begin(), history.exchanges.end(),
                     [&](const PastExchange& past) {
                       return past.exchange.target != exchange.target;
                     });
}

}  // namespace

const PastExchange* RequestHistory::RepeatedBy(
    const SimulatedExchange& exchange) const {
  for (auto past = exchanges.rbegin(); past != exchanges.rend(); ++past) {
    if (past->exchange.target == exchange.target &&
        past->exchange.continued() == exchange.continued()) {
      return &*past;
    }
  }
  return nullptr;
}

std::string BrokenByStart(const RequestHistory& history,
                          const SimulatedExchange& exchange, absl::Time now) {
  const SimulatedTarget* target = history.config->Find(exchange.target);
  if (target == nullptr) return "goes to a target that is not configured";
  if (target->weight == 0) return "goes to a target that the config drains";
  if (!history.IsCopy(exchange)) {
    std::string broken = BrokenByTime(history, now);
    if (broken.empty()) broken = BrokenByAnswers(history);
    if (!broken.empty()) return broken;
    if (history.config->mode == "single" && history.config->grouped == 0 &&
        IsElsewhere(history, exchange)) {
      return "goes to another target in mode single";
    }
  }
  return BrokenByRepetition(history, exchange, *target, now);
}

bool ShowsHedge(const RequestHistory& history,
                const SimulatedExchange& exchange, absl::Time now) {
  if (history.begun || exchange.continued() || history.IsCopy(exchange) ||
      history.RepeatedBy(exchange) != nullptr) {
    return false;
  }
  for (const SimulatedTarget& target : history.config->targets) {
    if (exchange.stream && target.first_token < absl::InfiniteDuration()) {
      return false;
    }
  }
  bool beside = false;
  for (const PastExchange& past : history.exchanges) {
    if (history.IsCopy(past.exchange)) continue;
    if (!past.open && past.end == now) return false;
    beside = beside || past.open;
  }
  return beside;
}

}  // namespace aigateway

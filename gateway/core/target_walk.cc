#include "gateway/core/target_walk.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/check.h"
#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/core/caller.h"
#include "gateway/core/error_place.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/takeover.h"
#include "gateway/core/target.h"
#include "gateway/core/transcript.h"
#include "gateway/resilience/breaker.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {
namespace {

// A caller who leaves is noticed that much later: by then his trial is over.
constexpr absl::Duration kTrialMoment = absl::Milliseconds(25);

// The caller reads one status; it says how many tries were behind it.
absl::Status WithAttempts(const absl::Status& status,
                          const RequestContext& request) {
  const auto& attempts = request.route().attempts();
  const auto made = std::count_if(
      attempts.begin(), attempts.end(), [](const v1::Attempt& attempt) {
        return attempt.outcome() != v1::ATTEMPT_OUTCOME_SKIPPED;
      });
  if (made < 2 || ClassOf(status) == ErrorClass::kCallerGone) return status;
  return WithMessage(status, absl::StrCat(status.message(), "; ", made,
                                          " attempts were made"));
}

// Notes whose answer it is when the first of it comes.
class NotingSink final : public ForwardingSink {
 public:
  NotingSink(EventSink* next, RequestContext& request,
             const PlannedCall& planned)
      : ForwardingSink(next), request_(request), planned_(planned) {}

 private:
  void OnEvent() override {
    if (!std::exchange(noted_, true)) NoteTarget(request_, planned_);
  }

  RequestContext& request_;
  const PlannedCall& planned_;
  bool noted_ = false;
};

// Leaves a stand-in that is silent past its first-token limit.
class StandInWatch final : public TryWatch {
 public:
  StandInWatch(Scope& scope, TargetSource& targets)
      : scope_(scope), targets_(targets) {}

  void OnTryStart() override {}
  void OnSpeech() override {}
  void OnLimitPassed() override {
    if (!targets_.HasNext()) return;
    scope_.Cancel(Error(ErrorReason::kAttemptTimeout,
                        "no first event within the first-token limit"));
  }

 private:
  Scope& scope_;
  TargetSource& targets_;
};

// One request's way over its targets.
class Walk final : private TargetSource {
 public:
  Walk(RequestContext& request, const std::vector<PlannedCall>& plan,
       const WalkRules& rules, EventSink& sink)
      : request_(request),
        rules_(rules),
        on_interruption_(
            rules.OnInterruptionFor(request.options().on_interruption())),
        transcript_(&sink, request.stream() && plan.size() > 1 &&
                               on_interruption_ != v1::ON_INTERRUPTION_FAIL) {
    const absl::Time now = request.env().timers->Now();
    for (const PlannedCall& planned : plan) {
      const auto until = planned.target->instance().keys->RestsUntil(now);
      if (until.has_value()) {
        parked_.push_back({&planned, *until, parked_.size()});
      } else {
        left_.push_back(&planned);
      }
    }
    // Whoever is back first, then in the plan's order.
    std::sort(parked_.begin(), parked_.end(),
              [](const Parked& a, const Parked& b) {
                return std::tie(a.until, a.place) < std::tie(b.until, b.place);
              });
  }

  Task<absl::Status> Run() {
    if (rules_.hedge.on()) rules_.hedge.budget->OnRequest();
    absl::Status status = co_await TryUntilOneSpeaks();
    while (!status.ok() && transcript_.begun() && MayTakeOver(status)) {
      const std::optional<absl::Status> taken = co_await TakeOver();
      if (!taken.has_value()) break;
      status = *taken;
    }
    if (status.ok() || ClassOf(status) == ErrorClass::kCallerGone) {
      co_return status;
    }
    co_return WithAttempts(status, request_);
  }

 private:
  struct Parked {
    const PlannedCall* planned;
    absl::Time until;
    size_t place;
  };

  bool HasNext() override {
    while (next_ < left_.size() && !HasRoom(*left_[next_])) ++next_;
    return next_ < left_.size();
  }
  const PlannedCall* Next() override {
    return HasNext() ? left_[next_++] : nullptr;
  }
  void OnFailure(const PlannedCall& planned,
                 const absl::Status& status) override {
    last_ = status;
    if (ClassOf(status) == ErrorClass::kSkipped) {
      if (Breaker::IsTrialUnderWay(status)) trial_ = &planned;
      return;
    }
    last_real_ = status;
    NoteTarget(request_, planned);
    if (PolicyFor(ClassOf(status)).failover == Failover::kIfLarger &&
        !rules_.failover.Allow(status)) {
      too_small_ = std::max(too_small_, WindowOf(planned).value_or(0));
    }
  }

  static std::optional<int64_t> WindowOf(const PlannedCall& planned) {
    const auto& discovered = planned.target->instance().discovered;
    return discovered == nullptr
               ? std::nullopt
               : discovered->ContextWindow(planned.upstream_model);
  }
  // Whether the target may take what was too long for another.
  bool HasRoom(const PlannedCall& planned) const {
    return too_small_ == 0 ||
           WindowOf(planned).value_or(too_small_ + 1) > too_small_;
  }

  Task<absl::Status> Try(const PlannedCall& planned) {
    if (Race::May(request_, rules_, *planned.target)) {
      Race race(request_, rules_, *this, transcript_);
      co_return co_await race.Run(planned);
    }
    NotingSink noting(&transcript_, request_, planned);
    const TargetCall call{request_, *planned.target, planned.upstream_model,
                          request_.scope()};
    absl::Status status = co_await planned.target->caller().Call(call, noting);
    if (!status.ok() && !transcript_.begun()) OnFailure(planned, status);
    co_return status;
  }

  // Calls one that is to take over. It gets no race, but if another is left
  // nobody waits for one that is silent.
  Task<absl::Status> CallStandIn(const PlannedCall& planned,
                                 const v1::ChatRequest* continued,
                                 EventSink& sink) {
    Scope scope(request_.scope());
    StandInWatch watch(scope, *this);
    const TargetCall call{request_, *planned.target, planned.upstream_model,
                          scope,    continued,       &watch};
    co_return co_await planned.target->caller().Call(call, sink);
  }

  Task<absl::Status> TryUntilOneSpeaks() {
    while (const PlannedCall* planned = Next()) {
      if (request_.scope().cancelled()) co_return request_.scope().status();
      const absl::Status status = co_await Try(*planned);
      if (status.ok() || transcript_.begun()) co_return status;
      if (!FailsOver(status, rules_.failover)) co_return status;
    }
    // All that keeps it back may be a call that has just been given up.
    if (trial_ != nullptr && !last_real_.has_value()) {
      const PlannedCall& planned = *std::exchange(trial_, nullptr);
      const absl::Status slept =
          co_await request_.env().timers->Sleep(request_.scope(), kTrialMoment);
      if (!slept.ok()) co_return slept;
      const absl::Status status = co_await Try(planned);
      if (status.ok() || transcript_.begun() ||
          !FailsOver(status, rules_.failover)) {
        co_return status;
      }
    }
    if (parked_.empty()) co_return last_real_.value_or(last_);
    co_return co_await TryParked();
  }

  // Nobody else answered: waits for the one that is back first, if there is
  // time, else says when it is.
  Task<absl::Status> TryParked() {
    std::erase_if(parked_, [this](const Parked& parked) {
      return !HasRoom(*parked.planned);
    });
    if (parked_.empty()) co_return last_real_.value_or(last_);
    const Parked first = parked_.front();
    const absl::Duration wait = std::max(
        first.until - request_.env().timers->Now(), absl::ZeroDuration());
    if (wait > first.planned->target->longest_wait() ||
        !request_.HasTimeFor(wait)) {
      co_return last_real_.value_or(StillParked(first, wait));
    }
    const absl::Status slept =
        co_await request_.env().timers->Sleep(request_.scope(), wait);
    if (!slept.ok()) co_return slept;
    const absl::Time now = request_.env().timers->Now();
    while (!parked_.empty() && parked_.front().until <= now) {
      left_.push_back(parked_.front().planned);
      parked_.erase(parked_.begin());
    }
    co_return co_await TryUntilOneSpeaks();
  }

  static absl::Status StillParked(const Parked& parked, absl::Duration wait) {
    absl::Status status = Error(
        ErrorReason::kProviderRateLimited,
        absl::StrCat(
            "the provider asked to be left alone for another ",
            absl::FormatDuration(absl::Ceil(wait, absl::Milliseconds(1)))));
    SetRetryAfter(status, wait);
    return AtTarget(status, *parked.planned->target);
  }

  // Whether another target may go on after a stream was cut by `status`.
  bool MayTakeOver(const absl::Status& status) {
    return on_interruption_ != v1::ON_INTERRUPTION_FAIL && HasNext() &&
           FailsOver(status, {}) && !request_.scope().cancelled();
  }

  // Lets another target continue the stream, or begin anew. nullopt: none
  // would or could, and what cut the stream stands. Else how it went with one
  // that handed something over.
  Task<std::optional<absl::Status>> TakeOver() {
    const std::string from = request_.route().target();
    while (const PlannedCall* planned = Next()) {
      bool refused = true;  // To go on: by what it is, or by its answer.
      if (transcript_.continuable() &&
          CanContinue(request_, *planned, transcript_.text())) {
        const v1::ChatRequest continued =
            ContinuedChat(request_.chat(), transcript_.text());
        ContinuingSink sink(&transcript_, request_, from, *planned,
                            transcript_.text());
        const absl::Status status =
            co_await CallStandIn(*planned, &continued, sink);
        if (status.ok() || sink.begun()) co_return status;
        if (ClassOf(status) == ErrorClass::kCallerGone) co_return status;
        refused = sink.departed() || !FailsOver(status, {});
      }
      // One that is out of order would not begin anew either.
      if (!refused || on_interruption_ != v1::ON_INTERRUPTION_RESTART) continue;
      RestartingSink sink(&transcript_, request_, from, *planned);
      const absl::Status status = co_await CallStandIn(*planned, nullptr, sink);
      if (status.ok() || sink.begun()) co_return status;
      if (ClassOf(status) == ErrorClass::kCallerGone) co_return status;
    }
    co_return std::nullopt;
  }

  RequestContext& request_;
  const WalkRules& rules_;
  const v1::OnInterruption on_interruption_;
  Transcript transcript_;
  std::vector<const PlannedCall*> left_;
  size_t next_ = 0;
  std::vector<Parked> parked_;
  // The last one that was skipped since a trial of its breaker is under way.
  const PlannedCall* trial_ = nullptr;
  // The largest context window, of those known, that did not hold it.
  int64_t too_small_ = 0;
  absl::Status last_;
  std::optional<absl::Status> last_real_;
};

}  // namespace

Task<absl::Status> WalkTargets(RequestContext& request,
                               const std::vector<PlannedCall>& plan,
                               const WalkRules& rules, EventSink& sink) {
  AIGW_CHECK(!plan.empty());
  Walk walk(request, plan, rules, sink);
  co_return co_await walk.Run();
}

}  // namespace aigateway

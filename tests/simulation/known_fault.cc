#include "tests/simulation/known_fault.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/loop.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/target.h"
#include "tests/simulation/provider_wire.h"

namespace aigateway {
namespace {

using enum KnownFault;

// Passes an answer on, with the fault in it.
class FaultySink final : public HttpSink {
 public:
  FaultySink(KnownFault fault, HttpSink* next) : fault_(fault), next_(*next) {}

  // Whether text of a stream came.
  bool spoke() const { return spoke_; }

  absl::Status OnHead(int status, const HttpHeaders& headers) override {
    return next_.OnHead(status, headers);
  }
  absl::Status OnBody(absl::string_view bytes) override {
    const bool is_text =
        absl::StrContains(bytes, "say") && absl::EndsWith(bytes, "\n\n");
    if (is_text && std::exchange(spoke_, true)) {
      // Not the first piece: in the middle.
      if (fault_ == kTokenLost) return absl::OkStatus();
      if (fault_ == kTokenTwice) {
        const absl::Status status = next_.OnBody(bytes);
        if (!status.ok() || next_.Satisfied()) return status;
      }
    }
    return next_.OnBody(bytes);
  }
  bool Satisfied() const override { return next_.Satisfied(); }

 private:
  const KnownFault fault_;
  HttpSink& next_;
  bool spoke_ = false;
};

// Keeps a whole answer until it is to be shown.
class HeldAnswer final : public HttpSink {
 public:
  absl::Status OnHead(int status, const HttpHeaders& headers) override {
    status_ = status;
    headers_ = headers;
    return absl::OkStatus();
  }
  absl::Status OnBody(absl::string_view bytes) override {
    body_.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }

  int status() const { return status_; }
  absl::Status ShowTo(HttpSink& sink) const {
    if (status_ == 0) return absl::OkStatus();
    absl::Status status = sink.OnHead(status_, headers_);
    return status.ok() ? sink.OnBody(body_) : status;
  }

 private:
  int status_ = 0;
  HttpHeaders headers_;
  std::string body_;
};

}  // namespace

absl::string_view NameOf(KnownFault fault) {
  switch (fault) {
    case kNone:
      return "None";
    case kSlotLeak:
      return "SlotLeak";
    case kBreakerPlaceLeak:
      return "BreakerPlaceLeak";
    case kRetryAfterEvent:
      return "RetryAfterEvent";
    case kTokenTwice:
      return "TokenTwice";
    case kTokenLost:
      return "TokenLost";
    case kCutShownAsWhole:
      return "CutShownAsWhole";
    case kCancelUnheeded:
      return "CancelUnheeded";
    case kAttemptAfterCancel:
      return "AttemptAfterCancel";
    case kCallerFaultRetried:
      return "CallerFaultRetried";
    case kFailuresMultiplied:
      return "FailuresMultiplied";
    case kDrainUnheeded:
      return "DrainUnheeded";
  }
  return "";
}

Task<absl::Status> FaultyHttpClient::Send(Scope& scope,
                                          const HttpRequest& request,
                                          HttpSink& sink, Flow* flow) {
  const bool asks_again =
      fault_ == kCallerFaultRetried || fault_ == kFailuresMultiplied;
  if (asks_again && !request.stream) {
    co_return co_await SendWhole(scope, request, sink, flow);
  }
  if (fault_ == kCancelUnheeded) {
    co_return co_await SendLate(scope, request, sink, flow);
  }
  FaultySink faulty(fault_, &sink);
  absl::Status status = co_await next_.Send(scope, request, faulty, flow);
  if (scope.cancelled()) {
    if (fault_ == kAttemptAfterCancel) {
      (void)co_await SendOnceMore(scope, request, sink, flow);
    }
    co_return status;
  }
  if (!faulty.spoke() || sink.Satisfied() || status.ok()) co_return status;
  if (fault_ == kRetryAfterEvent) {
    status = co_await next_.Send(scope, request, sink, flow);
  } else if (fault_ == kCutShownAsWhole) {
    const bool is_anthropic = absl::StrContains(request.url, "/messages");
    const StreamedAnswer end =
        StreamOf(is_anthropic ? Wire::kAnthropic : Wire::kOpenAi, {});
    status = sink.OnBody(absl::StrCat(end.closing, end.done));
  }
  co_return status;
}

Task<absl::Status> FaultyHttpClient::SendWhole(Scope& scope,
                                               const HttpRequest& request,
                                               HttpSink& sink, Flow* flow) {
  int tries = fault_ == kFailuresMultiplied ? 5 : 2;
  for (;;) {
    HeldAnswer answer;
    absl::Status status = co_await next_.Send(scope, request, answer, flow);
    const bool again = fault_ == kCallerFaultRetried
                           ? answer.status() == 400
                           : answer.status() >= 500 || !status.ok();
    if (again && --tries > 0 && !scope.cancelled()) continue;
    const absl::Status shown = answer.ShowTo(sink);
    co_return shown.ok() ? status : shown;
  }
}

Task<absl::Status> FaultyHttpClient::SendLate(Scope& scope,
                                              const HttpRequest& request,
                                              HttpSink& sink, Flow* flow) {
  Scope own;
  Timers::Handle timer;
  const Scope::Watch watch = scope.OnCancel([&] {
    timer = timers_.After(absl::Milliseconds(50),
                          [&] { own.Cancel(scope.status()); });
  });
  co_return co_await next_.Send(own, request, sink, flow);
}

Task<absl::Status> FaultyHttpClient::SendOnceMore(Scope& scope,
                                                  const HttpRequest& request,
                                                  HttpSink& sink, Flow* flow) {
  Scope own;
  const Timers::Handle timer =
      timers_.After(absl::Milliseconds(1), [&] { own.Cancel(scope.status()); });
  HeldAnswer unseen;
  co_return co_await next_.Send(own, request, unseen, nullptr);
}

void LeakedPermits::Leak(KnownFault fault, const Env& env,
                         std::shared_ptr<const Snapshot> snapshot) {
  for (const auto& target : snapshot->targets()) {
    if (fault == kSlotLeak && target->bound() != nullptr) {
      env.loop->Spawn(TakeSlot(env, *target->bound()));
    }
    if (fault == kBreakerPlaceLeak && target->breakers() != nullptr) {
      Breaker& breaker = target->breakers()->For("m1");
      if (breaker.state(env.clock->Now()) != Breaker::State::kHalfOpen) {
        continue;
      }
      auto place = breaker.Acquire(env.clock->Now());
      if (place.ok()) places_.push_back(*std::move(place));
    }
  }
  snapshots_.push_back(std::move(snapshot));
}

Task<void> LeakedPermits::TakeSlot(const Env& env, ConcurrencyBound& bound) {
  if (bound.in_flight() >= bound.limit()) co_return;
  absl::StatusOr<ConcurrencyBound::Slot> slot =
      co_await bound.Acquire(env, scope_, /*priority=*/0);
  if (slot.ok()) slots_.push_back(*std::move(slot));
}

}  // namespace aigateway

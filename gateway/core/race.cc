#include "gateway/core/race.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/scope.h"
#include "gateway/core/caller.h"
#include "gateway/core/lost_race.h"
#include "gateway/core/target.h"

namespace aigateway {

// One target's call within the race.
class Race::Lane final : public EventSink, public TryWatch {
 public:
  Lane(Race& race, const PlannedCall& planned)
      : race_(race), planned_(planned), scope_(race.request_.scope()) {}

  const PlannedCall& planned() const { return planned_; }
  Scope& scope() { return scope_; }
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }
  bool limit_passed() const { return limit_passed_; }
  TargetCall call() {
    return {race_.request_, *planned_.target, planned_.upstream_model,
            scope_,         nullptr,          this};
  }

  absl::Status OnResponse(v1::ChatResponse& response) override {
    if (!race_.Claim(*this)) return Lost();
    return race_.sink_.OnResponse(response);
  }
  absl::Status OnEmbeddings(v1::EmbedResponse& response) override {
    if (!race_.Claim(*this)) return Lost();
    return race_.sink_.OnEmbeddings(response);
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    if (!race_.Claim(*this)) return Lost();
    return race_.sink_.OnDelta(delta);
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    if (!race_.Claim(*this)) return Lost();
    return race_.sink_.OnFinish(finish);
  }
  absl::Status OnEnd(v1::End& end) override {
    if (!race_.Claim(*this)) return Lost();
    return race_.sink_.OnEnd(end);
  }
  void OnLife() override { race_.sink_.OnLife(); }

  void OnTryStart() override { limit_passed_ = false; }
  void OnSpeech() override {
    // It may be held back yet, but slow it is not.
    if (race_.lanes_.size() == 1) race_.hedge_timer_.Reset();
  }
  void OnLimitPassed() override {
    limit_passed_ = true;
    race_.StartNext();
  }

 private:
  absl::Status Lost() const { return LostRace(limit_passed_); }

  Race& race_;
  const PlannedCall& planned_;
  Scope scope_;
  bool limit_passed_ = false;
  bool ended_ = false;
};

void NoteTarget(RequestContext& request, const PlannedCall& planned) {
  v1::RouteInfo& route = request.route();
  route.set_target(planned.target->name());
  route.set_provider(planned.target->instance().type);
  route.set_upstream_model(planned.upstream_model);
  route.set_variant(planned.target->variant());
}

Race::Race(RequestContext& request, const WalkRules& rules,
           TargetSource& targets, EventSink& sink)
    : request_(request), rules_(rules), targets_(targets), sink_(sink) {}

Race::~Race() = default;

bool Race::May(const RequestContext& request, const WalkRules& rules,
               const Target& target) {
  return rules.hedge.on() ||
         (request.stream() &&
          target.timeouts().first_token < absl::InfiniteDuration());
}

Task<absl::Status> Race::Run(const PlannedCall& first) {
  Start(first);
  ArmHedge(*first.target);
  co_await all_ended_.Wait();
  co_return result_;
}

void Race::Start(const PlannedCall& planned) {
  lanes_.push_back(std::make_unique<Lane>(*this, planned));
  ++running_;
  request_.env().loop->Spawn(RunLane(*lanes_.back()));
}

Task<void> Race::RunLane(Lane& lane) {
  absl::Status status =
      co_await lane.planned().target->caller().Call(lane.call(), lane);
  // The last one's end lets Run() return, and this object may be gone.
  OnEnded(lane, std::move(status));
}

void Race::OnEnded(Lane& lane, absl::Status status) {
  lane.set_ended();
  const bool was_lost = !status.ok() && IsLostRace(status);
  if (&lane == winner_ || (winner_ == nullptr && !over_ && !was_lost)) {
    result_ = status;
  }
  if (winner_ == nullptr && !status.ok() && !over_) {
    targets_.OnFailure(lane.planned(), status);
    if (FailsOver(status, rules_.failover)) {
      // The walk goes on when all have ended; here only where those that still
      // run have had their time.
      if (running_ > 1 && AllAreLate()) StartNext();
    } else {
      over_ = true;
      CallOffOthers(nullptr, /*lost=*/false);
    }
  }
  // Counted until here: those that were just called off end in between.
  if (--running_ > 0) return;
  hedge_timer_.Reset();
  all_ended_.Wake(true);
}

void Race::StartNext() {
  if (winner_ != nullptr || over_ || request_.scope().cancelled()) return;
  if (const PlannedCall* next = targets_.Next()) Start(*next);
}

void Race::ArmHedge(const Target& target) {
  if (!rules_.hedge.on()) return;
  absl::Duration delay = rules_.hedge.after;
  if (rules_.hedge.percentile.has_value()) {
    const std::optional<absl::Duration> usual = target.stats().SpeechPercentile(
        *rules_.hedge.percentile, request_.stream());
    // Without a past there is no telling what is slow.
    if (!usual.has_value() && delay == absl::ZeroDuration()) return;
    delay = std::max(delay, usual.value_or(absl::ZeroDuration()));
  }
  hedge_timer_ = request_.env().timers->After(delay, [this] {
    if (winner_ != nullptr || over_ || running_ != 1) return;
    if (!targets_.HasNext() || !rules_.hedge.budget->TryRetry()) return;
    StartNext();
  });
}

bool Race::Claim(Lane& lane) {
  if (winner_ == nullptr && !over_) {
    winner_ = &lane;
    hedge_timer_.Reset();
    NoteTarget(request_, lane.planned());
    CallOffOthers(&lane, /*lost=*/true);
  }
  return winner_ == &lane;
}

bool Race::AllAreLate() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) {
    return lane->ended() || lane->limit_passed();
  });
}

void Race::CallOffOthers(const Lane* but, bool lost) {
  for (size_t i = 0; i < lanes_.size(); ++i) {
    Lane& lane = *lanes_[i];
    if (&lane == but || lane.ended()) continue;
    lane.scope().Cancel(request_.scope().cancelled()
                            ? request_.scope().status()
                            : LostRace(lost && lane.limit_passed()));
  }
}

}  // namespace aigateway

#include "gateway/core/timeout_caller.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

const TargetTimeouts kTimeouts = {.idle = absl::Seconds(1),
                                  .attempt = absl::Seconds(2)};

class TimeoutCallerTest : public CoreFixture {
 protected:
  absl::Status Call(FakeCaller::Script script, bool stream,
                    absl::Duration time = absl::Hours(1)) {
    auto fake = std::make_unique<FakeCaller>();
    fake->Enqueue(std::move(script));
    target_ = MakeTarget(
        "a", std::make_unique<TimeoutCaller>(std::move(fake), kTimeouts));
    RequestContext& request = MakeRequest(stream, time);
    start_ = timers_.Now();
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model_, request.scope()}, sink_));
  }
  absl::Duration Took() { return timers_.Now() - start_; }

  std::unique_ptr<Target> target_;
  absl::Time start_;
  const std::string model_ = "m1";
};

TEST_F(TimeoutCallerTest, BoundsAUnaryCallAsAWhole) {
  EXPECT_THAT(Call({.before = absl::Seconds(3), .text = "late"}, false),
              HasReason(ErrorReason::kAttemptTimeout));
  EXPECT_EQ(Took(), absl::Seconds(2));
}

TEST_F(TimeoutCallerTest, BoundsAStreamUntilItsFirstEvent) {
  EXPECT_THAT(Call({.before = absl::Seconds(3), .events = {"x"}}, true),
              HasReason(ErrorReason::kAttemptTimeout));
  EXPECT_EQ(Took(), absl::Seconds(2));
}

TEST_F(TimeoutCallerTest, LetsAStreamThatSpeaksGoOn) {
  EXPECT_THAT(Call({.events = std::vector<std::string>(12, "x"),
                    .between = absl::Milliseconds(500)},
                   true),
              IsOk());
  EXPECT_EQ(sink_.deltas, 12);
}

TEST_F(TimeoutCallerTest, EndsAStreamThatFallsSilent) {
  EXPECT_THAT(Call({.events = {"x", "y"},
                    .between = absl::Milliseconds(500),
                    .after = absl::Seconds(60)},
                   true),
              HasReason(ErrorReason::kStreamIdle));
  EXPECT_EQ(Took(), absl::Milliseconds(1500));
}

TEST_F(TimeoutCallerTest, TakesACommentForLife) {
  Timers::Handle comments[8];
  EventSink* inner = nullptr;
  class Commenting final : public Caller {
   public:
    Commenting(EventSink** inner) : inner_(inner) {}
    Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override {
      *inner_ = &sink;
      v1::Delta delta;
      delta.set_text("x");
      (void)sink.OnDelta(delta);
      co_return co_await call.request.env().timers->Sleep(call.scope,
                                                          absl::Seconds(4));
    }
    EventSink** const inner_;
  };
  target_ =
      MakeTarget("a", std::make_unique<TimeoutCaller>(
                          std::make_unique<Commenting>(&inner), kTimeouts));
  RequestContext& request = MakeRequest(/*stream=*/true);
  for (int i = 0; i < 8; ++i) {
    comments[i] =
        timers_.After(absl::Milliseconds(600) * i + absl::Seconds(0.5),
                      [&inner] { inner->OnLife(); });
  }
  EXPECT_THAT(
      RunToEnd(loop_, timers_,
               target_->caller().Call(
                   {request, *target_, model_, request.scope()}, sink_)),
      IsOk());
}

TEST_F(TimeoutCallerTest, StandsStillWhileTheReaderMakesUsPause) {
  auto pause = timers_.After(absl::Milliseconds(100),
                             [this] { request_->flow().Pause(); });
  auto resume =
      timers_.After(absl::Seconds(10), [this] { request_->flow().Resume(); });
  EXPECT_THAT(Call({.events = {"x"}, .after = absl::Milliseconds(10500)}, true),
              IsOk());
}

TEST_F(TimeoutCallerTest, CountsSilenceAnewAfterAPause) {
  auto pause = timers_.After(absl::Milliseconds(100),
                             [this] { request_->flow().Pause(); });
  auto resume =
      timers_.After(absl::Seconds(10), [this] { request_->flow().Resume(); });
  EXPECT_THAT(Call({.events = {"x"}, .after = absl::Seconds(60)}, true),
              HasReason(ErrorReason::kStreamIdle));
  EXPECT_GE(Took(), absl::Seconds(11));
  EXPECT_LE(Took(), absl::Seconds(12));
}

TEST_F(TimeoutCallerTest, LeavesTheCallersDeadlineToTheCaller) {
  EXPECT_THAT(Call({.before = absl::Seconds(3), .text = "late"}, false,
                   absl::Seconds(1)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(Took(), absl::Seconds(1));
}

}  // namespace
}  // namespace aigateway

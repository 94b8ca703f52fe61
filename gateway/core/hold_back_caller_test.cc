#include "gateway/core/hold_back_caller.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/scope.h"
#include "gateway/core/forwarding_sink.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class HoldBackCallerTest : public CoreFixture {
 protected:
  absl::Status Call(const HoldBackSettings& settings,
                    FakeCaller::Script script) {
    auto fake = std::make_unique<FakeCaller>();
    fake->Enqueue(std::move(script));
    target_ = MakeTarget(
        "a", std::make_unique<HoldBackCaller>(std::move(fake), settings));
    RequestContext& request = MakeRequest(/*stream=*/true);
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model_, request.scope()}, sink_));
  }

  absl::Status Cut() { return Error(ErrorReason::kProviderUnavailable, "cut"); }

  const std::string model_ = "m1";
  std::unique_ptr<Target> target_;
};

TEST_F(HoldBackCallerTest, ShowsNothingOfATryThatFailsInside) {
  EXPECT_FALSE(
      Call({.events = 3}, {.events = {"a", "b", "c"}, .end = Cut()}).ok());
  EXPECT_EQ(sink_.deltas, 0);
}

TEST_F(HoldBackCallerTest, LetsGoWhenOneMoreComes) {
  EXPECT_FALSE(
      Call({.events = 3}, {.events = {"a", "b", "c", "d"}, .end = Cut()}).ok());
  EXPECT_EQ(sink_.text, "abcd");
}

TEST_F(HoldBackCallerTest, LetsGoWhenTheTimeIsOver) {
  EXPECT_FALSE(Call({.time = absl::Seconds(2)}, {.events = {"a", "b", "c"},
                                                 .between = absl::Seconds(1.5),
                                                 .end = Cut()})
                   .ok());
  EXPECT_EQ(sink_.text, "abc");
  sink_.text.clear();
  EXPECT_FALSE(Call({.time = absl::Seconds(5)}, {.events = {"a", "b", "c"},
                                                 .between = absl::Seconds(1.5),
                                                 .end = Cut()})
                   .ok());
  EXPECT_EQ(sink_.text, "");
}

// Cancels its request at the first event, as a reader does that goes away.
class LeavingSink final : public ForwardingSink {
 public:
  LeavingSink(EventSink* next, Scope* scope,
              const std::optional<absl::Status>* result)
      : ForwardingSink(next), scope_(*scope), result_(*result) {}

  bool ended_inside() const { return ended_inside_; }

 private:
  void OnEvent() override {
    scope_.Cancel(Error(ErrorReason::kCancelled, "gone"));
    ended_inside_ = ended_inside_ || result_.has_value();
  }

  Scope& scope_;
  const std::optional<absl::Status>& result_;
  bool ended_inside_ = false;
};

TEST_F(HoldBackCallerTest, OutlivesAReaderWhoGoesAwayWhenTheTimeIsOver) {
  auto fake = std::make_unique<FakeCaller>();
  fake->Enqueue({.events = {"a", "b"}, .after = absl::Hours(1)});
  target_ = MakeTarget(
      "a", std::make_unique<HoldBackCaller>(
               std::move(fake), HoldBackSettings{.time = absl::Seconds(2)}));
  RequestContext& request = MakeRequest(/*stream=*/true);
  const TargetCall call{request, *target_, model_, request.scope()};
  std::optional<absl::Status> result;
  LeavingSink leaving(&sink_, &request.scope(), &result);
  loop_.Spawn(fake_timers_internal::Store(target_->caller().Call(call, leaving),
                                          &result));
  timers_.Advance(absl::Seconds(2));
  ASSERT_TRUE(result.has_value());
  EXPECT_THAT(*result, HasReason(ErrorReason::kCancelled));
  EXPECT_FALSE(leaving.ended_inside());
}

TEST_F(HoldBackCallerTest, KeepsNothingBackOfAStreamThatEndsInside) {
  EXPECT_THAT(Call({.events = 30, .time = absl::Seconds(60)},
                   {.events = {"a", "b", "c"}}),
              IsOk());
  EXPECT_EQ(sink_.text, "abc");
  EXPECT_EQ(sink_.finishes, 1);
  EXPECT_EQ(sink_.ends, 1);
}

TEST_F(HoldBackCallerTest, KeepsNoMoreThanItsBound) {
  const std::string large(HoldBackCaller::kMaxHeldBytes, 'x');
  EXPECT_FALSE(
      Call({.events = 30}, {.events = {large, "b"}, .end = Cut()}).ok());
  EXPECT_EQ(sink_.text, large + "b");
}

}  // namespace
}  // namespace aigateway

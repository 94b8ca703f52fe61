#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/target_walk.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

// What the walk does for a stream that is cut after its first event.
namespace aigateway {
namespace {

using testing::Optional;

constexpr char kWhole[] = "one two three four five six seven eight";

absl::Status Cut() {
  return Error(ErrorReason::kProviderProtocolError, "the stream was cut");
}
absl::Status Unavailable() {
  return Error(ErrorReason::kProviderUnavailable, "busy");
}

class TakeoverTest : public CoreFixture {
 protected:
  TakeoverTest() { chat_.add_messages()->set_content("count"); }

  FakeCaller& AddTarget(std::string name, FakeCaller::Script script,
                        Prefill prefill = Prefill::kUnknown) {
    codec_ = std::make_shared<ToyProvider>("http://toy", prefill);
    auto fake = std::make_unique<FakeCaller>();
    FakeCaller& caller = *fake;
    caller.Enqueue(std::move(script));
    targets_.push_back(MakeTarget(std::move(name), std::move(fake)));
    plan_.push_back({targets_.back().get(), "m1"});
    return caller;
  }

  absl::Status Walk(v1::OnInterruption asked) {
    options_.set_on_interruption(asked);
    RequestContext& request = MakeRequest(/*stream=*/true);
    return RunToEnd(loop_, timers_, WalkTargets(request, plan_, rules_, sink_));
  }
  absl::Status Continue() { return Walk(v1::ON_INTERRUPTION_CONTINUE); }
  absl::Status Restart() { return Walk(v1::ON_INTERRUPTION_RESTART); }

  WalkRules rules_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<PlannedCall> plan_;
};

TEST_F(TakeoverTest, FailsUnlessAskedForMore) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.events = {"three"}});
  EXPECT_THAT(Walk(v1::ON_INTERRUPTION_UNSPECIFIED),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TakeoverTest, ContinuesWhereTheTextStopped) {
  AddTarget("a", {.events = {"one two ", "three four"}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.events = {" five six", " seven eight"}});
  EXPECT_THAT(Continue(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
  EXPECT_THAT(b.continued(), Optional(std::string("one two three four")));
  ASSERT_EQ(sink_.failovers.size(), 1u);
  EXPECT_EQ(sink_.failovers[0].from(), "a");
  EXPECT_EQ(sink_.failovers[0].to(), "b");
  EXPECT_EQ(sink_.failovers[0].mode(), v1::FAILOVER_MODE_CONTINUED);
  EXPECT_EQ(sink_.failovers[0].resume_offset(), 18);
  EXPECT_EQ(request_->route().target(), "b");
  EXPECT_EQ(sink_.finishes, 1);
  EXPECT_EQ(sink_.ends, 1);
}

TEST_F(TakeoverTest, CutsWhatTheStandInRepeats) {
  AddTarget("a", {.events = {"one two three four"}, .end = Cut()});
  AddTarget("b", {.events = {"one two three", " four five six seven eight"}});
  EXPECT_THAT(Continue(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
}

TEST_F(TakeoverTest, GoesOnWithTheNextWhenTheStandInIsCutToo) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  AddTarget("b", {.events = {"three four"}, .end = Cut()});
  FakeCaller& c = AddTarget("c", {.events = {" five six seven eight"}});
  EXPECT_THAT(Continue(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
  EXPECT_THAT(c.continued(), Optional(std::string("one two three four")));
  EXPECT_EQ(sink_.failovers.size(), 2u);
}

TEST_F(TakeoverTest, EndsWithTheCutWhenNobodyGoesOn) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  AddTarget("b", {.end = Error(ErrorReason::kInvalidRequest,
                               "no assistant turn at the end")});
  const absl::Status status = Continue();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(sink_.text, "one two ");
  EXPECT_TRUE(sink_.failovers.empty());
}

TEST_F(TakeoverTest, EndsWithTheCutWhenTheStandInSaysSomethingElse) {
  AddTarget("a", {.events = {"one two three four"}, .end = Cut()});
  AddTarget("b", {.events = {"one two other"}});
  EXPECT_THAT(Continue(), HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(sink_.text, "one two three four");
}

TEST_F(TakeoverTest, RestartsWhereTheStandInRefusesToGoOn) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  FakeCaller& b = AddTarget(
      "b", {.end = Error(ErrorReason::kInvalidRequest, "no prefill")});
  b.Enqueue({.events = {kWhole}});
  EXPECT_THAT(Restart(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
  EXPECT_EQ(b.calls(), 2);
  EXPECT_EQ(b.continued(), std::nullopt);
  ASSERT_EQ(sink_.failovers.size(), 1u);
  EXPECT_EQ(sink_.failovers[0].mode(), v1::FAILOVER_MODE_RESTARTED);
  EXPECT_EQ(sink_.failovers[0].resume_offset(), 0);
}

TEST_F(TakeoverTest, RestartsWithoutTryingWhereTheVendorTakesNoPrefill) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.events = {kWhole}}, Prefill::kNo);
  EXPECT_THAT(Restart(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
  EXPECT_EQ(b.calls(), 1);
}

TEST_F(TakeoverTest, AsksATargetThatIsOutOfOrderOnlyOnce) {
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.end = Unavailable()});
  AddTarget("c", {.events = {"three four five six seven eight"}});
  EXPECT_THAT(Restart(), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
  EXPECT_EQ(b.calls(), 1);
}

TEST_F(TakeoverTest, ContinuesNoJsonSchemaAndNoSecondChoice) {
  chat_.mutable_response_format()->mutable_json_schema()->set_name("s");
  AddTarget("a", {.events = {"{\"a\":"}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.events = {"1}"}});
  EXPECT_FALSE(Continue().ok());
  EXPECT_EQ(b.calls(), 0);
  chat_.clear_response_format();
  chat_.set_n(2);
  EXPECT_FALSE(Continue().ok());
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TakeoverTest, DoesAtMostWhatTheConfigAllows) {
  rules_.on_interruption = v1::ON_INTERRUPTION_FAIL;
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  FakeCaller& b = AddTarget("b", {.events = {"three"}});
  EXPECT_FALSE(Restart().ok());
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TakeoverTest, TakesTheConfigsWordWhereTheRequestSaysNothing) {
  rules_.on_interruption = v1::ON_INTERRUPTION_CONTINUE;
  AddTarget("a", {.events = {"one two "}, .end = Cut()});
  AddTarget("b", {.events = {"three four five six seven eight"}});
  EXPECT_THAT(Walk(v1::ON_INTERRUPTION_UNSPECIFIED), IsOk());
  EXPECT_EQ(sink_.text, kWhole);
}

TEST_F(TakeoverTest, TakesNothingOverOnceTheCallerHasGone) {
  AddTarget("a", {.events = {"one ", "two "}, .between = absl::Seconds(5)});
  FakeCaller& b = AddTarget("b", {.events = {"three"}});
  auto cancel = timers_.After(absl::Seconds(2), [this] {
    request_->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  });
  EXPECT_THAT(Restart(), HasReason(ErrorReason::kCancelled));
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TakeoverTest, EvadesNoRefusalByPolicy) {
  AddTarget("a", {.events = {"one "},
                  .end = Error(ErrorReason::kContentFiltered, "no")});
  FakeCaller& b = AddTarget("b", {.events = {"two"}});
  EXPECT_THAT(Restart(), HasReason(ErrorReason::kContentFiltered));
  EXPECT_EQ(b.calls(), 0);
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/mirror.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

// Notes what each call was given, and plays a script.
class WatchedCaller final : public Caller {
 public:
  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override {
    ids.push_back(call.request.request_id());
    texts.push_back(call.request.chat().messages(0).content());
    deadlines.push_back(call.request.scope().deadline());
    const absl::Status status = co_await script.Call(call, sink);
    ends.push_back(status);
    co_return status;
  }

  FakeCaller script;
  std::vector<std::string> ids;
  std::vector<std::string> texts;
  std::vector<absl::Time> deadlines;
  std::vector<absl::Status> ends;
};

class MirrorTest : public CoreFixture {
 protected:
  MirrorTest() {
    auto caller = std::make_unique<WatchedCaller>();
    caller_ = caller.get();
    target_ = MakeTarget("m", std::move(caller));
    chat_.add_messages()->set_content("hi");
  }

  ~MirrorTest() override {
    slot_.scope().Cancel(Error(ErrorReason::kShuttingDown, "the end"));
    loop_.RunUntilIdle();
  }

  void Send(int max_in_flight = 10,
            absl::Duration timeout = absl::Seconds(10)) {
    mirror_.Send(MakeRequest(/*stream=*/true, absl::Seconds(1)),
                 {target_.get(),
                  "upstream",
                  {.max_in_flight = max_in_flight, .timeout = timeout}},
                 slot_);
  }

  LoopSlot slot_{env_};
  WatchedCaller* caller_;
  std::unique_ptr<Target> target_;
  Mirror mirror_{/*logger=*/nullptr};
};

TEST_F(MirrorTest, SendsACopyThatOutlivesTheRequest) {
  caller_->script.Enqueue({.before = absl::Seconds(5), .events = {"he", "y"}});
  Send();
  const std::string id = request_->request_id();
  // Nothing of it happens inside the call: the request goes on at once.
  EXPECT_TRUE(caller_->ids.empty());
  chat_.mutable_messages(0)->set_content("changed since");
  request_.reset();
  loop_.RunUntilIdle();
  EXPECT_EQ(mirror_.in_flight(), 1);
  EXPECT_EQ(slot_.open().count(), 1);
  timers_.Advance(absl::Seconds(6));
  EXPECT_THAT(caller_->ids, ElementsAre(id));
  EXPECT_THAT(caller_->texts, ElementsAre("hi"));
  EXPECT_THAT(caller_->ends, ElementsAre(IsOk()));
  EXPECT_EQ(mirror_.in_flight(), 0);
  EXPECT_EQ(slot_.open().count(), 0);
}

TEST_F(MirrorTest, GivesTheCopyADeadlineOfItsOwn) {
  caller_->script.Enqueue({.before = absl::Hours(1), .events = {"late"}});
  const absl::Time start = timers_.Now();
  Send(/*max_in_flight=*/10, absl::Seconds(10));
  // The caller goes; his deadline was a second.
  request_.reset();
  timers_.Advance(absl::Seconds(9));
  EXPECT_TRUE(caller_->ends.empty());
  timers_.Advance(absl::Seconds(2));
  EXPECT_THAT(caller_->deadlines, ElementsAre(start + absl::Seconds(10)));
  EXPECT_THAT(caller_->ends,
              ElementsAre(HasReason(ErrorReason::kDeadlineExceeded)));
  EXPECT_EQ(mirror_.in_flight(), 0);
  EXPECT_EQ(timers_.pending(), 0u);
}

TEST_F(MirrorTest, SendsNoMoreThanItsBoundAtOnce) {
  caller_->script.Enqueue({.before = absl::Seconds(1), .events = {"x"}});
  for (int i = 0; i < 5; ++i) Send(/*max_in_flight=*/2);
  loop_.RunUntilIdle();
  EXPECT_EQ(caller_->script.calls(), 2);
  timers_.Advance(absl::Seconds(2));
  EXPECT_EQ(mirror_.in_flight(), 0);
  Send(/*max_in_flight=*/2);
  loop_.RunUntilIdle();
  EXPECT_EQ(caller_->script.calls(), 3);
}

TEST_F(MirrorTest, KeepsAFailureToItself) {
  caller_->script.Enqueue(
      {.end = Error(ErrorReason::kProviderQuotaExhausted, "no money left")});
  Send();
  loop_.RunUntilIdle();
  EXPECT_THAT(caller_->ends,
              ElementsAre(HasReason(ErrorReason::kProviderQuotaExhausted)));
  EXPECT_EQ(request_->route().attempts_size(), 0);
  EXPECT_FALSE(request_->scope().cancelled());
  EXPECT_EQ(slot_.open().count(), 0);
}

TEST_F(MirrorTest, EndsWithTheGateway) {
  caller_->script.Enqueue({.before = absl::Hours(1), .events = {"late"}});
  Send();
  loop_.RunUntilIdle();
  EXPECT_EQ(slot_.open().count(), 1);
  slot_.scope().Cancel(Error(ErrorReason::kShuttingDown, "the end"));
  loop_.RunUntilIdle();
  EXPECT_THAT(caller_->ends,
              ElementsAre(HasReason(ErrorReason::kShuttingDown)));
  EXPECT_EQ(slot_.open().count(), 0);
  EXPECT_EQ(mirror_.in_flight(), 0);
}

TEST_F(MirrorTest, StartsNothingOnceTheGatewayCloses) {
  Send();  // Not begun yet: its coroutine waits for the loop.
  slot_.scope().Cancel(Error(ErrorReason::kShuttingDown, "the end"));
  Send();
  loop_.RunUntilIdle();
  EXPECT_EQ(caller_->script.calls(), 0);
  EXPECT_EQ(mirror_.in_flight(), 0);
  EXPECT_EQ(slot_.open().count(), 0);
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/serve_shared.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/timers.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// One caller, and what he got.
struct Caller final : public ReplySink {
  void OnResponse(v1::RouteResponse& response) override {
    text += response.chat().choices(0).message().content();
    request_id = response.route().request_id();
    ++wholes;
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    if (event.has_started()) ++starts;
    if (event.has_delta()) text += event.delta().text();
    if (event.has_end()) ++ends;
  }

  v1::ChatRequest chat;
  v1::RoutingOptions options;
  std::unique_ptr<RequestContext> context;
  std::string text;
  std::string request_id;
  int wholes = 0;
  int starts = 0;
  int ends = 0;
  bool done = false;
  bool runs = false;
  absl::Status status;
};

class ServeSharedTest : public testing::Test {
 protected:
  ServeSharedTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .random = &random_},
        slot_(env_) {}

  // Begins a call; `key`: its idempotency key.
  Caller& Call(std::string key, bool stream = false, std::string prompt = "hi",
               absl::Duration time = absl::Hours(1),
               std::string name = "somebody") {
    callers_.push_back(std::make_unique<Caller>());
    Caller& caller = *callers_.back();
    caller.chat.set_model("m1");
    caller.chat.set_seed(7);
    caller.chat.add_messages()->set_content(std::move(prompt));
    caller.options.set_idempotency_key(std::move(key));
    caller.options.set_join(join_);
    RequestSettings settings;
    settings.stream = stream;
    settings.deadline = timers_.Now() + time;
    settings.caller.name = std::move(name);
    caller.context = std::make_unique<RequestContext>(
        env_, nullptr, caller.chat, caller.options, std::move(settings));
    loop_.Spawn(Run(caller));
    loop_.RunUntilIdle();
    return caller;
  }

  Task<void> Run(Caller& caller) {
    caller.status = co_await ServeShared(
        replies_, slot_, *caller.context, caller,
        [this](RequestContext& request, ReplySink& reply) {
          return Serve(request, reply);
        },
        &caller.runs);
    caller.done = true;
  }

  // A provider: three words, a second apart; then `end_`.
  Task<absl::Status> Serve(RequestContext& request, ReplySink& reply) {
    const int number = ++runs_;
    last_run_ = &request;
    v1::RouteStreamResponse event;
    if (request.stream()) {
      event.mutable_started();
      reply.OnEvent(event);
    }
    std::string text;
    for (int i = 0; i < 3; ++i) {
      const absl::Status slept =
          co_await timers_.Sleep(request.scope(), absl::Seconds(1));
      if (!slept.ok()) {
        cancelled_ += 1;
        co_return slept;
      }
      const std::string word = absl::StrCat("w", number, i, " ");
      text += word;
      if (!request.stream()) continue;
      event.mutable_delta()->set_text(word);
      reply.OnEvent(event);
    }
    if (!end_.ok()) co_return end_;
    if (request.stream()) {
      event.mutable_end()->mutable_usage()->set_total_tokens(3);
      reply.OnEvent(event);
    } else {
      v1::RouteResponse response;
      response.mutable_chat()->add_choices()->mutable_message()->set_content(
          text);
      reply.OnResponse(response);
    }
    co_return absl::OkStatus();
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  Env env_;
  std::shared_ptr<SharedReply::Room> room_ =
      std::make_shared<SharedReply::Room>();
  SharedReplies replies_{room_};
  LoopSlot slot_;
  std::vector<std::unique_ptr<Caller>> callers_;
  bool join_ = false;
  absl::Status end_;
  int runs_ = 0;
  const RequestContext* last_run_ = nullptr;
  int cancelled_ = 0;
};

TEST_F(ServeSharedTest, GivesARepetitionTheSameAnswer) {
  Caller& first = Call("k");
  timers_.Advance(absl::Seconds(5));
  ASSERT_TRUE(first.done);
  Caller& second = Call("k");
  ASSERT_TRUE(second.done);
  EXPECT_THAT(second.status, IsOk());
  EXPECT_EQ(second.text, first.text);
  EXPECT_EQ(runs_, 1);
}

TEST_F(ServeSharedTest, FollowsTheFirstWhileItStillRuns) {
  Caller& first = Call("k", /*stream=*/true);
  timers_.Advance(absl::Seconds(1.5));
  Caller& second = Call("k", /*stream=*/true);
  EXPECT_EQ(second.text, "w10 ");
  timers_.Advance(absl::Seconds(1));
  EXPECT_EQ(second.text, "w10 w11 ");
  timers_.Advance(absl::Seconds(1));
  for (const Caller* caller : {&first, &second}) {
    EXPECT_TRUE(caller->done);
    EXPECT_EQ(caller->text, "w10 w11 w12 ");
    EXPECT_EQ(caller->starts, 1);
    EXPECT_EQ(caller->ends, 1);
  }
  EXPECT_EQ(runs_, 1);
}

TEST_F(ServeSharedTest, AnswersAStreamWithAWholeAndTheOtherWayRound) {
  Call("a", /*stream=*/true);
  Call("b", /*stream=*/false);
  timers_.Advance(absl::Seconds(5));
  Caller& whole = Call("a", /*stream=*/false);
  EXPECT_EQ(whole.text, "w10 w11 w12 ");
  EXPECT_EQ(whole.wholes, 1);
  Caller& stream = Call("b", /*stream=*/true);
  EXPECT_EQ(stream.text, "w20 w21 w22 ");
  EXPECT_EQ(stream.starts, 1);
  EXPECT_EQ(stream.ends, 1);
}

TEST_F(ServeSharedTest, RefusesAnotherRequestUnderTheSameKey) {
  Call("k", false, "hi");
  Caller& other = Call("k", false, "something else");
  EXPECT_THAT(other.status, HasReason(ErrorReason::kInvalidRequest));
  timers_.Advance(absl::Seconds(5));
}

TEST_F(ServeSharedTest, KeepsCallersApart) {
  Call("k", false, "hi", absl::Hours(1), "one");
  Call("k", false, "something else", absl::Hours(1), "two");
  timers_.Advance(absl::Seconds(5));
  EXPECT_THAT(callers_[1]->status, IsOk());
  EXPECT_EQ(runs_, 2);
}

TEST_F(ServeSharedTest, RunsOnWhenTheFirstLeavesAndAnotherWaits) {
  Caller& first = Call("k", true, "hi", absl::Seconds(1.5));
  Caller& second = Call("k", true);
  timers_.Advance(absl::Seconds(5));
  EXPECT_THAT(first.status, HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_THAT(second.status, IsOk());
  EXPECT_EQ(second.text, "w10 w11 w12 ");
  EXPECT_EQ(cancelled_, 0);
}

TEST_F(ServeSharedTest, IsCalledOffWhenTheLastOneLeaves) {
  Caller& first = Call("k", true);
  Caller& second = Call("k", true);
  timers_.Advance(absl::Seconds(1.5));
  first.context->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  loop_.RunUntilIdle();
  EXPECT_EQ(cancelled_, 0);
  second.context->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  loop_.RunUntilIdle();
  EXPECT_EQ(cancelled_, 1);
  // It begins anew.
  Caller& third = Call("k", true);
  timers_.Advance(absl::Seconds(5));
  EXPECT_EQ(third.text, "w20 w21 w22 ");
}

TEST_F(ServeSharedTest, KeepsARunFromWaitingLongerThanAnybodyDoes) {
  Call("k", false, "hi", absl::Seconds(2));
  EXPECT_TRUE(last_run_->HasTimeFor(absl::Seconds(1)));
  EXPECT_FALSE(last_run_->HasTimeFor(absl::Seconds(3)));
  Call("k", false, "hi", absl::Seconds(10));
  EXPECT_TRUE(last_run_->HasTimeFor(absl::Seconds(3)));
  timers_.Advance(absl::Seconds(5));
}

TEST_F(ServeSharedTest, GivesEachCallerHisOwnIds) {
  Caller& first = Call("k");
  timers_.Advance(absl::Seconds(5));
  Caller& second = Call("k");
  EXPECT_EQ(second.request_id, second.context->request_id());
  EXPECT_NE(first.request_id, second.request_id);
  EXPECT_TRUE(first.runs);
  EXPECT_FALSE(second.runs);
}

TEST_F(ServeSharedTest, LetsAFailureBeTriedAgain) {
  end_ = Error(ErrorReason::kProviderUnavailable, "busy");
  Caller& first = Call("k");
  Caller& second = Call("k");
  timers_.Advance(absl::Seconds(5));
  EXPECT_THAT(first.status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(second.status, HasReason(ErrorReason::kProviderUnavailable));
  end_ = absl::OkStatus();
  Caller& third = Call("k");
  timers_.Advance(absl::Seconds(5));
  EXPECT_THAT(third.status, IsOk());
  EXPECT_EQ(runs_, 2);
}

TEST_F(ServeSharedTest, ForgetsAnAnswerInTime) {
  Call("k");
  timers_.Advance(absl::Seconds(5));
  timers_.Advance(SharedReplies::kLife);
  Call("k");
  timers_.Advance(absl::Seconds(5));
  EXPECT_EQ(runs_, 2);
}

TEST_F(ServeSharedTest, JoinsTheSameIfAskedForAndForgetsItAtOnce) {
  join_ = true;
  Call("");
  Caller& second = Call("");
  Call("", false, "another");
  timers_.Advance(absl::Seconds(5));
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(second.text, "w10 w11 w12 ");
  Call("");
  timers_.Advance(absl::Seconds(5));
  EXPECT_EQ(runs_, 3);
}

TEST_F(ServeSharedTest, WaitsForAReaderWhoIsSlow) {
  Caller& slow = Call("k", /*stream=*/true);
  slow.context->flow().Pause();
  Caller& quick = Call("k", /*stream=*/true);
  timers_.Advance(absl::Seconds(5));
  EXPECT_EQ(quick.ends, 1);
  EXPECT_EQ(slow.text, "");
  EXPECT_FALSE(slow.done);
  slow.context->flow().Resume();
  loop_.RunUntilIdle();
  EXPECT_EQ(slow.text, "w10 w11 w12 ");
  EXPECT_TRUE(slow.done);
}

TEST(SharesTest, IsForDeterministicRequestsAlone) {
  FakeLoop loop;
  FakeTimers timers(&loop);
  Random random(1);
  const Env env{
      .loop = &loop, .clock = &timers, .timers = &timers, .random = &random};
  v1::ChatRequest chat;
  v1::RoutingOptions options;
  options.set_join(true);
  RequestContext request(env, nullptr, chat, options, {});
  EXPECT_FALSE(SharedReplies::Shares(request));
  chat.set_temperature(0.5);
  EXPECT_FALSE(SharedReplies::Shares(request));
  chat.set_temperature(0);
  EXPECT_TRUE(SharedReplies::Shares(request));
  chat.clear_temperature();
  chat.set_seed(1);
  EXPECT_TRUE(SharedReplies::Shares(request));
  options.set_join(false);
  EXPECT_FALSE(SharedReplies::Shares(request));
  options.set_idempotency_key("k");
  EXPECT_TRUE(SharedReplies::Shares(request));
}

// However many keys there are at once.
TEST_F(ServeSharedTest, BoundsWhatAllRepliesTakeTogether) {
  Call("first", /*stream=*/true);
  timers_.Advance(absl::Seconds(10));
  loop_.RunUntilIdle();
  const size_t one = room_->bytes.load();
  room_->most_together = 6 * one;
  std::vector<Caller*> callers;
  for (int i = 0; i < 20; ++i) {
    callers.push_back(&Call(absl::StrCat("k", i), /*stream=*/true));
  }
  timers_.Advance(absl::Seconds(10));
  loop_.RunUntilIdle();
  int whole = 0;
  for (const Caller* caller : callers) {
    ASSERT_TRUE(caller->done);
    if (caller->status.ok()) {
      ++whole;
    } else {
      EXPECT_THAT(caller->status, HasReason(ErrorReason::kOverloaded));
    }
  }
  EXPECT_LT(whole, 20);
  EXPECT_GE(whole, 1);
  EXPECT_EQ(room_->bytes.load(), (1 + whole) * one) << "what failed is gone";

  room_->most_together = 1 << 20;
  Caller& later = Call("later", /*stream=*/true);
  timers_.Advance(absl::Seconds(10));
  loop_.RunUntilIdle();
  EXPECT_THAT(later.status, IsOk());
}

}  // namespace
}  // namespace aigateway

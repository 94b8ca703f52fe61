// The sixteen faults of the public scorecard, through the real server: its
// budget is two retries and one fallback target.
//
// Two profiles: the fast one divides its times by ten where the protocol lets
// us (not the waits that a header gives in seconds); the full one, with
// AIGATEWAY_SCORECARD=full, keeps them and takes some three minutes.

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/go_duration.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

constexpr int kWords = 60;

bool IsFull() {
  const char* const profile = std::getenv("AIGATEWAY_SCORECARD");
  return profile != nullptr && absl::string_view(profile) == "full";
}

// A time of the scorecard in this profile.
absl::Duration Time(absl::Duration time) { return IsFull() ? time : time / 10; }

std::vector<std::string> Words() {
  std::vector<std::string> words;
  for (int i = 0; i < kWords; ++i) {
    words.push_back(absl::StrCat(i == 0 ? "" : " ", "word", i));
  }
  return words;
}

std::string Text() {
  std::string text;
  for (const std::string& word : Words()) text += word;
  return text;
}

// The healthy answer, with usage, as far as the first `tokens`; all of it ends
// as it should.
UpstreamReply Healthy(int tokens = kWords) {
  UpstreamReply reply;
  reply.Send(SseHead());
  const std::vector<std::string> words = Words();
  for (int i = 0; i < tokens; ++i) {
    reply.Send(Chunk(SseEvent(DeltaJson(words[i]))));
  }
  if (tokens < kWords) return reply;
  return reply.Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent(UsageJson(7, kWords))))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
}

class ScorecardTest : public testing::Test {
 protected:
  void Start(const std::string& more = "", bool with_fallback = true) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat(
            "providers:\n", Instance("a", a_), Instance("b", b_),
            "targets:\n- virtual_key: a\n"
            "  retry: {attempts: 3, initial_backoff: 50ms}\n"
            "  timeouts: {first_token: ",
            FormatGoDuration(Time(absl::Seconds(5))),
            ", idle: ", FormatGoDuration(Time(absl::Seconds(10))),
            ", attempt: ", FormatGoDuration(Time(absl::Seconds(30))), "}\n",
            more, with_fallback ? "- virtual_key: b\n" : "",
            "strategy: {mode: fallback}\n")});
    b_.SetReply(Healthy());
  }

  Seen Call(v1::OnInterruption on_interruption = v1::ON_INTERRUPTION_FAIL) {
    v1::RouteStreamRequest request = StreamQ1();
    request.mutable_options()->set_on_interruption(on_interruption);
    return CallStream(*gateway_, request);
  }
  Seen Restart() { return Call(v1::ON_INTERRUPTION_RESTART); }

  void ExpectWhole(const Seen& seen) {
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    EXPECT_EQ(seen.text, Text());
    EXPECT_EQ(seen.ends, 1);
    EXPECT_THAT(seen.finishes, SizeIs(1));
    EXPECT_EQ(seen.end.usage().completion_tokens(), kWords);
  }
  void ExpectFrom(const Seen& seen, const std::string& target) {
    ExpectWhole(seen);
    EXPECT_EQ(seen.end.route().target(), target);
  }
  // Never a short answer as a success.
  void ExpectWholeOrError(const Seen& seen) {
    if (seen.status.ok()) return ExpectWhole(seen);
    EXPECT_TRUE(absl::StartsWith(Text(), seen.text)) << seen.text;
    EXPECT_THAT(seen.finishes, IsEmpty());
    EXPECT_EQ(seen.ends, 0);
  }

  FakeUpstream a_;
  FakeUpstream b_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(ScorecardTest, Fault01WaitsAsLongAsItIsTold) {
  Start();
  a_.SetReplies({Answer(429, "{}", {{"Retry-After", "2"}}), Healthy()});
  const Seen seen = Call();
  ExpectWhole(seen);
  if (a_.request_count() > 1) {
    EXPECT_GE(seen.took, absl::Seconds(1.8));
  }
  EXPECT_LE(a_.request_count(), 2u);
}

TEST_F(ScorecardTest, Fault01WaitsWithASingleTargetToo) {
  Start("", /*with_fallback=*/false);
  a_.SetReplies({Answer(429, "{}", {{"Retry-After", "2"}}), Healthy()});
  const Seen seen = Call();
  ExpectFrom(seen, "a");
  EXPECT_GE(seen.took, absl::Seconds(1.8));
  EXPECT_EQ(a_.request_count(), 2u);
}

TEST_F(ScorecardTest, Fault02GoesOnAfterAFewRefusals) {
  Start();
  a_.SetReply(Answer(429, "{}"));
  ExpectFrom(Call(), "b");
  EXPECT_LE(a_.request_count(), 4u);
}

TEST_F(ScorecardTest, Fault03TriesTheSameTargetAgain) {
  Start();
  a_.SetReplies({Answer(500, "{}"), Healthy()});
  ExpectFrom(Call(), "a");
  EXPECT_EQ(a_.request_count(), 2u);
}

TEST_F(ScorecardTest, Faults04And16NameTheTargetThatAnswered) {
  Start();
  a_.SetReply(Answer(503, "{}"));
  const Seen seen = Call();
  ExpectFrom(seen, "b");
  EXPECT_EQ(seen.end.model(), "m1");
  EXPECT_EQ(seen.end.usage().prompt_tokens(), 7);
  EXPECT_LE(a_.request_count(), 6u);
}

TEST_F(ScorecardTest, Fault05SurvivesAReset) {
  Start();
  a_.SetReplies({UpstreamReply().Reset(), Healthy()});
  ExpectWhole(Call());
}

TEST_F(ScorecardTest, Fault06LeavesASilentTargetAfterOneTry) {
  Start();
  a_.SetReply(UpstreamReply().Stall());
  const Seen seen = Call();
  ExpectFrom(seen, "b");
  EXPECT_EQ(a_.request_count(), 1u);
  EXPECT_LE(seen.took, Time(absl::Seconds(25)));
  EXPECT_TRUE(a_.WaitForClientClose().has_value());
}

TEST_F(ScorecardTest, Fault07IsNotHeldByHeadersAlone) {
  Start();
  a_.SetReply(UpstreamReply().Send(SseHead()).Stall());
  const Seen seen = Call();
  ExpectFrom(seen, "b");
  EXPECT_EQ(a_.request_count(), 1u);
  EXPECT_LE(seen.took, Time(absl::Seconds(15)));
}

TEST_F(ScorecardTest, Fault07WaitsForTheOnlyTarget) {
  Start("", /*with_fallback=*/false);
  UpstreamReply late;
  late.Send(SseHead()).Pause(Time(absl::Seconds(20)));
  for (const std::string& word : Words()) {
    late.Send(Chunk(SseEvent(DeltaJson(word))));
  }
  late.Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent(UsageJson(7, kWords))))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
  a_.SetReply(late);
  ExpectFrom(Call(), "a");
  EXPECT_EQ(a_.request_count(), 1u);
}

TEST_F(ScorecardTest, Fault08NeverTakesACutAnswerForAWholeOne) {
  Start();
  for (const bool clean : {true, false}) {
    a_.SetReply(clean ? Healthy(40).Send(LastChunk()).Close()
                      : Healthy(40).Close());
    const Seen failed = Call();
    EXPECT_FALSE(failed.status.ok());
    ExpectWholeOrError(failed);
    ExpectFrom(Restart(), "b");
    // The stand-in says the same from the first word on: matched and cut.
    const Seen continued = Call(v1::ON_INTERRUPTION_CONTINUE);
    ExpectFrom(continued, "b");
    ASSERT_THAT(continued.failovers, SizeIs(1));
    EXPECT_EQ(continued.failovers[0].mode(), v1::FAILOVER_MODE_CONTINUED);
  }
}

TEST_F(ScorecardTest, Fault09BoundsAStall) {
  Start();
  a_.SetReply(Healthy(20).Pause(Time(absl::Seconds(30))).Close());
  const Seen failed = Call();
  EXPECT_FALSE(failed.status.ok());
  EXPECT_LE(failed.took, Time(absl::Seconds(45)));
  ExpectWholeOrError(failed);
  ExpectFrom(Restart(), "b");
  a_.SetReply(Healthy());
  ExpectFrom(Call(), "a");
}

TEST_F(ScorecardTest, Fault10LeavesOutOneEventThatIsNoJson) {
  Start();
  UpstreamReply reply;
  reply.Send(SseHead());
  const std::vector<std::string> words = Words();
  for (int i = 0; i < kWords; ++i) {
    if (i == 30) reply.Send(Chunk("data: {\"choices\":[{\"delta\n\n"));
    reply.Send(Chunk(SseEvent(DeltaJson(words[i]))));
  }
  reply.Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent(UsageJson(7, kWords))))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
  a_.SetReply(reply);
  const Seen seen = Call();
  ExpectFrom(seen, "a");
  EXPECT_GE(seen.end.route().warnings_size(), 1);
}

TEST_F(ScorecardTest, Fault11EndsWithTheBodyWhereDoneIsMissing) {
  Start();
  UpstreamReply reply;
  reply.Send(SseHead());
  for (const std::string& word : Words()) {
    reply.Send(Chunk(SseEvent(DeltaJson(word))));
  }
  a_.SetReply(reply.Send(Chunk(SseEvent(FinishJson())))
                  .Send(Chunk(SseEvent(UsageJson(7, kWords))))
                  .Send(LastChunk()));
  const Seen seen = Call();
  ExpectFrom(seen, "a");
  EXPECT_LE(seen.took, absl::Seconds(0.9));
}

TEST_F(ScorecardTest, Fault12AsksTheTargetWithRoomOnce) {
  Start();
  a_.SetReply(Answer(
      400,
      R"({"error":{"message":"This model's maximum context length is 8192 )"
      R"(tokens.","type":"invalid_request_error",)"
      R"("code":"context_length_exceeded"}})"));
  ExpectFrom(Call(), "b");
  EXPECT_EQ(a_.request_count(), 1u);
}

TEST_F(ScorecardTest, Fault13GivesAPolicyRefusalToTheCaller) {
  Start();
  a_.SetReply(Answer(
      400, R"({"error":{"message":"Your request was rejected by our safety )"
           R"(system.","type":"invalid_request_error",)"
           R"("code":"content_policy_violation"}})"));
  const Seen seen = Call();
  EXPECT_EQ(seen.reason(), "CONTENT_FILTERED");
  EXPECT_THAT(seen.message(), HasSubstr("rejected by our safety system"));
  EXPECT_EQ(a_.request_count(), 1u);
  EXPECT_EQ(b_.request_count(), 0u);
}

TEST_F(ScorecardTest, Fault14NeverShowsTheRefusalOfAPrefill) {
  Start();
  a_.SetReply(Healthy(40).Close());
  b_.SetHandler([](const UpstreamRequest& request) {
    const bool prefilled = absl::StrContains(request.body, "\"assistant\"");
    return prefilled
               ? Answer(400, R"({"error":{"message":"This model does not )"
                             R"(support assistant message prefill.",)"
                             R"("type":"invalid_request_error"}})")
               : Healthy();
  });
  const Seen restarted = Restart();
  ExpectFrom(restarted, "b");
  ASSERT_THAT(restarted.failovers, SizeIs(1));
  EXPECT_EQ(restarted.failovers[0].mode(), v1::FAILOVER_MODE_RESTARTED);
  const Seen failed = Call(v1::ON_INTERRUPTION_CONTINUE);
  EXPECT_FALSE(failed.status.ok());
  EXPECT_THAT(failed.message(), testing::Not(HasSubstr("prefill")));
  ExpectWholeOrError(failed);
}

TEST_F(ScorecardTest, Fault15ComesBackToATargetThatRecovered) {
  // In the fast profile the requests follow one another at once.
  const absl::Duration pause =
      IsFull() ? absl::Seconds(4) : absl::ZeroDuration();
  Start(absl::StrCat("  circuit_breaker: {failure_threshold: 3, timeout: ",
                     FormatGoDuration(Time(absl::Seconds(10))), "}\n"));
  a_.SetReply(Answer(503, "{}"));
  for (int i = 0; i < 15; ++i) {
    ExpectFrom(Call(), "b");
    absl::SleepFor(pause);
  }
  // A minute's breaker of ten seconds lets a trial through now and then.
  EXPECT_LE(a_.request_count(), IsFull() ? 20u : 9u);
  const size_t sick = a_.request_count();
  a_.SetReply(Healthy());
  const absl::Time recovered = Clock::Real()->Now();
  std::string target;
  while (target != "a" &&
         Clock::Real()->Now() - recovered < Time(absl::Seconds(30))) {
    const Seen seen = Call();
    ExpectWhole(seen);
    target = seen.end.route().target();
    if (target != "a") absl::SleepFor(pause);
  }
  EXPECT_EQ(target, "a");
  EXPECT_GT(a_.request_count(), sick);
}

}  // namespace
}  // namespace aigateway

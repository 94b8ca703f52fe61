#include "gateway/core/transcript.h"

#include <string>

#include "gtest/gtest.h"

#include "tests/fakes/core_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class TranscriptTest : public testing::Test {
 protected:
  void Say(v1::Delta delta) { ASSERT_THAT(transcript_.OnDelta(delta), IsOk()); }
  void SayText(const std::string& text) {
    v1::Delta delta;
    delta.set_text(text);
    Say(delta);
  }

  RecordingSink sink_;
  Transcript transcript_{&sink_, /*keeps_text=*/true};
};

TEST_F(TranscriptTest, KeepsTheTextThatWasHandedOver) {
  EXPECT_FALSE(transcript_.begun());
  SayText("one ");
  SayText("two");
  EXPECT_TRUE(transcript_.begun());
  EXPECT_TRUE(transcript_.continuable());
  EXPECT_EQ(transcript_.text(), "one two");
  EXPECT_EQ(sink_.text, "one two");
}

TEST_F(TranscriptTest, IsNotToBeContinuedAfterAToolCall) {
  SayText("one ");
  v1::Delta delta;
  delta.add_tool_calls()->set_arguments("{");
  Say(delta);
  EXPECT_FALSE(transcript_.continuable());
}

TEST_F(TranscriptTest, IsNotToBeContinuedAfterReasoningThatMustBeSigned) {
  v1::Delta delta;
  delta.add_reasoning_blocks()->set_text("hm");
  Say(delta);
  SayText("one ");
  EXPECT_FALSE(transcript_.continuable());
}

TEST_F(TranscriptTest, IsNotToBeContinuedAfterASecondChoiceOrAFinish) {
  SayText("one ");
  v1::Finish finish;
  ASSERT_THAT(transcript_.OnFinish(finish), IsOk());
  EXPECT_FALSE(transcript_.continuable());

  Transcript other(&sink_, /*keeps_text=*/true);
  v1::Delta delta;
  delta.set_index(1);
  delta.set_text("x");
  ASSERT_THAT(other.OnDelta(delta), IsOk());
  EXPECT_FALSE(other.continuable());
}

TEST_F(TranscriptTest, ForgetsWhatCameBeforeARestart) {
  SayText("one ");
  v1::Delta delta;
  delta.add_tool_calls()->set_arguments("{");
  Say(delta);
  v1::Failover failover;
  failover.set_mode(v1::FAILOVER_MODE_RESTARTED);
  ASSERT_THAT(transcript_.OnFailover(failover), IsOk());
  SayText("anew");
  EXPECT_TRUE(transcript_.continuable());
  EXPECT_EQ(transcript_.text(), "anew");
}

TEST_F(TranscriptTest, KeepsNoMoreThanItsBound) {
  SayText(std::string(Transcript::kMaxText, 'x'));
  EXPECT_TRUE(transcript_.continuable());
  SayText("y");
  EXPECT_FALSE(transcript_.continuable());
  EXPECT_TRUE(transcript_.text().empty());
  EXPECT_LT(transcript_.text().capacity(), 100);
}

}  // namespace
}  // namespace aigateway

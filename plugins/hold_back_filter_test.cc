#include "plugins/hold_back_filter.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/fake_scanner.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::IsEmpty;

v1::Delta Text(const std::string& text, int index = 0) {
  v1::Delta delta;
  delta.set_index(index);
  delta.set_text(text);
  return delta;
}

v1::Delta Arguments(const std::string& arguments, int call = 0) {
  v1::Delta delta;
  v1::ToolCallDelta& piece = *delta.add_tool_calls();
  piece.set_index(call);
  piece.set_arguments(arguments);
  return delta;
}

v1::Delta End(HoldBackFilter& filter, int index = 0) {
  v1::Delta rest;
  rest.set_index(index);
  EXPECT_THAT(filter.OnChoiceEnd(rest), IsOk());
  EXPECT_EQ(rest.index(), index);
  return rest;
}

class HoldBackFilterTest : public testing::Test {
 protected:
  // What leaves of it.
  v1::Delta Pass(v1::Delta delta) {
    EXPECT_THAT(filter_.OnDelta(delta), IsOk());
    return delta;
  }

  FakeScanner scanner_{"secret", "[x]"};
  HoldBackFilter filter_{scanner_};
};

TEST_F(HoldBackFilterTest, KeepsChoicesApart) {
  EXPECT_EQ(Pass(Text("a sec", 0)).text(), "a ");
  EXPECT_EQ(Pass(Text("ret", 1)).text(), "ret");
  EXPECT_EQ(Pass(Text("ret", 0)).text(), "[x]");
  EXPECT_EQ(Pass(Text("sec", 1)).text(), "");
  EXPECT_EQ(End(filter_, 1).text(), "sec");
  EXPECT_EQ(End(filter_, 0).text(), "");
}

TEST_F(HoldBackFilterTest, KeepsKindsOfTextApart) {
  v1::Delta delta = Text("sec");
  delta.set_refusal("sec");
  delta.MergeFrom(Arguments("sec", 0));
  delta.MergeFrom(Arguments("sec", 1));
  const v1::Delta nothing = Pass(delta);
  EXPECT_EQ(nothing.text() + nothing.refusal(), "");
  EXPECT_THAT(nothing.tool_calls(), IsEmpty());

  // What comes between does not make two halves harmless.
  Pass(Arguments("ret", 1));
  const v1::Delta both = Pass(Text("ret"));
  EXPECT_EQ(both.text(), "[x]");
  ASSERT_EQ(both.tool_calls_size(), 1);
  EXPECT_EQ(both.tool_calls(0).index(), 1);
  EXPECT_EQ(both.tool_calls(0).arguments(), "[x]");

  const v1::Delta rest = End(filter_);
  EXPECT_EQ(rest.text(), "");
  EXPECT_EQ(rest.refusal(), "sec");
  ASSERT_EQ(rest.tool_calls_size(), 1);
  EXPECT_EQ(rest.tool_calls(0).index(), 0);
  EXPECT_EQ(rest.tool_calls(0).arguments(), "sec");
}

TEST_F(HoldBackFilterTest, LetsNoCallOvertakeText) {
  EXPECT_EQ(Pass(Text("so: se")).text(), "so: ");
  v1::Delta head = Arguments("{}");
  head.mutable_tool_calls(0)->set_id("call_1");
  EXPECT_THAT(Pass(head).tool_calls(), IsEmpty());
  EXPECT_THAT(Pass(Arguments("{", 1)).tool_calls(), IsEmpty());
  const v1::Delta more = Pass(Text("e"));
  EXPECT_EQ(more.text(), "see");
  ASSERT_EQ(more.tool_calls_size(), 2);
  EXPECT_EQ(more.tool_calls(0).id(), "call_1");
  EXPECT_EQ(more.tool_calls(1).arguments(), "{");

  Pass(Text("se"));
  Pass(Arguments("}", 1));
  const v1::Delta rest = End(filter_);
  EXPECT_EQ(rest.text(), "se");
  ASSERT_EQ(rest.tool_calls_size(), 1);
  EXPECT_EQ(rest.tool_calls(0).arguments(), "}");
}

TEST_F(HoldBackFilterTest, EndsReasoningWhereTextBegins) {
  v1::Delta thought;
  thought.set_reasoning("yes");
  EXPECT_EQ(Pass(thought).reasoning(), "ye");
  const v1::Delta answer = Pass(Text("Well"));
  EXPECT_EQ(answer.reasoning(), "s");
  EXPECT_EQ(answer.text(), "Well");
}

TEST_F(HoldBackFilterTest, LetsTheHeadOfACallOutAtOnce) {
  v1::Delta delta = Arguments("sec");
  delta.mutable_tool_calls(0)->set_id("call_1");
  delta.mutable_tool_calls(0)->set_name("f");
  const v1::Delta head = Pass(delta);
  ASSERT_EQ(head.tool_calls_size(), 1);
  EXPECT_EQ(head.tool_calls(0).name(), "f");
  EXPECT_EQ(head.tool_calls(0).arguments(), "");
  EXPECT_EQ(End(filter_).tool_calls(0).arguments(), "sec");
}

TEST_F(HoldBackFilterTest, RefusesANameOfACall) {
  v1::Delta delta = Arguments("{}");
  delta.mutable_tool_calls(0)->set_name("get_secret");
  EXPECT_THAT(filter_.OnDelta(delta),
              HasReason(ErrorReason::kGuardrailRejected));
}

TEST_F(HoldBackFilterTest, EndsTheTextBeforeAPart) {
  Pass(Text("a sec"));
  v1::Delta delta;
  delta.add_parts()->mutable_image()->set_url("https://x/y");
  const v1::Delta picture = Pass(delta);
  EXPECT_EQ(picture.text(), "sec");
  EXPECT_EQ(picture.parts_size(), 1);
  EXPECT_EQ(Pass(Text("ret")).text(), "ret");
}

TEST_F(HoldBackFilterTest, LeavesOutABlockThatIsNotToBeSeen) {
  v1::Delta delta;
  delta.add_reasoning_blocks()->set_text("my secret");
  delta.add_reasoning_blocks()->set_text("fine");
  const v1::Delta left = Pass(delta);
  ASSERT_EQ(left.reasoning_blocks_size(), 1);
  EXPECT_EQ(left.reasoning_blocks(0).text(), "fine");
}

TEST_F(HoldBackFilterTest, HoldsLogprobsWithTheirText) {
  v1::Delta delta = Text("a se");
  delta.mutable_logprobs()->add_content()->set_token("a");
  delta.mutable_logprobs()->add_content()->set_token(" se");
  const v1::Delta first = Pass(delta);
  EXPECT_EQ(first.text(), "a ");
  ASSERT_EQ(first.logprobs().content_size(), 1);
  EXPECT_EQ(first.logprobs().content(0).token(), "a");
  delta = Text("e");
  delta.mutable_logprobs()->add_content()->set_token("e");
  const v1::Delta more = Pass(delta);
  EXPECT_EQ(more.text(), "see");
  EXPECT_EQ(more.logprobs().content_size(), 2);
}

TEST_F(HoldBackFilterTest, HoldsLogprobsThatDoNotSpellTheText) {
  v1::Delta delta = Text("well, se");
  delta.mutable_logprobs()->add_content()->set_token("secret");
  EXPECT_FALSE(Pass(delta).has_logprobs());
  EXPECT_EQ(End(filter_).logprobs().content_size(), 1);
}

TEST_F(HoldBackFilterTest, DropsLogprobsOnceTheTextWasChanged) {
  v1::Delta delta = Text("sec");
  delta.mutable_logprobs()->add_content()->set_token("sec");
  Pass(delta);
  delta = Text("ret");
  delta.mutable_logprobs()->add_content()->set_token("ret");
  EXPECT_FALSE(Pass(delta).has_logprobs());
  EXPECT_FALSE(End(filter_).has_logprobs());
}

TEST_F(HoldBackFilterTest, BeginsAnewAfterARestart) {
  Pass(Text("sec"));
  filter_.OnRestart();
  EXPECT_EQ(Pass(Text("ret")).text(), "ret");
  EXPECT_EQ(End(filter_).text(), "");
}

TEST_F(HoldBackFilterTest, HasNothingForAChoiceThatItDoesNotKnow) {
  EXPECT_EQ(End(filter_, 3).ByteSizeLong(), Text("", 3).ByteSizeLong());
}

TEST(HoldBackFilterRefusalTest, LetsNotHalfAWordOutOfAnyKindOfText) {
  const FakeScanner scanner("secret");
  const std::string text = "a secret";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    for (int kind = 0; kind < 4; ++kind) {
      HoldBackFilter filter(scanner);
      std::string left;
      absl::Status status;
      for (const std::string& piece : {text.substr(0, cut), text.substr(cut)}) {
        v1::Delta delta;
        if (kind == 0) delta.set_text(piece);
        if (kind == 1) delta.set_reasoning(piece);
        if (kind == 2) delta.set_refusal(piece);
        if (kind == 3) delta = Arguments(piece);
        status = filter.OnDelta(delta);
        if (!status.ok()) break;
        left += delta.text() + delta.reasoning() + delta.refusal();
        if (!delta.tool_calls().empty()) {
          left += delta.tool_calls(0).arguments();
        }
      }
      EXPECT_THAT(status, HasReason(ErrorReason::kGuardrailRejected));
      EXPECT_TRUE(absl::StartsWith("a ", left)) << left;
    }
  }
}

}  // namespace
}  // namespace aigateway

#include "gateway/server/split_delta.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> TextsOf(const std::vector<v1::Delta>& pieces) {
  std::vector<std::string> texts;
  for (const v1::Delta& piece : pieces) texts.push_back(piece.text());
  return texts;
}

std::vector<std::string> SplitText(const std::string& text, size_t max_bytes) {
  v1::Delta delta;
  delta.set_text(text);
  return TextsOf(Split(delta, max_bytes));
}

TEST(SplitDeltaTest, IsLongCountsAllTexts) {
  v1::Delta delta;
  delta.set_text("ab");
  delta.set_reasoning("cd");
  delta.set_refusal("ef");
  delta.add_tool_calls()->set_arguments("gh");
  EXPECT_FALSE(IsLong(delta, 8));
  EXPECT_TRUE(IsLong(delta, 7));
}

TEST(SplitDeltaTest, CutsTextAtTheBound) {
  EXPECT_THAT(SplitText("abcdefg", 3), ElementsAre("abc", "def", "g"));
  EXPECT_THAT(SplitText("abc", 3), ElementsAre("abc"));
}

TEST(SplitDeltaTest, CutsBetweenCharacters) {
  EXPECT_THAT(SplitText("a\xC3\xA4\xC3\xB6z", 2),
              ElementsAre("a", "\xC3\xA4", "\xC3\xB6", "z"));
  EXPECT_THAT(SplitText("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 7), SizeIs(2));
}

TEST(SplitDeltaTest, EndsWhateverTheBytesAndTheBound) {
  std::string joined;
  for (const std::string& piece : SplitText(std::string(20, '\x80'), 3)) {
    EXPECT_FALSE(piece.empty());
    joined += piece;
  }
  EXPECT_EQ(joined, std::string(20, '\x80'));
  EXPECT_THAT(SplitText("abc", 1), ElementsAre("a", "b", "c"));
}

TEST(SplitDeltaTest, KeepsChoiceAndBeginsWithTheRole) {
  v1::Delta delta;
  delta.set_index(2);
  delta.set_role(v1::ROLE_ASSISTANT);
  delta.set_text("abcd");
  const auto pieces = Split(delta, 2);
  ASSERT_THAT(pieces, SizeIs(2));
  EXPECT_EQ(pieces[0].role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(pieces[1].role(), v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(pieces[1].index(), 2);
}

TEST(SplitDeltaTest, NamesAToolCallOnceAndCutsItsArguments) {
  v1::Delta delta;
  v1::ToolCallDelta* call = delta.add_tool_calls();
  call->set_index(1);
  call->set_id("id");
  call->set_name("name");
  call->set_arguments("abcde");
  delta.add_tool_calls()->set_name("without arguments");

  const auto pieces = Split(delta, 2);

  ASSERT_THAT(pieces, SizeIs(4));
  EXPECT_EQ(pieces[0].tool_calls(0).name(), "name");
  EXPECT_EQ(pieces[0].tool_calls(0).arguments(), "ab");
  EXPECT_EQ(pieces[1].tool_calls(0).name(), "");
  EXPECT_EQ(pieces[1].tool_calls(0).index(), 1);
  EXPECT_EQ(pieces[1].tool_calls(0).arguments(), "cd");
  EXPECT_EQ(pieces[2].tool_calls(0).arguments(), "e");
  EXPECT_EQ(pieces[3].tool_calls(0).name(), "without arguments");
}

TEST(SplitDeltaTest, PutsWhatIsNoTextLast) {
  v1::Delta delta;
  delta.set_text("abcd");
  delta.mutable_logprobs()->add_content()->set_token("abcd");
  delta.add_parts();

  const auto pieces = Split(delta, 3);

  ASSERT_THAT(pieces, SizeIs(3));
  EXPECT_FALSE(pieces[0].has_logprobs());
  EXPECT_EQ(pieces[2].text(), "");
  EXPECT_EQ(pieces[2].logprobs().content(0).token(), "abcd");
  EXPECT_THAT(pieces[2].parts(), SizeIs(1));
}

}  // namespace
}  // namespace aigateway

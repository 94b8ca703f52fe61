#include "providers/think_tags.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::Pair;

// The reasoning and the text of `whole`, given in pieces of `size` bytes.
std::pair<std::string, std::string> Split(absl::string_view whole,
                                          size_t size) {
  ThinkTags tags;
  std::string reasoning;
  std::string text;
  for (size_t at = 0; at < whole.size(); at += size) {
    tags.Add(whole.substr(at, size), &reasoning, &text);
  }
  tags.Flush(&reasoning, &text);
  return {reasoning, text};
}

void ExpectSplit(absl::string_view whole, absl::string_view reasoning,
                 absl::string_view text) {
  for (size_t size = 1; size <= whole.size(); ++size) {
    EXPECT_THAT(Split(whole, size),
                Pair(std::string(reasoning), std::string(text)))
        << size << " bytes at a time";
  }
}

TEST(ThinkTagsTest, TakesTheReasoningOutInPiecesOfAnySize) {
  ExpectSplit("<think>why not</think>yes", "why not", "yes");
}

TEST(ThinkTagsTest, DropsTheEmptyLinesAroundTheTags) {
  ExpectSplit("\n <think>a</think>\n\nb\n", "a", "b\n");
}

TEST(ThinkTagsTest, LeavesATagThatDoesNotBeginTheText) {
  ExpectSplit("see <think>a</think>", "", "see <think>a</think>");
}

TEST(ThinkTagsTest, LeavesASecondThoughtInTheText) {
  ExpectSplit("<think>a</think>b<think>c</think>", "a", "b<think>c</think>");
}

TEST(ThinkTagsTest, LeavesWhatOnlyLooksLikeATag) {
  ExpectSplit("<thinker>a", "", "<thinker>a");
  ExpectSplit("<thi", "", "<thi");
  ExpectSplit("<think>a</thin>b</think>c", "a</thin>b", "c");
}

TEST(ThinkTagsTest, TakesAThoughtThatNeverEndsForReasoning) {
  ExpectSplit("<think>on and on </thi", "on and on </thi", "");
}

TEST(ThinkTagsTest, TakesAnEmptyThoughtForNone) {
  ExpectSplit("<think></think>hello", "", "hello");
}

TEST(ThinkTagsTest, KeepsWhiteSpaceOfATextWithoutThought) {
  ExpectSplit("  hello", "", "  hello");
  ExpectSplit("   ", "", "   ");
}

TEST(ThinkTagsTest, HoldsBackOnlyWhatCouldBeginATag) {
  ThinkTags tags;
  std::string reasoning;
  std::string text;
  tags.Add("<think>abc</", &reasoning, &text);
  EXPECT_EQ(reasoning, "abc");
  tags.Add("b>", &reasoning, &text);
  EXPECT_EQ(reasoning, "abc</b>");
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace aigateway

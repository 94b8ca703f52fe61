#include "gateway/core/seam.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

#include "gateway/base/random.h"

namespace aigateway {
namespace {

// What is new in a stand-in's text that comes in pieces of `size` bytes;
// nullopt if it departed.
std::optional<std::string> Join(absl::string_view sent, absl::string_view text,
                                size_t size) {
  Seam seam(sent);
  std::string out;
  bool clear = false;
  for (size_t i = 0; i < text.size(); i += size) {
    const absl::string_view piece = text.substr(i, size);
    if (clear) {
      out.append(piece.data(), piece.size());
      continue;
    }
    const std::optional<std::string> fresh = seam.Feed(piece);
    if (seam.departed()) return std::nullopt;
    if (!fresh.has_value()) continue;
    out += *fresh;
    clear = true;
  }
  if (!clear) out += seam.Finish();
  if (seam.departed()) return std::nullopt;
  return std::string(sent) + out;
}

// In every cut the same.
std::optional<std::string> Join(absl::string_view sent,
                                absl::string_view text) {
  const std::optional<std::string> whole = Join(sent, text, text.size() + 1);
  for (size_t size = 1; size <= 7; ++size) {
    EXPECT_EQ(Join(sent, text, size), whole) << size;
  }
  return whole;
}

TEST(SeamTest, GoesOnWhereTheTextStopped) {
  EXPECT_EQ(Join("one two", " three four"), "one two three four");
  EXPECT_EQ(Join("one tw", "o three"), "one two three");
  EXPECT_EQ(Join("ban", "ana"), "banana");
}

TEST(SeamTest, DropsTheEndThatIsRepeated) {
  EXPECT_EQ(Join("the quick brown fox", "brown fox jumps"),
            "the quick brown fox jumps");
  EXPECT_EQ(Join("the quick brown", "brown fox"), "the quick brown fox");
  EXPECT_EQ(Join("the quick brown", " brown fox"), "the quick brown fox");
  EXPECT_EQ(Join("see the fox", "fox jumps"), "see the fox jumps");
}

TEST(SeamTest, KeepsAWordThatMayWellStandTwice) {
  EXPECT_EQ(Join("it is very", " very nice"), "it is very very nice");
  EXPECT_EQ(Join("{\n  {\n  }\n", "  }\n}\n"), "{\n  {\n  }\n  }\n}\n");
}

TEST(SeamTest, CutsAnAnswerThatBeginsAnew) {
  EXPECT_EQ(Join("one two three", "one two three four five"),
            "one two three four five");
  EXPECT_EQ(Join("one two three", "one two three"), "one two three");
}

TEST(SeamTest, GivesUpWhereANewAnswerDeparts) {
  EXPECT_EQ(Join("one two three four", "one two other"), std::nullopt);
  EXPECT_EQ(Join("one two three four", "one two three"), std::nullopt);
}

TEST(SeamTest, TakesOneCommonWordForChance) {
  EXPECT_EQ(Join("The cat sat. ", "The dog ran."), "The cat sat. The dog ran.");
}

TEST(SeamTest, SendsNoWhiteSpaceAtTheEndAndDoesNotDoubleIt) {
  EXPECT_EQ(Seam::PromptOf("Hello \n"), "Hello");
  EXPECT_EQ(Join("Hello ", " world"), "Hello world");
  EXPECT_EQ(Join("Hello ", "world"), "Hello world");
  EXPECT_EQ(Join("Line \n", " \n\nNext"), "Line \n\nNext");
  EXPECT_EQ(Join("Line\n", "\n\nNext"), "Line\n\nNext");
}

TEST(SeamTest, TakesAVeryShortBeginningForWhatItIs) {
  EXPECT_EQ(Join("1", "10"), "110");
}

TEST(SeamTest, EndsWithAStandInThatSaysNothing) {
  EXPECT_EQ(Join("done.", ""), "done.");
}

// Any text, cut anywhere, continued exactly, with an overlap of whole words, or
// anew: always the same text.
TEST(SeamTest, JoinsAnyCutOfATextOfDistinctWords) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "word" + std::to_string(i) + " ";
  Random random(7);
  for (size_t cut = 8; cut + 1 < text.size(); cut += 3) {
    const absl::string_view sent = absl::string_view(text).substr(0, cut);
    const absl::string_view rest = absl::string_view(text).substr(cut);
    EXPECT_EQ(Join(sent, rest), text) << cut;
    EXPECT_EQ(Join(sent, text), text) << cut;
    size_t back = cut - random.Next() % (cut - 7);
    while (back > 0 && text[back - 1] != ' ') --back;
    if (back == 0 || cut - back < 7) continue;
    EXPECT_EQ(Join(sent, absl::string_view(text).substr(back)), text) << cut;
  }
}

}  // namespace
}  // namespace aigateway

#include "providers/simulator_tokens.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/random.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SimulatorTokensTest, TakesWordsWithTheWhiteSpaceBeforeThem) {
  EXPECT_THAT(SplitSimulatorTokens("one two\n\n three "),
              ElementsAre("one", " two", "\n\n three", " "));
  EXPECT_THAT(SplitSimulatorTokens(""), IsEmpty());
  EXPECT_THAT(SplitSimulatorTokens("  "), ElementsAre("  "));
}

TEST(SimulatorTokensTest, CutsLongWordsBetweenCharacters) {
  EXPECT_THAT(SplitSimulatorTokens("0123456789abcdefXYZ"),
              ElementsAre("0123456789abcdef", "XYZ"));
  EXPECT_THAT(SplitSimulatorTokens("0123456789abcde\xC3\xAFz"),
              ElementsAre("0123456789abcde", "\xC3\xAFz"));
}

TEST(SimulatorTokensTest, LosesNothingWhateverTheBytes) {
  constexpr char kAlphabet[] = " \nab\xC3\xAF\x80\xF0\x9F\x98";
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t i = random.Next() % 60; i > 0; --i) {
      text.push_back(kAlphabet[random.Next() % (sizeof(kAlphabet) - 1)]);
    }
    const auto tokens = SplitSimulatorTokens(text);
    ASSERT_EQ(absl::StrJoin(tokens, ""), text) << absl::CEscape(text);
    ASSERT_EQ(CountSimulatorTokens(text), static_cast<int64_t>(tokens.size()));
    for (const absl::string_view token : tokens) ASSERT_FALSE(token.empty());
  }
}

// It would not end in a day if each token looked for the end of the word.
TEST(SimulatorTokensTest, CountsAWordOfMegabytesInOneGo) {
  constexpr int64_t kTokens = int64_t{1} << 20;
  EXPECT_EQ(
      CountSimulatorTokens(std::string(kTokens * kSimulatorTokenBytes, 'x')),
      kTokens);
}

}  // namespace
}  // namespace aigateway

#include "plugins/pattern_scanner.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

Pattern Denying(const std::string& pattern) {
  absl::StatusOr<std::unique_ptr<re2::RE2>> regex = CompilePattern(pattern);
  EXPECT_THAT(regex, IsOk());
  return {.name = "rule", .regex = *std::move(regex)};
}

Pattern Redacting(const std::string& pattern, const std::string& replacement,
                  int group = 0) {
  Pattern made = Denying(pattern);
  made.redacts = true;
  made.replacement = replacement;
  made.group = group;
  return made;
}

constexpr size_t kReach = 16;

template <typename... Patterns>
PatternScanner Scanner(Patterns... patterns) {
  std::vector<Pattern> list;
  (list.push_back(std::move(patterns)), ...);
  // The last five bytes may still change.
  return PatternScanner(
      std::move(list),
      [](absl::string_view text, size_t begin) {
        return text.size() < begin + 5 ? begin : text.size() - 5;
      },
      kReach);
}

std::string Redacted(const PatternScanner& scanner, const std::string& text) {
  const absl::StatusOr<Scan> scan = scanner.Look(text, 0, /*complete=*/true);
  EXPECT_THAT(scan, IsOk());
  EXPECT_EQ(scan->settled, text.size());
  std::string out;
  size_t at = 0;
  for (const Finding& finding : scan->findings) {
    out += text.substr(at, finding.begin - at) + finding.replacement;
    at = finding.end;
  }
  return out + text.substr(at);
}

TEST(CompilePatternTest, SaysWhatIsWrong) {
  EXPECT_THAT(
      CompilePattern("a(b"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("missing )")));
  EXPECT_THAT(CompilePattern("a*"), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("empty text")));
  EXPECT_THAT(CompilePattern("^"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CompilePattern("((a{100}){100}){100}"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PatternScannerTest, NamesThePatternThatRefuses) {
  const PatternScanner scanner = Scanner(Denying("b+d"));
  EXPECT_THAT(
      scanner.Look("a bbd", 0, true),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("(rule)")));
  EXPECT_THAT(scanner.Look("a bb", 0, true), IsOk());
}

TEST(PatternScannerTest, RedactsTheLeftmostAndThenTheFirstPattern) {
  const PatternScanner scanner =
      Scanner(Redacting("bc", "1"), Redacting("ab", "2"), Redacting("a", "3"));
  EXPECT_EQ(Redacted(scanner, "abc bc a"), "2c 1 3");
}

TEST(PatternScannerTest, RedactsAGroupAlone) {
  EXPECT_EQ(Redacted(Scanner(Redacting("id=([0-9]+)", "#", 1)), "id=12 id=3"),
            "id=# id=#");
}

TEST(PatternScannerTest, RefusesWhatAnotherPatternWouldRedact) {
  EXPECT_THAT(Scanner(Redacting("ab", ""), Denying("bc")).Look("abc", 0, true),
              HasReason(ErrorReason::kGuardrailRejected));
}

TEST(PatternScannerTest, SettlesNoMatchThatCouldChange) {
  const PatternScanner scanner = Scanner(Redacting("ab+", "x"));
  absl::StatusOr<Scan> scan = scanner.Look("0123456789ab", 0, false);
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->settled, 7);
  // It ends in what may change: all of it stays.
  scan = scanner.Look("01abbbbbb89", 0, false);
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->settled, 2);
  EXPECT_TRUE(scan->findings.empty());
  scan = scanner.Look("01abb4567890", 0, false);
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->settled, 7);
  EXPECT_EQ(scan->findings.size(), 1);
}

TEST(PatternScannerTest, SeesWhatStandsBeforeTheBeginning) {
  const PatternScanner scanner = Scanner(Denying(R"(\bcat)"), Denying("^dog"));
  EXPECT_THAT(scanner.Look("bobcat", 3, true), IsOk());
  EXPECT_THAT(scanner.Look("bob cat", 4, true),
              HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(scanner.Look("a dog", 2, true), IsOk());
}

TEST(PatternScannerTest, AsksHowMuchOfAMatchCounts) {
  Pattern pattern = Redacting("[0-9]+x?", "#");
  pattern.counted = [](absl::string_view text, size_t begin, size_t end) {
    if (text[end - 1] == 'x') --end;
    return end - begin == 3 ? end : begin;
  };
  EXPECT_EQ(Redacted(Scanner(std::move(pattern)), "12 345 6789 012x"),
            "12 # 6789 #x");
}

TEST(PatternScannerTest, LooksWithinWhatDoesNotCount) {
  Pattern pattern = Redacting("[0-9] [0-9]", "#");
  pattern.counted = [](absl::string_view text, size_t begin, size_t end) {
    return text[begin] == '2' ? end : begin;
  };
  pattern.looks_within = true;
  EXPECT_EQ(Redacted(Scanner(std::move(pattern)), "1 2 3"), "1 #");
}

// Each "foo" would otherwise be followed to the end of the text: some minutes.
TEST(PatternScannerTest, ReadsNotAllOfTheTextForEachMatch) {
  const PatternScanner scanner = Scanner(Redacting("foo(?s:.*bar)?", "x"));
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "foo";
  EXPECT_EQ(Redacted(scanner, text), std::string(300'000, 'x'));
  EXPECT_EQ(Redacted(scanner, "a foo to bar b"), "a x b");
}

TEST(PatternScannerTest, FindsAMatchThatIsLongerThanItsReach) {
  const std::string body(5'000, 'b');
  EXPECT_EQ(Redacted(Scanner(Redacting("ab+", "x")), body + "a" + body + "c"),
            body + "xc");
  EXPECT_EQ(Redacted(Scanner(Redacting("ab+c", "x")), body + "a" + body + "c"),
            body + "x");
}

}  // namespace
}  // namespace aigateway

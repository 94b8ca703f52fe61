#include "plugins/text_pass.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "tests/fakes/fake_scanner.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::Optional;

// What leaves, a string for each piece and one for the end; a refusal ends it.
struct Left {
  std::vector<std::string> pieces;
  std::string joined;
  absl::Status status;
};

Left Through(TextPass pass, const std::vector<std::string>& pieces) {
  Left left;
  for (size_t i = 0; i <= pieces.size() && left.status.ok(); ++i) {
    std::string piece = i < pieces.size() ? pieces[i] : "";
    left.status = pass.Pass(piece, /*complete=*/i == pieces.size());
    if (!left.status.ok()) break;
    left.joined += piece;
    left.pieces.push_back(piece);
  }
  return left;
}

std::vector<std::string> Bytes(absl::string_view text) {
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  return bytes;
}

TEST(TextPassTest, HoldsOnlyWhatCouldBeTheBeginning) {
  const FakeScanner scanner("secret");
  const Left left =
      Through(TextPass(scanner, TextForm::kPlain), {"no se", "e, a sec", "t"});
  EXPECT_THAT(left.pieces, testing::ElementsAre("no ", "see, a ", "sect", ""));
}

TEST(TextPassTest, LetsNothingOfAMatchOutWhereverItIsCut) {
  const FakeScanner scanner("secret");
  const std::string text = "a secret";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const Left left = Through(TextPass(scanner, TextForm::kPlain),
                              {text.substr(0, cut), text.substr(cut)});
    EXPECT_THAT(left.status, HasReason(ErrorReason::kGuardrailRejected));
    EXPECT_TRUE(absl::StartsWith("a ", left.joined)) << left.joined;
  }
  const Left left =
      Through(TextPass(scanner, TextForm::kPlain), Bytes("a secret"));
  EXPECT_EQ(left.joined, "a ");
}

TEST(TextPassTest, ReplacesWhereverItIsCut) {
  const FakeScanner scanner("secret", "[x]");
  const std::string text = "a secret and secrets";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Through(TextPass(scanner, TextForm::kPlain),
                      {text.substr(0, cut), text.substr(cut)})
                  .joined,
              "a [x] and [x]s");
  }
}

TEST(TextPassTest, LetsCharactersOutWhole) {
  const FakeScanner scanner("secret");
  const std::string text = "aé€😀";
  const Left left = Through(TextPass(scanner, TextForm::kPlain), Bytes(text));
  EXPECT_EQ(left.joined, text);
  for (const std::string& piece : left.pieces) EXPECT_TRUE(IsValidUtf8(piece));
  EXPECT_EQ(left.pieces[2], "é");
}

TEST(TextPassTest, FindsInJsonWhatIsSpelledWithEscapes) {
  const FakeScanner scanner("secret", "a \"x\"");
  const std::string json = R"({"k":"the s\u0065cret\n"})";
  const std::string expected = R"({"k":"the a \"x\"\n"})";
  for (size_t cut = 0; cut <= json.size(); ++cut) {
    EXPECT_EQ(Through(TextPass(scanner, TextForm::kJson),
                      {json.substr(0, cut), json.substr(cut)})
                  .joined,
              expected)
        << cut;
  }
  EXPECT_EQ(Through(TextPass(scanner, TextForm::kJson), Bytes(json)).joined,
            expected);
  EXPECT_THAT(PassWhole(scanner, TextForm::kJson, json),
              IsOkAndHolds(Optional(expected)));
}

TEST(TextPassTest, LeavesOtherJsonByteForByte) {
  const FakeScanner scanner("secret");
  const std::string json = R"({"k":"sé\u00e9 \ud83d\ude00 C:\\d\/ \ud83d"})";
  EXPECT_EQ(Through(TextPass(scanner, TextForm::kJson), Bytes(json)).joined,
            json);
  EXPECT_THAT(PassWhole(scanner, TextForm::kJson, json),
              IsOkAndHolds(testing::Eq(std::nullopt)));
}

TEST(TextPassTest, DoesNotBreakJson) {
  const FakeScanner scanner(R"("k":"v")", "x");
  EXPECT_THAT(PassWhole(scanner, TextForm::kJson, R"({"k":"v"})"),
              HasReason(ErrorReason::kGuardrailRejected));
  // What was none before cannot be broken.
  EXPECT_THAT(PassWhole(scanner, TextForm::kJson, R"({"k":"v")"),
              IsOkAndHolds(Optional(std::string("{x"))));
}

TEST(TextPassTest, RefusesWhatItWouldHaveToHoldForTooLong) {
  const FakeScanner scanner(std::string(20000, 's'));
  EXPECT_EQ(Through(TextPass(scanner, TextForm::kPlain),
                    {std::string(16 * 1024, 's')})
                .joined.size(),
            16 * 1024);
  const Left left = Through(TextPass(scanner, TextForm::kPlain),
                            {std::string(16 * 1024 + 1, 's')});
  EXPECT_THAT(left.status, HasReason(ErrorReason::kGuardrailRejected));
}

}  // namespace
}  // namespace aigateway

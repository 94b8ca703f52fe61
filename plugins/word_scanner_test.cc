#include "plugins/word_scanner.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "plugins/text_pass.h"
#include "plugins/text_places.h"
#include "tests/fakes/text_cuts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

std::unique_ptr<WordScanner> Scanner(const std::vector<std::string>& words,
                                     WordScanner::Options options = {}) {
  absl::StatusOr<std::unique_ptr<WordScanner>> scanner =
      WordScanner::Create(words, options);
  EXPECT_THAT(scanner, IsOk());
  return *std::move(scanner);
}

bool Refuses(const WordScanner& scanner, const std::string& text) {
  const absl::Status status =
      PassWhole(scanner, TextForm::kPlain, text).status();
  if (!status.ok()) {
    EXPECT_THAT(status, HasReason(ErrorReason::kGuardrailRejected));
  }
  return !status.ok();
}

// What leaves of `pieces`, and whether it ended with a refusal.
struct Left {
  std::string text;
  bool refused = false;
};

Left Through(const WordScanner& scanner,
             const std::vector<std::string>& pieces) {
  TextPass pass(scanner, TextForm::kPlain);
  Left left;
  for (size_t i = 0; i <= pieces.size(); ++i) {
    std::string piece = i < pieces.size() ? pieces[i] : "";
    const absl::Status status = pass.Pass(piece, i == pieces.size());
    left.text += piece;
    if (!status.ok()) {
      left.refused = true;
      break;
    }
  }
  return left;
}

TEST(WordScannerTest, FindsWordsInEveryForm) {
  const auto scanner = Scanner({"котик", "élan", "Secret", "Straße"});
  for (const char* text :
       {"КОТИК", "мой Котик!", "ÉLAN", "E\u0301lan", "SECRET", "ｓｅｃｒｅｔ",
        "secretary", "s\u00ADecret", "STRASSE", "strasse"}) {
    EXPECT_TRUE(Refuses(*scanner, text)) << text;
  }
  for (const char* text : {"kotik", "elan", "se cret", "Strase", ""}) {
    EXPECT_FALSE(Refuses(*scanner, text)) << text;
  }
}

TEST(WordScannerTest, MindsCaseIfAskedTo) {
  const auto scanner = Scanner({"котик", "secret"}, {.case_sensitive = true});
  EXPECT_TRUE(Refuses(*scanner, "котик"));
  EXPECT_FALSE(Refuses(*scanner, "КОТИК"));
  EXPECT_FALSE(Refuses(*scanner, "SECRET"));
}

TEST(WordScannerTest, FindsWholeWordsOnlyIfAskedTo) {
  const auto scanner =
      Scanner({"ass", "can", "кот", "two words", "c++"}, {.whole_words = true});
  for (const char* text :
       {"ass", "an ass.", "ASS!", "(can)", "кот, Кот", "Two words", "c++"}) {
    EXPECT_TRUE(Refuses(*scanner, text)) << text;
  }
  for (const char* text :
       {"assess", "class", "can't", "котик", "скот", "two wordsmiths"}) {
    EXPECT_FALSE(Refuses(*scanner, text)) << text;
  }
}

TEST(WordScannerTest, LetsNothingOfAWordOutHoweverItIsCut) {
  for (const bool whole_words : {false, true}) {
    const auto scanner = Scanner({"котик", "élan", "secret", "fish"},
                                 {.whole_words = whole_words});
    for (const char* word : {"secret", "КОТИК", "É\u004Can", "E\u0301lan",
                             "s\u00ADecret", "ﬁsh"}) {
      const std::string before = "Ну: ";
      const std::string text = before + word + " and more";
      for (const auto& pieces : Cuts(text)) {
        const Left left = Through(*scanner, pieces);
        EXPECT_TRUE(left.refused) << word;
        EXPECT_TRUE(absl::StartsWith(before, left.text)) << left.text;
      }
    }
  }
}

TEST(WordScannerTest, LetsAllElseOutHoweverItIsCut) {
  for (const bool whole_words : {false, true}) {
    const auto scanner = Scanner({"котик", "élan", "secret", "ass"},
                                 {.whole_words = whole_words});
    const std::string text =
        "secre, кот ко elan e\u0302lan É\u0301 se\u00AD as 😀 sec";
    for (const auto& pieces : Cuts(text)) {
      const Left left = Through(*scanner, pieces);
      EXPECT_FALSE(left.refused);
      EXPECT_EQ(left.text, text);
    }
  }
}

TEST(WordScannerTest, WaitsForTheEndOfAWord) {
  const auto scanner = Scanner({"ass", "can"}, {.whole_words = true});
  const std::string text = "a class, to assess; I can't";
  for (const auto& pieces : Cuts(text)) {
    const Left left = Through(*scanner, pieces);
    EXPECT_FALSE(left.refused);
    EXPECT_EQ(left.text, text);
  }
  for (const auto& pieces : Cuts("you can")) {
    const Left left = Through(*scanner, pieces);
    EXPECT_TRUE(left.refused);
    EXPECT_TRUE(absl::StartsWith("you ", left.text)) << left.text;
  }
}

TEST(WordScannerTest, HoldsNoMoreThanItMust) {
  const auto scanner = Scanner({"secret"});
  TextPass pass(*scanner, TextForm::kPlain);
  std::string piece = "Hello there, ";
  EXPECT_THAT(pass.Pass(piece, false), IsOk());
  // The last character may still combine with what follows.
  EXPECT_EQ(piece, "Hello there,");
}

}  // namespace
}  // namespace aigateway

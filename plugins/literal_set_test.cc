#include "plugins/literal_set.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::unique_ptr<LiteralSet> Set(std::vector<std::string> literals) {
  absl::StatusOr<std::unique_ptr<LiteralSet>> set =
      LiteralSet::Create(std::move(literals));
  EXPECT_THAT(set, IsOk());
  return *std::move(set);
}

std::vector<std::string> FoundIn(LiteralSet& set, const std::string& text) {
  std::vector<std::string> found;
  EXPECT_THAT(set.Find(text,
                       [&](size_t begin, size_t end) {
                         found.push_back(text.substr(begin, end - begin));
                         return true;
                       }),
              IsOk());
  return found;
}

TEST(LiteralSetTest, FindsEveryOccurrenceOfEveryLiteral) {
  const auto set = Set({"she", "he", "hers", "he"});
  EXPECT_THAT(FoundIn(*set, "ushers, he"),
              UnorderedElementsAre("she", "he", "hers", "he"));
  EXPECT_THAT(FoundIn(*set, "nobody"), IsEmpty());
  EXPECT_THAT(FoundIn(*set, ""), IsEmpty());
}

TEST(LiteralSetTest, StopsWhenItIsToldTo) {
  const auto set = Set({"a"});
  int found = 0;
  EXPECT_THAT(set->Find("aaaa",
                        [&](size_t, size_t) {
                          ++found;
                          return false;
                        }),
              IsOk());
  EXPECT_EQ(found, 1);
}

TEST(LiteralSetTest, TakesBytesLiterally) {
  const auto set = Set({"a.c", std::string("x\0y", 3), "котик", "(", "\\d"});
  EXPECT_THAT(FoundIn(*set, "abc a.c ("), UnorderedElementsAre("a.c", "("));
  EXPECT_THAT(FoundIn(*set, std::string("x\0y", 3)),
              UnorderedElementsAre(std::string("x\0y", 3)));
  EXPECT_THAT(FoundIn(*set, "мой котик 1"), UnorderedElementsAre("котик"));
}

TEST(LiteralSetTest, FindsOneOfTenThousand) {
  std::vector<std::string> literals;
  for (int i = 0; i < 10000; ++i)
    literals.push_back(absl::StrCat("word", i, "."));
  const auto set = Set(literals);
  EXPECT_THAT(FoundIn(*set, "a word1234. and word12345."),
              UnorderedElementsAre("word1234."));
}

TEST(LiteralSetTest, KnowsWhereOneCouldBegin) {
  const auto set = Set({"secret", "cretin", "x"});
  EXPECT_EQ(set->OpenEnd("a sec"), 2);
  EXPECT_EQ(set->OpenEnd("a secre"), 2);
  EXPECT_EQ(set->OpenEnd("a see"), 5);
  EXPECT_EQ(set->OpenEnd("xcret"), 1);
  EXPECT_EQ(set->OpenEnd("x"), 1);  // Whole, and no longer one begins so.
  EXPECT_EQ(set->OpenEnd("ss"), 1);
  EXPECT_EQ(set->OpenEnd(""), 0);
  // The same literal, of which a longer one is known.
  EXPECT_EQ(Set({"a", "ab"})->OpenEnd("a"), 0);
}

}  // namespace
}  // namespace aigateway

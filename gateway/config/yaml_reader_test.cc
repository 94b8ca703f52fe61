#include "gateway/config/yaml_reader.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A tree in one line: texts in quotes if they were, null as a dash.
std::string Show(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "-";
    case YamlNode::Kind::kScalar:
      return node.quoted ? absl::StrCat("'", node.text, "'") : node.text;
    case YamlNode::Kind::kSequence: {
      std::vector<std::string> items;
      for (const YamlNode* item : node.items) items.push_back(Show(*item));
      return absl::StrCat("[", absl::StrJoin(items, ","), "]");
    }
    case YamlNode::Kind::kMapping: {
      std::vector<std::string> members;
      for (const YamlNode::Member& member : node.members) {
        members.push_back(absl::StrCat(member.key, ":", Show(*member.value)));
      }
      return absl::StrCat("{", absl::StrJoin(members, ","), "}");
    }
  }
  return "?";
}

std::string Read(absl::string_view text) {
  Faults faults("f");
  const auto document = ReadYaml(text, faults);
  EXPECT_THAT(FaultsIn(faults.ToStatus()), IsEmpty());
  return document == nullptr ? "nothing" : Show(document->root());
}

std::vector<std::string> FaultsOfText(absl::string_view text) {
  Faults faults("f");
  ReadYaml(text, faults);
  return FaultsIn(faults.ToStatus());
}

TEST(ReadYamlTest, ReadsMappingsListsAndScalarsInOrder) {
  EXPECT_EQ(Read("b: 1\na:\n  - x\n  - {y: z}\n"), "{b:1,a:[x,{y:z}]}");
}

TEST(ReadYamlTest, ReadsJsonToTheSameTree) {
  EXPECT_EQ(Read(R"({"b": 1, "a": ["x", {"y": "z"}], "n": null})"),
            "{b:1,a:['x',{y:'z'}],n:-}");
  EXPECT_EQ(Read("{\n\t\"a\":\t[\n1,\n2\n]\n}\n"), "{a:[1,2]}");
}

TEST(ReadYamlTest, DecodesTheEscapesOfJson) {
  EXPECT_EQ(Read(R"({"a": "\"\\\/\b\f\n\r\t\u00fc\ud83d\ude00"})"),
            "{a:'\"\\/\b\f\n\r\tü😀'}");
}

TEST(ReadYamlTest, KeepsTheTextOfEveryScalar) {
  EXPECT_EQ(Read("[0010, on, 1e400, 0x1F, .inf, 2024-01-01, 1_000, No]"),
            "[0010,on,1e400,0x1F,.inf,2024-01-01,1_000,No]");
}

TEST(ReadYamlTest, TellsQuotedTextsFromPlainOnes) {
  EXPECT_EQ(Read("['1', \"2\", 3, !!str 4, !!int \"5\", ! 6]"),
            "['1','2',3,'4',5,'6']");
  EXPECT_EQ(Read("a: |\n  x\n  y\nb: >-\n  p\n  q\n"), "{a:'x\ny\n',b:'p q'}");
}

TEST(ReadYamlTest, TakesOnlyPlainNullsForNull) {
  EXPECT_EQ(Read("[~, null, Null, NULL, '', \"null\", nUll, '~']"),
            "[-,-,-,-,'','null',nUll,'~']");
  EXPECT_EQ(Read("a:\nb: ~\n"), "{a:-,b:-}");
}

TEST(ReadYamlTest, KnowsThePlaceOfEveryValue) {
  Faults faults("f");
  const auto document = ReadYaml("a: 1\nüx:\n  - \"é\": {b: c}\n", faults);
  ASSERT_NE(document, nullptr);
  const YamlNode& root = document->root();
  EXPECT_EQ(root.members[0].value->place, (Place{1, 4}));
  EXPECT_EQ(root.members[1].key_place, (Place{2, 1}));
  const YamlNode& item = *root.members[1].value->items[0];
  EXPECT_EQ(item.members[0].key_place, (Place{3, 5}));
  // In characters, not in bytes.
  EXPECT_EQ(item.members[0].value->members[0].value->place, (Place{3, 14}));
}

TEST(ReadYamlTest, ReadsTextsWithAnyLineEndsAndAByteOrderMark) {
  EXPECT_EQ(Read("\xef\xbb\xbf"
                 "a: 1\r\nb:\r\n- x\r\n"),
            "{a:1,b:[x]}");
  EXPECT_EQ(Read("a: 1\rb: 2\r"), "{a:1,b:2}");
}

TEST(ReadYamlTest, SharesWhatAnAliasStandsFor) {
  Faults faults("f");
  const auto document =
      ReadYaml("x: &r {attempts: 3}\ny: *r\nk: &t v\nz: [*t, *r]", faults);
  ASSERT_NE(document, nullptr);
  EXPECT_EQ(Show(document->root()),
            "{x:{attempts:3},y:{attempts:3},k:v,z:[v,{attempts:3}]}");
  EXPECT_EQ(document->root().members[0].value,
            document->root().members[1].value);
}

TEST(ReadYamlTest, LetsAnAnchorBeGivenAgain) {
  EXPECT_EQ(Read("[&a 1, *a, &a 2, *a, &b {c: d}, *b, &n ~, *n]"),
            "[1,1,2,2,{c:d},{c:d},-,-]");
}

TEST(ReadYamlTest, TakesAnAnchorOnAKey) {
  EXPECT_EQ(Read("&k a: 1\nb: *k\n"), "{a:1,b:a}");
}

// Case 039.
TEST(ReadYamlTest, RefusesAKeyTwiceWithBothLines) {
  EXPECT_THAT(
      FaultsOfText("targets:\n  - retry: {attempts: 1}\n"
                   "    retry: {attempts: 5}\n"),
      ElementsAre("targets[0].retry: 3:5: the key 'retry' stands here again, "
                  "first in line 2: keep one"));
  EXPECT_THAT(FaultsOfText("strategy: a\nb: c\nstrategy: d\n"),
              ElementsAre(HasSubstr("strategy: 3:1: the key 'strategy'")));
  EXPECT_THAT(FaultsOfText(R"({"a": 1, "a": 2})"),
              ElementsAre(HasSubstr("a: 1:10: the key 'a'")));
  EXPECT_THAT(FaultsOfText("{a: 1, 'a': 2, \"\\x61\": 3}"),
              ElementsAre(HasSubstr("1:8"), HasSubstr("1:16")));
}

// Case 039.
TEST(ReadYamlTest, RefusesAMergeKeyByName) {
  EXPECT_THAT(FaultsOfText("base: &base {retry: x}\ntargets:\n"
                           "  - virtual_key: a\n    <<: *base\n"),
              ElementsAre(AllOf(HasSubstr("targets[0][\"<<\"]: 4:5"),
                                HasSubstr("('<<') are not read"))));
}

TEST(ReadYamlTest, TakesAQuotedMergeKeyForAKey) {
  EXPECT_EQ(Read("'<<': 1"), "{<<:1}");
}

TEST(ReadYamlTest, ReportsEveryBadKeyAndGoesOn) {
  EXPECT_THAT(FaultsOfText("a: 1\na: 2\n<<: 3\n~: 4\n? [x]\n: 5\nb: 6\nb: 7\n"),
              ElementsAre(HasSubstr("2:1"), HasSubstr("3:1"), HasSubstr("4:1"),
                          HasSubstr("5:3"), HasSubstr("8:1")));
}

TEST(ReadYamlTest, RefusesKeysThatAreNoTexts) {
  for (const char* text :
       {"{~: 1}", "{: 1}", "? [a, {b: c}]\n: 1", "? {a: b}\n: 1",
        "x: &a k\n*a : 1", "{a: 1, , b: 2}"}) {
    EXPECT_THAT(FaultsOfText(text),
                ElementsAre(HasSubstr("a key must be a text")))
        << text;
  }
}

TEST(ReadYamlTest, RefusesTagsThatItDoesNotKnow) {
  for (const char* text :
       {"a: !!binary aGk=", "a: !mine {}", "a: !!set {}", "a: !!seq {}",
        "a: !!map []", "a: !!timestamp 2024-01-01", "a: !<tag:x> y"}) {
    EXPECT_THAT(FaultsOfText(text),
                ElementsAre(AllOf(HasSubstr("the tag '"),
                                  HasSubstr("is not known here"))))
        << text;
  }
  EXPECT_EQ(Read("a: !!map {}\nb: !!seq []"), "{a:{},b:[]}");
}

TEST(ReadYamlTest, RefusesASecondDocument) {
  EXPECT_THAT(FaultsOfText("a: 1\n---\nb: 2\n"),
              ElementsAre(": 2:1: a second document begins here: a "
                          "configuration is one"));
  EXPECT_THAT(FaultsOfText("{a: 1}\n{b: 2}\n"), ElementsAre(HasSubstr(": 2:")));
}

TEST(ReadYamlTest, TakesADocumentBetweenItsMarks) {
  EXPECT_EQ(Read("%YAML 1.2\n---\na: 1\n...\n"), "{a:1}");
}

TEST(ReadYamlTest, RefusesATextWithNothingInIt) {
  for (const char* text : {"", " \n \n", "# only a comment\n"}) {
    EXPECT_THAT(FaultsOfText(text), ElementsAre(HasSubstr("is empty")));
  }
}

TEST(ReadYamlTest, SaysWhereTheTextIsNoYaml) {
  EXPECT_THAT(FaultsOfText("a: 1\nb: c: d\n"),
              ElementsAre(HasSubstr(": 2:5: a ':' cannot stand here")));
  EXPECT_THAT(FaultsOfText("a: [1, 2\nb: 3\n"),
              ElementsAre(HasSubstr("a '[' is not closed")));
  EXPECT_THAT(FaultsOfText("a: {b: 1\n"),
              ElementsAre(HasSubstr("a '{' is not closed")));
  EXPECT_THAT(FaultsOfText("a: \"x\n"),
              ElementsAre(HasSubstr("a quote is not closed")));
  EXPECT_THAT(FaultsOfText("a:\n  b: 1\n c: 2\n"),
              ElementsAre(HasSubstr(": 3:")));
  EXPECT_THAT(FaultsOfText("a: *nobody\n"),
              ElementsAre(HasSubstr("a: 1:4: no anchor has this name")));
  EXPECT_THAT(FaultsOfText("a: @x\n"),
              ElementsAre(HasSubstr("a text cannot begin with this")));
  EXPECT_THAT(FaultsOfText("a: \"\\ud83d\"\n"),
              ElementsAre(HasSubstr("an escape that stands for no character")));
}

// yaml-cpp 0.7 takes the end of the text for the quote's, and a file that was
// cut short for a whole one.
TEST(ReadYamlTest, RefusesAQuoteThatTheEndOfTheTextCutsShort) {
  for (const char* text : {"a: \"x\n", "a: 'x\n", "a: \"x\n\n\n", "a: \"x",
                           "a: &b \"x\n", "\"a\n", "a: \"x\n  y\n"}) {
    EXPECT_THAT(FaultsOfText(text),
                ElementsAre(HasSubstr("a quote is not closed")))
        << text;
  }
}

TEST(ReadYamlTest, ReadsATextThatEndsInAnyScalar) {
  EXPECT_EQ(Read("a: |\n  x\n  y"), "{a:'x\ny\n'}");
  EXPECT_EQ(Read("a: |+\n  x\n\n"), "{a:'x\n\n'}");
  EXPECT_EQ(Read("a: >-\n  x\n"), "{a:'x'}");
  EXPECT_EQ(Read("a: x\n  y\n"), "{a:x y}");
  EXPECT_EQ(Read("a: x"), "{a:x}");
  EXPECT_EQ(Read("a: \"x\""), "{a:'x'}");
  EXPECT_EQ(Read("a: x # c"), "{a:x}");
}

TEST(ReadYamlTest, HintsAtQuotesForAVariableInsideBrackets) {
  EXPECT_THAT(FaultsOfText("a: {key: ${KEY}}\n"),
              Contains(HasSubstr("a variable stands in quotes: \"${NAME}\"")));
  EXPECT_EQ(Read("a: ${KEY}\nb: {c: \"${KEY}\"}"), "{a:${KEY},b:{c:'${KEY}'}}");
}

TEST(ReadYamlTest, RefusesAZeroByteThatAnEscapeMakes) {
  EXPECT_THAT(FaultsOfText("a: \"x\\0y\"\n"),
              ElementsAre(HasSubstr("a: 1:4: a text may not have a zero")));
}

// yaml-cpp 0.7 makes of them a byte that is not UTF-8, which no message holds.
TEST(ReadYamlTest, RefusesTheTwoEscapesThatMakeBrokenText) {
  EXPECT_THAT(FaultsOfText("a: \"x\\N\"\n\"\\_\": y\n"),
              ElementsAre(HasSubstr("a: 1:4: the escapes \\N and \\_ are not"),
                          HasSubstr("2:1: the escapes")));
  EXPECT_EQ(Read("[\"\\x85\\xa0\\L\\P\\e\\a\\v\"]"),
            "['\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\x1b\a\v']");
}

TEST(ReadYamlTest, RefusesAnAliasInsideWhatItStandsFor) {
  EXPECT_THAT(FaultsOfText("a: &a [1, {b: *a}]\n"),
              ElementsAre(HasSubstr("a[1].b: 1:15: an alias may not stand")));
}

TEST(ReadYamlTest, ReadsAHundredLevelsAndNoMore) {
  const auto nested = [](int levels) {
    return absl::StrCat(std::string(levels - 1, '['), "x",
                        std::string(levels - 1, ']'));
  };
  Faults faults("f");
  EXPECT_NE(ReadYaml(nested(100), faults), nullptr);
  EXPECT_THAT(FaultsOfText(nested(101)),
              ElementsAre(HasSubstr("nested more than 100 levels deep")));
}

TEST(ReadYamlTest, CountsTheDepthThatAliasesAdd) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 200; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [*a", i - 1, "]\n");
  }
  EXPECT_THAT(FaultsOfText(text),
              ElementsAre(HasSubstr("nested more than 100 levels deep")));
}

TEST(ReadYamlTest, CountsEachAliasAsWhatItStandsFor) {
  std::string text =
      absl::StrCat("a: &a \"", std::string(1 << 20, 'x'), "\"\nb: [");
  for (int i = 0; i < 20; ++i) absl::StrAppend(&text, "*a, ");
  EXPECT_THAT(FaultsOfText(text + "]"),
              ElementsAre(HasSubstr("more than 16 MiB of text")));
}

TEST(ReadYamlTest, BoundsTheNumberOfValues) {
  std::string text = "a:\n";
  for (int i = 0; i < 300000; ++i) absl::StrAppend(&text, "- x\n");
  EXPECT_THAT(FaultsOfText(text),
              ElementsAre(HasSubstr("more than 250000 values")));
}

TEST(ReadYamlTest, ReportsSoManyFaultsAndCountsTheRest) {
  std::string text;
  for (int i = 0; i < 500; ++i) absl::StrAppend(&text, "a: 1\n");
  const std::vector<std::string> faults = FaultsOfText(text);
  ASSERT_EQ(faults.size(), 101);
  EXPECT_THAT(faults.back(), HasSubstr("and 399 more faults"));
}

}  // namespace
}  // namespace aigateway

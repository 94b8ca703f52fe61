#include "gateway/config/message_reader.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/test_settings.pb.h"
#include "gateway/config/yaml_reader.h"
#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

using ::aigateway::config::testing::Everything;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> Read(absl::string_view text, Everything* message) {
  Faults faults("f");
  const auto document = ReadYaml(text, faults);
  MessageReader(&faults, {}).Read(document->root(), FieldPath(), message);
  return FaultsIn(faults.ToStatus());
}

std::vector<std::string> FaultsOfText(absl::string_view text) {
  Everything message;
  return Read(text, &message);
}

TEST(MessageReaderTest, SetsEveryKindOfField) {
  Everything message;
  EXPECT_THAT(Read("text: on\nsmall: -1\nlarge: 5\ncount: 2\nhuge: 3\n"
                   "real: 1.5\nrough: 2.5\nflag: true\nwait: 250ms\n"
                   "action: block\nnumbers: [1, 2]\nactions: [block]\n"
                   "limits: {a: 1}\ninners: {b: {name: c}}\n"
                   "inner: {name: d}\nlist: [{name: e}]\n"
                   "free: {f: 1}\nany: null\nleft: g\nmaybe: 0\n"
                   "anys: [null, 1, [x]]\n",
                   &message),
              IsEmpty());
  EXPECT_THAT(message, EqualsProto(R"pb(
                text: "on"
                small: -1
                large: 5
                count: 2
                huge: 3
                real: 1.5
                rough: 2.5
                flag: true
                wait { nanos: 250000000 }
                action: ACTION_BLOCK
                numbers: [ 1, 2 ]
                actions: ACTION_BLOCK
                limits { key: "a" value: 1 }
                inners {
                  key: "b"
                  value { name: "c" }
                }
                inner { name: "d" }
                list { name: "e" }
                free {
                  fields {
                    key: "f"
                    value { number_value: 1 }
                  }
                }
                left: "g"
                maybe: 0
                anys { null_value: NULL_VALUE }
                anys { number_value: 1 }
                anys { list_value { values { string_value: "x" } } }
              )pb"));
}

TEST(MessageReaderTest, KeepsTheTextOfTextFields) {
  for (const char* text :
       {"0010", "on", "1e400", "0x1f", "2024-01-01", "true", "1_000"}) {
    Everything message;
    EXPECT_THAT(Read(absl::StrCat("text: ", text), &message), IsEmpty());
    EXPECT_EQ(message.text(), text);
  }
}

TEST(MessageReaderTest, TakesNullForNotSet) {
  Everything message;
  EXPECT_THAT(Read("text: null\nsmall: ~\nwait:\ninner:\nlist:\nlimits: null\n"
                   "free: ~\nleft: ~\nright: r\nmaybe:\n",
                   &message),
              IsEmpty());
  EXPECT_THAT(message, EqualsProto("right: 'r'"));
}

TEST(MessageReaderTest, RefusesNullInsideListsAndMaps) {
  EXPECT_THAT(FaultsOfText("numbers: [1, ~]\nlimits: {a: }\nlist: [null]\n"),
              ElementsAre(HasSubstr("numbers[1]: 1:14: a single value"),
                          HasSubstr("limits.a: 2:"),
                          HasSubstr("list[0]: 3:8: a mapping is expected")));
}

TEST(MessageReaderTest, RefusesUnknownKeysAndSaysWhatMayBeMeant) {
  EXPECT_THAT(FaultsOfText("txet: a\nzzzzz: b\ninner:\n  nmae: c\n"),
              ElementsAre("txet: 1:1: the key 'txet' is not known here; did "
                          "you mean 'text'?",
                          "zzzzz: 2:1: the key 'zzzzz' is not known here",
                          HasSubstr("inner.nmae: 4:3: the key 'nmae' is not "
                                    "known here; did you mean 'name'?")));
}

TEST(MessageReaderTest, RefusesValuesOfAnotherKind) {
  EXPECT_THAT(
      FaultsOfText("text: [a]\nsmall: {a: b}\nnumbers: 5\ninner: x\n"
                   "list: {a: b}\nlimits: [1]\nfree: x\nwait: [1s]\n"),
      ElementsAre(
          HasSubstr("text: 1:7: a single value is expected, not a list"),
          HasSubstr("small: 2:8: a single value is expected, not a "
                    "mapping"),
          HasSubstr("numbers: 3:10: a list is expected"),
          HasSubstr("inner: 4:8: a mapping is expected"),
          HasSubstr("list: 5:7: a list is expected"),
          HasSubstr("limits: 6:9: a mapping is expected"),
          HasSubstr("free: 7:7: a mapping is expected"),
          HasSubstr("wait: 8:7: a single value is expected")));
}

TEST(MessageReaderTest, ChecksTheRangeOfEachNumber) {
  EXPECT_THAT(
      FaultsOfText("small: 2147483648\ncount: -1\nlarge: 1e3\n"
                   "rough: 1e39\nreal: 1e400\nflag: on\n"
                   "numbers: [0010]\nlimits: {a: 1.5}\n"),
      ElementsAre(HasSubstr("small: 1:8: '2147483648' is out of range"),
                  HasSubstr("count: 2:8"), HasSubstr("large: 3:8"),
                  HasSubstr("rough: 4:8: is too large a number"),
                  HasSubstr("real: 5:7"), HasSubstr("flag: 6:7"),
                  HasSubstr("numbers[0]: 7:11"), HasSubstr("limits.a: 8:13")));
}

TEST(MessageReaderTest, TakesIntegersOf64BitsInQuotesToo) {
  Everything message;
  EXPECT_THAT(Read("large: \"-9007199254740993\"\nhuge: '18446744073709551615'",
                   &message),
              IsEmpty());
  EXPECT_EQ(message.large(), -9007199254740993);
  EXPECT_THAT(FaultsOfText("small: '1'\nreal: '1'\nlarge: 'x'\nhuge: '01'"),
              ElementsAre(HasSubstr("small: 1:8: a whole number"),
                          HasSubstr("real: 2:7"), HasSubstr("large: 3:8"),
                          HasSubstr("huge: 4:7")));
}

TEST(MessageReaderTest, ReadsGoDurationsOnly) {
  Everything message;
  EXPECT_THAT(Read("wait: \"1h2m3.5s\"", &message), IsEmpty());
  EXPECT_EQ(message.wait().seconds(), 3723);
  for (const char* text : {"30", "30 s", "1d", "PT5S", "", "s", "${WAIT}"}) {
    EXPECT_THAT(FaultsOfText(absl::StrCat("wait: \"", text, "\"")),
                ElementsAre(HasSubstr("wait: 1:7: ")))
        << text;
  }
}

TEST(MessageReaderTest, ReadsEnumsByTheirWords) {
  EXPECT_THAT(FaultsOfText("action: blok\nactions: [unspecified, BLOCK]\n"),
              ElementsAre(HasSubstr("action: 1:9: 'blok' is not known: write "
                                    "'block' or 'mask_all'; did you mean "
                                    "'block'?"),
                          HasSubstr("actions[0]: 2:11"),
                          HasSubstr("actions[1]: 2:24")));
}

TEST(MessageReaderTest, TakesOneOfAOneof) {
  EXPECT_THAT(FaultsOfText("left: a\nright: b\n"),
              ElementsAre(HasSubstr("right: 2:1: only one of the keys of "
                                    "'choice' may be there")));
}

TEST(MessageReaderTest, ReadsFreeFormByTheCoreSchemaButExactly) {
  Everything message;
  EXPECT_THAT(
      Read("free:\n  i: 9007199254740992\n  j: 9007199254740993\n  k: -12\n"
           "  r: 2.5\n  b: True\n  n: ~\n  q: \"1\"\n  o: 0010\n  w: on\n"
           "  h: 0x1f\n  p: .inf\n  u: 99999999999999999999\n",
           &message),
      IsEmpty());
  const auto& free = message.free().fields();
  EXPECT_EQ(free.at("i").number_value(), 9007199254740992.0);
  EXPECT_EQ(free.at("j").string_value(), "9007199254740993");
  EXPECT_EQ(free.at("k").number_value(), -12);
  EXPECT_EQ(free.at("r").number_value(), 2.5);
  EXPECT_TRUE(free.at("b").bool_value());
  EXPECT_TRUE(free.at("n").has_null_value());
  EXPECT_EQ(free.at("q").string_value(), "1");
  EXPECT_EQ(free.at("o").string_value(), "0010");
  EXPECT_EQ(free.at("w").string_value(), "on");
  EXPECT_EQ(free.at("h").string_value(), "0x1f");
  EXPECT_EQ(free.at("p").string_value(), ".inf");
  EXPECT_EQ(free.at("u").string_value(), "99999999999999999999");
}

TEST(MessageReaderTest, RefusesNumbersBeyondADoubleInFreeForm) {
  EXPECT_THAT(FaultsOfText("free: {a: [1e400]}\n"),
              ElementsAre(HasSubstr("free.a[0]: 1:12: '1e400' is too large")));
}

TEST(MessageReaderTest, SetsWhatIsRightBesideWhatIsWrong) {
  Everything message;
  EXPECT_THAT(
      Read("small: x\ntext: kept\nlist: [{name: a}, 5, {name: b}]\n", &message),
      Not(IsEmpty()));
  // The entry that is wrong keeps its index.
  EXPECT_THAT(message, EqualsProto(R"pb(
                text: "kept"
                list { name: "a" }
                list {}
                list { name: "b" }
              )pb"));
}

TEST(MessageReaderTest, NeverQuotesASecret) {
  for (const std::string& fault : FaultsOfText("token: [sk-secret]\n")) {
    EXPECT_THAT(fault, Not(HasSubstr("sk-secret")));
  }
}

}  // namespace
}  // namespace aigateway

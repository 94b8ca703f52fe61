#include "gateway/base/json_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/status_macros.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

absl::Status Ignore(JsonValue&) { return absl::OkStatus(); }

// Reads `text` without looking at anything.
absl::Status Skim(absl::string_view text) {
  JsonReader reader;
  return reader.Read(text, Ignore);
}

// Reads the one value that `text` is.
template <typename Result>
Result ReadAs(absl::string_view text, Result (JsonValue::*getter)()) {
  JsonReader reader;
  Result result{};
  EXPECT_THAT(reader.Read(text,
                          [&](JsonValue& value) {
                            result = (value.*getter)();
                            return absl::OkStatus();
                          }),
              IsOk())
      << text;
  return result;
}

std::optional<int64_t> Int(absl::string_view text) {
  return ReadAs(text, &JsonValue::AsInt);
}
std::optional<double> Double(absl::string_view text) {
  return ReadAs(text, &JsonValue::AsDouble);
}
std::optional<std::string> String(absl::string_view text) {
  JsonReader reader;
  std::optional<std::string> result;
  EXPECT_THAT(reader.Read(text,
                          [&](JsonValue& value) {
                            const auto string = value.AsString();
                            if (string.has_value()) result.emplace(*string);
                            return absl::OkStatus();
                          }),
              IsOk())
      << text;
  return result;
}

// Writes down all that a reader can see of `value`.
absl::Status Describe(JsonValue& value, std::string* out) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      out->append("null");
      return absl::OkStatus();
    case JsonValue::Kind::kBool:
      out->append(*value.AsBool() ? "true" : "false");
      return absl::OkStatus();
    case JsonValue::Kind::kNumber:
      absl::StrAppend(out, value.Raw());
      return absl::OkStatus();
    case JsonValue::Kind::kString:
      absl::StrAppend(out, "'", *value.AsString(), "'");
      return absl::OkStatus();
    case JsonValue::Kind::kArray: {
      out->append("[");
      const absl::Status status = value.ForEachItem([&](JsonValue& item) {
        const absl::Status inner = Describe(item, out);
        out->append(";");
        return inner;
      });
      out->append("]");
      return status;
    }
    case JsonValue::Kind::kObject: {
      out->append("{");
      const absl::Status status =
          value.ForEachField([&](absl::string_view key, JsonValue& member) {
            absl::StrAppend(out, key, "=");
            const absl::Status inner = Describe(member, out);
            out->append(";");
            return inner;
          });
      out->append("}");
      return status;
    }
  }
  return absl::InternalError("no such kind");
}

std::string Described(absl::string_view text) {
  JsonReader reader;
  std::string out;
  const absl::Status status = reader.Read(
      text, [&out](JsonValue& value) { return Describe(value, &out); });
  return status.ok() ? out : absl::StrCat("error: ", status.message());
}

TEST(JsonReaderTest, ReadsEveryKindOfValue) {
  EXPECT_EQ(Described(R"( {"a":1,"b":[true,false,null,-2.5e3],"c":{"d":"x"},
                        "e":[],"f":{}} )"),
            "{a=1;b=[true;false;null;-2.5e3;];c={d='x';};e=[];f={};}");
}

TEST(JsonReaderTest, ReadsAScalarAsTheWholeText) {
  EXPECT_EQ(Described("null"), "null");
  EXPECT_EQ(Described(" true\n"), "true");
  EXPECT_EQ(Described("-12"), "-12");
  EXPECT_EQ(Described("\"x\""), "'x'");
}

TEST(JsonReaderTest, GettersOfAnotherKindGiveNothing) {
  JsonReader reader;
  int calls = 0;
  const absl::Status status =
      reader.Read(R"(["s",1,{}])", [&](JsonValue& root) {
        EXPECT_EQ(root.AsInt(), std::nullopt);
        EXPECT_EQ(root.AsString(), std::nullopt);
        EXPECT_THAT(root.ForEachField([](absl::string_view, JsonValue&) {
          return absl::InternalError("called");
        }),
                    IsOk());
        return root.ForEachItem([&](JsonValue& item) {
          ++calls;
          EXPECT_EQ(item.AsBool(), std::nullopt);
          EXPECT_FALSE(item.is_null());
          EXPECT_EQ(item.AsString().has_value(),
                    item.kind() == JsonValue::Kind::kString);
          EXPECT_EQ(item.AsDouble().has_value(),
                    item.kind() == JsonValue::Kind::kNumber);
          return item.ForEachItem(
              [](JsonValue&) { return absl::InternalError("called"); });
        });
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(calls, 3);
}

TEST(JsonReaderTest, ReadsWholeNumbersHoweverWritten) {
  EXPECT_THAT(Int("0"), Optional(0));
  EXPECT_THAT(Int("-1"), Optional(-1));
  EXPECT_THAT(Int("5.0"), Optional(5));
  EXPECT_THAT(Int("5e0"), Optional(5));
  EXPECT_THAT(Int("9223372036854775807"), Optional(INT64_MAX));
  EXPECT_THAT(Int("-9223372036854775808"), Optional(INT64_MIN));
}

TEST(JsonReaderTest, ANumberOutOfRangeIsNoIntButStillANumber) {
  EXPECT_EQ(Int("9223372036854775808"), std::nullopt);
  EXPECT_THAT(Double("9223372036854775808"), Optional(9223372036854775808.0));
  EXPECT_EQ(Int("1e400"), std::nullopt);
  EXPECT_EQ(Double("1e400"), std::nullopt);
  EXPECT_EQ(Double("-1e400"), std::nullopt);
  EXPECT_EQ(Int("1.5"), std::nullopt);
  EXPECT_EQ(ReadAs("1e400", &JsonValue::Raw).size(), 5u);
}

TEST(JsonReaderTest, ANumberNearZeroIsZero) {
  EXPECT_THAT(Double("1e-400"), Optional(0.0));
  EXPECT_THAT(Double("-0.0"), Optional(0.0));
  EXPECT_THAT(Double("0.1"), Optional(0.1));
}

TEST(JsonReaderTest, DecodesEscapesOfStringsAndKeys) {
  EXPECT_THAT(String(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00")"),
              Optional(Eq("\"\\/\b\f\n\r\tA\xC3\xA9\xF0\x9F\x98\x80")));
  EXPECT_THAT(String(R"("\u0000")"), Optional(std::string(1, '\0')));
  EXPECT_EQ(Described(R"({"\u0061\"b":1})"), "{a\"b=1;}");
}

TEST(JsonReaderTest, LoneSurrogateEscapesBecomeReplacements) {
  EXPECT_THAT(String(R"("a\ud83d")"), Optional(Eq("a\xEF\xBF\xBD")));
  EXPECT_THAT(String(R"("\ude00z")"), Optional(Eq("\xEF\xBF\xBDz")));
  EXPECT_THAT(String(R"("\ud83d\ud83d\ude00")"),
              Optional(Eq("\xEF\xBF\xBD\xF0\x9F\x98\x80")));
  EXPECT_THAT(String(R"("\ud83d\n")"), Optional(Eq("\xEF\xBF\xBD\n")));
  EXPECT_THAT(String(R"("\\ud83d")"), Optional(Eq("\\ud83d")));
  EXPECT_EQ(Described(R"({"\uDEAD":1})"), "{\xEF\xBF\xBD=1;}");
}

TEST(JsonReaderTest, BytesThatAreNoTextBecomeReplacementsBeforeTheFirstCall) {
  int calls = 0;
  JsonReader reader;
  std::string seen;
  const absl::Status status =
      reader.Read("{\"a\":\"x\",\"b\":\"\xFF\xC3\"}", [&](JsonValue& root) {
        ++calls;
        return Describe(root, &seen);
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen, "{a='x';b='\xEF\xBF\xBD\xEF\xBF\xBD';}");
}

TEST(JsonReaderTest, ABrokenCharacterNeverSwallowsAQuote) {
  EXPECT_EQ(Described("{\"a\":\"\xE6\",\"b\":1}"), "{a='\xEF\xBF\xBD';b=1;}");
}

TEST(JsonReaderTest, SkipsAByteOrderMark) {
  EXPECT_EQ(Described("\xEF\xBB\xBF{\"a\":1}"), "{a=1;}");
  EXPECT_THAT(
      Skim("\xEF\xBB\xBF{\"a\":x}"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at byte 8")));
}

TEST(JsonReaderTest, RawIsTheTextAsItWasSent) {
  std::vector<std::string> raw;
  JsonReader reader;
  const absl::Status status = reader.Read(
      R"({"n": 1.0E+2 ,"s": "a\u0041" ,"o": { "z" : 1, "a":[ ] } ,"l":[ 1 ]})",
      [&](JsonValue& root) {
        return root.ForEachField([&](absl::string_view, JsonValue& value) {
          raw.emplace_back(value.Raw());
          return absl::OkStatus();
        });
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_THAT(raw, ElementsAre("1.0E+2", R"("a\u0041")",
                               R"({ "z" : 1, "a":[ ] })", "[ 1 ]"));
}

TEST(JsonReaderTest, AValueCanBeLookedAtAgain) {
  constexpr absl::string_view kText =
      R"({"o":{"a":"\u0041","b":[1,2]},"t":"end"})";
  JsonReader reader;
  const absl::Status status = reader.Read(kText, [&](JsonValue& root) {
    EXPECT_EQ(root.Raw(), kText);
    for (int round = 0; round < 3; ++round) {
      std::string seen;
      AIGW_RETURN_IF_ERROR(Describe(root, &seen));
      EXPECT_EQ(seen, "{o={a='A';b=[1;2;];};t='end';}");
      EXPECT_EQ(root.Raw(), kText);
    }
    return absl::OkStatus();
  });
  EXPECT_THAT(status, IsOk());
}

TEST(JsonReaderTest, ManyDecodedStringsStayValidUntilTheEnd) {
  std::string text = "[";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&text, "\"\\u0041", i, "\",");
  text.append("\"" + std::string(100000, 'x') + "\\n\"]");
  std::vector<absl::string_view> strings;
  JsonReader reader;
  const absl::Status status = reader.Read(text, [&](JsonValue& root) {
    const absl::Status inner = root.ForEachItem([&](JsonValue& item) {
      strings.push_back(*item.AsString());
      return absl::OkStatus();
    });
    for (int i = 0; i < 2000; ++i) EXPECT_EQ(strings[i], absl::StrCat("A", i));
    EXPECT_EQ(strings[2000].size(), 100001u);
    return inner;
  });
  EXPECT_THAT(status, IsOk());
}

TEST(JsonReaderTest, CallsForBothOfTwoEqualKeys) {
  EXPECT_EQ(Described(R"({"a":1,"a":2})"), "{a=1;a=2;}");
}

TEST(JsonReaderTest, RefusesWhatIsBrokenThoughNobodyLooksAtIt) {
  for (const absl::string_view text : {
           "",
           " ",
           "{",
           "}",
           "[",
           "]",
           "{]",
           "[}",
           "{\"a\"}",
           "{\"a\":}",
           "{\"a\":1,}",
           "{,}",
           "{1:2}",
           "{\"a\" 1}",
           "{\"a\":1 \"b\":2}",
           "{\"a\":1}}",
           "{\"a\":1}{",
           "{} {}",
           "{}x",
           "[1,]",
           "[,1]",
           "[1 2]",
           "[1]]",
           "[[1]",
           "[1}",
           "{\"a\":[1}",
           "{\"a\":{}",
           "{\"a\":[]",
           "[{\"a\":1]}",
           "{\"x\":{\"a\":\"b\":1},\"c\":2}}",
           "[\"a\":1]",
           "[tru]",
           "[truee]",
           "[nul]",
           "[True]",
           "[nan]",
           "[Infinity]",
           "[01]",
           "[1.]",
           "[.5]",
           "[+1]",
           "[1e]",
           "[1e+]",
           "[-]",
           "[- 1]",
           "[0x10]",
           "[1\"a\"]",
           "[\"a\"\"b\"]",
           "[\"a\"b]",
           "[\"\\x\"]",
           "[\"\\u12g4\"]",
           "[\"\\u123\"]",
           "{\"\\q\":1}",
           "[\"a]",
           "[\"a\nb\"]",
           "['a']",
           "[1]//c",
           "1 2",
           "\"a\" \"b\"",
           "\"a",
           "nul",
           "truefalse",
           "{}\x0C",
           "[1\x0C]",
           "[1\x0B]",
           "[1\x1A 2]",
       }) {
    EXPECT_THAT(Skim(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("not valid JSON")))
        << text;
    EXPECT_FALSE(IsJson(text)) << text;
  }
}

TEST(JsonReaderTest, RefusesANulByteAnywhere) {
  for (const absl::string_view text :
       {absl::string_view("{}\0", 3), absl::string_view("\0{}", 3),
        absl::string_view("[1\0]", 4), absl::string_view("[\"\0\"]", 5),
        absl::string_view("1\0", 2), absl::string_view("\0", 1)}) {
    EXPECT_FALSE(Skim(text).ok());
    EXPECT_FALSE(IsJson(text));
  }
}

TEST(JsonReaderTest, SaysWhereTheFaultIsAndQuotesNothing) {
  EXPECT_THAT(Skim(R"({"secret":bogus})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("at byte 10"), Not(HasSubstr("bogus")),
                             Not(HasSubstr("secret")))));
  EXPECT_THAT(Skim("[\"a\x01\"]"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("control character at byte 3")));
  EXPECT_THAT(
      Skim("[\"ok\", \"abc"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at byte 7")));
  EXPECT_THAT(Skim("{} x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Skim("[1 2]"), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr("at byte 3")));
}

TEST(JsonReaderTest, BoundsTheDepth) {
  const auto nested = [](int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_THAT(Skim(nested(JsonReader::kMaxDepth)), IsOk());
  EXPECT_TRUE(IsJson(nested(JsonReader::kMaxDepth)));
  EXPECT_THAT(Skim(nested(JsonReader::kMaxDepth + 1)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("nested deeper than 128")));
  EXPECT_FALSE(IsJson(nested(JsonReader::kMaxDepth + 1)));
}

TEST(JsonReaderTest, FailsOnAMillionOpenBrackets) {
  constexpr int kMany = 1 << 20;
  EXPECT_FALSE(Skim(std::string(kMany, '{')).ok());
  EXPECT_FALSE(Skim(std::string(kMany, '[')).ok());
  EXPECT_FALSE(Skim(std::string(kMany, '[') + std::string(kMany, ']')).ok());
  std::string objects;
  for (int i = 0; i < kMany / 8; ++i) objects.append("{\"a\":");
  objects.append("1" + std::string(kMany / 8, '}'));
  EXPECT_FALSE(Skim(objects).ok());
  EXPECT_FALSE(Skim(std::string(kMany, '"')).ok());
}

TEST(JsonReaderTest, ACallbacksStatusEndsTheReading) {
  JsonReader reader;
  int calls = 0;
  const absl::Status status = reader.Read("[1,2,3]", [&calls](JsonValue& root) {
    return root.ForEachItem([&calls](JsonValue&) {
      ++calls;
      return absl::AbortedError("enough");
    });
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted, "enough"));
  EXPECT_EQ(calls, 1);
}

TEST(JsonReaderTest, AFailureThatACallbackDropsIsNotLost) {
  JsonReader reader;
  const absl::Status dropped =
      reader.Read("{\"a\":[1,x],\"b\":2}", [](JsonValue& root) {
        return root.ForEachField([](absl::string_view, JsonValue& value) {
          (void)value.ForEachItem(Ignore);
          (void)value.ForEachItem(Ignore);
          EXPECT_EQ(value.Raw(), "");
          return absl::OkStatus();
        });
      });
  EXPECT_THAT(dropped, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(JsonReaderTest, CanBeUsedAgainAfterAFailureAndAfterALargeText) {
  JsonReader reader;
  const std::string large =
      absl::StrCat("[\"", std::string(3 << 20, 'x'), "\\n\"]");
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(reader.Read("{\"a\":", Ignore).ok());
    EXPECT_THAT(reader.Read("{\"a\":1}", Ignore), IsOk());
    EXPECT_THAT(reader.Read(large, Ignore), IsOk());
  }
}

TEST(IsJsonTest, TakesWhatTheGrammarAllows) {
  EXPECT_TRUE(IsJson(" {\"a\" : [1e400, -0, \"\\ud800\"]}\r\n"));
  EXPECT_TRUE(IsJson("12345678901234567890123"));
  EXPECT_TRUE(IsJson("\"\""));
}

TEST(IsJsonTest, RefusesWhatWouldBreakTheTextAroundIt) {
  EXPECT_FALSE(IsJson("{}],\"model\":\"x\""));
  EXPECT_FALSE(IsJson("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(IsJson("\"\xFF\""));
  EXPECT_FALSE(IsJson("1,2"));
}

// Readers share the thread's parser, which one text has for itself.
TEST(JsonReaderTest, ReadsATextWithinAnothersCallback) {
  JsonReader reader;
  std::string seen;
  EXPECT_TRUE(
      reader
          .Read(R"({"a":"{\"b\":\"inner\"}","c":"outer"})",
                [&](JsonValue& root) {
                  return root.ForEachField(
                      [&](absl::string_view key, JsonValue& value) {
                        const std::string text(value.AsString().value_or(""));
                        if (key != "a") {
                          seen += text;
                          return absl::OkStatus();
                        }
                        return reader.Read(text, [&](JsonValue& inner) {
                          return inner.ForEachField(
                              [&](absl::string_view, JsonValue& field) {
                                absl::StrAppend(&seen, *field.AsString(), " ");
                                return absl::OkStatus();
                              });
                        });
                      });
                })
          .ok());
  EXPECT_EQ(seen, "inner outer");
}

}  // namespace
}  // namespace aigateway

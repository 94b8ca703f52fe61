#include "gateway/base/json_writer.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/random.h"

namespace aigateway {
namespace {

std::string DoubleText(double value) {
  std::string out;
  JsonWriter(&out).Double(value);
  return out;
}
std::string StringText(absl::string_view value) {
  std::string out;
  JsonWriter(&out).String(value);
  return out;
}
std::string RawText(absl::string_view json) {
  std::string out;
  JsonWriter writer(&out);
  writer.StartArray();
  writer.Raw(json);
  writer.Int(1);
  writer.EndArray();
  return out;
}

TEST(JsonWriterTest, WritesEveryKindWithItsCommasAndColons) {
  std::string out = "before:";
  JsonWriter writer(&out);
  writer.StartObject();
  writer.Field("s", "text");
  writer.Field("v", absl::string_view("view"));
  writer.IntField("i", -7);
  writer.DoubleField("d", 0.25);
  writer.BoolField("t", true);
  writer.Key("a");
  writer.StartArray();
  writer.Null();
  writer.Bool(false);
  writer.StartArray();
  writer.EndArray();
  writer.StartObject();
  writer.EndObject();
  writer.EndArray();
  writer.RawField("r", " {\"x\" : 1.0} ");
  writer.EndObject();
  EXPECT_EQ(out,
            "before:{\"s\":\"text\",\"v\":\"view\",\"i\":-7,\"d\":0.25,"
            "\"t\":true,\"a\":[null,false,[],{}],\"r\": {\"x\" : 1.0} }");
}

TEST(JsonWriterTest, WritesTheLimitsOfIntegers) {
  std::string out;
  JsonWriter writer(&out);
  writer.StartArray();
  writer.Int(std::numeric_limits<int64_t>::min());
  writer.Int(std::numeric_limits<int64_t>::max());
  writer.EndArray();
  EXPECT_EQ(out, "[-9223372036854775808,9223372036854775807]");
}

TEST(JsonWriterTest, WritesWholeDoublesAsIntegers) {
  EXPECT_EQ(DoubleText(100), "100");
  EXPECT_EQ(DoubleText(-3), "-3");
  EXPECT_EQ(DoubleText(-0.0), "0");
  EXPECT_EQ(DoubleText(1e15), "1000000000000000");
  EXPECT_EQ(DoubleText(-0x1p63), "-9223372036854775808");
}

TEST(JsonWriterTest, WritesOtherDoublesAsTheShortestThatReadsBack) {
  EXPECT_EQ(DoubleText(0.1), "0.1");
  EXPECT_EQ(DoubleText(0.7), "0.7");
  EXPECT_EQ(DoubleText(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(DoubleText(1e22), "1e+22");
  EXPECT_EQ(DoubleText(5e-324), "5e-324");
  EXPECT_EQ(DoubleText(0x1p63), "9223372036854775808");
}

TEST(JsonWriterTest, WritesWhatIsNotFiniteAsNull) {
  EXPECT_EQ(DoubleText(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(DoubleText(std::nan("")), "null");
}

TEST(JsonWriterTest, EveryDoubleReadsBack) {
  Random random(7);
  JsonReader reader;
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random.Next();
    double value;
    static_assert(sizeof(value) == sizeof(bits));
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    const std::string text = DoubleText(value);
    ASSERT_TRUE(reader
                    .Read(text,
                          [&](JsonValue& root) {
                            EXPECT_EQ(root.AsDouble(), value) << text;
                            return absl::OkStatus();
                          })
                    .ok())
        << text;
  }
}

TEST(JsonWriterTest, EscapesWhatAStringMayNotHold) {
  EXPECT_EQ(StringText("a\"b\\c/\b\f\n\r\t\x01\x1F\x7F"),
            "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
  EXPECT_EQ(StringText(absl::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(StringText(""), "\"\"");
  EXPECT_EQ(StringText("\xC3\xA9\xF0\x9F\x98\x80"),
            "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(JsonWriterTest, EscapesAtEveryPlaceOfALongString) {
  for (const char special : {'"', '\\', '\n', '\x1F', '\0'}) {
    for (size_t length = 1; length < 40; ++length) {
      for (size_t at = 0; at < length; ++at) {
        std::string text(length, '\x7F');
        text[at] = special;
        const std::string written = StringText(text);
        JsonReader reader;
        ASSERT_TRUE(reader
                        .Read(written,
                              [&](JsonValue& root) {
                                EXPECT_EQ(root.AsString(), text);
                                return absl::OkStatus();
                              })
                        .ok());
      }
    }
  }
}

TEST(JsonWriterTest, WritesBytesThatAreNoTextAsReplacements) {
  EXPECT_EQ(StringText("a\xFF\"\xC3"), "\"a\xEF\xBF\xBD\\\"\xEF\xBF\xBD\"");
  std::string out;
  JsonWriter writer(&out);
  writer.StartObject();
  writer.IntField("k\xFE\n", 1);
  writer.EndObject();
  EXPECT_EQ(out, "{\"k\xEF\xBF\xBD\\n\":1}");
}

TEST(JsonWriterTest, ForeignJsonCannotBreakOut) {
  EXPECT_EQ(RawText("{\"a\":[1,2]}"), "[{\"a\":[1,2]},1]");
  EXPECT_EQ(RawText("1e400"), "[1e400,1]");
  EXPECT_EQ(RawText("{}],\"model\":\"x\""), "[null,1]");
  EXPECT_EQ(RawText(""), "[null,1]");
  EXPECT_EQ(RawText("1,2"), "[null,1]");
  EXPECT_EQ(RawText("\"\xFF\""), "[null,1]");
}

TEST(JsonWriterTest, WritesStructsWithSortedKeysAndWholeNumbers) {
  google::protobuf::Struct value;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        fields {
          key: "z"
          value { number_value: 3 }
        }
        fields {
          key: "a"
          value { null_value: NULL_VALUE }
        }
        fields {
          key: "m"
          value {
            list_value {
              values { bool_value: true }
              values { string_value: "x" }
              values {}
              values {
                struct_value {
                  fields {
                    key: "n"
                    value { number_value: 0.5 }
                  }
                }
              }
            }
          }
        }
      )pb",
      &value));
  std::string out;
  JsonWriter(&out).Struct(value);
  EXPECT_EQ(out, R"({"a":null,"m":[true,"x",null,{"n":0.5}],"z":3})");
}

TEST(JsonWriterTest, NestsDeeperThanItsOwnStorage) {
  constexpr int kDepth = 1000;
  std::string out;
  JsonWriter writer(&out);
  for (int i = 0; i < kDepth; ++i) writer.StartArray();
  writer.Int(1);
  for (int i = 0; i < kDepth; ++i) writer.EndArray();
  EXPECT_EQ(out, std::string(kDepth, '[') + "1" + std::string(kDepth, ']'));
}

TEST(JsonWriterDeathTest, RefusesWrongNesting) {
  std::string out;
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.StartObject();
        writer.EndArray();
      },
      "check failed");
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.StartObject();
        writer.Int(1);
      },
      "check failed");
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.StartObject();
        writer.String("no key");
      },
      "check failed");
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.StartObject();
        writer.Key("a");
        writer.EndObject();
      },
      "check failed");
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.StartArray();
        writer.Key("a");
      },
      "check failed");
  EXPECT_DEATH(
      {
        JsonWriter writer(&out);
        writer.Int(1);
        writer.Int(2);
      },
      "check failed");
  EXPECT_DEATH({ JsonWriter(&out).EndObject(); }, "check failed");
}

}  // namespace
}  // namespace aigateway

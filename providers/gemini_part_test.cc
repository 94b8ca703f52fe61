#include "providers/gemini_part.h"

#include <optional>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using Kind = GeminiPart::Kind;

absl::StatusOr<std::optional<GeminiPart>> Read(absl::string_view json) {
  std::optional<GeminiPart> part;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(json, [&](JsonValue& value) -> absl::Status {
    AIGW_ASSIGN_OR_RETURN(part, ReadGeminiPart(value));
    return absl::OkStatus();
  }));
  return part;
}

GeminiPart ReadPart(absl::string_view json) {
  const absl::StatusOr<std::optional<GeminiPart>> part = Read(json);
  EXPECT_THAT(part, IsOk());
  if (!part.ok() || !part->has_value()) {
    ADD_FAILURE() << "no part in " << json;
    return GeminiPart();
  }
  return **part;
}

TEST(GeminiPartTest, TellsThoughtFromTextWhateverComesFirst) {
  EXPECT_EQ(ReadPart(R"({"text":"a","thought":true})").kind, Kind::kThought);
  EXPECT_EQ(ReadPart(R"({"thought":true,"text":"a"})").kind, Kind::kThought);
  EXPECT_EQ(ReadPart(R"({"text":"a","thought":false})").kind, Kind::kText);
}

TEST(GeminiPartTest, SealOnNothingIsAPartAndNothingIsNone) {
  EXPECT_EQ(ReadPart(R"({"text":"","thoughtSignature":"s"})").signature, "s");
  EXPECT_EQ(ReadPart(R"({"thoughtSignature":"s"})").signature, "s");
  for (const char* empty :
       {"{}", R"({"text":""})", R"({"text":null})", R"({"thought":true})"}) {
    const absl::StatusOr<std::optional<GeminiPart>> part = Read(empty);
    ASSERT_THAT(part, IsOk());
    EXPECT_FALSE(part->has_value()) << empty;
  }
}

TEST(GeminiPartTest, ArgumentsLoseTheirWhiteSpaceAndNothingElse) {
  const GeminiPart part = ReadPart(
      R"({"functionCall":{"args":{ "b" : 12345678901234567890 ,
          "a\\\"" : " x \\ " },"name":"f","id":"i"},"thoughtSignature":"s"})");
  EXPECT_EQ(part.kind, Kind::kCall);
  EXPECT_EQ(part.name, "f");
  EXPECT_EQ(part.call_id, "i");
  EXPECT_EQ(part.signature, "s");
  EXPECT_EQ(part.arguments, R"({"b":12345678901234567890,"a\\\"":" x \\ "})");
}

TEST(GeminiPartTest, CallWithoutArgumentsHasAnEmptyObject) {
  EXPECT_EQ(ReadPart(R"({"functionCall":{"name":"f"}})").arguments, "{}");
  EXPECT_EQ(ReadPart(R"({"functionCall":{"name":"f","args":null}})").arguments,
            "{}");
}

TEST(GeminiPartTest, CallWithoutNameIsNoCall) {
  EXPECT_THAT(Read(R"({"functionCall":{"args":{}}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Read(R"({"functionCall":{"name":7}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiPartTest, MediaIsDecoded) {
  const GeminiPart part =
      ReadPart(R"({"inlineData":{"mimeType":"image/png","data":"AP8="}})");
  EXPECT_EQ(part.kind, Kind::kMedia);
  EXPECT_EQ(part.bytes, std::string("\x00\xff", 2));
  EXPECT_EQ(part.media_type, "image/png");
  EXPECT_EQ(ReadPart(R"({"inlineData":{"data":"_-8="}})").bytes, "\xff\xef");
  const GeminiPart file = ReadPart(R"({"fileData":{"fileUri":"gs://a"}})");
  EXPECT_EQ(file.kind, Kind::kMediaUrl);
  EXPECT_EQ(file.text, "gs://a");
}

TEST(GeminiPartTest, MediaThatCannotBeDecodedIsRefused) {
  EXPECT_THAT(Read(R"({"inlineData":{"data":"%%"}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Read(R"({"inlineData":{}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Read(R"({"inlineData":7})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiPartTest, PictureOfAThoughtIsKeptApart) {
  const GeminiPart part =
      ReadPart(R"({"inlineData":{"data":"AAAA"},"thought":true})");
  EXPECT_EQ(part.kind, Kind::kThoughtMedia);
  EXPECT_EQ(part.bytes, "");
}

TEST(GeminiPartTest, WhatIsNotKnownIsKeptWhole) {
  const GeminiPart part = ReadPart(
      R"({"executableCode": {"code": "a b"}, "thoughtSignature":"s"})");
  EXPECT_EQ(part.kind, Kind::kOther);
  EXPECT_EQ(part.signature, "s");
  EXPECT_EQ(part.raw,
            R"({"executableCode":{"code":"a b"},"thoughtSignature":"s"})");
}

TEST(GeminiPartTest, OddKindsAreRefused) {
  for (const char* odd : {"7", "[]", "\"text\"", R"({"text":{"a":1}})",
                          R"({"text":7})", R"({"functionCall":[]})"}) {
    EXPECT_THAT(Read(odd), StatusIs(absl::StatusCode::kInvalidArgument)) << odd;
  }
}

}  // namespace
}  // namespace aigateway

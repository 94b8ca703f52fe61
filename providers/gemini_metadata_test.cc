#include "providers/gemini_metadata.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// What is written, as JSON text; with "!" behind it if something was left out.
std::string Written(const GeminiMetadata& metadata) {
  google::protobuf::Struct out;
  const bool all = metadata.Write(&out);
  std::string text;
  JsonWriter(&text).Struct(out);
  return absl::StrCat(text, all ? "" : "!");
}

TEST(GeminiMetadataTest, EmptyWritesNothing) {
  EXPECT_EQ(Written(GeminiMetadata()), "{}");
}

TEST(GeminiMetadataTest, OrdersByWhatItIsAbout) {
  GeminiMetadata metadata;
  metadata.TakeFields({{"promptFeedback", R"({"blockReason":"SAFETY"})"}});
  metadata.TakeUsage({{"trafficType", R"("ON_DEMAND")"}});
  metadata.TakeCandidate(1, {{"finishMessage", R"("m")"}});
  metadata.TakePart(0, R"({"executableCode":{}})");
  EXPECT_EQ(Written(metadata),
            R"({"candidates":[{"index":0,"parts":[{"executableCode":{}}]},)"
            R"({"finishMessage":"m","index":1}],)"
            R"("promptFeedback":{"blockReason":"SAFETY"},)"
            R"("usageMetadata":{"trafficType":"ON_DEMAND"}})");
}

TEST(GeminiMetadataTest, LastValueOfANameCounts) {
  GeminiMetadata metadata;
  metadata.TakeCandidate(0, {{"safetyRatings", "[1]"}});
  metadata.TakeCandidate(0, {{"safetyRatings", "[2]"}});
  EXPECT_EQ(Written(metadata),
            R"({"candidates":[{"index":0,"safetyRatings":[2]}]})");
}

TEST(GeminiMetadataTest, CitationsAddUpAndRepetitionsDoNot) {
  GeminiMetadata metadata;
  for (const char* raw : {R"({"citations":[1]})", R"({"citations":[1]})",
                          R"({"citations":[2,3],"more":true})"}) {
    metadata.TakeCandidate(0, {{"citationMetadata", raw}});
  }
  EXPECT_EQ(Written(metadata),
            R"({"candidates":[{"citationMetadata":{"citations":[1,2,3],)"
            R"("more":true},"index":0}]})");
}

TEST(GeminiMetadataTest, WhatIsTooMuchIsLeftOutAndTold) {
  GeminiMetadata metadata;
  const std::string large = absl::StrCat(
      "\"", std::string(GeminiMetadata::kMaxBytes - 200, 'x'), "\"");
  metadata.TakeFields({{"a", large}});
  metadata.TakePart(0, std::string(500, '1'));
  metadata.TakeFields({{"b", std::string(500, '1')}, {"c", "1"}});
  const std::string written = Written(metadata);
  EXPECT_THAT(written, ::testing::HasSubstr(R"("c":1)"));
  EXPECT_THAT(written, ::testing::Not(::testing::HasSubstr(R"("b")")));
  EXPECT_THAT(written, ::testing::EndsWith("!"));
}

TEST(GeminiMetadataTest, ValueThatGrowsTooLargeKeepsItsOlderOne) {
  GeminiMetadata metadata;
  metadata.TakeFields({{"a", "1"}});
  for (int i = 0; i < 3; ++i) {
    metadata.TakeFields(
        {{"a", absl::StrCat("\"", std::string(70000, 'x'), "\"")}});
  }
  EXPECT_EQ(Written(metadata), R"({"a":1}!)");
}

}  // namespace
}  // namespace aigateway

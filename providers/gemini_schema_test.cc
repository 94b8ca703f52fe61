#include "providers/gemini_schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

std::string Adapted(absl::string_view schema) {
  const absl::StatusOr<std::string> adapted = AdaptGeminiJsonSchema(schema);
  EXPECT_THAT(adapted, IsOk());
  return adapted.value_or("");
}

TEST(GeminiSchemaTest, WhatIsTakenStaysWithItsOrderAndItsNumbers) {
  constexpr char kSchema[] =
      R"({"$schema":"x","type":"object","title":"T",)"
      R"("properties":{"b":{"type":["integer","null"],)"
      R"("minimum":12345678901234567890},"a":{"type":"string",)"
      R"("pattern":"^a\n"}},"additionalProperties":false,"required":["b"]})";
  EXPECT_EQ(Adapted(kSchema), kSchema);
}

TEST(GeminiSchemaTest, ConstBecomesAnEnumOfOne) {
  EXPECT_EQ(Adapted(R"({"const":"a"})"), R"({"enum":["a"]})");
  EXPECT_EQ(Adapted(R"({"anyOf":[{"const":1.50}]})"),
            R"({"anyOf":[{"enum":[1.50]}]})");
}

TEST(GeminiSchemaTest, ConstThatNoEnumCanHoldStays) {
  EXPECT_EQ(Adapted(R"({"const":true})"), R"({"const":true})");
  EXPECT_EQ(Adapted(R"({"const":"a","enum":["a"]})"),
            R"({"const":"a","enum":["a"]})");
}

TEST(GeminiSchemaTest, PropertyWithTheNameOfAKeywordIsNoKeyword) {
  EXPECT_EQ(Adapted(R"({"properties":{"const":{"type":"string"}}})"),
            R"({"properties":{"const":{"type":"string"}}})");
  EXPECT_EQ(Adapted(R"({"default":{"const":"a"}})"),
            R"({"default":{"const":"a"}})");
}

TEST(GeminiSchemaTest, ReferenceWithNeighboursIsWrapped) {
  EXPECT_EQ(
      Adapted(R"({"$ref":"#/$defs/A","description":"d","$comment":"c"})"),
      R"({"anyOf":[{"$ref":"#/$defs/A"}],"description":"d","$comment":"c"})");
  EXPECT_EQ(Adapted(R"({"$ref":"#/$defs/A","$defs":{"A":{}}})"),
            R"({"$ref":"#/$defs/A","$defs":{"A":{}}})");
}

TEST(GeminiSchemaTest, AllOfOneBecomesAnyOf) {
  EXPECT_EQ(Adapted(R"({"allOf":[{"$ref":"#/$defs/A"}],"title":"t"})"),
            R"({"anyOf":[{"$ref":"#/$defs/A"}],"title":"t"})");
  EXPECT_EQ(Adapted(R"({"allOf":[{},{}]})"), R"({"allOf":[{},{}]})");
}

TEST(GeminiSchemaTest, DefinitionsAreCalledDefs) {
  EXPECT_EQ(Adapted(R"({"items":{"$ref":"#/definitions/A"},)"
                    R"("definitions":{"A":{"const":"a"}}})"),
            R"({"items":{"$ref":"#/$defs/A"},"$defs":{"A":{"enum":["a"]}}})");
}

TEST(GeminiSchemaTest, RefusesWhatIsNoObject) {
  EXPECT_THAT(AdaptGeminiJsonSchema("[]"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(AdaptGeminiJsonSchema("true"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(AdaptGeminiJsonSchema(R"({"a":)"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(AdaptGeminiJsonSchema(""),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiSchemaTest, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) absl::StrAppend(&deep, R"({"items":)");
  EXPECT_THAT(AdaptGeminiJsonSchema(deep),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace aigateway

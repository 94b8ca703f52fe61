#include "providers/gemini_openapi_schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

GeminiOpenApiSchema Translated(absl::string_view schema) {
  const absl::StatusOr<GeminiOpenApiSchema> translated =
      ToGeminiOpenApiSchema(schema);
  EXPECT_THAT(translated, IsOk());
  return translated.value_or(GeminiOpenApiSchema());
}

TEST(GeminiOpenApiSchemaTest, WritesTypesOrderAndRequiredNames) {
  const GeminiOpenApiSchema schema = Translated(
      R"({"$schema":"x","title":"T","type":"object","properties":{)"
      R"("zip":{"type":"string","description":"d","title":"t"},)"
      R"("age":{"type":"integer","minimum":0}},)"
      R"("required":["zip","zip","gone"],"additionalProperties":false})");

  EXPECT_EQ(schema.json,
            R"({"type":"OBJECT","properties":{)"
            R"("zip":{"type":"STRING","description":"d"},)"
            R"("age":{"type":"INTEGER","minimum":0}},)"
            R"("propertyOrdering":["zip","age"],"required":["zip"]})");
  EXPECT_FALSE(schema.no_properties);
  EXPECT_THAT(schema.lost, IsEmpty());
}

TEST(GeminiOpenApiSchemaTest, ReferencesAreUnfolded) {
  EXPECT_EQ(
      Translated(R"({"$defs":{"A~/":{"type":"string","description":"far"}},)"
                 R"("type":"array","items":{"$ref":"#/$defs/A~0~1",)"
                 R"("description":"near"}})")
          .json,
      R"({"type":"ARRAY","items":{"type":"STRING","description":"near"}})");
}

TEST(GeminiOpenApiSchemaTest, TwoWaysToOneDefinitionAreNoCircle) {
  EXPECT_EQ(
      Translated(R"({"$defs":{"D":{"type":"string"},"B":{"$ref":"#/$defs/D"},)"
                 R"("C":{"$ref":"#/$defs/D"}},)"
                 R"("allOf":[{"$ref":"#/$defs/B"},{"$ref":"#/$defs/C"}]})")
          .json,
      R"({"type":"STRING"})");
}

TEST(GeminiOpenApiSchemaTest, CircleIsRefused) {
  EXPECT_THAT(
      ToGeminiOpenApiSchema(R"({"type":"object","properties":{)"
                            R"("child":{"$ref":"#"}}})"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("itself")));
  EXPECT_THAT(ToGeminiOpenApiSchema(R"({"$ref":"#/$defs/A","$defs":{)"
                                    R"("A":{"properties":{)"
                                    R"("a":{"$ref":"#/$defs/A"}}}}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiOpenApiSchemaTest, DanglingReferenceIsRefused) {
  EXPECT_THAT(
      ToGeminiOpenApiSchema(R"({"$ref":"#/$defs/A"})"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nowhere")));
  EXPECT_THAT(ToGeminiOpenApiSchema(R"({"$ref":"http://x/y"})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiOpenApiSchemaTest, ReferencesCannotUnfoldWithoutEnd) {
  // Each definition has two of the next: 2^40 in all.
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&schema, "\"d", i, R"(":{"properties":{)",
                    R"("a":{"$ref":"#/$defs/d)", i + 1, R"("},)",
                    R"("b":{"$ref":"#/$defs/d)", i + 1, R"("}}},)");
  }
  absl::StrAppend(&schema, R"("d40":{}}})");
  EXPECT_THAT(
      ToGeminiOpenApiSchema(schema),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unfolds")));
}

TEST(GeminiOpenApiSchemaTest, LongChainOfReferencesIsRefused) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 10000; ++i) {
    absl::StrAppend(&schema, "\"d", i, R"(":{"$ref":"#/$defs/d)", i + 1,
                    R"("},)");
  }
  absl::StrAppend(&schema, R"("d10000":{}}})");
  EXPECT_THAT(ToGeminiOpenApiSchema(schema),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiOpenApiSchemaTest, NullAmongTypesOrVariantsIsNullable) {
  constexpr char kWant[] = R"({"type":"STRING","nullable":true})";
  EXPECT_EQ(Translated(R"({"type":["string","null"]})").json, kWant);
  EXPECT_EQ(Translated(R"({"anyOf":[{"type":"string"},{"type":"null"}]})").json,
            kWant);
  EXPECT_EQ(Translated(R"({"oneOf":[{"const":null},{"type":"string"}]})").json,
            kWant);
  EXPECT_EQ(Translated(R"({"type":"string","nullable":true})").json, kWant);
}

TEST(GeminiOpenApiSchemaTest, OneOfBecomesAnyOfThatStandsAlone) {
  EXPECT_EQ(Translated(R"({"description":"d","oneOf":[{"type":"string"},)"
                       R"({"type":"integer"},{"type":"null"}]})")
                .json,
            R"({"anyOf":[{"type":"STRING","nullable":true},)"
            R"({"type":"INTEGER","nullable":true}]})");
  EXPECT_EQ(Translated(R"({"type":["string","number"]})").json,
            R"({"anyOf":[{"type":"STRING"},{"type":"NUMBER"}]})");
}

TEST(GeminiOpenApiSchemaTest, EnumsAndConstsAreOfStrings) {
  EXPECT_EQ(Translated(R"({"enum":["a","b",null]})").json,
            R"({"type":"STRING","enum":["a","b"],"nullable":true})");
  EXPECT_EQ(Translated(R"({"const":"a"})").json,
            R"({"type":"STRING","enum":["a"]})");
  EXPECT_EQ(
      Translated(R"({"type":"integer","enum":[1,2],"description":"d"})").json,
      R"({"type":"INTEGER","description":"d\nOne of: 1, 2"})");
}

TEST(GeminiOpenApiSchemaTest, AllOfIsJoined) {
  EXPECT_EQ(Translated(R"({"allOf":[{"properties":{"a":{"type":"string"}},)"
                       R"("required":["a"]},{"properties":{)"
                       R"("b":{"type":"boolean"}}}],"type":"object"})")
                .json,
            R"({"type":"OBJECT","properties":{"a":{"type":"STRING"},)"
            R"("b":{"type":"BOOLEAN"}},"propertyOrdering":["a","b"],)"
            R"("required":["a"]})");
}

TEST(GeminiOpenApiSchemaTest, ExclusiveBoundOfAnIntegerIsItsNeighbour) {
  EXPECT_EQ(Translated(R"({"type":"integer","exclusiveMinimum":0,)"
                       R"("exclusiveMaximum":10})")
                .json,
            R"({"type":"INTEGER","minimum":1,"maximum":9})");
  EXPECT_EQ(Translated(R"({"type":"number","exclusiveMinimum":0.5})").json,
            R"({"type":"NUMBER","minimum":0.5})");
}

TEST(GeminiOpenApiSchemaTest, ArraysHaveItems) {
  EXPECT_EQ(Translated(R"({"type":"array"})").json,
            R"({"type":"ARRAY","items":{"type":"STRING"}})");
  EXPECT_EQ(Translated(R"({"prefixItems":[{"type":"string"},)"
                       R"({"type":"integer"}],"maxItems":2})")
                .json,
            R"({"type":"ARRAY","maxItems":2,"items":{"anyOf":[)"
            R"({"type":"STRING"},{"type":"INTEGER"}]}})");
}

TEST(GeminiOpenApiSchemaTest, TellsWhatIsLost) {
  const GeminiOpenApiSchema schema = Translated(
      R"({"type":"object","properties":{"a":{"type":"string",)"
      R"("format":"uri","not":{"const":"x"}},"b":{"type":"number",)"
      R"("multipleOf":2,"not":{}},"c":{"type":"string",)"
      R"("format":"date-time"}},"additionalProperties":{"type":"string"}})");
  EXPECT_THAT(schema.lost, ElementsAre("additionalProperties", "not", "format",
                                       "multipleOf"));
  EXPECT_THAT(schema.json, HasSubstr(R"("format":"date-time")"));
}

TEST(GeminiOpenApiSchemaTest, ObjectWithoutPropertiesIsTold) {
  EXPECT_TRUE(Translated(R"({"type":"object","properties":{}})").no_properties);
  EXPECT_TRUE(Translated("{}").no_properties);
  EXPECT_FALSE(Translated(R"({"type":"string"})").no_properties);
}

TEST(GeminiOpenApiSchemaTest, RefusesWhatIsNoSchema) {
  EXPECT_THAT(ToGeminiOpenApiSchema("[1]"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      ToGeminiOpenApiSchema(absl::StrCat("{", std::string(2 << 20, ' '), "}")),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 MiB")));
}

TEST(GeminiOpenApiSchemaTest, OddKindsOfKeywordsDoNoHarm) {
  for (const char* schema :
       {R"({"type":7,"enum":"a","required":"x","properties":[1]})",
        R"({"anyOf":{},"allOf":7,"items":[],"$ref":null})",
        R"({"type":[null,[]],"items":7,"prefixItems":{}})",
        R"({"properties":{"a":true,"b":false,"c":7}})"}) {
    const absl::StatusOr<GeminiOpenApiSchema> translated =
        ToGeminiOpenApiSchema(schema);
    // Whether it is taken or not is the provider's to say.
    if (translated.ok()) EXPECT_THAT(translated->json, HasSubstr("{"));
  }
}

}  // namespace
}  // namespace aigateway

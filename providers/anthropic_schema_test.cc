#include "providers/anthropic_schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

AnthropicSchema Adapt(absl::string_view schema) {
  absl::StatusOr<AnthropicSchema> adapted = AdaptAnthropicSchema(schema);
  EXPECT_TRUE(adapted.ok()) << adapted.status();
  return adapted.ok() ? *adapted : AnthropicSchema();
}

TEST(AnthropicSchemaTest, ClosesEveryObject) {
  const AnthropicSchema adapted =
      Adapt(R"({"type":"object","properties":{"a":{"type":"object"},)"
            R"("b":{"type":["object","null"],"properties":{}}},)"
            R"("additionalProperties":true,"required":["a"]})");

  EXPECT_EQ(adapted.json,
            R"({"type":"object","properties":{)"
            R"("a":{"type":"object","additionalProperties":false},)"
            R"("b":{"type":["object","null"],"properties":{},)"
            R"("additionalProperties":false}},)"
            R"("required":["a"],"additionalProperties":false})");
  EXPECT_THAT(adapted.moved, IsEmpty());
}

TEST(AnthropicSchemaTest, MovesWhatIsNotEnforcedIntoTheDescription) {
  const AnthropicSchema adapted = Adapt(
      R"({"type":"object","properties":{)"
      R"("n":{"type":"integer","minimum":1,"maximum":12345678901234567890,)"
      R"("description":"How many."},)"
      R"("s":{"type":"string","pattern":"^a\"b$","format":"color"}}})");

  EXPECT_EQ(adapted.json,
            R"({"type":"object","properties":{"n":{"type":"integer",)"
            R"("description":"How many.\nIt must satisfy )"
            R"({\"minimum\":1,\"maximum\":12345678901234567890}"},)"
            R"("s":{"type":"string","description":"It must satisfy )"
            R"({\"pattern\":\"^a\\\"b$\",\"format\":\"color\"}"}},)"
            R"("additionalProperties":false})");
  EXPECT_THAT(adapted.moved,
              ElementsAre("minimum", "maximum", "pattern", "format"));
}

TEST(AnthropicSchemaTest, KeepsWhatTheApiTakes) {
  const std::string schema =
      R"({"title":"T","anyOf":[{"type":"string","format":"date-time"},)"
      R"({"type":"array","items":{"type":"number"},"minItems":1},)"
      R"({"enum":[1,"a",null]},{"const":1.50},{"$ref":"#/$defs/x"}],)"
      R"("$defs":{"x":{"type":"boolean","default":false}}})";

  EXPECT_EQ(Adapt(schema).json, schema);
}

TEST(AnthropicSchemaTest, TurnsOneOfIntoAnyOf) {
  EXPECT_EQ(Adapt(R"({"oneOf":[{"type":"string"},{"type":"null"}]})").json,
            R"({"anyOf":[{"type":"string"},{"type":"null"}]})");
  // Not where there is one already.
  EXPECT_THAT(Adapt(R"({"oneOf":[],"anyOf":[{"type":"null"}]})").moved,
              ElementsAre("oneOf"));
}

TEST(AnthropicSchemaTest, DropsWhatSaysNothingOfTheAnswer) {
  const AnthropicSchema adapted =
      Adapt(R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)"
            R"("$id":"x","type":"string"})");

  EXPECT_EQ(adapted.json, R"({"type":"string"})");
  EXPECT_THAT(adapted.moved, IsEmpty());
}

TEST(AnthropicSchemaTest, TellsOfASchemaForFreeKeys) {
  const AnthropicSchema adapted =
      Adapt(R"({"type":"object","additionalProperties":{"type":"number"}})");

  EXPECT_THAT(adapted.moved, ElementsAre("additionalProperties"));
}

TEST(AnthropicSchemaTest, FindsSchemasThatReferToThemselves) {
  EXPECT_TRUE(Adapt(R"({"properties":{"next":{"$ref":"#"}}})").recursive);
  EXPECT_TRUE(Adapt(R"({"$ref":"#/$defs/a","$defs":{)"
                    R"("a":{"items":{"$ref":"#/$defs/b"}},)"
                    R"("b":{"anyOf":[{"$ref":"#/$defs/a"}]}}})")
                  .recursive);
  EXPECT_TRUE(Adapt(R"({"definitions":{"a/b":{"items":)"
                    R"({"$ref":"#/definitions/a~1b"}}}})")
                  .recursive);
  EXPECT_FALSE(Adapt(R"({"properties":{"p":{"$ref":"#/$defs/a"},)"
                     R"("q":{"$ref":"#/$defs/a"}},"$defs":{"a":{)"
                     R"("$ref":"#/$defs/b"},"b":{"type":"string"}}})")
                   .recursive);
}

TEST(AnthropicSchemaTest, LooksThroughALongChainOfReferences) {
  std::string schema = R"({"$defs":{)";
  for (int i = 0; i < 20000; ++i) {
    absl::StrAppend(&schema, "\"d", i, "\":{\"$ref\":\"#/$defs/d", i + 1,
                    "\"},");
  }
  absl::StrAppend(&schema, R"("d20000":{"type":"null"}}})");

  EXPECT_FALSE(Adapt(schema).recursive);
}

TEST(AnthropicSchemaTest, TakesOddKindsAsTheyAre) {
  for (const char* schema :
       {R"({"properties":[1],"items":true,"anyOf":{},"type":7})",
        R"({"properties":{"a":true,"b":null,"c":[]}})",
        R"({"description":5,"format":[],"minItems":"1","required":"x"})",
        R"({"enum":{"a":[{}]},"additionalProperties":"no"})", "{}"}) {
    EXPECT_TRUE(IsJson(Adapt(schema).json)) << schema;
  }
}

TEST(AnthropicSchemaTest, RefusesWhatIsNoSchema) {
  for (const char* schema : {"", "[]", "true", "{", "\"x\""}) {
    EXPECT_THAT(AdaptAnthropicSchema(schema),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << schema;
  }
}

}  // namespace
}  // namespace aigateway

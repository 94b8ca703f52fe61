#include "providers/simulator_schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"

namespace aigateway {
namespace {

using ::testing::Lt;

TEST(SimulatorSchemaTest, FillsInEveryPropertyInOrder) {
  EXPECT_EQ(SampleOfSchema(R"({"type":"object","properties":{
      "city":{"type":"string"},"days":{"type":"integer"},
      "celsius":{"type":"boolean"},"at":{"type":"number"},
      "nothing":{"type":"null"},"inner":{"type":"object","properties":{
      "a":{"type":"string"}}},"none":{"type":"object"}},"required":["city"]})"),
            R"({"city":"some city","days":1,"celsius":true,"at":1.5,)"
            R"("nothing":null,"inner":{"a":"some a"},"none":{}})");
}

TEST(SimulatorSchemaTest, PrefersConstEnumAndDefault) {
  EXPECT_EQ(SampleOfSchema(R"({"properties":{
      "c":{"const":{"x":[1]}},"e":{"enum":["kelvin","celsius"]},
      "d":{"type":"integer","default":12345678901234567890}}})"),
            R"({"c":{"x":[1]},"e":"kelvin","d":12345678901234567890})");
}

TEST(SimulatorSchemaTest, KeepsBounds) {
  EXPECT_EQ(
      SampleOfSchema(R"({"properties":{
      "a":{"type":"integer","minimum":5},
      "b":{"type":"integer","maximum":-3},
      "c":{"type":"number","exclusiveMinimum":2},
      "d":{"type":"integer","minimum":7,"multipleOf":5},
      "e":{"type":"string","minLength":12},
      "f":{"type":"string","maxLength":3},
      "g":{"type":"integer","minimum":0.5,"maximum":1.5}}})"),
      R"({"a":5,"b":-3,"c":3,"d":10,"e":"some exxxxxx","f":"xxx","g":1})");
}

TEST(SimulatorSchemaTest, MakesLists) {
  EXPECT_EQ(SampleOfSchema(R"({"properties":{
      "a":{"type":"array","items":{"type":"integer"},"minItems":3},
      "b":{"type":"array","items":{"type":"integer"},"minItems":1000000},
      "c":{"type":"array"},"d":{"items":{"type":"boolean"},"maxItems":0}}})"),
            R"({"a":[1,1,1],"b":[1,1,1,1,1,1,1,1],"c":[],"d":[]})");
}

TEST(SimulatorSchemaTest, KnowsFormats) {
  EXPECT_EQ(SampleOfSchema(R"({"properties":{
      "a":{"type":"string","format":"date"},
      "b":{"type":"string","format":"email"},
      "c":{"type":"string","format":"of its own"}}})"),
            R"({"a":"2026-01-31","b":"someone@example.com","c":"some c"})");
}

TEST(SimulatorSchemaTest, FollowsChoicesAndReferences) {
  EXPECT_EQ(SampleOfSchema(R"({"$defs":{"na/me":{"type":"integer"},
      "base":{"properties":{"x":{"type":"boolean"}}}},
      "properties":{
      "a":{"anyOf":[{"type":"boolean"},{"type":"null"}]},
      "b":{"$ref":"#/$defs/na~1me"},
      "c":{"allOf":[{"$ref":"#/$defs/base"},
                    {"properties":{"y":{"type":"null"}}}]},
      "d":{"type":["null","integer"]},
      "e":{"$ref":"https://elsewhere/"},
      "f":{"$ref":"#/nowhere"}}})"),
            R"({"a":true,"b":1,"c":{"x":true,"y":null},"d":1,"e":"some e",)"
            R"("f":"some f"})");
}

TEST(SimulatorSchemaTest, EndsSchemasThatReferToThemselves) {
  const std::string list = SampleOfSchema(
      R"({"properties":{"v":{"type":"integer"},"next":{"$ref":"#"}}})");
  EXPECT_TRUE(IsJson(list));
  EXPECT_THAT(list.size(), Lt(1000u));

  // Each level twice as wide as the one above: 2^24 without a bound.
  const std::string tree =
      SampleOfSchema(R"({"properties":{"l":{"$ref":"#"},"r":{"$ref":"#"}}})");
  EXPECT_TRUE(IsJson(tree));
  EXPECT_THAT(tree.size(), Lt(100'000u));
}

TEST(SimulatorSchemaTest, BoundsItsWorkOnALargeSchema) {
  // Each of 1,000 references would read the document anew.
  std::string properties =
      R"("big":{"const":")" + std::string(size_t{1} << 20, 'x') + R"("})";
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&properties, R"(,"p)", i, R"(":{"$ref":"#/$defs/x"})");
  }
  EXPECT_TRUE(IsJson(
      SampleOfSchema(absl::StrCat(R"({"properties":{)", properties, "}}"))));
}

TEST(SimulatorSchemaTest, GivesAnEmptyObjectForWhatIsNoSchema) {
  for (const absl::string_view text :
       {"", "true", "[]", "{", "null", "7", "\xFF"}) {
    EXPECT_EQ(SampleOfSchema(text), "{}") << text;
  }
}

TEST(SimulatorSchemaTest, GivesJsonForKeywordsOfTheWrongKind) {
  for (const absl::string_view schema :
       {R"({"type":7})", R"({"type":"object","properties":[1]})",
        R"({"type":"array","items":7,"minItems":-1})",
        R"({"type":"string","minLength":-5,"maxLength":1e300})",
        R"({"anyOf":{},"oneOf":[]})", R"({"allOf":[7,"x",{"type":[]}]})",
        R"({"type":"integer","minimum":"x","multipleOf":0})",
        R"({"type":"number","multipleOf":1e-320,"minimum":1e308})",
        R"({"enum":[]})", R"({"type":"integer","minimum":1e300})",
        R"({"$ref":7})", R"({"type":"of its own"})"}) {
    EXPECT_TRUE(IsJson(SampleOfSchema(schema))) << schema;
  }
}

}  // namespace
}  // namespace aigateway

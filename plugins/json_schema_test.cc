#include "plugins/json_schema.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

std::unique_ptr<JsonSchema> Schema(const std::string& text) {
  absl::StatusOr<std::unique_ptr<JsonSchema>> schema = JsonSchema::Create(text);
  EXPECT_THAT(schema, IsOk()) << text;
  return schema.ok() ? *std::move(schema) : nullptr;
}

TEST(JsonSchemaTest, TellsWhatFits) {
  const struct {
    const char* schema;
    const char* fits;
    const char* other;
  } cases[] = {
      {R"({"type":"object","properties":{"a":{"type":"integer"}},
           "required":["a"],"additionalProperties":false})",
       R"({"a":1})", R"({"a":1,"b":2})"},
      {R"({"type":"object","required":["a"]})", R"({"a":null})", "{}"},
      {R"({"enum":["x",1]})", "1", "2"},
      {R"({"const":{"a":[1]}})", R"({"a":[1]})", R"({"a":[2]})"},
      {R"({"pattern":"^a+$"})", R"("aaa")", R"("aab")"},
      {R"({"items":{"pattern":"[0-9]"}})", R"(["x1"])", R"(["x"])"},
      {R"({"maxLength":2})", R"("äö")", R"("äöü")"},
      {R"({"minimum":1,"exclusiveMaximum":3})", "2.5", "3"},
      {R"({"type":"array","maxItems":3,"uniqueItems":true})", "[1,2]", "[1,1]"},
      {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "5", "4"},
      {R"({"oneOf":[{"minimum":1},{"minimum":5}]})", "4", "5"},
      {R"({"allOf":[{"minimum":1},{"maximum":5}]})", "4", "6"},
      {R"({"not":{"type":"null"}})", "1", "null"},
      {R"({"if":{"type":"string"},"then":{"minLength":2},
           "else":{"minimum":2}})",
       R"("ab")", "1"},
      {R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})",
       R"({"a":1,"b":2})", R"({"c":1})"},
      {R"({"contains":{"const":1}})", "[0,1]", "[0]"},
      {R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a"])",
       R"(["a",1])"},
      {R"({"$ref":"#/definitions/n","definitions":{"n":{"type":"number"}}})",
       "1", R"("1")"},
      {R"({"$schema":"http://json-schema.org/draft-07/schema#",
           "$id":"https://example.com/x","title":"T","format":"email",
           "properties":{"a":{"$ref":"#/$defs/n"},"b":{"$ref":"#/$defs/n"},
                         "pattern":{"type":"number"}},
           "$defs":{"n":{"pattern":"^x"}}})",
       R"({"a":"x","b":"xx","pattern":1})", R"({"a":"x","b":"yx"})"},
  };
  for (const auto& each : cases) {
    const auto schema = Schema(each.schema);
    ASSERT_NE(schema, nullptr);
    EXPECT_THAT(schema->Check(each.fits, {}), IsOk()) << each.schema;
    const absl::Status misfit = schema->Check(each.other, {});
    EXPECT_THAT(misfit, HasReason(ErrorReason::kGuardrailRejected))
        << each.schema;
    EXPECT_EQ(misfit.message(), "the answer does not fit the schema");
  }
}

TEST(JsonSchemaTest, TakesOnlyJson) {
  const auto schema = Schema("true");
  for (const char* text : {"", "x", "{", "1 2", "```json\n1\n```", "{\"a\":1,}",
                           "01", "\"\x01\""}) {
    EXPECT_THAT(schema->Check(text, {}),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         "the answer is not JSON"))
        << text;
  }
  EXPECT_THAT(schema->Check(" {\"a\": [1, \"\\u00e9\"]}\n", {}), IsOk());
}

TEST(JsonSchemaTest, KeepsToItsLimits) {
  const auto schema = Schema("true");
  EXPECT_THAT(schema->Check("12345", {.max_bytes = 5}), IsOk());
  EXPECT_THAT(schema->Check("123456", {.max_bytes = 5}),
              HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(schema->Check("[{\"a\":1}]", {.max_depth = 2}), IsOk());
  EXPECT_THAT(schema->Check("[[[]]]", {.max_depth = 2}),
              HasReason(ErrorReason::kGuardrailRejected));
  const std::string deep = std::string(100'000, '[');
  EXPECT_THAT(schema->Check(deep + std::string(100'000, ']'), {}),
              HasReason(ErrorReason::kGuardrailRejected));
  // Which of both a caller reads is his affair.
  EXPECT_THAT(schema->Check(R"({"a":1,"\u0061":2})", {}),
              HasReason(ErrorReason::kGuardrailRejected));
}

TEST(JsonSchemaTest, RefusesWhatItCouldNotHoldTo) {
  const struct {
    std::string schema;
    const char* fault;
  } cases[] = {
      {"{", "is no JSON"},
      {"[]", "a schema is missing"},
      {R"({"type":"strin"})", "is no schema"},
      {R"({"patternProperties":{"a":{}}})", "'patternProperties'"},
      {R"({"multipleOf":0})", "'multipleOf'"},
      {R"({"items":{"multipleOf":-1}})", "'multipleOf'"},
      {R"({"propertyNames":{"maxLength":1}})", "'propertyNames'"},
      {R"({"properties":{"a":{"minContains":1}}})", "at /properties/a"},
      {R"({"$ref":"https://example.com/x"})", "parts of the schema itself"},
      {R"({"$ref":"other.json#/definitions/a"})", "parts of the schema itself"},
      {R"({"properties":{"a":{"$ref":"#"}}})", "only definitions"},
      {R"({"$ref":"#/definitions/a"})", "nothing that it names"},
      {R"({"$ref":"#/definitions/a","maxLength":1,"definitions":{"a":{}}})",
       "beside $ref"},
      {R"({"$ref":"#/definitions/a","definitions":
           {"a":{"items":{"$ref":"#/definitions/a"}}}})",
       "refers back to itself"},
      {R"({"uniqueItems":true})", "uniqueItems needs maxItems"},
      {R"({"uniqueItems":true,"maxItems":257})", "uniqueItems needs maxItems"},
      {R"x({"pattern":"(?=a)"})x", "no expression of RE2"},
      {R"({"pattern":1})", "pattern is no text"},
      {std::string(100'000, '['), "is no JSON"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(
        JsonSchema::Create(each.schema),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(each.fault)))
        << each.schema.substr(0, 80);
  }
}

TEST(JsonSchemaTest, RefusesWhatGrowsWithEachReference) {
  std::string schema = R"({"$ref":"#/definitions/d0","definitions":{)";
  for (int i = 0; i < 30; ++i) {
    const std::string next =
        absl::StrCat("{\"$ref\":\"#/definitions/d", i + 1, "\"}");
    absl::StrAppend(&schema, "\"d", i, "\":{\"allOf\":[", next, ",", next,
                    "]},");
  }
  EXPECT_THAT(JsonSchema::Create(schema + "\"d30\":{}}}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("too many schemas")));
}

// std::regex would take longer than anyone waits, or all of the stack.
TEST(JsonSchemaTest, MatchesPatternsInLinearTime) {
  const auto schema = Schema(R"x({"pattern":"^(a+)+$"})x");
  EXPECT_THAT(
      schema->Check(absl::StrCat("\"", std::string(200'000, 'a'), "!\""), {}),
      HasReason(ErrorReason::kGuardrailRejected));
}

TEST(JsonSchemaTest, SaysNothingOfWhatItSaw) {
  const auto schema = Schema(R"({"properties":{"swordfish":{"const":1}}})");
  EXPECT_THAT(schema->Check(R"({"swordfish":"secret"})", {}).ToString(),
              AllOf(Not(HasSubstr("swordfish")), Not(HasSubstr("secret"))));
}

TEST(JsonSchemaTest, ServesManyThreads) {
  const auto schema = Schema(R"({"items":{"pattern":"^a*$"}})");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        EXPECT_THAT(schema->Check(R"(["aa","a"])", {}), IsOk());
        EXPECT_FALSE(schema->Check(R"(["ab"])", {}).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace aigateway

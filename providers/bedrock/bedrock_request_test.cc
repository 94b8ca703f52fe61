#include "providers/bedrock/bedrock_request.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_request_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BedrockRequestTest : public BedrockRequestFixture {};

TEST_F(BedrockRequestTest, WritesNoMoreThanIsAsked) {
  EXPECT_EQ(Write(kBedrockHello),
            R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(BedrockRequestTest, PutsASchemaInAsAText) {
  EXPECT_EQ(
      WithoutHello(WriteHello(
          R"pb(response_format {
                 json_schema {
                   name: "person"
                   schema: "{\"type\":\"object\",\"properties\":{}}"
                 }
               })pb")),
      R"({,"outputConfig":{"textFormat":{"type":"json_schema","structure":)"
      R"({"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{},)"
      R"(\"additionalProperties\":false}","name":"person"}}}}})");
}

TEST_F(BedrockRequestTest, RefusesASchemaWhereItCannotBeHeldTo) {
  const char schema[] =
      R"pb(response_format {
             json_schema { name: "p" schema: "{\"type\":\"object\"}" }
           })pb";
  WriteHello(schema, kBedrockNova);
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  WriteHello(schema, "us.anthropic.claude-opus-4-7-v1:0");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(WriteHello(schema, "qwen.qwen3-32b-v1:0"),
              HasSubstr(R"("schema":"{\"type\":\"object\"}")"));
  WriteHello(R"pb(response_format { json_schema { schema: "{" } })pb");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(BedrockRequestTest, AsksForAJsonObjectInWords) {
  EXPECT_THAT(WriteHello("response_format { json_object {} }"),
              HasSubstr(R"("system":[{"text":"Answer with one JSON object)"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("json_object")));
  EXPECT_THAT(WriteHello("response_format { json_object {} }",
                         "amazon.titan-text-express-v1"),
              HasSubstr(R"("content":[{"text":"Answer with one JSON object)"));
}

TEST_F(BedrockRequestTest, MergesOptions) {
  const char options[] =
      R"pb(provider_options {
             key: "bedrock"
             value {
               fields {
                 key: "additionalModelRequestFields"
                 value {
                   struct_value {
                     fields {
                       key: "top_k"
                       value { number_value: 5 }
                     }
                   }
                 }
               }
             }
           }
           reasoning { budget_tokens: 2000 }
           max_output_tokens: 4000)pb";
  EXPECT_EQ(WithoutHello(WriteHello(options)),
            R"({,"inferenceConfig":{"maxTokens":4000},)"
            R"("additionalModelRequestFields":{"thinking":{"type":"enabled",)"
            R"("budget_tokens":2000},"top_k":5}})");
}

TEST_F(BedrockRequestTest, RefusesOptionsThatSayWhatFieldsSay) {
  for (const char* key :
       {"messages", "toolConfig", "modelId", "serviceTier", "system",
        "max_tokens_to_sample", "promptVariables"}) {
    WriteHello(std::string(R"(provider_options { key: "bedrock" value {
        fields { key: ")") +
               key + R"(" value { string_value: "x" } } } })");
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << key;
  }
  for (const char* key :
       {"reasoning_config", "reasoningConfig", "max_tokens", "temperature",
        "tools", "preamble", "documents", "chat_history", "message"}) {
    WriteHello(std::string(R"(provider_options { key: "bedrock" value {
        fields { key: "additionalModelRequestFields" value { struct_value {
        fields { key: ")") +
               key + R"(" value { string_value: "x" } } } } } } })");
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << key;
  }
}

TEST_F(BedrockRequestTest, WritesNoMoreCachePointsThanFour) {
  std::string chat;
  for (int i = 0; i < 3; ++i) {
    chat += R"(messages { role: ROLE_SYSTEM content: "s"
                          cache_control { ttl { seconds: 3600 } } })";
  }
  chat += R"(messages { role: ROLE_USER
                        parts { text: "a" cache_control {} }
                        parts { text: "b" } cache_control {} })";
  EXPECT_EQ(Write(chat),
            R"({"system":[{"text":"s"},{"text":"s"},)"
            R"({"cachePoint":{"type":"default","ttl":"1h"}},{"text":"s"},)"
            R"({"cachePoint":{"type":"default","ttl":"1h"}}],)"
            R"("messages":[{"role":"user","content":[{"text":"a"},)"
            R"({"cachePoint":{"type":"default"}},{"text":"b"},)"
            R"({"cachePoint":{"type":"default"}}]}]})");
}

TEST_F(BedrockRequestTest, LeavesCachePointsOutWhereNobodyTakesThem) {
  EXPECT_EQ(WithoutHello(Write(
                R"pb(messages {
                       role: ROLE_USER
                       content: "Hi"
                       cache_control {}
                     })pb",
                kBedrockLlama)),
            "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("cache_control")));
}

}  // namespace
}  // namespace aigateway

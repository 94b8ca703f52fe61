#include "providers/responses/responses_request.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/openai_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::string_view kHi =
    R"pb(messages { role: ROLE_USER content: "Hi" })pb";

class ResponsesRequestTest : public testing::Test {
 protected:
  ResponsesRequestTest() { Use("openai"); }

  void Use(absl::string_view type) {
    instance_ = InstanceOf(type);
    instance_.api = OpenAiApi::kResponses;
  }

  absl::StatusOr<std::string> Write(absl::string_view chat,
                                    bool stream = false) {
    warnings_.clear();
    const CallOptions options{
        .model = model_, .stream = stream, .warnings = &warnings_};
    return WriteResponsesRequest(
        instance_, OpenAiChatOf(absl::StrCat(kHi, chat)), options);
  }
  std::string Body(absl::string_view chat) {
    const absl::StatusOr<std::string> body = Write(chat);
    EXPECT_THAT(body, IsOk());
    return body.value_or("");
  }

  OpenAiInstance instance_;
  std::string model_ = "gpt-5.5";
  std::vector<std::string> warnings_;
};

TEST_F(ResponsesRequestTest, WritesAQuestion) {
  EXPECT_EQ(Body(R"pb(max_output_tokens: 100
                      reasoning { effort: "high" }
                      service_tier: "flex"
                      user: "u1"
                      metadata { key: "k" value: "v" })pb"),
            CompactJson(R"({
              "model": "gpt-5.5",
              "input": [{"type": "message", "role": "user", "content": "Hi"}],
              "max_output_tokens": 100,
              "user": "u1",
              "service_tier": "flex",
              "reasoning": {"effort": "high"},
              "store": false,
              "include": ["reasoning.encrypted_content"]
            })"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ResponsesRequestTest, AsksForAStream) {
  const auto body = Write("", /*stream=*/true);
  ASSERT_THAT(body, IsOk());
  EXPECT_THAT(*body, HasSubstr(R"("stream":true)"));
  EXPECT_THAT(*body, Not(HasSubstr("stream_options")));
}

TEST_F(ResponsesRequestTest, WritesFlatTools) {
  EXPECT_THAT(
      Body(R"pb(tools {
                  name: "f"
                  description: "does"
                  parameters: "{\"type\": \"object\"}"
                  strict: true
                }
                tools { name: "g" }
                tool_choice { name: "g" }
                parallel_tool_calls: false)pb"),
      HasSubstr(
          R"("tools":[{"type":"function","name":"f","description":"does",)"
          R"("parameters":{"type": "object"},"strict":true},)"
          R"({"type":"function","name":"g","parameters":)"
          R"({"type":"object","properties":{}},"strict":false}],)"
          R"("tool_choice":{"type":"function","name":"g"},)"
          R"("parallel_tool_calls":false)"));
}

TEST_F(ResponsesRequestTest, WritesTheFormOfTheAnswer) {
  EXPECT_THAT(
      Body(R"pb(response_format {
                  json_schema { name: "n" schema: "{\"a\":1}" strict: true }
                })pb"),
      HasSubstr(R"("text":{"format":{"type":"json_schema","name":"n",)"
                R"("schema":{"a":1},"strict":true}})"));
  EXPECT_THAT(Body(R"pb(response_format { json_object {} })pb"),
              HasSubstr(R"("text":{"format":{"type":"json_object"}})"));
}

TEST_F(ResponsesRequestTest, LeavesOutOrRefusesWhatTheApiDoesNotHave) {
  const std::string body = Body(R"pb(
    seed: 7
    presence_penalty: 0.5
    frequency_penalty: 0.5
    logit_bias { key: "1" value: 2 }
    n: 1
  )pb");
  EXPECT_THAT(body, Not(HasSubstr("seed")));
  EXPECT_THAT(body, Not(HasSubstr("penalty")));
  EXPECT_THAT(
      warnings_,
      ElementsAre("chat.seed was left out: it is not known to the Responses "
                  "API of openai",
                  HasSubstr("presence"), HasSubstr("frequency"),
                  HasSubstr("logit_bias")));
  EXPECT_THAT(Write("stop: 'x'"),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write("n: 2"), HasReason(ErrorReason::kUnsupportedParameter));
  instance_.on_unsupported = OnUnsupported::kRefuse;
  EXPECT_THAT(Write("seed: 7"), HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(ResponsesRequestTest, SendsSamplingWhereTheModelTakesIt) {
  EXPECT_THAT(Body("temperature: 0.5 top_p: 0.25"),
              Not(HasSubstr("temperature")));
  model_ = "gpt-4.1";
  const std::string body = Body("temperature: 0.5 top_p: 0.25");
  EXPECT_THAT(body, HasSubstr(R"("temperature":0.5,"top_p":0.25)"));
  // It cannot think, and refuses to be asked for its thoughts.
  EXPECT_THAT(body, Not(HasSubstr("include")));
  EXPECT_THAT(body, HasSubstr(R"("store":false)"));
}

TEST_F(ResponsesRequestTest, AsksForProbabilities) {
  model_ = "gpt-4.1";
  EXPECT_THAT(
      Body("logprobs: true top_logprobs: 3"),
      AllOf(HasSubstr(R"("top_logprobs":3)"),
            HasSubstr(R"("include":["message.output_text.logprobs"])")));
}

TEST_F(ResponsesRequestTest, RaisesALimitThatIsTooLow) {
  EXPECT_THAT(Body("max_output_tokens: 1"),
              HasSubstr(R"("max_output_tokens":16)"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("sent as 16")));
}

TEST_F(ResponsesRequestTest, SendsTheLimitThatAVendorNeeds) {
  Dialect dialect = *instance_.dialect;
  dialect.default_max_tokens = 4096;
  instance_.dialect = &dialect;
  EXPECT_THAT(Body(""), HasSubstr(R"("max_output_tokens":4096)"));
}

TEST_F(ResponsesRequestTest, SaysNothingOfKeepingToWhoCannotBeTold) {
  Use("groq");
  EXPECT_THAT(Body(""), Not(HasSubstr("store")));
  EXPECT_THAT(Body(""), Not(HasSubstr("include")));
}

TEST_F(ResponsesRequestTest, MergesWhatNoFieldSays) {
  const std::string body = Body(R"pb(
    reasoning { effort: "low" }
    response_format { json_object {} }
    provider_options {
      key: "openai"
      value {
        fields {
          key: "verbosity"
          value { string_value: "low" }
        }
        fields {
          key: "reasoning"
          value {
            struct_value {
              fields {
                key: "summary"
                value { string_value: "auto" }
              }
            }
          }
        }
        fields {
          key: "store"
          value { bool_value: true }
        }
        fields {
          key: "prompt_cache_key"
          value { string_value: "k" }
        }
      }
    }
  )pb");
  EXPECT_THAT(body, HasSubstr(R"("text":{"format":{"type":"json_object"},)"
                              R"("verbosity":"low"})"));
  EXPECT_THAT(body,
              HasSubstr(R"("reasoning":{"effort":"low","summary":"auto"})"));
  EXPECT_THAT(body, HasSubstr(R"("store":true)"));
  EXPECT_THAT(body, Not(HasSubstr(R"("store":false)")));
  EXPECT_THAT(body, HasSubstr(R"("prompt_cache_key":"k")"));
}

TEST_F(ResponsesRequestTest, RefusesOptionsThatSayWhatAFieldSays) {
  for (const char* name :
       {"input", "instructions", "max_output_tokens", "tools", "stream",
        "previous_response_id", "conversation", "background", "temperature"}) {
    EXPECT_THAT(
        Write(absl::StrCat(R"(provider_options { key: "openai" value {)"
                           R"( fields { key: ")",
                           name, R"(" value { string_value: "x" } } } })")),
        HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
  EXPECT_THAT(Write(R"pb(provider_options {
                           key: "openai"
                           value {
                             fields {
                               key: "text"
                               value {
                                 struct_value {
                                   fields {
                                     key: "format"
                                     value { string_value: "x" }
                                   }
                                 }
                               }
                             }
                           }
                         })pb"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(ResponsesRequestTest, AsksPerplexityInItsOwnWay) {
  Use("perplexity");
  model_ = "sonar";
  const std::string body = Body(R"pb(
    temperature: 0.2
    tools { name: "f" }
    tool_choice { mode: TOOL_CHOICE_MODE_AUTO }
    response_format { json_schema { name: "n" schema: "{}" } }
  )pb");
  EXPECT_EQ(body, CompactJson(R"({
    "model": "perplexity/sonar",
    "input": [{"type": "message", "role": "user", "content": "Hi"}],
    "tools": [{"type": "function", "name": "f",
      "parameters": {"type": "object", "properties": {}}, "strict": false}],
    "response_format": {"type": "json_schema", "json_schema":
      {"name": "n", "schema": {}}}
  })"));
  model_ = "openai/gpt-5.5";
  EXPECT_THAT(Body(""), HasSubstr(R"("model":"openai/gpt-5.5")"));
}

}  // namespace
}  // namespace aigateway

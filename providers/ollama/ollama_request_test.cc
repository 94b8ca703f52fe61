#include "providers/ollama/ollama_request.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/ollama/ollama_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::string_view kHi = "messages { role: ROLE_USER content: 'hi' } ";
constexpr absl::string_view kBegin =
    R"({"model":"qwen3:4b","stream":false,)"
    R"("messages":[{"role":"user","content":"hi"}])";

class OllamaRequestTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view more) {
    warnings_.clear();
    return WriteOllamaRequest(OllamaChat(absl::StrCat(kHi, more)), options_,
                              on_unsupported_);
  }

  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
  CallOptions options_{.model = "qwen3:4b", .warnings = &warnings_};
};

TEST_F(OllamaRequestTest, WritesTheLeast) {
  EXPECT_THAT(Write(""),
              IsOkAndHolds(absl::StrCat(kBegin, R"(,"options":{}})")));
  options_.stream = true;
  EXPECT_THAT(Write(""), IsOkAndHolds(HasSubstr(R"("stream":true)")));
}

TEST_F(OllamaRequestTest, WritesItsParametersAsOptions) {
  EXPECT_THAT(
      Write("temperature: 0 top_p: 0.5 seed: 9007199254740993 "
            "max_output_tokens: 7 presence_penalty: 1 frequency_penalty: -1 "
            "stop: 'a' stop: 'b'"),
      IsOkAndHolds(absl::StrCat(
          kBegin, R"(,"options":{"temperature":0,"top_p":0.5,)",
          R"("seed":9007199254740993,"num_predict":7,"presence_penalty":1,)",
          R"("frequency_penalty":-1,"stop":["a","b"]}})")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaRequestTest, WritesTools) {
  EXPECT_THAT(
      Write(R"(tools { name: 'f' description: 'd' parameters: '{"b": 1.0}' }
               tools { name: 'g' } tool_choice { mode: TOOL_CHOICE_MODE_AUTO }
               parallel_tool_calls: true)"),
      IsOkAndHolds(absl::StrCat(
          kBegin, R"(,"tools":[{"type":"function","function":{"name":"f",)",
          R"("description":"d","parameters":{"b": 1.0}}},{"type":"function",)",
          R"("function":{"name":"g","parameters":{"type":"object",)",
          R"("properties":{}}}}],"options":{}})")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaRequestTest, OffersNoToolsWhereNoneIsToBeCalled) {
  EXPECT_THAT(
      Write("tools { name: 'f' } tool_choice { mode: TOOL_CHOICE_MODE_NONE }"),
      IsOkAndHolds(Not(HasSubstr("tools"))));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaRequestTest, WritesTheForm) {
  EXPECT_THAT(Write("response_format { json_object {} }"),
              IsOkAndHolds(HasSubstr(R"("format":"json")")));
  EXPECT_THAT(
      Write(R"(response_format { json_schema { schema: '{"b": 1}' } })"),
      IsOkAndHolds(HasSubstr(R"("format":{"b": 1})")));
  EXPECT_THAT(Write("response_format { text {} }"),
              IsOkAndHolds(Not(HasSubstr("format"))));
  EXPECT_THAT(Write("response_format { json_schema { schema: '{' } }").status(),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(OllamaRequestTest, AsksForProbabilities) {
  EXPECT_THAT(Write("logprobs: true top_logprobs: 2"),
              IsOkAndHolds(HasSubstr(R"("logprobs":true,"top_logprobs":2)")));
}

TEST_F(OllamaRequestTest, LeavesOutHintsWithAWarning) {
  ASSERT_THAT(Write("user: 'u' service_tier: 'x' logit_bias { key: '1' } "
                    "tools { name: 'f' strict: true cache_control {} }"),
              IsOk());
  EXPECT_THAT(
      warnings_,
      ElementsAre(HasSubstr("tools[0].strict"), HasSubstr("chat.logit_bias"),
                  HasSubstr("chat.user"), HasSubstr("chat.service_tier"),
                  HasSubstr("cache_control")));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Write("user: 'u'").status(),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(OllamaRequestTest, RefusesWhatChangesTheAnswerUnlessConfigLetsItDrop) {
  for (const char* text :
       {"n: 2", "tools { name: 'f' } parallel_tool_calls: false",
        "tools { name: 'f' } tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }",
        "tools { name: 'f' } tool_choice { name: 'f' }"}) {
    on_unsupported_ = OnUnsupported::kDropHints;
    EXPECT_THAT(Write(text).status(),
                HasReason(ErrorReason::kUnsupportedParameter))
        << text;
    on_unsupported_ = OnUnsupported::kDrop;
    EXPECT_THAT(Write(text), IsOk()) << text;
    EXPECT_EQ(warnings_.size(), 1U) << text;
  }
}

TEST_F(OllamaRequestTest, MergesItsOwnOptions) {
  EXPECT_THAT(Write(R"(provider_options { key: 'ollama' value {
               fields { key: 'keep_alive' value { string_value: '10m' } }
               fields { key: 'options' value { struct_value {
                 fields { key: 'num_ctx' value { number_value: 8192 } } } } }
               } } temperature: 1)"),
              IsOkAndHolds(absl::StrCat(
                  kBegin, R"(,"options":{"temperature":1,"num_ctx":8192},)",
                  R"("keep_alive":"10m"})")));
}

TEST_F(OllamaRequestTest, LetsNoOptionSayWhatAFieldSays) {
  const struct {
    absl::string_view option;
    absl::string_view field;
  } cases[] = {
      {"fields { key: 'format' value { string_value: 'json' } }", "format"},
      {"fields { key: 'Think' value { bool_value: true } }", "Think"},
      {"fields { key: 'options' value { struct_value { fields { key: "
       "'num_predict' value { number_value: 1 } } } } }",
       "options.num_predict"},
  };
  for (const auto& each : cases) {
    const absl::Status status =
        Write(absl::StrCat("provider_options { key: 'ollama' value { ",
                           each.option, " } }"))
            .status();
    EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
    ASSERT_EQ(GetViolations(status).size(), 1U);
    EXPECT_EQ(GetViolations(status)[0].field,
              absl::StrCat("chat.provider_options.ollama.", each.field));
  }
}

TEST_F(OllamaRequestTest, RefusesWhatTheCallerGotWrong) {
  EXPECT_THAT(Write("tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }").status(),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Write("tools { name: 'f' parameters: '{' }").status(),
              HasReason(ErrorReason::kInvalidRequest));
  options_.model.clear();
  EXPECT_THAT(Write("").status(), HasReason(ErrorReason::kInvalidRequest));
}

}  // namespace
}  // namespace aigateway

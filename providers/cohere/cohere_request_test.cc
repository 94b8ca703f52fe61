#include "providers/cohere/cohere_request.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/cohere/cohere_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CohereRequestTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    return WriteCohereRequest(CohereChat(text), options_, on_unsupported_);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{.model = "command-a-plus-05-2026",
                       .warnings = &warnings_};
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
};

TEST_F(CohereRequestTest, WritesEveryParameterByItsNameHere) {
  EXPECT_THAT(
      Write(R"pb(
        messages { role: ROLE_USER content: "hi" }
        temperature: 0
        top_p: 0.5
        seed: 7
        max_output_tokens: 10
        frequency_penalty: 0.25
        presence_penalty: 1
        stop: "END"
        logprobs: true
      )pb"),
      IsOkAndHolds(std::string(
          R"({"model":"command-a-plus-05-2026","stream":false,)"
          R"("messages":[{"role":"user","content":"hi"}],)"
          R"("temperature":0,"p":0.5,"seed":7,"frequency_penalty":0.25,)"
          R"("presence_penalty":1,"logprobs":true,"max_tokens":10,)"
          R"("stop_sequences":["END"]})")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereRequestTest, WritesTools) {
  EXPECT_THAT(
      Write(R"pb(
        tools {
          name: "f"
          description: "does"
          parameters: "{\"type\":\"object\",\"x\":1.0}"
          strict: true
        }
        tools { name: "g" strict: true }
        tool_choice { mode: TOOL_CHOICE_MODE_NONE }
      )pb"),
      IsOkAndHolds(HasSubstr(
          R"("tools":[{"type":"function","function":{"name":"f",)"
          R"("description":"does","parameters":{"type":"object","x":1.0}}},)"
          R"({"type":"function","function":{"name":"g",)"
          R"("parameters":{"type":"object","properties":{}}}}],)"
          R"("strict_tools":true,"tool_choice":"NONE")")));
}

TEST_F(CohereRequestTest, ForcesAToolByOfferingNoOther) {
  const absl::StatusOr<std::string> body = Write(R"pb(
    tools { name: "f" }
    tools { name: "g" }
    tool_choice { name: "g" }
  )pb");
  EXPECT_THAT(body, IsOkAndHolds(HasSubstr(R"("tool_choice":"REQUIRED")")));
  EXPECT_THAT(body, IsOkAndHolds(HasSubstr(R"("name":"g")")));
  EXPECT_THAT(body, IsOkAndHolds(Not(HasSubstr(R"("name":"f")"))));
  EXPECT_THAT(Write(R"pb(tools { name: "f" }
                         tool_choice { name: "x" })pb"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Write(R"pb(tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED })pb"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(CohereRequestTest, StrictIsForAllToolsOrForNone) {
  EXPECT_THAT(Write(R"pb(tools { name: "f" strict: true }
                         tools { name: "g" })pb"),
              IsOkAndHolds(Not(HasSubstr("strict_tools"))));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tools.strict")));
}

TEST_F(CohereRequestTest, WritesBothFormsOfJson) {
  EXPECT_THAT(
      Write(R"pb(response_format { json_object {} })pb"),
      IsOkAndHolds(HasSubstr(R"("response_format":{"type":"json_object"})")));
  EXPECT_THAT(
      Write(R"pb(response_format {
                   json_schema { name: "n" schema: "{\"type\":\"object\"}" }
                 })pb"),
      IsOkAndHolds(HasSubstr(R"("response_format":{"type":"json_object",)"
                             R"("json_schema":{"type":"object"}})")));
  EXPECT_THAT(Write(R"pb(response_format { json_object {} }
                         tools { name: "f" })pb"),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write(R"pb(response_format {
                           json_schema { schema: "{}],\"model\":\"x\"" }
                         })pb"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(CohereRequestTest, TurnsEffortsIntoBudgets) {
  EXPECT_THAT(Write(R"pb(reasoning { budget_tokens: 500 })pb"),
              IsOkAndHolds(HasSubstr(
                  R"("thinking":{"type":"enabled","token_budget":500})")));
  EXPECT_THAT(Write(R"pb(reasoning { effort: "none" })pb"),
              IsOkAndHolds(HasSubstr(R"("thinking":{"type":"disabled"})")));
  EXPECT_THAT(Write(R"pb(reasoning { budget_tokens: 0 })pb"),
              IsOkAndHolds(HasSubstr(R"("thinking":{"type":"disabled"})")));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(Write(R"pb(reasoning { effort: "low" })pb"),
              IsOkAndHolds(HasSubstr(R"("token_budget":2048)")));
  EXPECT_THAT(Write(R"pb(reasoning { effort: "high" }
                         max_output_tokens: 100)pb"),
              IsOkAndHolds(HasSubstr(R"("token_budget":50)")));
  EXPECT_THAT(Write(R"pb(reasoning { effort: "max" })pb"),
              IsOkAndHolds(HasSubstr(R"("thinking":{"type":"enabled"})")));
  EXPECT_EQ(warnings_.size(), 3U);
  EXPECT_THAT(Write(R"pb(reasoning { effort: "lots" })pb"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(CohereRequestTest, AModelThatDoesNotThinkIsNotAskedTo) {
  options_.model = "command-a-03-2025";
  EXPECT_THAT(Write(R"pb(reasoning { effort: "low" })pb"),
              IsOkAndHolds(Not(HasSubstr("thinking"))));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.reasoning")));
  EXPECT_THAT(Write(R"pb(reasoning { effort: "none" })pb"), IsOk());
  EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(CohereRequestTest, HintsAreLeftOutAndMeaningIsRefused) {
  for (const char* hint :
       {"user: 'u'", "service_tier: 'flex'", "logit_bias { key: '1' value: 1 }",
        "frequency_penalty: -1", "presence_penalty: 2", "top_p: 1"}) {
    warnings_.clear();
    EXPECT_THAT(Write(hint), IsOk()) << hint;
    EXPECT_EQ(warnings_.size(), 1U) << hint;
  }
  constexpr absl::string_view kMeanings[] = {
      "n: 2", "logprobs: true top_logprobs: 2",
      "tools { name: 'f' } parallel_tool_calls: false",
      "stop: 'a' stop: 'b' stop: 'c' stop: 'd' stop: 'e' stop: 'f'"};
  for (absl::string_view meaning : kMeanings) {
    EXPECT_THAT(Write(meaning), HasReason(ErrorReason::kUnsupportedParameter))
        << meaning;
  }
  on_unsupported_ = OnUnsupported::kDrop;
  for (absl::string_view meaning : kMeanings) {
    warnings_.clear();
    EXPECT_THAT(Write(meaning), IsOk()) << meaning;
    EXPECT_EQ(warnings_.size(), 1U) << meaning;
  }
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Write("user: 'u'"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(CohereRequestTest, WhatAsksForNothingNewGoesWithoutAWord) {
  EXPECT_THAT(Write("n: 1 logprobs: false top_logprobs: 0 "
                    "parallel_tool_calls: false"),
              IsOk());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereRequestTest, TakesWhatV1HasNoFieldForFromTheOptions) {
  EXPECT_THAT(Write(R"pb(provider_options {
                           key: "cohere"
                           value {
                             fields {
                               key: "safety_mode"
                               value { string_value: "STRICT" }
                             }
                           }
                         })pb"),
              IsOkAndHolds(HasSubstr(R"("safety_mode":"STRICT")")));
  for (const char* name :
       {"model", "topP", "max_tokens", "tools", "thinking"}) {
    const absl::string_view value =
        absl::string_view(name) == "thinking"
            ? "struct_value { fields { key: 'token_budget' "
              "value { number_value: 1 } } }"
            : "number_value: 1";
    EXPECT_THAT(
        Write(absl::StrCat("provider_options { key: 'cohere' value { fields { "
                           "key: '",
                           name, "' value { ", value, " } } } }")),
        HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
}

TEST_F(CohereRequestTest, SaysThatCacheMarksAreLeftOut) {
  EXPECT_THAT(Write(R"pb(messages {
                           role: ROLE_USER
                           content: "hi"
                           cache_control {}
                         })pb"),
              IsOkAndHolds(Not(HasSubstr("cache"))));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("cache_control")));
}

}  // namespace
}  // namespace aigateway

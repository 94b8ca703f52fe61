#include "providers/gemini_request.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOlder[] = "gemini-2.5-flash";

class GeminiRequestTest : public ::testing::Test {
 protected:
  // The body for a question with `chat_text` beside it.
  absl::StatusOr<std::string> Build(const std::string& chat_text,
                                    absl::string_view model = kOlder) {
    v1::ChatRequest chat;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("messages { role: ROLE_USER content: 'a' } ", chat_text),
        &chat));
    warnings_.clear();
    return BuildGeminiBody(
        GeminiCall(chat, model, api_, on_unsupported_, &warnings_));
  }
  // The same, less what the question itself makes.
  std::string Beside(const std::string& chat_text,
                     absl::string_view model = kOlder) {
    const absl::StatusOr<std::string> body = Build(chat_text, model);
    EXPECT_THAT(body, IsOk());
    constexpr absl::string_view kQuestion =
        R"({"contents":[{"role":"user","parts":[{"text":"a"}]}])";
    absl::string_view beside = body.ok() ? absl::string_view(*body) : "";
    EXPECT_EQ(beside.substr(0, kQuestion.size()), kQuestion);
    return std::string(
        beside.substr(std::min(beside.size(), kQuestion.size())));
  }

  GeminiApi api_;
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

TEST_F(GeminiRequestTest, QuestionAloneHasNothingBesideIt) {
  EXPECT_EQ(Beside(""), "}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GeminiRequestTest, ExplicitZerosSurvive) {
  EXPECT_EQ(Beside("temperature: 0 top_p: 0 seed: 0 presence_penalty: 0 "
                   "frequency_penalty: 0 max_output_tokens: 1"),
            R"(,"generationConfig":{"temperature":0,"topP":0,"seed":0,)"
            R"("presencePenalty":0,"frequencyPenalty":0,)"
            R"("maxOutputTokens":1}})");
}

TEST_F(GeminiRequestTest, LeavesOutTheTierWhereTheApiHasNone) {
  api_.service_tier = false;
  EXPECT_EQ(Beside("service_tier: 'flex'"), "}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.service_tier")));
}

TEST_F(GeminiRequestTest, LimitsChoicesAndProbabilities) {
  EXPECT_EQ(Beside("n: 2 stop: 'x' stop: 'y' logprobs: true top_logprobs: 3 "
                   "service_tier: 'flex'"),
            R"(,"generationConfig":{"stopSequences":["x","y"],)"
            R"("candidateCount":2,"responseLogprobs":true,"logprobs":3},)"
            R"("serviceTier":"flex"})");
  EXPECT_EQ(Beside("logprobs: false top_logprobs: 3"), "}");
}

TEST_F(GeminiRequestTest, NewestModelsHaveOneChoiceAndFixedSampling) {
  EXPECT_EQ(Beside("n: 1 temperature: 0.5 top_p: 0.5", "gemini-3.7-flash"),
            "}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature"),
                                     HasSubstr("chat.top_p")));
  EXPECT_THAT(
      Build("n: 2", "gemini-3.5-flash"),
      AllOf(HasReason(ErrorReason::kUnsupportedParameter),
            StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chat.n"))));
}

TEST_F(GeminiRequestTest, SixthStopIsRefusedOrDropped) {
  constexpr char kSix[] = "stop: ['1', '2', '3', '4', '5', '6']";
  EXPECT_THAT(Build(kSix), HasReason(ErrorReason::kUnsupportedParameter));
  on_unsupported_ = OnUnsupported::kDrop;
  EXPECT_EQ(Beside(kSix),
            R"(,"generationConfig":{"stopSequences":["1","2","3","4","5"]}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.stop[5]")));
}

TEST_F(GeminiRequestTest, WhatHasNoEquivalentIsLeftOutWithAWarning) {
  EXPECT_EQ(
      Beside("user: 'u' logit_bias { key: '1' value: 2 } "
             "parallel_tool_calls: true metadata { key: 'a' value: 'b' }"),
      "}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.user"),
                                     HasSubstr("chat.logit_bias")));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Build("user: 'u'"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(GeminiRequestTest, OneCallAtATimeCannotBeHad) {
  constexpr char kOne[] = "tools { name: 'f' } parallel_tool_calls: false";
  EXPECT_THAT(Build(kOne), HasReason(ErrorReason::kUnsupportedParameter));
  on_unsupported_ = OnUnsupported::kDrop;
  EXPECT_THAT(Build(kOne), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("parallel_tool_calls")));
  on_unsupported_ = OnUnsupported::kDropHints;
  EXPECT_THAT(Build("parallel_tool_calls: false"), IsOk());
}

TEST_F(GeminiRequestTest, CacheControlIsLeftOutWithOneWarning) {
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_EQ(Beside("messages { role: ROLE_SYSTEM cache_control {} } "
                   "messages { role: ROLE_SYSTEM parts { text: '' "
                   "cache_control {} } }"),
            "}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("cache_control")));
}

TEST_F(GeminiRequestTest, JsonIsAskedForByTypeAndSchema) {
  EXPECT_EQ(Beside("response_format { json_object {} }"),
            R"(,"generationConfig":{"responseMimeType":"application/json"}})");
  EXPECT_EQ(Beside("response_format { text {} }"), "}");
  constexpr char kSchema[] =
      R"(response_format { json_schema { name: 's' schema: )"
      R"('{"type":"object","properties":{"b":{"const":"x"}},)"
      R"("additionalProperties":false}' } })";
  EXPECT_EQ(Beside(kSchema),
            R"(,"generationConfig":{"responseMimeType":"application/json",)"
            R"("responseJsonSchema":{"type":"object","properties":{"b":)"
            R"({"enum":["x"]}},"additionalProperties":false}}})");
  constexpr char kTranslated[] =
      R"("responseSchema":{"type":"OBJECT","properties":{"b":)"
      R"({"type":"STRING","enum":["x"]}},"propertyOrdering":["b"]})";
  EXPECT_THAT(Beside(kSchema, "gemini-2.0-flash"), HasSubstr(kTranslated));
  api_.json_schema = false;
  EXPECT_THAT(Beside(kSchema), HasSubstr(kTranslated));
}

TEST_F(GeminiRequestTest, SchemaAsAStructIsSentTheSame) {
  EXPECT_THAT(Beside(R"pb(response_format {
                            json_schema {
                              name: "s"
                              schema_struct {
                                fields {
                                  key: "type"
                                  value { string_value: "object" }
                                }
                              }
                            }
                          })pb"),
              HasSubstr(R"("responseJsonSchema":{"type":"object"})"));
}

TEST_F(GeminiRequestTest, SchemaThatIsNoneIsRefusedWithItsPath) {
  constexpr char kBad[] =
      "response_format { json_schema { name: 's' schema: '{\"a\"' } }";
  for (const char* model : {kOlder, "gemini-2.0-flash"}) {
    EXPECT_THAT(Build(kBad, model),
                AllOf(HasReason(ErrorReason::kInvalidRequest),
                      StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("response_format.json_schema"))));
    EXPECT_THAT(Build("tools { name: 'f' parameters: '7' }", model),
                AllOf(HasReason(ErrorReason::kInvalidRequest),
                      StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("chat.tools[0].parameters"))));
  }
}

TEST_F(GeminiRequestTest, ToolsAreDeclaredInOrder) {
  EXPECT_EQ(
      Beside(R"pb(tools {
                    name: "f"
                    description: "d"
                    parameters: "{\"type\":\"object\", \"properties\":{}}"
                  }
                  tools { name: "g" })pb"),
      R"(,"tools":[{"functionDeclarations":[{"name":"f","description":"d",)"
      R"("parametersJsonSchema":{"type":"object","properties":{}}},)"
      R"({"name":"g"}]}]})");
}

TEST_F(GeminiRequestTest, OlderModelsGetTheOpenApiSubset) {
  EXPECT_EQ(
      Beside(
          R"pb(tools {
                 name: "f"
                 parameters: "{\"properties\":{\"a\":{\"type\":\"string\",\"not\":{}}}}"
               }
               tools { name: "g" parameters: "{\"type\":\"object\"}" })pb",
          "gemini-2.0-flash"),
      R"(,"tools":[{"functionDeclarations":[{"name":"f","parameters":)"
      R"({"type":"OBJECT","properties":{"a":{"type":"STRING"}},)"
      R"("propertyOrdering":["a"]}},{"name":"g"}]}]})");
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("tools[0].parameters"),
                                           HasSubstr("not"))));
}

TEST_F(GeminiRequestTest, ToolChoiceBecomesAMode) {
  const auto config = [this](const char* choice) {
    return Beside(
        absl::StrCat("tools { name: 'f' } tool_choice { ", choice, " }"));
  };
  EXPECT_THAT(config("mode: TOOL_CHOICE_MODE_AUTO"),
              HasSubstr(R"("toolConfig":{"functionCallingConfig":)"
                        R"({"mode":"AUTO"}})"));
  EXPECT_THAT(config("mode: TOOL_CHOICE_MODE_NONE"),
              HasSubstr(R"({"mode":"NONE"})"));
  EXPECT_THAT(config("mode: TOOL_CHOICE_MODE_REQUIRED"),
              HasSubstr(R"({"mode":"ANY"})"));
  EXPECT_THAT(config("name: 'f'"),
              HasSubstr(R"({"mode":"ANY","allowedFunctionNames":["f"]})"));
}

TEST_F(GeminiRequestTest, StrictToolsAreValidated) {
  constexpr char kStrict[] =
      "tools { name: 'f' } tools { name: 'g' strict: "
      "true } ";
  EXPECT_THAT(Beside(kStrict), HasSubstr(R"({"mode":"VALIDATED"})"));
  EXPECT_THAT(Beside(absl::StrCat(kStrict,
                                  "tool_choice { mode: "
                                  "TOOL_CHOICE_MODE_REQUIRED }")),
              HasSubstr(R"({"mode":"ANY"})"));
  EXPECT_THAT(Beside(kStrict, "gemini-2.0-flash"),
              Not(HasSubstr("toolConfig")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tools[1].strict")));
}

TEST_F(GeminiRequestTest, CallThatCannotBeMadeIsRefused) {
  EXPECT_THAT(Build("tool_choice { name: 'f' }"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Build("tool_choice { mode: TOOL_CHOICE_MODE_NONE }"), IsOk());
}

TEST_F(GeminiRequestTest, ThinkingIsToldInTheModelsOwnForm) {
  EXPECT_THAT(Beside("reasoning { budget_tokens: 512 }"),
              HasSubstr(R"("thinkingConfig":{"includeThoughts":true,)"
                        R"("thinkingBudget":512})"));
  EXPECT_THAT(Beside("reasoning { effort: 'low' }", "gemini-3.5-flash"),
              HasSubstr(R"("thinkingConfig":{"includeThoughts":true,)"
                        R"("thinkingLevel":"LOW"})"));
  EXPECT_THAT(Beside("reasoning { effort: 'none' }"),
              HasSubstr(R"("thinkingConfig":{"thinkingBudget":0})"));
}

// Options of provider type "gemini".
std::string Options(const std::string& fields) {
  return absl::StrCat("provider_options { key: 'gemini' value { ", fields,
                      " } }");
}

TEST_F(GeminiRequestTest, OptionsAreMergedIntoTheBody) {
  EXPECT_EQ(
      Beside(absl::StrCat("temperature: 1 ",
                          Options(R"pb(fields {
                                         key: "generationConfig"
                                         value {
                                           struct_value {
                                             fields {
                                               key: "topK"
                                               value { number_value: 40 }
                                             }
                                           }
                                         }
                                       }
                                       fields {
                                         key: "cachedContent"
                                         value { string_value: "c" }
                                       })pb"))),
      R"(,"generationConfig":{"temperature":1,"topK":40},"cachedContent":"c"})");
}

TEST_F(GeminiRequestTest, OptionsOfOtherProvidersAreNotSent) {
  EXPECT_EQ(Beside("provider_options { key: 'openai' value { fields { key: "
                   "'store' value { bool_value: true } } } }"),
            "}");
}

constexpr char kSearch[] =
    R"pb(fields {
           key: "tools"
           value {
             list_value {
               values {
                 struct_value {
                   fields {
                     key: "googleSearch"
                     value { struct_value {} }
                   }
                 }
               }
             }
           }
         })pb";

TEST_F(GeminiRequestTest, BuiltInToolsAreAddedToTheFunctions) {
  EXPECT_EQ(Beside(Options(kSearch)), R"(,"tools":[{"googleSearch":{}}]})");
  EXPECT_EQ(Beside(absl::StrCat("tools { name: 'f' } ", Options(kSearch))),
            R"(,"tools":[{"functionDeclarations":[{"name":"f"}]},)"
            R"({"googleSearch":{}}]})");
}

TEST_F(GeminiRequestTest, OptionThatAFieldSaysIsRefusedAtAnyDepth) {
  const auto nested = [](const char* outer, const char* inner) {
    return Options(absl::StrCat("fields { key: '", outer,
                                "' value { struct_value { fields { key: '",
                                inner, "' value { number_value: 1 } } } } }"));
  };
  const auto plain = [](const char* key) {
    return Options(
        absl::StrCat("fields { key: '", key, "' value { number_value: 1 } }"));
  };
  for (const std::string& options :
       {plain("contents"), plain("system_instruction"), plain("serviceTier"),
        nested("generationConfig", "temperature"),
        nested("generation_config", "max_output_tokens"),
        nested("generationConfig", "MaxOutputTokens"),
        nested("thinkingConfig", "thinkingBudget"),
        nested("toolConfig", "functionCallingConfig"),
        nested("x", "responseJsonSchema")}) {
    EXPECT_THAT(Build(options),
                AllOf(HasReason(ErrorReason::kInvalidRequest),
                      StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("chat.provider_options.gemini"))))
        << options;
  }
}

TEST_F(GeminiRequestTest, FunctionAmongTheBuiltInToolsIsRefused) {
  EXPECT_THAT(Build(Options(R"pb(
                fields {
                  key: "tools"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "function_declarations"
                            value { list_value {} }
                          }
                        }
                      }
                    }
                  }
                })pb")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("chat.provider_options.gemini.tools[0]")));
}

}  // namespace
}  // namespace aigateway

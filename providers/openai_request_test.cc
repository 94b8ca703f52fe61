#include "providers/openai_request.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/openai_instance.h"
#include "providers/openai_test_kit.h"
#include "providers/parameter_policy.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr absl::string_view kHi =
    R"pb(messages { role: ROLE_USER content: "hi" })pb";
class OpenAiRequestTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    warnings_.clear();
    OpenAiInstance instance = InstanceOf(type_);
    instance.api = OpenAiApi::kChat;
    instance.on_unsupported = on_unsupported_;
    instance.deployment = deployment_;
    return WriteOpenAiRequest(
        instance, OpenAiChatOf(text),
        {.model = model_, .stream = stream_, .warnings = &warnings_});
  }

  // What the body has behind its messages, which are kHi; or the error.
  std::string BehindHi(absl::string_view text) {
    const absl::StatusOr<std::string> body = Write(text);
    if (!body.ok()) return std::string(body.status().message());
    const std::string head =
        absl::StrCat(R"({"model":")", model_,
                     R"(","messages":[{"role":"user","content":"hi"}])");
    EXPECT_EQ(body->substr(0, head.size()), head);
    return absl::StrCat("{", absl::StripPrefix(body->substr(head.size()), ","));
  }

  std::string type_ = "openai";
  std::string model_ = "m";
  std::string deployment_;
  bool stream_ = false;
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

TEST_F(OpenAiRequestTest, SaysNothingThatTheCallerDidNot) {
  EXPECT_THAT(Write(kHi), IsOkAndHolds(R"({"model":"m","messages":)"
                                       R"([{"role":"user","content":"hi"}]})"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OpenAiRequestTest, SendsEveryParameter) {
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, R"pb(
              max_output_tokens: 64
              n: 2
              stop: "END"
              stop: "\n"
              temperature: 0.2
              top_p: 0.5
              presence_penalty: 1
              frequency_penalty: -1.5
              seed: 9007199254740993
              logit_bias { key: "9" value: -100 }
              logit_bias { key: "50" value: 1.5 }
              logprobs: true
              top_logprobs: 3
              user: "u"
              service_tier: "flex"
            )pb")),
            CompactJson(R"({
              "max_completion_tokens": 64,
              "n": 2,
              "stop": ["END", "\n"],
              "temperature": 0.2,
              "top_p": 0.5,
              "presence_penalty": 1,
              "frequency_penalty": -1.5,
              "seed": 9007199254740993,
              "logit_bias": {"50": 1.5, "9": -100},
              "logprobs": true,
              "top_logprobs": 3,
              "user": "u",
              "service_tier": "flex"
            })"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OpenAiRequestTest, KeepsTheCallersMetadataToItself) {
  EXPECT_EQ(BehindHi(absl::StrCat(
                kHi, R"pb(metadata { key: "team" value: "blue" })pb")),
            "{}");
}

TEST_F(OpenAiRequestTest, CallsTheLimitAndTheSeedAsTheVendorDoes) {
  for (const char* type : {"openai", "groq"}) {
    type_ = type;
    EXPECT_EQ(BehindHi(absl::StrCat(kHi, "max_output_tokens: 7")),
              R"({"max_completion_tokens":7})");
  }
  for (const char* type : {"mistral", "deepseek", "qwen", "openrouter"}) {
    type_ = type;
    EXPECT_EQ(BehindHi(absl::StrCat(kHi, "max_output_tokens: 7")),
              R"({"max_tokens":7})");
  }
  type_ = "mistral";
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "seed: 5")), R"({"random_seed":5})");
}

TEST_F(OpenAiRequestTest, AsksForTheCountsOfAStreamWhereTheVendorMustBeAsked) {
  stream_ = true;
  EXPECT_EQ(BehindHi(kHi),
            R"({"stream":true,"stream_options":{"include_usage":true}})");
  type_ = "mistral";
  EXPECT_EQ(BehindHi(kHi), R"({"stream":true})");
}

TEST_F(OpenAiRequestTest, AsksForTheDeploymentIfThereIsOne) {
  deployment_ = "mine";
  EXPECT_THAT(Write(kHi), IsOkAndHolds(HasSubstr(R"("model":"mine")")));
}

// One parameter that one vendor does not have.
struct Unsupported {
  absl::string_view type;
  absl::string_view text;
  absl::string_view field;
  absl::string_view name;  // In the body, if it were sent.
};

void PrintTo(const Unsupported& each, std::ostream* os) {
  *os << each.type << " " << each.field;
}

class OpenAiHintTest : public OpenAiRequestTest,
                       public testing::WithParamInterface<Unsupported> {};

TEST_P(OpenAiHintTest, IsDroppedWithAWarningOrRefused) {
  type_ = std::string(GetParam().type);
  const std::string text = absl::StrCat(kHi, GetParam().text);
  const std::string quoted = absl::StrCat("\"", GetParam().name, "\":");
  for (OnUnsupported policy :
       {OnUnsupported::kDropHints, OnUnsupported::kDrop}) {
    on_unsupported_ = policy;
    EXPECT_THAT(Write(text), IsOkAndHolds(Not(HasSubstr(quoted))));
    EXPECT_THAT(warnings_, ElementsAre(absl::StrCat(
                               GetParam().field,
                               " was left out: it is not known to ", type_)));
  }
  on_unsupported_ = OnUnsupported::kRefuse;
  const absl::Status refused = Write(text).status();
  EXPECT_THAT(refused, HasReason(ErrorReason::kUnsupportedParameter));
  ASSERT_THAT(GetViolations(refused), SizeIs(1));
  EXPECT_EQ(GetViolations(refused)[0].field, GetParam().field);
  type_ = "openai";
  EXPECT_THAT(Write(text), IsOkAndHolds(HasSubstr(quoted)));
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, OpenAiHintTest,
    testing::Values(Unsupported{"mistral", "user: 'u'", "chat.user", "user"},
                    Unsupported{"mistral", "service_tier: 'flex'",
                                "chat.service_tier", "service_tier"},
                    Unsupported{"mistral", "logit_bias { key: '9' value: 1 }",
                                "chat.logit_bias", "logit_bias"},
                    Unsupported{"deepseek", "seed: 5", "chat.seed", "seed"},
                    Unsupported{"deepseek", "tools { name: 'f' strict: true }",
                                "chat.tools[0].strict", "strict"},
                    Unsupported{"deepseek",
                                "tools { name: 'f' } parallel_tool_calls: true",
                                "chat.parallel_tool_calls",
                                "parallel_tool_calls"},
                    Unsupported{"groq", "logit_bias { key: '9' value: 1 }",
                                "chat.logit_bias", "logit_bias"},
                    Unsupported{"qwen", "frequency_penalty: 0.5",
                                "chat.frequency_penalty", "frequency_penalty"},
                    Unsupported{"together", "user: 'u'", "chat.user", "user"}));

class OpenAiMeaningTest : public OpenAiRequestTest,
                          public testing::WithParamInterface<Unsupported> {};

TEST_P(OpenAiMeaningTest, IsRefusedUnlessConfigLetsItDrop) {
  type_ = std::string(GetParam().type);
  const std::string text = absl::StrCat(kHi, GetParam().text);
  const std::string quoted = absl::StrCat("\"", GetParam().name, "\":");
  for (OnUnsupported policy :
       {OnUnsupported::kDropHints, OnUnsupported::kRefuse}) {
    on_unsupported_ = policy;
    const absl::Status refused = Write(text).status();
    EXPECT_THAT(refused, HasReason(ErrorReason::kUnsupportedParameter));
    ASSERT_THAT(GetViolations(refused), SizeIs(1));
    EXPECT_EQ(GetViolations(refused)[0].field, GetParam().field);
    EXPECT_THAT(warnings_, IsEmpty());
  }
  on_unsupported_ = OnUnsupported::kDrop;
  EXPECT_THAT(Write(text), IsOkAndHolds(Not(HasSubstr(quoted))));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr(std::string(GetParam().field))));
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, OpenAiMeaningTest,
    testing::Values(
        Unsupported{"deepseek", "n: 2", "chat.n", "n"},
        Unsupported{"groq", "n: 2", "chat.n", "n"},
        Unsupported{"groq", "logprobs: true", "chat.logprobs", "logprobs"},
        Unsupported{"mistral", "logprobs: true", "chat.logprobs", "logprobs"},
        Unsupported{"mistral", "top_logprobs: 2", "chat.top_logprobs",
                    "top_logprobs"},
        Unsupported{"perplexity", "stop: 'END'", "chat.stop", "stop"},
        Unsupported{"deepseek",
                    "tools { name: 'f' } parallel_tool_calls: false",
                    "chat.parallel_tool_calls", "parallel_tool_calls"},
        Unsupported{"zai",
                    "tools { name: 'f' } "
                    "tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }",
                    "chat.tool_choice", "tool_choice"},
        Unsupported{"zai", "tools { name: 'f' } tool_choice { name: 'f' }",
                    "chat.tool_choice", "tool_choice"}));

class OpenAiEssenceTest : public OpenAiRequestTest,
                          public testing::WithParamInterface<Unsupported> {};

TEST_P(OpenAiEssenceTest, IsAlwaysRefused) {
  type_ = std::string(GetParam().type);
  for (OnUnsupported policy : {OnUnsupported::kDropHints, OnUnsupported::kDrop,
                               OnUnsupported::kRefuse}) {
    on_unsupported_ = policy;
    const absl::Status refused =
        Write(absl::StrCat(kHi, GetParam().text)).status();
    EXPECT_THAT(refused, HasReason(ErrorReason::kUnsupportedParameter));
    ASSERT_THAT(GetViolations(refused), SizeIs(1));
    EXPECT_EQ(GetViolations(refused)[0].field, GetParam().field);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, OpenAiEssenceTest,
    testing::Values(
        Unsupported{"perplexity", "tools { name: 'f' }", "chat.tools", ""},
        Unsupported{"perplexity", "response_format { json_object {} }",
                    "chat.response_format", ""},
        Unsupported{
            "deepseek",
            "response_format { json_schema { name: 'n' schema: '{}' } }",
            "chat.response_format.json_schema", ""}));

TEST_F(OpenAiRequestTest, LeavesOutWithoutAWordWhatIsTheDefaultAnyway) {
  type_ = "deepseek";
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "n: 1")), "{}");
  type_ = "mistral";
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "logprobs: false top_logprobs: 0")),
            "{}");
  type_ = "qwen";
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "frequency_penalty: 0")), "{}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OpenAiRequestTest, SaysWhichModelDoesNotTakeAParameter) {
  model_ = "o3";
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "temperature: 0.5")), "{}");
  EXPECT_THAT(warnings_, ElementsAre("chat.temperature was left out: it is not "
                                     "taken by o3"));
}

TEST_F(OpenAiRequestTest, KnowsNoModelThatIsNotOnChatCompletions) {
  model_ = "o3-pro";
  EXPECT_THAT(Write(kHi), HasReason(ErrorReason::kModelNotFound));
}

TEST_F(OpenAiRequestTest, SendsToolsWithTheirSchemaAsItCame) {
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, R"pb(
              tools {
                name: "f"
                description: "d"
                parameters: "{\"type\" : \"object\", \"x\": 1.0}"
                strict: true
              }
              tools {
                name: "g"
                parameters_struct {
                  fields {
                    key: "type"
                    value { string_value: "object" }
                  }
                }
              }
              tools { name: "h" }
              parallel_tool_calls: false
            )pb")),
            R"({"tools":[{"type":"function","function":{"name":"f",)"
            R"("description":"d","parameters":{"type" : "object", "x": 1.0},)"
            R"("strict":true}},{"type":"function","function":{"name":"g",)"
            R"("parameters":{"type":"object"}}},{"type":"function","function":)"
            R"({"name":"h","parameters":{"type":"object","properties":{}}}}],)"
            R"("parallel_tool_calls":false})");
}

TEST_F(OpenAiRequestTest, RefusesASchemaThatIsNoObject) {
  for (absl::string_view schema : {"{", "[]", "\\\"text\\\"", ""}) {
    const absl::Status tool =
        Write(absl::StrCat(kHi, "tools { name: 'f' parameters: \"", schema,
                           "\" }"))
            .status();
    EXPECT_THAT(tool, HasReason(ErrorReason::kInvalidRequest));
    ASSERT_THAT(GetViolations(tool), SizeIs(1));
    EXPECT_EQ(GetViolations(tool)[0].field, "chat.tools[0].parameters");
    const absl::Status form =
        Write(absl::StrCat(kHi,
                           "response_format { json_schema { name: 'n' "
                           "schema: \"",
                           schema, "\" } }"))
            .status();
    EXPECT_THAT(form, HasReason(ErrorReason::kInvalidRequest));
    ASSERT_THAT(GetViolations(form), SizeIs(1));
    EXPECT_EQ(GetViolations(form)[0].field,
              "chat.response_format.json_schema.schema");
  }
}

TEST_F(OpenAiRequestTest, ChoosesTools) {
  const std::string tool = absl::StrCat(kHi, "tools { name: 'f' }");
  const struct {
    absl::string_view choice;
    absl::string_view sent;
  } cases[] = {
      {"mode: TOOL_CHOICE_MODE_AUTO", R"("tool_choice":"auto")"},
      {"mode: TOOL_CHOICE_MODE_NONE", R"("tool_choice":"none")"},
      {"mode: TOOL_CHOICE_MODE_REQUIRED", R"("tool_choice":"required")"},
      {"name: 'f'",
       R"("tool_choice":{"type":"function","function":{"name":"f"}})"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(Write(absl::StrCat(tool, "tool_choice {", each.choice, "}")),
                IsOkAndHolds(HasSubstr(std::string(each.sent))));
  }
  EXPECT_THAT(Write(tool), IsOkAndHolds(Not(HasSubstr("tool_choice"))));
}

TEST_F(OpenAiRequestTest, NeedsToolsToForceOne) {
  EXPECT_THAT(Write(absl::StrCat(
                  kHi, "tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }")),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(BehindHi(absl::StrCat(
                kHi, "tool_choice { mode: TOOL_CHOICE_MODE_AUTO }")),
            "{}");
}

TEST_F(OpenAiRequestTest, AsksForAForm) {
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "response_format { text {} }")), "{}");
  EXPECT_EQ(BehindHi(absl::StrCat(kHi, "response_format { json_object {} }")),
            R"({"response_format":{"type":"json_object"}})");
  EXPECT_EQ(
      BehindHi(absl::StrCat(kHi, R"pb(
        response_format {
          json_schema {
            name: "n"
            description: "d"
            schema: "{\"type\" :\"object\"}"
            strict: true
          }
        })pb")),
      R"({"response_format":{"type":"json_schema","json_schema":{"name":"n",)"
      R"("description":"d","schema":{"type" :"object"},"strict":true}}})");
}

TEST_F(OpenAiRequestTest, AddsTheOptionsOfItsOwnTypeAlone) {
  const auto option = [](absl::string_view type, absl::string_view name) {
    return absl::StrCat(kHi, "provider_options { key: '", type,
                        "' value { fields { key: '", name,
                        "' value { number_value: 3 } } } }");
  };
  EXPECT_EQ(BehindHi(option("openai", "verbosity")), R"({"verbosity":3})");
  EXPECT_EQ(BehindHi(option("mistral", "verbosity")), "{}");
  for (absl::string_view name :
       {"model", "messages", "max_tokens", "maxTokens", "temperature", "n",
        "stream", "tools", "reasoning_effort"}) {
    EXPECT_THAT(Write(option("openai", name)),
                HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
}

}  // namespace
}  // namespace aigateway

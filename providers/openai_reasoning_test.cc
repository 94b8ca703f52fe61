// How much a model is asked to think: a request says it in each vendor's way,
// or warns of what cannot be said.

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
#include "providers/openai_request.h"
#include "providers/openai_test_kit.h"
#include "providers/parameter_policy.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OpenAiReasoningTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view type,
                                    absl::string_view model,
                                    absl::string_view text) {
    warnings_.clear();
    OpenAiInstance instance = InstanceOf(type);
    instance.on_unsupported = on_unsupported_;
    return WriteOpenAiRequest(
        instance,
        OpenAiChatOf(absl::StrCat(
            R"pb(messages { role: ROLE_USER content: "hi" })pb", text)),
        {.model = std::string(model),
         .stream = stream_,
         .warnings = &warnings_});
  }

  // What the body has behind its messages; or the error.
  std::string Sent(absl::string_view type, absl::string_view model,
                   absl::string_view text) {
    const absl::StatusOr<std::string> body = Write(type, model, text);
    if (!body.ok()) return std::string(body.status().message());
    const std::string head =
        absl::StrCat(R"({"model":")", model,
                     R"(","messages":[{"role":"user","content":"hi"}])");
    EXPECT_EQ(body->substr(0, head.size()), head);
    return absl::StrCat("{", absl::StripPrefix(body->substr(head.size()), ","));
  }

  bool stream_ = false;
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

constexpr absl::string_view kHigh = R"pb(reasoning { effort: "high" })pb";
constexpr absl::string_view kLow = R"pb(reasoning { effort: "low" })pb";
constexpr absl::string_view kNone = R"pb(reasoning { effort: "none" })pb";
constexpr absl::string_view kTokens =
    R"pb(reasoning { budget_tokens: 2048 })pb";

TEST_F(OpenAiReasoningTest, SaysAnEffortInTheVendorsWay) {
  const struct {
    absl::string_view type;
    absl::string_view model;
    absl::string_view asked;
    absl::string_view sent;
  } cases[] = {
      {"openai", "gpt-5.1", kHigh, R"({"reasoning_effort":"high"})"},
      {"openrouter", "a/b", kHigh, R"({"reasoning":{"effort":"high"}})"},
      {"deepseek", "deepseek-flash", kHigh,
       R"({"thinking":{"type":"enabled"},"reasoning_effort":"high"})"},
      {"deepseek", "deepseek-flash", kNone,
       R"({"thinking":{"type":"disabled"}})"},
      {"qwen", "qwen3-max", kLow,
       R"({"enable_thinking":true,"thinking_budget":4096})"},
      {"qwen", "qwen3-max", kHigh, R"({"enable_thinking":true})"},
      {"qwen", "qwen3-max", kNone, R"({"enable_thinking":false})"},
      {"qwen", "qwen3-max", kTokens,
       R"({"enable_thinking":true,"thinking_budget":2048})"},
      {"databricks", "databricks-claude-sonnet-4-5", kLow,
       R"({"thinking":{"type":"enabled","budget_tokens":4096}})"},
      {"databricks", "databricks-claude-sonnet-4-5", kNone, "{}"},
      {"databricks", "databricks-gpt-oss-120b", kLow,
       R"({"reasoning_effort":"low"})"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Sent(each.type, each.model, each.asked), each.sent)
        << each.type << " " << each.model;
    EXPECT_THAT(warnings_, IsEmpty()) << each.type << " " << each.model;
  }
}

TEST_F(OpenAiReasoningTest, WarnsOfAnEffortWhereThinkingIsOnlyOnOrOff) {
  const struct {
    absl::string_view type;
    absl::string_view model;
    absl::string_view on;
    absl::string_view off;
  } cases[] = {
      {"novita", "m", R"({"enable_thinking":true})",
       R"({"enable_thinking":false})"},
      {"moonshot", "kimi-k2.6", R"({"thinking":{"type":"enabled"}})",
       R"({"thinking":{"type":"disabled"}})"},
      {"minimax", "MiniMax-M3", R"({"thinking":{"type":"adaptive"}})",
       R"({"thinking":{"type":"disabled"}})"},
      {"zai", "glm-4.6", R"({"thinking":{"type":"enabled"}})",
       R"({"thinking":{"type":"disabled"}})"},
      {"zai", "glm-5", R"({"thinking":{"type":"enabled"}})",
       R"({"thinking":{"type":"disabled"}})"},
      {"databricks", "databricks-claude-opus-5",
       R"({"thinking":{"type":"adaptive"}})", "{}"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Sent(each.type, each.model, kHigh), each.on) << each.model;
    EXPECT_THAT(warnings_,
                ElementsAre(HasSubstr("chat.reasoning.effort was left out")))
        << each.model;
    EXPECT_EQ(Sent(each.type, each.model, kTokens), each.on) << each.model;
    EXPECT_THAT(
        warnings_,
        ElementsAre(HasSubstr("chat.reasoning.budget_tokens was left out")))
        << each.model;
    EXPECT_EQ(Sent(each.type, each.model, kNone), each.off) << each.model;
    EXPECT_THAT(warnings_, IsEmpty()) << each.model;
  }
}

TEST_F(OpenAiReasoningTest, RefusesAnEffortThatCannotBeSaidIfToldTo) {
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Write("zai", "glm-4.6", kHigh),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_EQ(Sent("zai", "glm-4.6", kNone),
            R"({"thinking":{"type":"disabled"}})");
}

TEST_F(OpenAiReasoningTest, TakesANewerGlmForTheNewestThatIsKnown) {
  for (const char* model : {"glm-5.3", "glm-5.3-air", "glm-5.4", "glm-6"}) {
    EXPECT_EQ(Sent("zai", model, kHigh), R"({"reasoning_effort":"high"})")
        << model;
    EXPECT_THAT(warnings_, IsEmpty()) << model;
    // It never stops.
    EXPECT_EQ(Sent("zai", model, kNone), R"({"reasoning_effort":"low"})")
        << model;
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("sent as low"))) << model;
  }
}

TEST_F(OpenAiReasoningTest, AsksGroqForThoughtsApartFromTheText) {
  EXPECT_EQ(Sent("groq", "qwen/qwen3-32b", ""),
            R"({"reasoning_format":"parsed"})");
  // These refuse it.
  EXPECT_EQ(Sent("groq", "openai/gpt-oss-120b", ""), "{}");
  EXPECT_EQ(Sent("groq", "llama-3.3-70b-versatile", ""), "{}");
}

TEST_F(OpenAiReasoningTest, LetsACallerSayWhereGroqPutsThoughts) {
  constexpr absl::string_view kHidden = R"pb(
    provider_options {
      key: "groq"
      value {
        fields {
          key: "reasoning_format"
          value { string_value: "hidden" }
        }
      }
    })pb";
  EXPECT_EQ(Sent("groq", "qwen/qwen3-32b", kHidden),
            R"({"reasoning_format":"hidden"})");
  constexpr absl::string_view kExcluded = R"pb(
    provider_options {
      key: "groq"
      value {
        fields {
          key: "include_reasoning"
          value { bool_value: false }
        }
      }
    })pb";
  EXPECT_EQ(Sent("groq", "qwen/qwen3-32b", kExcluded),
            R"({"include_reasoning":false})");
}

TEST_F(OpenAiReasoningTest, KeepsSamplingFromDatabricksClaudesThatRefuseIt) {
  constexpr absl::string_view kCool = R"pb(temperature: 0.2)pb";
  EXPECT_EQ(Sent("databricks", "databricks-claude-sonnet-4-5", kCool),
            R"({"temperature":0.2})");
  EXPECT_EQ(Sent("databricks", "databricks-claude-opus-4-7", kCool), "{}");
  EXPECT_EQ(Sent("databricks", "databricks-claude-sonnet-5", kCool), "{}");
  EXPECT_EQ(Sent("databricks", "databricks-claude-sonnet-4-5",
                 absl::StrCat(kCool, " ", kTokens)),
            R"({"thinking":{"type":"enabled","budget_tokens":2048}})");
}

TEST_F(OpenAiReasoningTest, AsksDatabricksForNoFormInAStream) {
  constexpr absl::string_view kForm =
      R"pb(response_format { json_object {} })pb";
  EXPECT_EQ(Sent("databricks", "databricks-gpt-oss-120b", kForm),
            R"({"response_format":{"type":"json_object"}})");
  stream_ = true;
  EXPECT_THAT(Write("databricks", "databricks-gpt-oss-120b", kForm),
              HasReason(ErrorReason::kUnsupportedParameter));
}

}  // namespace
}  // namespace aigateway

#include "providers/ollama/ollama_thinking.h"

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

class OllamaThinkingTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view model,
                                    absl::string_view text) {
    const v1::ChatRequest chat = OllamaChat(text);
    const ParameterPolicy policy(OnUnsupported::kDropHints, &warnings_);
    const OllamaCall call{chat, model, policy};
    std::string json;
    JsonWriter out(&json);
    out.StartObject();
    const absl::Status status = WriteOllamaThink(call, out);
    out.EndObject();
    if (!status.ok()) return status;
    return json;
  }

  std::vector<std::string> warnings_;
};

TEST_F(OllamaThinkingTest, SaysNothingUnlessAsked) {
  EXPECT_THAT(Write("qwen3:4b", ""), IsOkAndHolds("{}"));
  EXPECT_THAT(Write("gpt-oss:20b", "reasoning {}"), IsOkAndHolds("{}"));
}

TEST_F(OllamaThinkingTest, TurnsThinkingOnAndOff) {
  EXPECT_THAT(Write("qwen3:4b", "reasoning { effort: 'none' }"),
              IsOkAndHolds(R"({"think":false})"));
  EXPECT_THAT(Write("qwen3:4b", "reasoning { budget_tokens: 0 }"),
              IsOkAndHolds(R"({"think":false})"));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(Write("qwen3:4b", "reasoning { effort: 'low' }"),
              IsOkAndHolds(R"({"think":true})"));
  EXPECT_THAT(Write("unheard-of", "reasoning { budget_tokens: 99 }"),
              IsOkAndHolds(R"({"think":true})"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("on and off only"),
                                     HasSubstr("no budget")));
}

TEST_F(OllamaThinkingTest, KnowsTheLevelsOfGptOss) {
  const struct {
    absl::string_view effort;
    absl::string_view sent;
  } cases[] = {{"none", "low"},      {"minimal", "low"}, {"low", "low"},
               {"medium", "medium"}, {"high", "high"},   {"xhigh", "high"},
               {"max", "high"}};
  for (const auto& each : cases) {
    warnings_.clear();
    EXPECT_THAT(
        Write("GPT-OSS:120b-cloud",
              absl::StrCat("reasoning { effort: '", each.effort, "' }")),
        IsOkAndHolds(absl::StrCat(R"({"think":")", each.sent, R"("})")));
    EXPECT_EQ(warnings_.empty(), each.effort == each.sent) << each.effort;
  }
  EXPECT_THAT(Write("gpt-oss", "reasoning { budget_tokens: 99 }"),
              IsOkAndHolds(R"({"think":"medium"})"));
}

TEST_F(OllamaThinkingTest, AsksNoModelThatHasNone) {
  for (const char* model :
       {"llama3.2", "someone/llama3:8b", "hub.example/a/mistral:7b", "phi4",
        "gemma", "qwen2.5-coder:7b", "phi4-mini:latest"}) {
    warnings_.clear();
    EXPECT_THAT(Write(model, "reasoning { effort: 'high' }"),
                IsOkAndHolds("{}"))
        << model;
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.reasoning"))) << model;
    EXPECT_THAT(Write(model, "reasoning { effort: 'none' }"),
                IsOkAndHolds("{}"));
  }
  for (const char* model : {"phi4-reasoning", "phi4-mini-reasoning:3.8b",
                            "magistral", "qwen3", "gemma4:e4b"}) {
    EXPECT_THAT(Write(model, "reasoning { effort: 'high' }"),
                IsOkAndHolds(R"({"think":true})"))
        << model;
  }
}

TEST_F(OllamaThinkingTest, RefusesWhatIsNoEffort) {
  EXPECT_THAT(Write("qwen3", "reasoning { effort: 'some' }").status(),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Write("qwen3", "reasoning { budget_tokens: -1 }").status(),
              HasReason(ErrorReason::kInvalidRequest));
}

}  // namespace
}  // namespace aigateway

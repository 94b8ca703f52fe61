#include "providers/replicate/replicate_request.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::string_view kHi = "messages { role: ROLE_USER content: 'hi' } ";

class ReplicateRequestTest : public ::testing::Test {
 protected:
  absl::StatusOr<ReplicateRequest> Request(absl::string_view more) {
    warnings_.clear();
    return WriteReplicateRequest(ReplicateChat(absl::StrCat(kHi, more)),
                                 options_, on_unsupported_);
  }
  // The body's members behind the prompt.
  std::string Inputs(absl::string_view model, absl::string_view more) {
    options_.model = std::string(model);
    const absl::StatusOr<ReplicateRequest> request = Request(more);
    EXPECT_TRUE(request.ok()) << more << ": " << request.status();
    if (!request.ok()) return "";
    constexpr absl::string_view kBegin = R"({"input":{"prompt":"hi",)";
    EXPECT_THAT(request->body, testing::StartsWith(std::string(kBegin)));
    return request->body.substr(kBegin.size(),
                                request->body.size() - kBegin.size() - 2);
  }

  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
  CallOptions options_{.model = "meta/llama", .warnings = &warnings_};
};

TEST_F(ReplicateRequestTest, AsksAModelByItsNameVersionOrDeployment) {
  const std::string version(64, 'a');
  const struct {
    std::string model;
    std::string path;
    std::string begin;
  } cases[] = {
      {"meta/llama-3.1", "/models/meta/llama-3.1/predictions", "{\"input\""},
      {"deployments/me/mine", "/deployments/me/mine/predictions", "{\"input\""},
      {version, "/predictions", "{\"version\":\"" + version + "\",\"input\""},
      {"meta/llama:" + version, "/predictions",
       "{\"version\":\"meta/llama:" + version + "\",\"input\""},
  };
  for (const auto& each : cases) {
    options_.model = each.model;
    const absl::StatusOr<ReplicateRequest> request = Request("");
    ASSERT_THAT(request, IsOk()) << each.model;
    EXPECT_EQ(request->path, each.path);
    EXPECT_THAT(request->body, testing::StartsWith(each.begin));
  }
}

TEST_F(ReplicateRequestTest, DoesNotKnowNamesThatAreNone) {
  for (const char* model :
       {"llama", "a/b/c", "../x", "a/..", "a/b c", "a/b?x=1", "/b", "a/",
        "a/b:", "deployments/a/b:c", "a/b:c/d", "a/b%2f"}) {
    options_.model = model;
    EXPECT_THAT(Request("").status(), HasReason(ErrorReason::kModelNotFound))
        << model;
  }
}

TEST_F(ReplicateRequestTest, WritesTheLeast) {
  EXPECT_EQ(Request("")->body, R"({"input":{"prompt":"hi"}})");
  options_.stream = true;
  EXPECT_EQ(Request("")->body, R"({"stream":true,"input":{"prompt":"hi"}})");
}

TEST_F(ReplicateRequestTest, CallsInputsAsTheModelDoes) {
  EXPECT_EQ(Inputs("meta/meta-llama-3-8b-instruct",
                   "temperature: 0 top_p: 0.5 max_output_tokens: 7 "
                   "presence_penalty: 1 frequency_penalty: 0.5 stop: 'a' "
                   "stop: 'b'"),
            R"("max_tokens":7,"temperature":0,"top_p":0.5,)"
            R"("presence_penalty":1,"frequency_penalty":0.5,)"
            R"("stop_sequences":"a,b")");
  EXPECT_EQ(Inputs("meta/llama-2-7b-chat", "max_output_tokens: 7 seed: 5"),
            R"("max_new_tokens":7,"seed":5)");
  EXPECT_EQ(Inputs("openai/gpt-5", "reasoning { effort: 'max' }"),
            R"("reasoning_effort":"high")");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("high instead of max")));
  EXPECT_EQ(Inputs("openai/gpt-5", "reasoning { effort: 'none' }"),
            R"("reasoning_effort":"minimal")");
  for (const char* word : {"none", "minimal"}) {
    EXPECT_EQ(Inputs("openai/o4-mini",
                     absl::StrCat("reasoning { effort: '", word, "' }")),
              R"("reasoning_effort":"low")");
    EXPECT_THAT(warnings_,
                ElementsAre(HasSubstr(absl::StrCat("low instead of ", word))));
  }
  EXPECT_EQ(Inputs("google/gemini-2.5-flash", "reasoning { effort: 'none' }"),
            R"("thinking_budget":0)");
}

TEST_F(ReplicateRequestTest, WritesImagesAndInstructions) {
  constexpr absl::string_view kChat =
      "messages { role: ROLE_SYSTEM content: 's' } "
      "messages { role: ROLE_USER parts { text: 'hi' } "
      "parts { image { url: 'https://e.com/a' } } }";
  const auto body = [&](std::string model) {
    options_.model = std::move(model);
    return WriteReplicateRequest(ReplicateChat(kChat), options_,
                                 on_unsupported_)
        ->body;
  };
  EXPECT_EQ(body("anthropic/claude-4-sonnet"),
            R"({"input":{"prompt":"hi","system_prompt":"s",)"
            R"("image":"https://e.com/a"}})");
  EXPECT_EQ(body("google/gemini-2.5-flash"),
            R"({"input":{"prompt":"hi","system_instruction":"s",)"
            R"("images":["https://e.com/a"]}})");
}

TEST_F(ReplicateRequestTest, LeavesOutHintsWithAWarning) {
  options_.model = "anthropic/claude-4-sonnet";
  EXPECT_EQ(Request("temperature: 1 top_p: 1 seed: 5 presence_penalty: 1 "
                    "reasoning { effort: 'high' } user: 'u' "
                    "logit_bias { key: '1' } service_tier: 'x'")
                ->body,
            R"({"input":{"prompt":"hi"}})");
  EXPECT_EQ(warnings_.size(), 8U);
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Request("temperature: 1").status(),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Request("reasoning { effort: 'none' }"), IsOk());
}

TEST_F(ReplicateRequestTest,
       RefusesWhatChangesTheAnswerUnlessConfigLetsItDrop) {
  for (const char* text : {"n: 2", "logprobs: true", "stop: 'a,b'"}) {
    options_.model = "meta/llama-2-7b-chat";
    on_unsupported_ = OnUnsupported::kDropHints;
    EXPECT_THAT(Request(text).status(),
                HasReason(ErrorReason::kUnsupportedParameter))
        << text;
    on_unsupported_ = OnUnsupported::kDrop;
    EXPECT_THAT(Request(text), IsOk()) << text;
    EXPECT_EQ(warnings_.size(), 1U) << text;
  }
}

TEST_F(ReplicateRequestTest, RefusesToolsAndForms) {
  on_unsupported_ = OnUnsupported::kDrop;
  for (const char* text :
       {"tools { name: 'f' }", "response_format { json_object {} }",
        "response_format { json_schema { schema: '{}' } }"}) {
    EXPECT_THAT(Request(text).status(),
                HasReason(ErrorReason::kUnsupportedParameter))
        << text;
  }
  EXPECT_THAT(
      Request(
          "tools { name: 'f' } tool_choice { mode: TOOL_CHOICE_MODE_NONE }"),
      IsOk());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ReplicateRequestTest, MergesItsOwnOptions) {
  EXPECT_EQ(Request(R"(provider_options { key: 'replicate' value {
                       fields { key: 'input' value { struct_value {
                         fields { key: 'top_k' value { number_value: 5 } } } } }
                       } })")
                ->body,
            R"({"input":{"prompt":"hi","top_k":5}})");
  for (const char* name :
       {"prompt", "prompt_template", "maxTokens", "input", "instructions",
        "input_item_list", "previous_response_id", "model", "tools",
        "json_schema", "system", "pre_prompt", "chat_history",
        "thinking_budget_tokens", "extended_thinking", "budget_tokens"}) {
    EXPECT_THAT(
        Request(absl::StrCat("provider_options { key: 'replicate' value { "
                             "fields { key: 'input' value { struct_value { "
                             "fields { key: '",
                             name, "' value { string_value: 'x' } } } } } } }"))
            .status(),
        HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
  for (const char* name : {"webhook", "webhook_events_filter", "version",
                           "model", "stream", "prompt"}) {
    EXPECT_THAT(
        Request(absl::StrCat("provider_options { key: 'replicate' value { "
                             "fields { key: '",
                             name, "' value { string_value: 'x' } } } }"))
            .status(),
        HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
}

TEST_F(ReplicateRequestTest, RefusesWhatTheCallerGotWrong) {
  EXPECT_THAT(Request("reasoning { effort: 'some' }").status(),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Request("reasoning { budget_tokens: -1 }").status(),
              HasReason(ErrorReason::kInvalidRequest));
  options_.model.clear();
  EXPECT_THAT(Request("").status(), HasReason(ErrorReason::kInvalidRequest));
}

}  // namespace
}  // namespace aigateway

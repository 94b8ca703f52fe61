#include "providers/openai_api.h"

#include "gtest/gtest.h"

#include "providers/openai_test_kit.h"

namespace aigateway {
namespace {

constexpr char kTool[] = "tools { name: 'f' } ";

OpenAiApi Choose(absl::string_view type, absl::string_view model,
                 absl::string_view chat) {
  return ChooseOpenAiApi(InstanceOf(type), OpenAiChatOf(chat), model);
}

TEST(OpenAiApiTest, GoesWhereTheModelIs) {
  for (absl::string_view model : {"gpt-5.5-pro", "gpt-5.3-codex", "codex-mini",
                                  "o3-pro", "ft:gpt-5.5-pro:acme"}) {
    EXPECT_EQ(Choose("openai", model, "n: 2"), OpenAiApi::kResponses) << model;
    EXPECT_EQ(Choose("azure-openai", model, ""), OpenAiApi::kResponses);
  }
  for (absl::string_view model : {"gpt-4o", "gpt-5", "gpt-5.5", "o3", "m1"}) {
    EXPECT_EQ(Choose("openai", model, ""), OpenAiApi::kChat) << model;
  }
}

TEST(OpenAiApiTest, GoesWhereTheModelThinksWithTools) {
  const struct {
    absl::string_view model;
    std::string chat;
    OpenAiApi api;
  } kCases[] = {
      {"gpt-5.3", "reasoning { effort: 'high' }", OpenAiApi::kChat},
      // It thinks only if it is asked to.
      {"gpt-5.4", "", OpenAiApi::kChat},
      {"gpt-5.4", "reasoning { effort: 'high' }", OpenAiApi::kResponses},
      {"gpt-5.4", "reasoning { budget_tokens: 1 }", OpenAiApi::kResponses},
      {"gpt-5.4", "reasoning { effort: 'none' }", OpenAiApi::kChat},
      // It thinks unless it is told not to.
      {"gpt-5.6", "", OpenAiApi::kResponses},
      {"gpt-5.6", "reasoning { effort: 'none' }", OpenAiApi::kChat},
      {"gpt-5.6", "reasoning { budget_tokens: 0 }", OpenAiApi::kChat},
      {"gpt-6-astra", "n: 2", OpenAiApi::kResponses},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(Choose("openai", each.model, kTool + each.chat), each.api)
        << each.model << ": " << each.chat;
    EXPECT_EQ(Choose("openai", each.model, each.chat), OpenAiApi::kChat);
  }
}

TEST(OpenAiApiTest, StaysWhereTheRequestCanBeServed) {
  for (const char* only_chat :
       {"n: 2", "stop: 'x'", "messages { parts { audio { data: 'a' } } }"}) {
    EXPECT_EQ(Choose("openai", "gpt-5.6", kTool + std::string(only_chat)),
              OpenAiApi::kChat)
        << only_chat;
    EXPECT_EQ(Choose("xai", "grok-4.3", only_chat), OpenAiApi::kChat);
    EXPECT_EQ(Choose("perplexity", "sonar", only_chat), OpenAiApi::kResponses);
  }
  for (const char* lost_there :
       {"logprobs: true", "seed: 7", "presence_penalty: 1",
        "frequency_penalty: 1", "logit_bias { key: '1' value: 2 }"}) {
    EXPECT_EQ(Choose("xai", "grok-4.3", lost_there), OpenAiApi::kChat)
        << lost_there;
  }
  EXPECT_EQ(Choose("xai", "grok-4.3", ""), OpenAiApi::kResponses);
}

TEST(OpenAiApiTest, DoesAsTheInstanceSays) {
  OpenAiInstance instance = InstanceOf("perplexity");
  instance.api = OpenAiApi::kChat;
  EXPECT_EQ(ChooseOpenAiApi(instance, {}, "sonar"), OpenAiApi::kChat);
  instance = InstanceOf("vllm");
  EXPECT_EQ(ChooseOpenAiApi(instance, {}, "m"), OpenAiApi::kChat);
  instance.api = OpenAiApi::kResponses;
  EXPECT_EQ(ChooseOpenAiApi(instance, {}, "m"), OpenAiApi::kResponses);
}

TEST(OpenAiApiTest, KnowsThatAnOlderVersionMayHaveNone) {
  OpenAiInstance instance = InstanceOf("azure-foundry");
  instance.api_version = "2024-05-01-preview";
  EXPECT_EQ(ChooseOpenAiApi(instance, {}, "gpt-5.5-pro"), OpenAiApi::kChat);
  instance = InstanceOf("azure-openai");
  instance.api_version = "2025-04-01-preview";
  EXPECT_EQ(ChooseOpenAiApi(instance, {}, "gpt-5.5-pro"),
            OpenAiApi::kResponses);
}

}  // namespace
}  // namespace aigateway

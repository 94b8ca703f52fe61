#include "providers/openai_api.h"

#include "providers/model_profile.h"

namespace aigateway {
namespace {

bool HasAudio(const v1::ChatRequest& chat) {
  for (const v1::Message& message : chat.messages()) {
    for (const v1::ContentPart& part : message.parts()) {
      if (part.has_audio()) return true;
    }
  }
  return false;
}

bool NeedsChat(const v1::ChatRequest& chat) {
  return chat.n() > 1 || !chat.stop().empty() || HasAudio(chat);
}

// What an answer of the other API cannot have or heed.
bool WantsChat(const v1::ChatRequest& chat) {
  return chat.logprobs() || chat.has_top_logprobs() || chat.has_seed() ||
         chat.has_presence_penalty() || chat.has_frequency_penalty() ||
         !chat.logit_bias().empty();
}

bool AsksToThink(const v1::Reasoning& asked) {
  if (asked.has_effort()) return asked.effort() != "none";
  return asked.budget_tokens() > 0;
}

bool AsksNotToThink(const v1::Reasoning& asked) {
  return !AsksToThink(asked) &&
         (asked.has_effort() || asked.has_budget_tokens());
}

// Whether the model takes more of the request there than on chat completions.
bool SuitsResponses(const ModelProfile& profile, const v1::ChatRequest& chat) {
  if (!profile.on_chat) return true;
  if (chat.tools().empty()) return false;
  switch (profile.tools) {
    case ThinkingWithTools::kYes:
      return false;
    case ThinkingWithTools::kNeverOnChat:
      return true;
    case ThinkingWithTools::kNotWithEffort:
      return AsksToThink(chat.reasoning()) && !NeedsChat(chat);
    case ThinkingWithTools::kOnlyIfToldNot:
      return !AsksNotToThink(chat.reasoning()) && !NeedsChat(chat);
  }
  return false;
}

}  // namespace

OpenAiApi ChooseOpenAiApi(const OpenAiInstance& instance,
                          const v1::ChatRequest& chat,
                          absl::string_view model) {
  if (instance.api.has_value()) return *instance.api;
  const Dialect& dialect = *instance.dialect;
  if (!instance.api_version.empty() &&
      dialect.responses.versioned_path.empty()) {
    return OpenAiApi::kChat;
  }
  bool responses = false;
  switch (dialect.responses.use) {
    case ResponsesUse::kNever:
    case ResponsesUse::kIfSaid:
      break;
    case ResponsesUse::kByModel: {
      const ModelProfile* const profile =
          dialect.profiles == nullptr
              ? nullptr
              : FindModelProfile(*dialect.profiles, model);
      responses = profile != nullptr && SuitsResponses(*profile, chat);
      break;
    }
    case ResponsesUse::kPreferred:
      responses = !NeedsChat(chat) && !WantsChat(chat);
      break;
    case ResponsesUse::kAlways:
      responses = true;
      break;
  }
  return responses ? OpenAiApi::kResponses : OpenAiApi::kChat;
}

}  // namespace aigateway

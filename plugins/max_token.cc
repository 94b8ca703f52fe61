#include "plugins/max_token.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/sent_text.h"

namespace aigateway {
namespace {

using config::v1::MaxTokenSettings;

// One token id of Embed stands for about as many letters.
constexpr int64_t kLettersPerToken = 4;

int64_t Letters(absl::string_view text) {
  // Of a character's bytes only the first is not 10xxxxxx.
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xC0) != 0x80; });
}

int64_t InputLength(const PluginRequest& request) {
  int64_t length = 0;
  ForEachSentText(request,
                  [&](absl::string_view text) { length += Letters(text); });
  if (request.embed != nullptr) {
    for (const v1::TokenInput& input : request.embed->token_inputs()) {
      length += kLettersPerToken * input.tokens_size();
    }
  }
  return length;
}

Verdict Refuse(std::string message) {
  return Deny{.message = std::move(message)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> MaxToken::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const MaxTokenSettings&>(message);
  std::vector<FieldViolation> faults;
  const auto check = [&](const char* field, int64_t value) {
    if (value < 0) {
      faults.push_back({field, "is below 0; 0 means that there is no limit"});
    }
  };
  Limits limits;
  if (settings.has_max_tokens()) limits.max_tokens = settings.max_tokens();
  if (settings.has_max_messages()) {
    limits.max_messages = settings.max_messages();
  }
  limits.max_input_length = settings.max_input_length();
  limits.clamp = settings.mode() == "clamp";
  check("max_tokens", limits.max_tokens);
  check("max_messages", limits.max_messages);
  check("max_input_length", limits.max_input_length);
  if (!settings.mode().empty() && !limits.clamp &&
      settings.mode() != "reject") {
    faults.push_back({"mode", "must be 'reject' or 'clamp'"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<MaxToken>(limits);
}

Verdict MaxToken::Judge(PluginRequest& request) const {
  v1::ChatRequest& chat = request.chat;
  if (limits_.max_messages > 0 && chat.messages_size() > limits_.max_messages) {
    return Refuse(absl::StrCat("the request has ", chat.messages_size(),
                               " messages; the most here is ",
                               limits_.max_messages));
  }
  if (limits_.max_input_length > 0) {
    const int64_t length = InputLength(request);
    if (length > limits_.max_input_length) {
      return Refuse(absl::StrCat("the request has ", length,
                                 " characters of text; the most here is ",
                                 limits_.max_input_length));
    }
  }
  // Vectors have no length to choose.
  if (limits_.max_tokens == 0 || request.embed != nullptr) return Allow{};
  if (limits_.clamp) {
    if (!chat.has_max_output_tokens() ||
        chat.max_output_tokens() > limits_.max_tokens) {
      chat.set_max_output_tokens(limits_.max_tokens);
    }
    if (chat.reasoning().budget_tokens() > limits_.max_tokens) {
      chat.mutable_reasoning()->set_budget_tokens(limits_.max_tokens);
    }
    return Allow{};
  }
  // Tokens to think with are tokens written.
  const int32_t asked =
      std::max(chat.max_output_tokens(), chat.reasoning().budget_tokens());
  if (asked > limits_.max_tokens) {
    return Refuse(absl::StrCat("the request asks for ", asked,
                               " output tokens; the most here is ",
                               limits_.max_tokens));
  }
  return Allow{};
}

Task<absl::StatusOr<Verdict>> MaxToken::BeforeRequest(PluginRequest& request) {
  co_return Judge(request);
}

AIGW_REGISTER_PLUGIN("max-token", {.create = &MaxToken::Create,
                                   .settings = &MaxTokenSettings::descriptor,
                                   .type = "guardrail",
                                   .stages = {Stage::kBeforeRequest},
                                   .default_stages = {Stage::kBeforeRequest}});

}  // namespace aigateway

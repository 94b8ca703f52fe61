#include "strategies/condition.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/status_macros.h"
#include "strategies/prompt_view.h"

namespace aigateway {

int64_t RequestFacts::prompt_tokens() {
  if (!prompt_tokens_.has_value()) {
    prompt_tokens_ = EstimatePromptTokens(request_.chat);
  }
  return *prompt_tokens_;
}

bool RequestFacts::PromptHas(int regex) {
  if (!found_.has_value()) {
    found_ = regexes_.Search(PromptText(request_.chat));
  }
  return (*found_)[static_cast<size_t>(regex)];
}

absl::StatusOr<Condition> Condition::Make(
    const config::v1::ConditionConfig& config, RegexList& regexes) {
  Condition condition;
  condition.value_ = config.value();
  absl::string_view key = config.key();
  if (key == "model") {
    condition.key_ = Key::kModel;
  } else if (key == "model_prefix") {
    condition.key_ = Key::kModelPrefix;
  } else if (key == "user") {
    condition.key_ = Key::kUser;
  } else if (key == "tag") {
    condition.key_ = Key::kTag;
  } else if (absl::ConsumePrefix(&key, "metadata.")) {
    condition.key_ = Key::kMetadata;
    condition.name_ = std::string(key);
  } else if (key == "stream" || key == "has_tools") {
    condition.key_ = key == "stream" ? Key::kStream : Key::kHasTools;
    if (config.value() != "true" && config.value() != "false") {
      return absl::InvalidArgumentError("'true' or 'false' is expected");
    }
    condition.flag_ = config.value() == "true";
  } else if (key == "prompt_tokens_over") {
    condition.key_ = Key::kPromptTokensOver;
    if (!absl::SimpleAtoi(config.value(), &condition.number_) ||
        condition.number_ < 0) {
      return absl::InvalidArgumentError("a number of tokens is expected");
    }
  } else if (key == "prompt_regex") {
    condition.key_ = Key::kPromptRegex;
    AIGW_ASSIGN_OR_RETURN(condition.number_, regexes.Add(config.value()));
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("no rule can look at '", config.key(), "'"));
  }
  return condition;
}

bool Condition::Fits(RequestFacts& facts) const {
  const RequestView& request = facts.request();
  const v1::ChatRequest& chat = request.chat;
  switch (key_) {
    case Key::kModel:
      return chat.model() == value_ || request.model == value_;
    case Key::kModelPrefix:
      return absl::StartsWith(chat.model(), value_) ||
             absl::StartsWith(request.model, value_);
    case Key::kUser:
      return chat.has_user() && chat.user() == value_;
    case Key::kMetadata: {
      const auto it = chat.metadata().find(name_);
      return it != chat.metadata().end() && it->second == value_;
    }
    case Key::kTag:
      return std::find(request.options.tags().begin(),
                       request.options.tags().end(),
                       value_) != request.options.tags().end();
    case Key::kStream:
      return request.stream == flag_;
    case Key::kHasTools:
      return (chat.tools_size() > 0) == flag_;
    case Key::kPromptTokensOver:
      return facts.prompt_tokens() > number_;
    case Key::kPromptRegex:
      return facts.PromptHas(static_cast<int>(number_));
  }
  return false;
}

}  // namespace aigateway

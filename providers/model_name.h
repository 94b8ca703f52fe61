#ifndef AIGATEWAY_PROVIDERS_MODEL_NAME_H_
#define AIGATEWAY_PROVIDERS_MODEL_NAME_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// The name of a Claude taken apart, in lower case. Anthropic and its resellers
// write one model in many ways: "claude-sonnet-4-5-20250929",
// "anthropic/claude-sonnet-4.5", "anthropic/claude-4.5-sonnet:thinking",
// "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5@20250929".
struct ClaudeName {
  std::string family;          // "sonnet". Empty if the name has none.
  std::optional<int> version;  // 100 * major + minor; "4-0" is that of "4".
  std::string date;            // "20250929". Empty if the name has none.
  std::string rest;            // What else tells it from others, as written.
};

// nullopt if `model` is not named as a Claude.
std::optional<ClaudeName> ParseClaudeName(absl::string_view model);

// Whether `model` is named as a Claude.
bool IsClaude(absl::string_view model);

// Whether two names may mean one model: a provider answers as
// "gpt-5-2025-08-07" what was asked as "gpt-5", and "-latest" is whatever that
// is. Two dates that differ are two models.
bool MayBeSameModel(absl::string_view a, absl::string_view b);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_MODEL_NAME_H_

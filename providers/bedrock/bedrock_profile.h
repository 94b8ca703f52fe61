#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PROFILE_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PROFILE_H_

#include "absl/strings/string_view.h"

#include "providers/prefill.h"

namespace aigateway {

// What a family of models takes of Converse, which is one API for all of them
// and refuses with a 400 what a model does not have.
struct BedrockProfile {
  // How it is said how much to think.
  enum class Reasoning {
    kNone,    // Not at all.
    kClaude,  // As on Anthropic's own API.
    kNova,    // reasoningConfig.
    kEffort,  // reasoning_effort.
  };

  bool is_claude = false;
  Reasoning reasoning = Reasoning::kNone;
  bool system = true;          // Takes instructions at all.
  bool force_any = true;       // Can be made to call some tool,
  bool force_tool = true;      // a certain tool.
  bool cache = false;          // Cache points in messages and instructions,
  bool cache_tools = false;    // behind tools,
  bool cache_hour = false;     // that stay for an hour.
  bool json_schema = true;     // outputConfig.textFormat.
  bool results_alone = false;  // Results of tools want a turn for themselves.
  Prefill prefill = Prefill::kUnknown;
};

// A model's profile, and the name by which it was found.
struct BedrockModel {
  BedrockProfile profile;
  absl::string_view name;  // "anthropic.claude-sonnet-4-5-20250929-v1:0"
};

// Judges `id`, a model, an inference profile or an ARN of either. One that
// names no model (an application's inference profile) is judged by `asked`, the
// name by which the caller asked for it. The result borrows both.
BedrockModel BedrockModelFor(absl::string_view id, absl::string_view asked);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PROFILE_H_

#include "providers/bedrock/bedrock_profile.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

#include "providers/anthropic_profile.h"
#include "providers/model_name.h"

namespace aigateway {
namespace {

using Reasoning = BedrockProfile::Reasoning;

// Where an inference profile spreads its requests.
constexpr absl::string_view kPlaces[] = {
    "global.", "us.", "us-gov.", "eu.", "apac.", "ap.", "jp.",
    "au.",     "ca.", "sa.",     "me.", "af.",   "in.", "uk.",
};

struct Row {
  absl::string_view prefix;
  BedrockProfile profile;
};

// The Converse and prompt caching pages of docs.aws.amazon.com/bedrock, as of
// November 2026; structured outputs by providers.md section 6. The first that
// fits counts.
constexpr Row kRows[] = {
    {"amazon.nova-2",
     {.reasoning = Reasoning::kNova, .cache = true, .json_schema = false}},
    {"amazon.nova", {.cache = true, .json_schema = false}},
    {"amazon.titan",
     {.system = false,
      .force_any = false,
      .force_tool = false,
      .json_schema = false}},
    {"meta.", {.force_any = false, .force_tool = false, .results_alone = true}},
    {"mistral.mistral-7b",
     {.system = false, .force_any = false, .force_tool = false}},
    {"mistral.mixtral-8x7b",
     {.system = false, .force_any = false, .force_tool = false}},
    {"mistral.", {.force_tool = false, .results_alone = true}},
    {"openai.", {.reasoning = Reasoning::kEffort}},
    {"cohere.", {.force_any = false, .force_tool = false}},
    {"ai21.", {.force_any = false, .force_tool = false}},
    {"deepseek.", {}},
    {"qwen.", {}},
};

absl::string_view PlainName(absl::string_view id) {
  id = id.substr(id.rfind('/') + 1);
  for (absl::string_view place : kPlaces) {
    if (absl::ConsumePrefix(&id, place)) break;
  }
  return id;
}

BedrockProfile ClaudeProfile(absl::string_view name) {
  const AnthropicProfile& claude = AnthropicProfileFor(name);
  const std::optional<ClaudeName> parsed = ParseClaudeName(name);
  const int version =
      parsed.has_value() ? parsed->version.value_or(1000) : 1000;
  const bool is_haiku = parsed.has_value() && parsed->family == "haiku";
  BedrockProfile profile;
  profile.is_claude = true;
  profile.reasoning = Reasoning::kClaude;
  profile.force_any = profile.force_tool = claude.forced_tools;
  profile.cache = version >= 307 || (is_haiku && version >= 305);
  profile.cache_tools = profile.cache;
  profile.cache_hour = version >= 405;
  // From 4.5 on, but not everywhere that Anthropic itself has it.
  const bool is_left_out =
      parsed.has_value() &&
      ((parsed->family == "opus" && version >= 407) ||
       ((parsed->family == "sonnet" || parsed->family == "fable") &&
        version >= 500));
  profile.json_schema = claude.json_schema && version >= 405 && !is_left_out;
  profile.prefill = claude.prefill ? Prefill::kYes : Prefill::kNo;
  return profile;
}

// False if `name` is of no family that is known.
bool Find(absl::string_view name, BedrockProfile* profile) {
  if (IsClaude(name)) {
    *profile = ClaudeProfile(name);
    return true;
  }
  for (const Row& row : kRows) {
    if (!absl::StartsWith(name, row.prefix)) continue;
    *profile = row.profile;
    return true;
  }
  return false;
}

}  // namespace

BedrockModel BedrockModelFor(absl::string_view id, absl::string_view asked) {
  BedrockModel model;
  for (absl::string_view text : {id, asked}) {
    model.name = PlainName(text);
    if (Find(model.name, &model.profile)) return model;
  }
  model.name = PlainName(id);
  return model;
}

}  // namespace aigateway

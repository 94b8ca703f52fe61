#include "providers/anthropic_profile.h"

#include <optional>

#include "providers/model_name.h"

namespace aigateway {
namespace {

using Effort = AnthropicProfile::Effort;
using Off = AnthropicProfile::ThinkingOff;
using Sampling = AnthropicProfile::Sampling;

// The limits, effort and structured outputs up to 4.7 are from a recorded model
// list; the rest from providers.md section 3 and from the migration guides of
// platform.claude.com as of November 2026.

constexpr AnthropicProfile Claude3(int64_t max_output_tokens,
                                   bool budget_thinking) {
  return {.max_output_tokens = max_output_tokens,
          .budget_thinking = budget_thinking,
          .prefill = true};
}

// 4.1 to 4.5, which already take only one of temperature and top_p.
constexpr AnthropicProfile Claude45(int64_t max_output_tokens, Effort effort) {
  return {.max_output_tokens = max_output_tokens,
          .sampling = Sampling::kEither,
          .budget_thinking = true,
          .effort = effort,
          .prefill = true,
          .json_schema = true};
}

constexpr AnthropicProfile Claude46() {
  return {.max_output_tokens = 128000,
          .sampling = Sampling::kEither,
          .budget_thinking = true,
          .adaptive_thinking = true,
          .effort = Effort::kToMax,
          .json_schema = true};
}

constexpr AnthropicProfile Claude47(bool system_midway) {
  return {.max_output_tokens = 128000,
          .sampling = Sampling::kNone,
          .adaptive_thinking = true,
          .effort = Effort::kAll,
          .system_midway = system_midway,
          .json_schema = true};
}

constexpr AnthropicProfile Claude5(Off thinking_off, bool forced_tools,
                                   bool bound_thinking) {
  AnthropicProfile profile = Claude47(/*system_midway=*/true);
  profile.thinking_off = thinking_off;
  profile.forced_tools = forced_tools;
  profile.bound_thinking = bound_thinking;
  return profile;
}

// A generation: its family and its version as 100 * major + minor.
struct Row {
  absl::string_view family;
  int version;
  AnthropicProfile profile;
};

// Of one family the newest comes first; the first row of all is what a family
// that is not known is taken for.
constexpr Row kRows[] = {
    {"opus", 505, Claude5(Off::kNever, false, true)},
    {"opus", 500, Claude5(Off::kDisabled, true, false)},
    {"opus", 408, Claude47(true)},
    {"opus", 407, Claude47(false)},
    {"opus", 406, Claude46()},
    {"opus", 405, Claude45(64000, Effort::kToHigh)},
    {"opus", 401, Claude45(32000, Effort::kNone)},
    {"opus", 400, Claude3(32000, true)},
    {"sonnet", 505, Claude5(Off::kBetweenTools, false, true)},
    {"sonnet", 500, Claude5(Off::kDisabled, true, false)},
    {"sonnet", 406, Claude46()},
    {"sonnet", 405, Claude45(64000, Effort::kNone)},
    {"sonnet", 400, Claude3(64000, true)},
    // Its guide lets tools be forced and thinking be disabled, unlike those of
    // the larger 5.5.
    {"haiku", 505, Claude5(Off::kDisabled, true, true)},
    {"haiku", 405, Claude45(64000, Effort::kNone)},
    {"fable", 501, Claude5(Off::kNever, false, true)},
    {"fable", 500, Claude5(Off::kNever, false, false)},
    {"mythos", 500, Claude5(Off::kNever, false, false)},
};

constexpr AnthropicProfile kClaude37 = Claude3(64000, true);
constexpr AnthropicProfile kClaude35 = Claude3(8192, false);
constexpr AnthropicProfile kClaude3 = Claude3(4096, false);

// Another vendor's model behind the dialect. Budgets are the form of thinking
// that all such servers know.
constexpr AnthropicProfile kStranger = {.max_output_tokens = 8192,
                                        .budget_thinking = true,
                                        .prefill = true,
                                        .json_schema = true};

}  // namespace

const AnthropicProfile& AnthropicProfileFor(absl::string_view model) {
  const std::optional<ClaudeName> parsed = ParseClaudeName(model);
  if (!parsed.has_value()) return kStranger;
  const ClaudeName& name = *parsed;
  if (name.family == "instant") return kClaude3;
  // A family that came after this table counts its versions anew.
  bool known = name.family.empty();
  for (const Row& row : kRows) known = known || row.family == name.family;
  if (known && name.version.has_value() && *name.version < 400) {
    if (*name.version >= 307) return kClaude37;
    return *name.version >= 305 ? kClaude35 : kClaude3;
  }
  const Row* oldest = nullptr;
  for (const Row& row : kRows) {
    if (row.family != name.family) continue;
    if (!name.version.has_value() || row.version <= *name.version) {
      return row.profile;
    }
    oldest = &row;
  }
  // Older than all of its family, or of a family that came after this table.
  return oldest != nullptr ? oldest->profile : kRows[0].profile;
}

}  // namespace aigateway

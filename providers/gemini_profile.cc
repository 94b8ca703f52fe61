#include "providers/gemini_profile.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"

namespace aigateway {
namespace {

using Thinking = GeminiProfile::Thinking;

// From ai.google.dev (thinking, whats-new-gemini-3.6) and docs.cloud.google.com
// (gemini-3-8-flash) as of November 2026. The default of every member is what
// the newest generation does.

constexpr GeminiProfile Newest() { return {}; }

// Up to 3.5: sampling still counts.
constexpr GeminiProfile Gemini3(bool minimal_level) {
  return {.minimal_level = minimal_level, .sampling = true};
}

constexpr GeminiProfile Gemini36Flash() { return {.minimal_level = true}; }

constexpr GeminiProfile Gemini25(Thinking thinking, int32_t min_budget_tokens,
                                 int32_t max_budget_tokens,
                                 bool can_stop_thinking) {
  return {.thinking = thinking,
          .min_budget_tokens = min_budget_tokens,
          .max_budget_tokens = max_budget_tokens,
          .can_stop_thinking = can_stop_thinking,
          .sampling = true,
          .several_choices = true,
          .prefill = true,
          .call_ids = false,
          .signed_calls = false};
}

constexpr GeminiProfile Older() {
  GeminiProfile profile = Gemini25(Thinking::kNone, 0, 0, false);
  profile.json_schema = false;
  return profile;
}

struct Row {
  absl::string_view prefix;
  GeminiProfile profile;
};

constexpr Row kRows[] = {
    {"", Newest()},
    {"gemini-3.6-flash", Gemini36Flash()},
    {"gemini-3.5-", Gemini3(/*minimal_level=*/false)},
    {"gemini-3.5-flash", Gemini3(/*minimal_level=*/true)},
    {"gemini-3.1-", Gemini3(/*minimal_level=*/false)},
    {"gemini-3.1-flash", Gemini3(/*minimal_level=*/true)},
    {"gemini-3-", Gemini3(/*minimal_level=*/false)},
    {"gemini-3-flash", Gemini3(/*minimal_level=*/true)},
    {"gemini-2.5", Gemini25(Thinking::kBudget, 1, 24576, true)},
    {"gemini-2.5-flash-lite", Gemini25(Thinking::kBudget, 512, 24576, true)},
    {"gemini-2.5-flash-image", Gemini25(Thinking::kNone, 0, 0, false)},
    {"gemini-2.5-pro", Gemini25(Thinking::kBudget, 128, 32768, false)},
    {"gemini-2.0", Older()},
    {"gemini-1", Older()},
    {"gemma-", Older()},
};

}  // namespace

const GeminiProfile& GeminiProfileFor(absl::string_view model) {
  if (const size_t slash = model.rfind('/'); slash != model.npos) {
    model.remove_prefix(slash + 1);
  }
  const Row* best = &kRows[0];
  for (const Row& row : kRows) {
    if (row.prefix.size() > best->prefix.size() &&
        absl::StartsWith(model, row.prefix)) {
      best = &row;
    }
  }
  return best->profile;
}

}  // namespace aigateway

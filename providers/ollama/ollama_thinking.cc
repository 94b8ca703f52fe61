#include "providers/ollama/ollama_thinking.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// The words of `reasoning.effort`, and the nearest of those that gpt-oss takes.
struct Level {
  absl::string_view word;
  absl::string_view nearest;
};
constexpr Level kLevels[] = {
    {"none", "low"},  {"minimal", "low"}, {"low", "low"},  {"medium", "medium"},
    {"high", "high"}, {"xhigh", "high"},  {"max", "high"},
};

// Families that came before thinking, or have none. One that is not known is
// taken for one that thinks.
constexpr absl::string_view kThoughtless[] = {
    "codellama", "codestral", "command-r",   "deepseek-coder", "falcon",
    "gemma:",    "gemma2",    "gemma3",      "llama2",         "llama3",
    "llava",     "mistral",   "mixtral",     "moondream",      "phi3",
    "phi4:",     "phi4-mini", "qwen:",       "qwen2",          "smollm",
    "starcoder", "tinyllama", "wizardcoder",
};

// The name without the registry and user before it: "llama3:8b" of
// "example.com/someone/llama3:8b"; with a colon even where there is no tag.
std::string FamilyOf(absl::string_view model) {
  const size_t slash = model.rfind('/');
  if (slash != model.npos) model.remove_prefix(slash + 1);
  return absl::StrCat(absl::AsciiStrToLower(model),
                      absl::StrContains(model, ':') ? "" : ":");
}

bool HasNoThinking(absl::string_view family) {
  // phi4-mini-reasoning and its like.
  if (absl::StrContains(family, "reasoning")) return false;
  for (absl::string_view prefix : kThoughtless) {
    if (absl::StartsWith(family, prefix)) return true;
  }
  return false;
}

}  // namespace

absl::Status WriteOllamaThink(const OllamaCall& call, JsonWriter& out) {
  const v1::Reasoning& reasoning = call.chat.reasoning();
  if (reasoning.budget_tokens() < 0) {
    return FieldError("chat.reasoning.budget_tokens", "is below 0");
  }
  const absl::string_view word = reasoning.effort();
  const Level* level = nullptr;
  for (const Level& each : kLevels) {
    if (each.word == word) level = &each;
  }
  if (level == nullptr && !word.empty()) {
    return FieldError("chat.reasoning.effort",
                      "is none of none, minimal, low, medium, high, xhigh and "
                      "max");
  }
  const bool has_budget = reasoning.has_budget_tokens();
  if (level == nullptr && !has_budget) return absl::OkStatus();
  const bool is_off =
      word == "none" || (has_budget && reasoning.budget_tokens() == 0);
  const std::string family = FamilyOf(call.model);
  if (HasNoThinking(family)) {
    return is_off ? absl::OkStatus()
                  : call.policy.LeaveOut(Weight::kHint, "chat.reasoning",
                                         "is not known to this model");
  }
  if (has_budget && !is_off) {
    call.policy.Note(
        "chat.reasoning.budget_tokens: Ollama knows no budget; thinking is not "
        "bounded");
  }
  if (absl::StartsWith(family, "gpt-oss")) {
    const absl::string_view sent = is_off             ? "low"
                                   : level == nullptr ? "medium"
                                                      : level->nearest;
    if (level != nullptr && sent != word) {
      call.policy.Note(
          absl::StrCat("chat.reasoning.effort: ", sent, " instead of ", word));
    }
    out.Field("think", sent);
    return absl::OkStatus();
  }
  if (level != nullptr && !is_off) {
    call.policy.Note(
        "chat.reasoning.effort: this model knows on and off only; it is on");
  }
  out.BoolField("think", !is_off);
  return absl::OkStatus();
}

}  // namespace aigateway

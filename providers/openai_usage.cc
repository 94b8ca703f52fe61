#include "providers/openai_usage.h"

#include <limits>

#include "absl/strings/match.h"

namespace aigateway {
namespace {

// No conversation has so many tokens; sums of such counts cannot overflow.
constexpr int64_t kMaxCount = std::numeric_limits<int64_t>::max() / 4;

std::optional<int64_t> Count(JsonValue& value) {
  const std::optional<int64_t> count = value.AsInt();
  return count.has_value() && *count >= 0 && *count <= kMaxCount ? count
                                                                 : std::nullopt;
}

absl::Status ReadDetails(JsonValue& value, OpenAiUsage* usage) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "cached_tokens") {
      usage->cached = Count(field);
    } else if (key == "cache_write_tokens" ||
               key == "cache_creation_input_tokens" ||  // Qwen.
               key == "cache_creation_tokens") {
      usage->cache_write = Count(field);
    } else if (key == "reasoning_tokens") {
      usage->reasoning = Count(field);
    }
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status ReadOpenAiUsage(JsonValue& value, OpenAiUsage* usage,
                             ProviderMetadata* metadata) {
  OpenAiUsage read;
  // By names outside the details, which count where the details say nothing.
  std::optional<int64_t> cached_outside;
  std::optional<int64_t> reasoning_outside;
  absl::Status status =
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "prompt_tokens") {
          read.prompt = Count(field);
        } else if (key == "completion_tokens") {
          read.completion = Count(field);
        } else if (key == "total_tokens") {
          read.total = Count(field);
        } else if (key == "prompt_tokens_details" ||
                   key == "completion_tokens_details") {
          return ReadDetails(field, &read);
        } else if (key == "cached_tokens" ||            // Together, Moonshot.
                   key == "prompt_cache_hit_tokens") {  // DeepSeek.
          cached_outside = Count(field);
        } else if (key == "reasoning_tokens") {
          reasoning_outside = Count(field);
        } else if (key != "prompt_cache_miss_tokens" && key != "input_tokens" &&
                   key != "output_tokens") {
          metadata->Set("usage", key, field);
        }
        return absl::OkStatus();
      });
  if (!read.cached.has_value()) read.cached = cached_outside;
  if (!read.reasoning.has_value()) read.reasoning = reasoning_outside;
  if (!read.empty()) *usage = read;
  return status;
}

void OpenAiUsage::To(bool reasoning_beside_completion, v1::Usage* usage) const {
  std::optional<int64_t> whole_completion = completion;
  if (completion.has_value() && reasoning.has_value() && *reasoning > 0) {
    // Grok behind another's endpoint is known by its sums.
    const bool sums_show_it = prompt.has_value() && total.has_value() &&
                              *total == *prompt + *completion + *reasoning;
    if (reasoning_beside_completion || sums_show_it) {
      whole_completion = *completion + *reasoning;
    }
  }
  if (prompt) usage->set_prompt_tokens(*prompt);
  if (whole_completion) usage->set_completion_tokens(*whole_completion);
  if (prompt && whole_completion) {
    usage->set_total_tokens(*prompt + *whole_completion);
  } else if (total) {
    usage->set_total_tokens(*total);
  }
  if (cached) usage->set_cached_prompt_tokens(*cached);
  if (cache_write) usage->set_cache_write_tokens(*cache_write);
  if (reasoning) usage->set_reasoning_tokens(*reasoning);
}

}  // namespace aigateway

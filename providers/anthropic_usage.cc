#include "providers/anthropic_usage.h"

#include <utility>

#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// No answer has more; sums of such stay within 64 bits.
constexpr int64_t kMostTokens = int64_t{1} << 50;
constexpr size_t kMaxOthers = 32;
constexpr size_t kMaxOtherBytes = 4096;

std::optional<int64_t> CountOf(JsonValue& value) {
  const std::optional<int64_t> count = value.AsInt();
  if (!count.has_value() || *count < 0 || *count > kMostTokens) {
    return std::nullopt;
  }
  return count;
}

}  // namespace

absl::Status AnthropicUsage::Read(JsonValue& usage) {
  return usage.ForEachField([&](absl::string_view key, JsonValue& value) {
    if (key == "input_tokens") {
      input_ = CountOf(value);
    } else if (key == "output_tokens") {
      output_ = CountOf(value);
    } else if (key == "cache_read_input_tokens") {
      cache_read_ = CountOf(value);
    } else if (key == "cache_creation_input_tokens") {
      cache_write_ = CountOf(value);
    } else if (key == "service_tier") {
      service_tier_ = std::string(value.AsString().value_or(""));
    } else if (key == "output_tokens_details") {
      return value.ForEachField([&](absl::string_view name, JsonValue& detail) {
        if (name == "thinking_tokens") thinking_ = CountOf(detail);
        return absl::OkStatus();
      });
    } else if (!value.is_null() && others_.size() < kMaxOthers &&
               value.Raw().size() <= kMaxOtherBytes) {
      others_[std::string(key)] = std::string(value.Raw());
    }
    return absl::OkStatus();
  });
}

void AnthropicUsage::Update(const AnthropicUsage& later) {
  const auto update = [](Count& count, const Count& with) {
    if (with.has_value()) count = with;
  };
  update(input_, later.input_);
  update(output_, later.output_);
  update(cache_read_, later.cache_read_);
  update(cache_write_, later.cache_write_);
  update(thinking_, later.thinking_);
  if (!later.service_tier_.empty()) service_tier_ = later.service_tier_;
  for (const auto& [name, json] : later.others_) others_[name] = json;
}

bool AnthropicUsage::Write(v1::Usage* usage) const {
  if (input_.has_value()) {
    usage->set_prompt_tokens(*input_ + cache_read_.value_or(0) +
                             cache_write_.value_or(0));
  }
  if (output_.has_value()) usage->set_completion_tokens(*output_);
  if (input_.has_value() && output_.has_value()) {
    usage->set_total_tokens(usage->prompt_tokens() +
                            usage->completion_tokens());
  }
  if (cache_read_.has_value()) usage->set_cached_prompt_tokens(*cache_read_);
  if (cache_write_.has_value()) usage->set_cache_write_tokens(*cache_write_);
  if (thinking_.has_value()) usage->set_reasoning_tokens(*thinking_);
  return input_.has_value() || output_.has_value();
}

void AnthropicUsage::Write(AnthropicMetadata* metadata) const {
  if (others_.empty()) return;
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    for (const auto& [name, text] : others_) out.RawField(name, text);
    out.EndObject();
  }
  metadata->Set("usage", json);
}

}  // namespace aigateway

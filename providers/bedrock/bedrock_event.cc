#include "providers/bedrock/bedrock_event.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// No answer has more; sums of such stay within 64 bits.
constexpr int64_t kMostTokens = int64_t{1} << 50;
constexpr size_t kMostBlocks = 4096;
constexpr size_t kMostCitations = 4096;

absl::Status Wrong(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, " is not ", what));
}

absl::Status ReadText(absl::string_view name, JsonValue& value,
                      std::string* text) {
  if (value.is_null()) return absl::OkStatus();
  const std::optional<absl::string_view> found = value.AsString();
  if (!found.has_value()) return Wrong(name, "a text");
  text->assign(found->data(), found->size());
  return absl::OkStatus();
}

absl::Status CheckObject(absl::string_view name, const JsonValue& value) {
  return value.kind() == JsonValue::Kind::kObject ? absl::OkStatus()
                                                  : Wrong(name, "an object");
}

absl::Status ReadToolUse(JsonValue& value, BedrockToolUse* use) {
  AIGW_RETURN_IF_ERROR(CheckObject("toolUse", value));
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "toolUseId") return ReadText(key, field, &use->id);
    if (key == "name") return ReadText(key, field, &use->name);
    if (key == "type") return ReadText(key, field, &use->type);
    if (key == "input" && !field.is_null()) {
      // A whole answer has JSON, a stream pieces of its text.
      if (field.kind() == JsonValue::Kind::kString) {
        return ReadText(key, field, &use->input.emplace());
      }
      const absl::string_view input = field.Raw();
      // An object without members may be that of a call which a limit cut.
      if (input.empty() || input[0] != '{' || absl::StrContains(input, ':')) {
        use->input = std::string(input);
      }
    }
    return absl::OkStatus();
  });
}

absl::Status ReadThought(JsonValue& value, BedrockBlock* block) {
  AIGW_RETURN_IF_ERROR(CheckObject("reasoningContent", value));
  block->is_thought = true;
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "text") return ReadText(key, field, &block->thought.emplace());
    if (key == "signature") return ReadText(key, field, &block->signature);
    if (key == "redactedContent") return ReadText(key, field, &block->redacted);
    if (key == "reasoningText") return ReadThought(field, block);
    return absl::OkStatus();
  });
}

void AddCitation(JsonValue& value, BedrockBlock* block) {
  if (block->citations.size() < kMostCitations) {
    block->citations.emplace_back(value.Raw());
  }
}

// A text that was cited: the same as a text, but with its sources.
absl::Status ReadCited(JsonValue& value, BedrockBlock* block) {
  AIGW_RETURN_IF_ERROR(CheckObject("citationsContent", value));
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "citations") {
      return field.ForEachItem([&](JsonValue& item) {
        AddCitation(item, block);
        return absl::OkStatus();
      });
    }
    if (key != "content") return absl::OkStatus();
    return field.ForEachItem([&](JsonValue& item) {
      return item.ForEachField([&](absl::string_view name, JsonValue& each) {
        if (name != "text") return absl::OkStatus();
        std::string text;
        AIGW_RETURN_IF_ERROR(ReadText(name, each, &text));
        block->text = block->text.value_or("") + text;
        return absl::OkStatus();
      });
    });
  });
}

absl::Status ReadBlock(JsonValue& value, BedrockBlock* block) {
  AIGW_RETURN_IF_ERROR(CheckObject("a content block", value));
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (field.is_null()) return absl::OkStatus();
    if (key == "text") return ReadText(key, field, &block->text.emplace());
    if (key == "toolUse") {
      return ReadToolUse(field, &block->tool_use.emplace());
    }
    if (key == "reasoningContent") return ReadThought(field, block);
    if (key == "citationsContent") return ReadCited(field, block);
    if (key == "citation") {
      AddCitation(field, block);
      return absl::OkStatus();
    }
    block->other = std::string(key);
    return absl::OkStatus();
  });
}

std::optional<int64_t> CountOf(JsonValue& value) {
  const std::optional<int64_t> count = value.AsInt();
  if (!count.has_value() || *count < 0 || *count > kMostTokens) {
    return std::nullopt;
  }
  return count;
}

absl::Status ReadUsage(JsonValue& value, BedrockEvent* event) {
  if (value.kind() != JsonValue::Kind::kObject) return absl::OkStatus();
  BedrockUsage& usage = event->usage.emplace();
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "inputTokens") {
      usage.input = CountOf(field);
    } else if (key == "outputTokens") {
      usage.output = CountOf(field);
    } else if (key == "cacheReadInputTokens") {
      usage.cache_read = CountOf(field);
    } else if (key == "cacheWriteInputTokens") {
      usage.cache_write = CountOf(field);
    } else if (key != "totalTokens" && !absl::EndsWith(key, "TokenCount")) {
      event->metadata.Set("usage", key, field);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadOutput(JsonValue& output, BedrockEvent* event) {
  return output.ForEachField([&](absl::string_view key, JsonValue& message) {
    if (key != "message") return absl::OkStatus();
    return message.ForEachField([&](absl::string_view name, JsonValue& list) {
      if (name != "content" || list.kind() != JsonValue::Kind::kArray) {
        return absl::OkStatus();
      }
      event->has_content = true;
      return list.ForEachItem([&](JsonValue& item) {
        if (event->content.size() == kMostBlocks) {
          return absl::InvalidArgumentError("it has too many content blocks");
        }
        return ReadBlock(item, &event->content.emplace_back());
      });
    });
  });
}

absl::Status ReadTier(JsonValue& value, BedrockEvent* event) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    return key == "type" ? ReadText(key, field, &event->service_tier)
                         : absl::OkStatus();
  });
}

}  // namespace

absl::Status ReadBedrockEvent(JsonReader& reader, absl::string_view json,
                              BedrockEvent* event) {
  return reader.Read(json, [&](JsonValue& root) {
    AIGW_RETURN_IF_ERROR(CheckObject("it", root));
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "contentBlockIndex") {
        event->index = field.AsInt();
        return absl::OkStatus();
      }
      if (key == "delta" || key == "start") {
        return ReadBlock(field, &event->block.emplace());
      }
      if (key == "output") return ReadOutput(field, event);
      if (key == "stopReason") return ReadText(key, field, &event->stop_reason);
      if (key == "usage") return ReadUsage(field, event);
      if (key == "serviceTier") return ReadTier(field, event);
      if (key == "trace" || key == "metrics" || key == "performanceConfig" ||
          key == "additionalModelResponseFields") {
        event->metadata.Set(key, field);
      }
      return absl::OkStatus();
    });
  });
}

}  // namespace aigateway

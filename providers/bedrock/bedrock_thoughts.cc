#include "providers/bedrock/bedrock_thoughts.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/model_name.h"

namespace aigateway {
namespace {

// The base64 text of a block that was withheld, as it was wrapped for its
// place; empty if it is no such block.
std::string RedactedIn(absl::string_view block) {
  std::string type;
  std::string base64;
  JsonReader reader;
  const absl::Status status = reader.Read(block, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      const absl::string_view text = value.AsString().value_or("");
      if (key == "type") type = std::string(text);
      if (key == "data") base64 = std::string(text);
      return absl::OkStatus();
    });
  });
  return status.ok() && type == "redacted_thinking" ? base64 : "";
}

std::optional<BedrockPlacedThought> ThoughtOf(const v1::ReasoningBlock& block) {
  BedrockPlacedThought thought;
  if (std::optional<AnthropicOpaque> placed =
          ReadAnthropicOpaque(block.opaque())) {
    thought.place = placed->place;
    if (!placed->block.empty()) {
      std::string base64 = RedactedIn(placed->block);
      if (base64.empty()) return std::nullopt;
      thought.block.kind = BedrockRedacted{std::move(base64)};
      return thought;
    }
  } else if (!block.opaque().empty()) {
    // Other providers' items are JSON; a seal is not.
    if (block.has_signature() || absl::StartsWith(block.opaque(), "{") ||
        absl::StartsWith(block.opaque(), "[")) {
      return std::nullopt;
    }
    thought.block.kind = BedrockRedacted{block.opaque()};
    return thought;
  }
  // A signature without a text, not even an empty one, is Gemini's.
  if (!block.has_text() || block.signature().empty()) return std::nullopt;
  thought.block.kind = BedrockThought{block.text(), block.signature()};
  return thought;
}

bool IsOfThisModel(const v1::ReasoningBlock& block, const BedrockCall& call) {
  if (block.model().empty()) return true;  // Its form will tell.
  return block.model() == call.id ||
         MayBeSameModel(block.model(), call.model.name);
}

}  // namespace

std::vector<BedrockPlacedThought> ReadBedrockThoughts(
    const v1::Message& message, const BedrockCall& call, int* left_out) {
  std::vector<BedrockPlacedThought> thoughts;
  for (int i = 0; i < message.reasoning_blocks_size(); ++i) {
    const v1::ReasoningBlock& block = message.reasoning_blocks(i);
    std::optional<BedrockPlacedThought> thought;
    if (IsOfThisModel(block, call)) thought = ThoughtOf(block);
    if (!thought.has_value()) {
      ++*left_out;
      continue;
    }
    thought->order = thought->place.has_value() ? thought->place->index : i;
    thought->position = i;
    thoughts.push_back(*std::move(thought));
  }
  std::sort(thoughts.begin(), thoughts.end(),
            [](const BedrockPlacedThought& a, const BedrockPlacedThought& b) {
              return std::tie(a.order, a.position) <
                     std::tie(b.order, b.position);
            });
  return thoughts;
}

}  // namespace aigateway

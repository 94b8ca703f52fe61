#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONVERSATION_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONVERSATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_content.h"

namespace aigateway {

// One element of `messages`.
struct BedrockTurn {
  absl::string_view role;  // "user", "assistant".
  std::vector<BedrockContent> blocks;
};

// A conversation as Converse takes it: instructions apart, turns that
// alternate and begin with the user, the results of tools first in the turn
// after their calls.
struct BedrockConversation {
  std::vector<BedrockContent> system;  // May be empty.
  std::vector<BedrockTurn> turns;      // At least one.
  // The tools that were called or answered, each once, in order: the API wants
  // them declared for as long as the conversation has such blocks.
  std::vector<absl::string_view> called;
  bool has_tool_blocks = false;
  // Whether tool results are answered whose calls came without thinking: with a
  // thinking budget Claude refuses that.
  bool loop_without_thinking = false;
};

// Reads the messages of `call`. Borrows the texts.
absl::StatusOr<BedrockConversation> ReadBedrockConversation(
    const BedrockCall& call);

// The cache point for a cache_control at `path`; nullopt if it is to be left
// out, which a warning says.
absl::StatusOr<std::optional<BedrockCachePoint>> BedrockCachePointFor(
    const v1::CacheControl& cache, const std::string& path, bool is_taken,
    const BedrockCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONVERSATION_H_

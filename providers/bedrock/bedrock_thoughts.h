#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THOUGHTS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THOUGHTS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "aigateway/v1/chat.pb.h"
#include "providers/anthropic_thoughts.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_content.h"

namespace aigateway {

// A reasoning block that goes back, and where it stood if it says so.
struct BedrockPlacedThought {
  int64_t order = 0;  // Among the blocks of its answer.
  int position = 0;   // Among the reasoning blocks; where `order` is equal.
  std::optional<AnthropicPlace> place;
  BedrockContent block;
};

// Those reasoning blocks of `message` that the model may be sent, in their
// order: sealed ones of its own. How many others there are is added to
// `left_out`. Borrows the texts.
std::vector<BedrockPlacedThought> ReadBedrockThoughts(
    const v1::Message& message, const BedrockCall& call, int* left_out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THOUGHTS_H_

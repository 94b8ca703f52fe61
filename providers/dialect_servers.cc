#include <vector>

#include "providers/dialect.h"
#include "providers/dialect_rows.h"
#include "providers/model_profile.h"

// Servers of one's own: types that exist only when declared.

namespace aigateway {
std::vector<Dialect> ServerDialects() {
  return {
      {
          .type = "vllm",
          .base_url = "http://localhost:8000/v1",
          .order = 32,
          .needs_key = false,
          .unsupported = kServiceTier,
          .reasoning = ReasoningStyle::kEffort,
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs,
                         .token_ids = true,
                         .encoding = "base64"},
      },
      {
          .type = "llama.cpp",
          .base_url = "http://localhost:8080/v1",
          .order = 33,
          .needs_key = false,
          .unsupported = kOpenAiOnly,
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs,
                         .dimensions = "",
                         .token_ids = true},
      },
      {
          .type = "lm-studio",
          .base_url = "http://localhost:1234/v1",
          .order = 34,
          .needs_key = false,
          .unsupported = kOpenAiOnly,
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs, .dimensions = ""},
      },
      {
          .type = "openai-compatible",
          .base_url = "http://{host}/v1",
          .order = 35,
          .needs_key = false,
          .reasoning = ReasoningStyle::kEffort,
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs, .token_ids = true},
      },
  };
}

}  // namespace aigateway

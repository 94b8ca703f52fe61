#ifndef AIGATEWAY_PROVIDERS_OPENAI_RESERVED_H_
#define AIGATEWAY_PROVIDERS_OPENAI_RESERVED_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace aigateway {

// The names by which some server that speaks as OpenAI does takes what a field
// of ChatRequest says; for MergeProviderOptions().
absl::Span<const absl::string_view> OpenAiReservedNames();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_RESERVED_H_

#ifndef AIGATEWAY_PROVIDERS_GEMINI_GENERATION_H_
#define AIGATEWAY_PROVIDERS_GEMINI_GENERATION_H_

#include "absl/status/status.h"

#include "gateway/base/json_writer.h"
#include "providers/gemini_call.h"

namespace aigateway {

// Writes the member `generationConfig` of the object that is open in `out`, if
// there is anything to say: limits, sampling, the form of the answer, thinking.
// Decides about what has no place there. Fails with INVALID_REQUEST or
// UNSUPPORTED_PARAMETER, with the field path.
absl::Status WriteGeminiGenerationConfig(const GeminiCall& call,
                                         JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_GENERATION_H_

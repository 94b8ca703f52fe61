#ifndef AIGATEWAY_PROVIDERS_GEMINI_REQUEST_H_
#define AIGATEWAY_PROVIDERS_GEMINI_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "providers/gemini_call.h"

namespace aigateway {

// Writes the body of a generateContent request, of Gemini or of Vertex AI; the
// URL and the credential are the caller's.
//
// `provider_options` are merged in; built-in tools among them are added to the
// functions of the request. Fails with INVALID_REQUEST or
// UNSUPPORTED_PARAMETER, with the field path.
absl::StatusOr<std::string> BuildGeminiBody(const GeminiCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_REQUEST_H_

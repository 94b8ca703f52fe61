#ifndef AIGATEWAY_PROVIDERS_GEMINI_RESPONSE_H_
#define AIGATEWAY_PROVIDERS_GEMINI_RESPONSE_H_

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads a whole answer of generateContent with a 2xx status, of Gemini or of
// Vertex AI.
//
// A prompt that was refused (promptFeedback.blockReason and no candidate) is an
// answer: one choice without text, with the finish `content_filter` and the
// reason as the provider's word. A candidate without finish reason is taken as
// ended, for the body is whole. Fails with PROVIDER_PROTOCOL_ERROR for what is
// no such answer, and as GeminiError() says for an {"error":...} in it.
absl::StatusOr<v1::ChatResponse> ReadGeminiResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_RESPONSE_H_

#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_RESPONSE_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_RESPONSE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/error_body.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"
#include "providers/responses/responses_answer.h"
#include "providers/responses/responses_body.h"

namespace aigateway {

// Makes the error for an error object that came with status 200: in an event,
// or as the `error` of a response that failed.
absl::Status ResponsesError(const OpenAiInstance& instance, ErrorBody error,
                            absl::string_view credential);

// Whether an answer with this `status` is as long as it gets. "cancelled" and
// "queued" are not, nor is a word that nobody knows.
bool IsOverForGood(absl::string_view status);

// The error of a response that failed; OK if it did not.
absl::Status ErrorOf(const OpenAiInstance& instance, const ResponsesBody& body,
                     absl::string_view credential);

// Fills `end` with what `body` and `answer` have beside the message.
void FillEnd(ResponsesBody& body, const ResponsesAnswer& answer, v1::End* end);

// Reads a whole answer with a 2xx status. Fails with PROVIDER_PROTOCOL_ERROR if
// it is none, or is not finished; or with the error that it holds.
absl::StatusOr<v1::ChatResponse> ReadResponsesResponse(
    const OpenAiInstance& instance, const HttpResponse& response,
    const CallOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_RESPONSE_H_

#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ERROR_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/redactor.h"

namespace aigateway {

// What a failure of Bedrock's means, by its type ("ThrottlingException", in
// any case of letters), the provider's words and the status; 0 if it came
// within a stream.
ErrorReason BedrockErrorReason(int http_status, absl::string_view type,
                               absl::string_view words);

// Makes the error of an answer whose status is no success. Its type is in the
// header x-amzn-errortype, before the colon, or in the body.
absl::Status BedrockHttpError(const HttpResponse& response, absl::Time now,
                              const Redactor& redactor);

// Makes the error that a stream ends with: an exception of `type` with its JSON
// `payload`, or an error with a code and plain words.
absl::Status BedrockStreamError(absl::string_view type,
                                absl::string_view payload,
                                const Redactor& redactor,
                                absl::string_view credential);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ERROR_H_

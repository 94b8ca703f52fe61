#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_ERROR_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/error_body.h"
#include "providers/redactor.h"

namespace aigateway {

// The reason of an error of Cohere's, by its type, its words and its status.
// `http_status` 0: an error inside an answer with status 200.
ErrorReason CohereErrorReason(int http_status, const ErrorBody& error);

// Makes the error for an answer with a status that is not 2xx, whatever its
// body is. `now` is for waits that are given as a date.
absl::Status CohereHttpError(const HttpResponse& response, absl::Time now,
                             const Redactor& redactor);

// Makes the error for an error inside an answer with status 200.
absl::Status CohereInnerError(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_ERROR_H_

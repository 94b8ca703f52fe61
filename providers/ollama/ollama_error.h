#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ERROR_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/error_body.h"
#include "providers/redactor.h"

namespace aigateway {

// The reason of an error of Ollama's, by its words and its status: it has no
// codes. `http_status` 0: an error inside an answer with status 200.
ErrorReason OllamaErrorReason(int http_status, const ErrorBody& error);

// Makes the error for an answer with a status that is not 2xx, whatever its
// body is. `now` is for waits that are given as a date.
absl::Status OllamaHttpError(const HttpResponse& response, absl::Time now,
                             const Redactor& redactor);

// Makes the error for an error inside an answer with status 200.
absl::Status OllamaInnerError(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ERROR_H_

#ifndef AIGATEWAY_PROVIDERS_OPENAI_ERROR_H_
#define AIGATEWAY_PROVIDERS_OPENAI_ERROR_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/dialect.h"
#include "providers/error_body.h"
#include "providers/openai_instance.h"

namespace aigateway {

// What an error means: by the rules of the dialect, then by those that all
// vendors share, then by the status. `http_status` 0, in a stream: the status
// that the body names. If it names none, rules of status 400 and rules for a
// code fit all the same, then the type decides, else it is
// PROVIDER_UNAVAILABLE.
ErrorReason ClassifyOpenAiError(const Dialect& dialect, int http_status,
                                const ErrorBody& body);

// Makes the error for an answer with a status that is not 2xx.
absl::Status ReadOpenAiError(const OpenAiInstance& instance,
                             const HttpResponse& response, absl::Time now);

// Makes the error for an error object that came with status 200: in a stream,
// or instead of a whole answer. `credential` is the one that was used.
absl::Status OpenAiErrorObject(const OpenAiInstance& instance,
                               const ErrorBody& body,
                               absl::string_view credential);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_ERROR_H_

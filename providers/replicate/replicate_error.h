#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ERROR_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/error_body.h"
#include "providers/redactor.h"

namespace aigateway {

// Makes the error for an answer with a status that is not 2xx, whatever its
// body is. `now` is for waits that are given as a date.
absl::Status ReplicateHttpError(const HttpResponse& response, absl::Time now,
                                const Redactor& redactor);

// Makes the error for a prediction that failed, by the words of the model that
// was run: there are no codes.
absl::Status ReplicateFailure(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential);

// The same for one that somebody cancelled.
absl::Status ReplicateCancelled();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_ERROR_H_

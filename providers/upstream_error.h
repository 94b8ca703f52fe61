#ifndef AIGATEWAY_PROVIDERS_UPSTREAM_ERROR_H_
#define AIGATEWAY_PROVIDERS_UPSTREAM_ERROR_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/redactor.h"

namespace aigateway {

// The most that a message has of a provider's own words, and of a body that
// could not be read. What was cut shows it by "…".
inline constexpr size_t kMaxProviderWords = 2048;
inline constexpr size_t kMaxPageBytes = 512;
// What a decoder keeps of a body that may turn out to be a page. It is more
// than is shown: a credential must be whole to be found, also where it begins
// within what is shown and ends behind it.
inline constexpr size_t kKeptPageBytes = 4096;

// The plain meaning of an HTTP status that is not 2xx; a codec that could read
// the body may know better.
ErrorReason ReasonForHttpStatus(int status);

// What to say of an answer that sends us elsewhere: its status and the host,
// never more of the place. Empty if `status` is no redirect. `headers` may be
// null.
std::string RedirectWords(int status, const HttpHeaders* headers);

// What a provider said when it refused or failed. The views are used during
// the call only; none needs to be UTF-8, short or free of credentials.
struct UpstreamFailure {
  ErrorReason reason = ErrorReason::kProviderUnavailable;
  int http_status = 0;      // 0: none, an error event of a stream.
  absl::string_view words;  // Its own message. Empty if there was none.
  // Its own names for the fault, as far as it gave any; they go into metadata
  // as provider_error_type, provider_error_code and provider_error_param.
  absl::string_view type;
  absl::string_view code;
  absl::string_view param;
  std::optional<absl::Duration> wait;  // As StatedWait() found it.
};

// Makes the error: the provider's words first, shortened and cleaned, or a
// sentence that names the status if it had none. The wait is kept where
// callers may act on it (RESOURCE_EXHAUSTED, UNAVAILABLE). `credential` is
// cleaned out beside what `redactor` knows.
absl::Status UpstreamError(const UpstreamFailure& failure,
                           const Redactor& redactor,
                           absl::string_view credential = {});

// A PROVIDER_PROTOCOL_ERROR for an answer that cannot be read. `what` says why
// ("it has no choices"); `page` is the body, of which the message shows the
// beginning. `http_status` 0: not known.
absl::Status UnreadableAnswer(absl::string_view what, int http_status,
                              absl::string_view page, const Redactor& redactor,
                              absl::string_view credential = {});

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_UPSTREAM_ERROR_H_

#ifndef AIGATEWAY_PROVIDERS_RETRY_AFTER_H_
#define AIGATEWAY_PROVIDERS_RETRY_AFTER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/http_message.h"

namespace aigateway {

// A wait that is stated for longer is taken as this: a day later the provider
// is worth a question, whatever it said.
inline constexpr absl::Duration kMaxStatedWait = absl::Hours(24);

// How long the provider asked to wait before the next try.
//
// The first of these that states more than nothing counts, as the providers'
// own libraries have it: `retry-after-ms`; `retry-after` (seconds, fractions of
// them, or a date of HTTP); `body_wait`, which a codec found in the body
// (Gemini's RetryInfo); for a `status` of 429, 503 or 529 the `*-reset*`
// headers (of those whose `*-remaining*` twin is 0 the latest; if none is, the
// earliest). nullopt if nothing was stated, or only what is past, negative or
// no time at all.
std::optional<absl::Duration> StatedWait(
    int status, const HttpHeaders& headers, absl::Time now,
    std::optional<absl::Duration> body_wait = std::nullopt);

// Reads one statement of a wait, in any of the forms seen: "20ms", "2m59.56s"
// (as Go writes durations), "34.07" (seconds), "1789456123" and
// "1789456123000" (seconds and milliseconds since 1970), a date of RFC 3339 or
// of HTTP. nullopt if it is none, or not more than 0 from `now`.
std::optional<absl::Duration> ParseWait(absl::string_view text, absl::Time now);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RETRY_AFTER_H_

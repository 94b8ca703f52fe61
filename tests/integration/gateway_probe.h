#ifndef AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROBE_H_
#define AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROBE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "tests/integration/gateway_process.h"

namespace aigateway {

// How much longer things may take under the sanitizers.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#endif

// The whole answer of the gateway's HTTP port, head included; "" if it does not
// answer.
std::string HttpGet(const GatewayProcess& gateway, absl::string_view path);

// The value of one series of /metrics, as `name{label="value"}`; -1 if there is
// none.
double Metric(const GatewayProcess& gateway, absl::string_view series);

// Requests that go on, of both kinds.
double InFlight(const GatewayProcess& gateway);

// Looks again and again until `done`, for `limit` at most. Returns what it said
// last.
bool WaitUntil(absl::FunctionRef<bool()> done,
               absl::Duration limit = absl::Seconds(10));

// One line of the gateway's log.
struct LogLine {
  absl::Time time;  // In whole milliseconds, rounded down.
  std::string text;

  // The text value of `key`; "" if there is none.
  std::string Value(absl::string_view key) const;
};

// The lines so far whose "message" is `message`.
std::vector<LogLine> LogLines(const GatewayProcess& gateway,
                              absl::string_view message);
// Waits for `count` of them; empty if they do not come.
std::vector<LogLine> WaitForLogLines(const GatewayProcess& gateway,
                                     absl::string_view message, size_t count);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROBE_H_

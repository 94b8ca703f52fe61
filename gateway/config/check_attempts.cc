#include "gateway/config/check_attempts.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/proto_time.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"

namespace aigateway {
namespace {

// The defaults of config.proto that a value is compared with.
constexpr absl::Duration kInitialBackoff = absl::Milliseconds(100);
constexpr absl::Duration kMaxBackoff = absl::Seconds(10);

}  // namespace

void CheckRetry(const config::v1::RetryConfig& retry, const FieldPath& path,
                FaultReport& report) {
  constexpr int kMaxAttempts = 100;
  if (retry.has_attempts() &&
      (retry.attempts() < 1 || retry.attempts() > kMaxAttempts)) {
    report.Add(path.Key("attempts"),
               absl::StrCat(retry.attempts(),
                            " is out of range: 1 (the first try alone) to ",
                            kMaxAttempts));
  }
  const bool initial_is_right =
      CheckPositive(retry.has_initial_backoff(), retry.initial_backoff(),
                    path.Key("initial_backoff"), report);
  const bool max_is_right =
      CheckPositive(retry.has_max_backoff(), retry.max_backoff(),
                    path.Key("max_backoff"), report);
  const absl::Duration initial = retry.has_initial_backoff()
                                     ? FromProto(retry.initial_backoff())
                                     : kInitialBackoff;
  const absl::Duration max =
      retry.has_max_backoff() ? FromProto(retry.max_backoff()) : kMaxBackoff;
  if (initial_is_right && max_is_right && max < initial) {
    // Said of the one that stands there.
    report.Add(
        path.Key(retry.has_max_backoff() ? "max_backoff" : "initial_backoff"),
        absl::StrCat("max_backoff (", FormatGoDuration(max),
                     ") is shorter than initial_backoff (",
                     FormatGoDuration(initial), ")"));
  }
  CheckShare(retry.has_budget(), retry.budget(), /*zero_too=*/true,
             path.Key("budget"), report);
  const FieldPath codes_path = path.Key("on_status_codes");
  absl::flat_hash_set<int> seen;
  for (int i = 0; i < retry.on_status_codes_size(); ++i) {
    const int code = retry.on_status_codes(i);
    if (code < 400 || code > 599) {
      report.Add(codes_path.Index(i),
                 absl::StrCat(code,
                              " is not the status of a failure: 400 to "
                              "599"));
    } else if (!seen.insert(code).second) {
      report.Add(codes_path.Index(i),
                 absl::StrCat(code, " stands in the list twice"));
    }
  }
}

void CheckTimeouts(const config::v1::TimeoutsConfig& timeouts,
                   const FieldPath& path, FaultReport& report) {
  CheckPositive(timeouts.has_connect(), timeouts.connect(), path.Key("connect"),
                report);
  CheckPositive(timeouts.has_first_token(), timeouts.first_token(),
                path.Key("first_token"), report);
  CheckPositive(timeouts.has_idle(), timeouts.idle(), path.Key("idle"), report);
  CheckPositive(timeouts.has_attempt(), timeouts.attempt(), path.Key("attempt"),
                report);
}

void CheckBreaker(const config::v1::CircuitBreakerConfig& breaker,
                  const FieldPath& path, FaultReport& report) {
  CheckAtLeast(breaker.has_failure_threshold(), breaker.failure_threshold(), 1,
               path.Key("failure_threshold"), report);
  CheckAtLeast(breaker.has_success_threshold(), breaker.success_threshold(), 1,
               path.Key("success_threshold"), report);
  CheckPositive(breaker.has_timeout(), breaker.timeout(), path.Key("timeout"),
                report);
  CheckShare(breaker.has_failure_rate(), breaker.failure_rate(),
             /*zero_too=*/false, path.Key("failure_rate"), report);
  CheckPositive(breaker.has_window(), breaker.window(), path.Key("window"),
                report);
  CheckAtLeast(breaker.has_min_requests(), breaker.min_requests(), 1,
               path.Key("min_requests"), report);
  CheckAtLeast(breaker.has_half_open_max(), breaker.half_open_max(), 1,
               path.Key("half_open_max"), report);
}

void CheckConcurrency(const config::v1::ConcurrencyConfig& concurrency,
                      const FieldPath& path, FaultReport& report) {
  if (!concurrency.has_max()) {
    report.Add(path.Key("max"), "is missing: write how many calls at once");
  }
  CheckAtLeast(concurrency.has_max(), concurrency.max(), 1, path.Key("max"),
               report);
  CheckAtLeast(concurrency.has_queue(), concurrency.queue(), 0,
               path.Key("queue"), report);
  if (concurrency.has_min()) {
    CheckAtLeast(true, concurrency.min(), 1, path.Key("min"), report);
    if (!concurrency.adaptive()) {
      report.Add(path.Key("min"), "is of use with adaptive: true only");
    } else if (concurrency.min() > concurrency.max()) {
      report.Add(path.Key("min"), "must not be more than max");
    }
  }
  CheckPositive(concurrency.has_queue_timeout(), concurrency.queue_timeout(),
                path.Key("queue_timeout"), report);
}

}  // namespace aigateway

#ifndef AIGATEWAY_GATEWAY_BASE_ERRORS_H_
#define AIGATEWAY_GATEWAY_BASE_ERRORS_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/errors.pb.h"

namespace aigateway {

// Why something failed: what callers see as ErrorInfo.reason. The numbers are
// the proto's. Adding one: a value there, a value here, a row in errors.cc.
enum class ErrorReason {
  kUnspecified = v1::ERROR_REASON_UNSPECIFIED,
  kInvalidRequest = v1::ERROR_REASON_INVALID_REQUEST,
  kUnsupportedParameter = v1::ERROR_REASON_UNSUPPORTED_PARAMETER,
  kContextLengthExceeded = v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED,
  kInvalidConfig = v1::ERROR_REASON_INVALID_CONFIG,
  kInvalidApiKey = v1::ERROR_REASON_INVALID_API_KEY,
  kModelNotAllowed = v1::ERROR_REASON_MODEL_NOT_ALLOWED,
  kScopeMissing = v1::ERROR_REASON_SCOPE_MISSING,
  kModelNotFound = v1::ERROR_REASON_MODEL_NOT_FOUND,
  kResourceNotFound = v1::ERROR_REASON_RESOURCE_NOT_FOUND,
  kGuardrailRejected = v1::ERROR_REASON_GUARDRAIL_REJECTED,
  kContentFiltered = v1::ERROR_REASON_CONTENT_FILTERED,
  kProviderAuthFailed = v1::ERROR_REASON_PROVIDER_AUTH_FAILED,
  kRateLimited = v1::ERROR_REASON_RATE_LIMITED,
  kBudgetExceeded = v1::ERROR_REASON_BUDGET_EXCEEDED,
  kOverloaded = v1::ERROR_REASON_OVERLOADED,
  kProviderRateLimited = v1::ERROR_REASON_PROVIDER_RATE_LIMITED,
  kProviderQuotaExhausted = v1::ERROR_REASON_PROVIDER_QUOTA_EXHAUSTED,
  kProviderUnavailable = v1::ERROR_REASON_PROVIDER_UNAVAILABLE,
  kCircuitOpen = v1::ERROR_REASON_CIRCUIT_OPEN,
  kProviderProtocolError = v1::ERROR_REASON_PROVIDER_PROTOCOL_ERROR,
  kGenerationFailed = v1::ERROR_REASON_GENERATION_FAILED,
  kShuttingDown = v1::ERROR_REASON_SHUTTING_DOWN,
  kDeadlineExceeded = v1::ERROR_REASON_DEADLINE_EXCEEDED,
  kAttemptTimeout = v1::ERROR_REASON_ATTEMPT_TIMEOUT,
  kStreamIdle = v1::ERROR_REASON_STREAM_IDLE,
  kCancelled = v1::ERROR_REASON_CANCELLED,
  kNotImplemented = v1::ERROR_REASON_NOT_IMPLEMENTED,
  kInternal = v1::ERROR_REASON_INTERNAL,
};

// What retry, failover and breaker do about an error: the rows of the one
// table in DESIGN.md. Those three ask ClassOf(); no call site compares codes.
enum class ErrorClass {
  kCallerFault,      // Never repeated.
  kContextTooLong,   // Another target may have a larger window.
  kRefusedByPolicy,  // Never repeated.
  kNotFound,         // Another target may have it.
  kCredential,       // Our key, quota or money: the next key, the next target.
  kRateLimited,      // Again after the wait, or the next target.
  kOverloaded,       // Overload, transport, protocol: again, and the next.
  kGenerationBroke,  // Once again, and the next.
  kAttemptTimeout,   // Again, and the next.
  kSkipped,          // Breaker open or bound full: the next target.
  kCallerGone,       // Deadline, cancellation, drain: the end.
  kInternal,         // Our defect: the end.
};

// Metadata of an error: what its message quotes, by name.
using ErrorMetadata =
    std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

// Makes an error. The code follows from the reason, by API.md's table; the
// status carries a google.rpc.ErrorInfo. `message` is for the person who reads
// it and has no secret and no user text in it; bytes that are not UTF-8 become
// U+FFFD.
absl::Status Error(ErrorReason reason, absl::string_view message,
                   ErrorMetadata metadata = {});

// The reason of `status`. For a status that Error() did not make, the plain
// reason of its code; kUnspecified for OK.
ErrorReason ReasonOf(const absl::Status& status);
// The class of `status`, which is not OK.
ErrorClass ClassOf(const absl::Status& status);

absl::StatusCode CodeOf(ErrorReason reason);
ErrorClass ClassOf(ErrorReason reason);
// "RATE_LIMITED": the word of config, logs, metrics and ErrorInfo.
absl::string_view NameOf(ErrorReason reason);
// Returns nullopt if no reason has that name.
std::optional<ErrorReason> ReasonByName(absl::string_view name);

// Metadata of the ErrorInfo: "target", "provider", "http_status", ...
void SetErrorMetadata(absl::Status& status, absl::string_view key,
                      absl::string_view value);
// Empty if there is none.
std::string GetErrorMetadata(const absl::Status& status, absl::string_view key);

// How long the one who refused asked to wait (google.rpc.RetryInfo).
void SetRetryAfter(absl::Status& status, absl::Duration wait);
std::optional<absl::Duration> RetryAfter(const absl::Status& status);

// One thing that is wrong with a request (google.rpc.BadRequest).
struct FieldViolation {
  std::string field;        // A path: "chat.messages[2].tool_calls[0]".
  std::string description;  // What is wrong and what to do.
};
// An INVALID_REQUEST (or `reason`) about one field; the message names it.
absl::Status FieldError(absl::string_view field, absl::string_view description,
                        ErrorReason reason = ErrorReason::kInvalidRequest);
void SetViolations(absl::Status& status,
                   const std::vector<FieldViolation>& violations);
std::vector<FieldViolation> GetViolations(const absl::Status& status);

// One limit that a request met (google.rpc.QuotaFailure).
struct QuotaViolation {
  std::string subject;      // The limit, by its name in the config.
  std::string description;  // What it allows.
};
void SetQuotaViolations(absl::Status& status,
                        const std::vector<QuotaViolation>& violations);
std::vector<QuotaViolation> GetQuotaViolations(const absl::Status& status);

// The same status with another text; payloads stay.
absl::Status WithMessage(const absl::Status& status, absl::string_view message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_ERRORS_H_

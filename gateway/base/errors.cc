#include "gateway/base/errors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/rpc/error_details.pb.h"

#include "aigateway/v1/errors.pb.h"
#include "gateway/base/check.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr absl::string_view kDomain = "aigateway";
constexpr absl::string_view kProtoPrefix = "ERROR_REASON_";

struct Row {
  ErrorReason reason;
  absl::StatusCode code;
  ErrorClass error_class;
};

// API.md's table of codes and DESIGN.md's table of classes, by number.
constexpr Row kRows[] = {
    {ErrorReason::kUnspecified, absl::StatusCode::kUnknown,
     ErrorClass::kInternal},
    {ErrorReason::kInvalidRequest, absl::StatusCode::kInvalidArgument,
     ErrorClass::kCallerFault},
    {ErrorReason::kUnsupportedParameter, absl::StatusCode::kInvalidArgument,
     ErrorClass::kCallerFault},
    {ErrorReason::kContextLengthExceeded, absl::StatusCode::kInvalidArgument,
     ErrorClass::kContextTooLong},
    {ErrorReason::kInvalidConfig, absl::StatusCode::kInvalidArgument,
     ErrorClass::kCallerFault},
    {ErrorReason::kInvalidApiKey, absl::StatusCode::kUnauthenticated,
     ErrorClass::kCallerFault},
    {ErrorReason::kModelNotAllowed, absl::StatusCode::kPermissionDenied,
     ErrorClass::kCallerFault},
    {ErrorReason::kScopeMissing, absl::StatusCode::kPermissionDenied,
     ErrorClass::kCallerFault},
    {ErrorReason::kModelNotFound, absl::StatusCode::kNotFound,
     ErrorClass::kNotFound},
    {ErrorReason::kResourceNotFound, absl::StatusCode::kNotFound,
     ErrorClass::kNotFound},
    {ErrorReason::kGuardrailRejected, absl::StatusCode::kFailedPrecondition,
     ErrorClass::kRefusedByPolicy},
    {ErrorReason::kContentFiltered, absl::StatusCode::kFailedPrecondition,
     ErrorClass::kRefusedByPolicy},
    {ErrorReason::kProviderAuthFailed, absl::StatusCode::kFailedPrecondition,
     ErrorClass::kCredential},
    // Our own limits and budgets bind the caller whatever the target.
    {ErrorReason::kRateLimited, absl::StatusCode::kResourceExhausted,
     ErrorClass::kRefusedByPolicy},
    {ErrorReason::kBudgetExceeded, absl::StatusCode::kResourceExhausted,
     ErrorClass::kRefusedByPolicy},
    {ErrorReason::kOverloaded, absl::StatusCode::kResourceExhausted,
     ErrorClass::kSkipped},
    {ErrorReason::kProviderRateLimited, absl::StatusCode::kResourceExhausted,
     ErrorClass::kRateLimited},
    {ErrorReason::kProviderQuotaExhausted, absl::StatusCode::kResourceExhausted,
     ErrorClass::kCredential},
    {ErrorReason::kProviderUnavailable, absl::StatusCode::kUnavailable,
     ErrorClass::kOverloaded},
    {ErrorReason::kCircuitOpen, absl::StatusCode::kUnavailable,
     ErrorClass::kSkipped},
    {ErrorReason::kProviderProtocolError, absl::StatusCode::kUnavailable,
     ErrorClass::kOverloaded},
    {ErrorReason::kGenerationFailed, absl::StatusCode::kUnavailable,
     ErrorClass::kGenerationBroke},
    {ErrorReason::kShuttingDown, absl::StatusCode::kUnavailable,
     ErrorClass::kCallerGone},
    {ErrorReason::kDeadlineExceeded, absl::StatusCode::kDeadlineExceeded,
     ErrorClass::kCallerGone},
    {ErrorReason::kAttemptTimeout, absl::StatusCode::kDeadlineExceeded,
     ErrorClass::kAttemptTimeout},
    {ErrorReason::kStreamIdle, absl::StatusCode::kDeadlineExceeded,
     ErrorClass::kAttemptTimeout},
    {ErrorReason::kCancelled, absl::StatusCode::kCancelled,
     ErrorClass::kCallerGone},
    {ErrorReason::kNotImplemented, absl::StatusCode::kUnimplemented,
     ErrorClass::kCallerFault},
    {ErrorReason::kInternal, absl::StatusCode::kInternal,
     ErrorClass::kInternal},
};

constexpr bool RowsStandInOrder() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<size_t>(kRows[i].reason) != i) return false;
  }
  return std::size(kRows) == v1::ErrorReason_ARRAYSIZE;
}
static_assert(RowsStandInOrder(), "one row for each reason of the proto");

const Row& RowOf(ErrorReason reason) {
  const auto index = static_cast<size_t>(reason);
  AIGW_CHECK(index < std::size(kRows));
  return kRows[index];
}

// For a status that came without a reason: from a library, or from below this
// file.
ErrorReason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return ErrorReason::kUnspecified;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kAlreadyExists:
      return ErrorReason::kInvalidRequest;
    case absl::StatusCode::kUnauthenticated:
      return ErrorReason::kInvalidApiKey;
    case absl::StatusCode::kPermissionDenied:
      return ErrorReason::kScopeMissing;
    case absl::StatusCode::kNotFound:
      return ErrorReason::kResourceNotFound;
    case absl::StatusCode::kResourceExhausted:
      return ErrorReason::kOverloaded;
    case absl::StatusCode::kUnavailable:
      return ErrorReason::kProviderUnavailable;
    case absl::StatusCode::kDeadlineExceeded:
      return ErrorReason::kDeadlineExceeded;
    case absl::StatusCode::kCancelled:
      return ErrorReason::kCancelled;
    case absl::StatusCode::kUnimplemented:
      return ErrorReason::kNotImplemented;
    default:
      return ErrorReason::kInternal;
  }
}

template <typename Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/",
                      Detail::descriptor()->full_name());
}

// Returns nullopt if `status` has no such detail.
template <typename Detail>
std::optional<Detail> GetDetail(const absl::Status& status) {
  static const std::string* const url = new std::string(TypeUrl<Detail>());
  const auto payload = status.GetPayload(*url);
  if (!payload.has_value()) return std::nullopt;
  Detail detail;
  if (!detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

template <typename Detail>
void SetDetail(absl::Status& status, const Detail& detail) {
  static const std::string* const url = new std::string(TypeUrl<Detail>());
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Maps in order, so that equal errors are equal.
    coded.SetSerializationDeterministic(true);
    detail.SerializeToCodedStream(&coded);
  }
  // As a view: clang mangles Cord's constructor from std::string&& otherwise
  // than the compiler that Debian's Abseil was built with.
  status.SetPayload(*url, absl::Cord(absl::string_view(bytes)));
}

}  // namespace

absl::Status Error(ErrorReason reason, absl::string_view message,
                   ErrorMetadata metadata) {
  absl::Status status(RowOf(reason).code, ValidUtf8(message));
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kDomain));
  info.set_reason(std::string(NameOf(reason)));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[ValidUtf8(key)] = ValidUtf8(value);
  }
  SetDetail(status, info);
  return status;
}

ErrorReason ReasonOf(const absl::Status& status) {
  if (const auto info = GetDetail<google::rpc::ErrorInfo>(status);
      info.has_value() && info->domain() == kDomain) {
    if (const auto reason = ReasonByName(info->reason()); reason.has_value()) {
      return *reason;
    }
  }
  return ReasonOfCode(status.code());
}

ErrorClass ClassOf(const absl::Status& status) {
  AIGW_CHECK(!status.ok());
  return ClassOf(ReasonOf(status));
}

absl::StatusCode CodeOf(ErrorReason reason) { return RowOf(reason).code; }

ErrorClass ClassOf(ErrorReason reason) { return RowOf(reason).error_class; }

absl::string_view NameOf(ErrorReason reason) {
  return absl::StripPrefix(
      v1::ErrorReason_Name(static_cast<v1::ErrorReason>(RowOf(reason).reason)),
      kProtoPrefix);
}

std::optional<ErrorReason> ReasonByName(absl::string_view name) {
  v1::ErrorReason value = v1::ERROR_REASON_UNSPECIFIED;
  if (!v1::ErrorReason_Parse(absl::StrCat(kProtoPrefix, name), &value) ||
      value == v1::ERROR_REASON_UNSPECIFIED) {
    return std::nullopt;
  }
  return static_cast<ErrorReason>(value);
}

void SetErrorMetadata(absl::Status& status, absl::string_view key,
                      absl::string_view value) {
  if (status.ok()) return;
  auto info = GetDetail<google::rpc::ErrorInfo>(status);
  if (!info.has_value()) {
    info.emplace();
    info->set_domain(std::string(kDomain));
    info->set_reason(std::string(NameOf(ReasonOf(status))));
  }
  (*info->mutable_metadata())[ValidUtf8(key)] = ValidUtf8(value);
  SetDetail(status, *info);
}

std::string GetErrorMetadata(const absl::Status& status,
                             absl::string_view key) {
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  if (!info.has_value()) return "";
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

void SetRetryAfter(absl::Status& status, absl::Duration wait) {
  // google.protobuf.Duration holds about 10,000 years; this is enough.
  constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 100);
  wait = std::clamp(wait, absl::ZeroDuration(), kLongest);
  google::rpc::RetryInfo retry;
  const int64_t seconds = absl::IDivDuration(wait, absl::Seconds(1), &wait);
  retry.mutable_retry_delay()->set_seconds(seconds);
  retry.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(wait / absl::Nanoseconds(1)));
  SetDetail(status, retry);
}

std::optional<absl::Duration> RetryAfter(const absl::Status& status) {
  const auto retry = GetDetail<google::rpc::RetryInfo>(status);
  if (!retry.has_value()) return std::nullopt;
  return absl::Seconds(retry->retry_delay().seconds()) +
         absl::Nanoseconds(retry->retry_delay().nanos());
}

absl::Status FieldError(absl::string_view field, absl::string_view description,
                        ErrorReason reason) {
  absl::Status status =
      Error(reason, absl::StrCat(field, ": ", description), {{"field", field}});
  SetViolations(status, {{std::string(field), std::string(description)}});
  return status;
}

void SetViolations(absl::Status& status,
                   const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad_request;
  for (const FieldViolation& violation : violations) {
    auto* added = bad_request.add_field_violations();
    added->set_field(ValidUtf8(violation.field));
    added->set_description(ValidUtf8(violation.description));
  }
  SetDetail(status, bad_request);
}

std::vector<FieldViolation> GetViolations(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto bad_request = GetDetail<google::rpc::BadRequest>(status);
  if (!bad_request.has_value()) return violations;
  for (const auto& violation : bad_request->field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

void SetQuotaViolations(absl::Status& status,
                        const std::vector<QuotaViolation>& violations) {
  google::rpc::QuotaFailure quota;
  for (const QuotaViolation& violation : violations) {
    auto* added = quota.add_violations();
    added->set_subject(ValidUtf8(violation.subject));
    added->set_description(ValidUtf8(violation.description));
  }
  SetDetail(status, quota);
}

std::vector<QuotaViolation> GetQuotaViolations(const absl::Status& status) {
  std::vector<QuotaViolation> violations;
  const auto quota = GetDetail<google::rpc::QuotaFailure>(status);
  if (!quota.has_value()) return violations;
  for (const auto& violation : quota->violations()) {
    violations.push_back({violation.subject(), violation.description()});
  }
  return violations;
}

absl::Status WithMessage(const absl::Status& status,
                         absl::string_view message) {
  absl::Status result(status.code(), ValidUtf8(message));
  status.ForEachPayload(
      [&result](absl::string_view url, const absl::Cord& payload) {
        result.SetPayload(url, payload);
      });
  return result;
}

}  // namespace aigateway

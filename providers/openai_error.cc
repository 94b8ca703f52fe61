#include "providers/openai_error.h"

#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "providers/retry_after.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

using enum ErrorReason;
using enum ErrorRule::Part;

// So much of a page is searched for keys, of which kMaxPageBytes are shown.
constexpr size_t kMaxCleanedBytes = 16 * kMaxPageBytes;

// What vendors agree on, more or less; the first that fits counts. Codes come
// before messages, which are the last resort for a 400 that could mean
// anything.
const absl::Span<const ErrorRule> CommonRules() {
  static const ErrorRule kRules[] = {
      {.text = "context_length_exceeded", .reason = kContextLengthExceeded},
      {.text = "exceed_context_size_error", .reason = kContextLengthExceeded},
      {.text = "too_many_prompt_tokens", .reason = kContextLengthExceeded},
      {.text = "model_context_window_exceeded",
       .reason = kContextLengthExceeded},
      // Waiting never heals these.
      {.text = "insufficient_quota", .reason = kProviderQuotaExhausted},
      {.text = "credit_balance_exhausted", .reason = kProviderQuotaExhausted},
      {.text = "project_spend_limit_exceeded",
       .reason = kProviderQuotaExhausted},
      {.text = "organization_spend_limit_exceeded",
       .reason = kProviderQuotaExhausted},
      {.text = "organization_usage_limit_exceeded",
       .reason = kProviderQuotaExhausted},
      {.text = "billing_hard_limit_reached", .reason = kProviderQuotaExhausted},
      {.text = "billing_not_active", .reason = kProviderQuotaExhausted},
      {.text = "exceeded_current_quota_error",
       .reason = kProviderQuotaExhausted},
      {.text = "insufficient_balance", .reason = kProviderQuotaExhausted},
      {.text = "billing_error", .reason = kProviderQuotaExhausted},
      {.text = "invalid_api_key", .reason = kProviderAuthFailed},
      {.text = "authentication_error", .reason = kProviderAuthFailed},
      {.text = "invalid_authentication", .reason = kProviderAuthFailed},
      {.text = "invalid_authentication_error", .reason = kProviderAuthFailed},
      {.text = "model_not_found", .reason = kModelNotFound},
      {.text = "model_deprecated", .reason = kModelNotFound},
      {.text = "model_access_denied", .reason = kModelNotFound},
      {.text = "invalid_model", .reason = kModelNotFound},
      {.text = "ModelNotFound", .reason = kModelNotFound},
      {.text = "DeploymentNotFound", .reason = kModelNotFound},
      {.text = "RESOURCE_DOES_NOT_EXIST", .reason = kModelNotFound},
      {.text = "content_filter", .reason = kContentFiltered},
      {.text = "content_policy_violation", .reason = kContentFiltered},
      {.text = "image_content_policy_violation", .reason = kContentFiltered},
      {.text = "ResponsibleAIPolicyViolation", .reason = kContentFiltered},
      {.text = "data_inspection_failed", .reason = kContentFiltered},
      {.text = "tool_use_failed", .reason = kGenerationFailed},
      {.text = "json_validate_failed", .reason = kGenerationFailed},
      {.text = "engine_overloaded_error", .reason = kProviderUnavailable},
      {.text = "overloaded_error", .reason = kProviderUnavailable},
      {.text = "server_is_overloaded", .reason = kProviderUnavailable},
      {.text = "service_unavailable", .reason = kProviderUnavailable},
      {.text = "queue_full", .reason = kProviderUnavailable},
      {.text = "rate_limit_exceeded", .reason = kProviderRateLimited},
      {.text = "rate_limit_error", .reason = kProviderRateLimited},
      {.text = "rate_limit_reached_error", .reason = kProviderRateLimited},
      {.text = "RateLimitReached", .reason = kProviderRateLimited},
      {.text = "slow_down", .reason = kProviderRateLimited},

      {.status = 400,
       .part = kMessage,
       .text = "maximum context length",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "max context length",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "context window",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "available context size",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "prompt is too long",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "prompt too long",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "reduce the length of the messages",
       .reason = kContextLengthExceeded},
      {.status = 413,
       .part = kMessage,
       .text = "context length",
       .reason = kContextLengthExceeded},
      {.status = 400,
       .part = kMessage,
       .text = "incorrect api key",
       .reason = kProviderAuthFailed},
      {.status = 400,
       .part = kMessage,
       .text = "invalid api key",
       .reason = kProviderAuthFailed},
      {.status = 400,
       .part = kMessage,
       .text = "api key not valid",
       .reason = kProviderAuthFailed},
      {.status = 400,
       .part = kMessage,
       .text = "model not found",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "model not exist",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "not a valid model",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "invalid model:",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "unknown model",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "the supported api model names are",
       .reason = kModelNotFound},
      {.status = 400,
       .part = kMessage,
       .text = "content management policy",
       .reason = kContentFiltered},
      {.status = 400,
       .part = kMessage,
       .text = "content policy",
       .reason = kContentFiltered},
  };
  return kRules;
}

// What the types that several vendors share say by themselves; 0 for others.
// Not the codes: DeepSeek calls everything an "invalid_request_error" there.
int StatusOfType(absl::string_view type) {
  static constexpr struct {
    absl::string_view type;
    int status;
  } kTypes[] = {
      {"invalid_request_error", 400},
      {"BadRequestError", 400},
      {"BAD_REQUEST", 400},
      {"invalid_request", 400},
      {"authentication_error", 401},
      {"permission_error", 403},
      {"permission_denied_error", 403},
      {"not_found_error", 404},
      {"NotFoundError", 404},
      {"rate_limit_error", 429},
      {"server_error", 500},
      {"api_error", 500},
      {"internal_error", 500},
      {"internal_server_error", 500},
      {"InternalServerError", 500},
      {"service_unavailable_error", 503},
      {"timeout_error", 504},
      {"overloaded_error", 529},
  };
  for (const auto& known : kTypes) {
    if (absl::EqualsIgnoreCase(known.type, type)) return known.status;
  }
  return 0;
}

// An error object that came with status 200 may name no status: then a code is
// enough, and so is a message for a rule of status 400, which is what a server
// that had not begun would have said. A type of another status rules it out.
bool FitsStatus(const ErrorRule& rule, int status, const ErrorBody& body) {
  if (rule.status == 0 || rule.status == status) return true;
  if (status != 0) return false;
  const int own = StatusOfType(body.type);
  if (own != 0 && own != rule.status) return false;
  return rule.part == kTypeOrCode || rule.status == 400;
}

bool Fits(const ErrorRule& rule, int status, const ErrorBody& body) {
  if (!FitsStatus(rule, status, body)) return false;
  if (rule.part == kTypeOrCode) {
    return absl::EqualsIgnoreCase(body.type, rule.text) ||
           absl::EqualsIgnoreCase(body.code, rule.text);
  }
  return absl::StrContains(absl::AsciiStrToLower(body.message),
                           absl::AsciiStrToLower(rule.text)) ||
         absl::StrContains(absl::AsciiStrToLower(body.detail),
                           absl::AsciiStrToLower(rule.text));
}

ErrorReason ByRules(absl::Span<const ErrorRule> rules, int status,
                    const ErrorBody& body) {
  for (const ErrorRule& rule : rules) {
    if (Fits(rule, status, body)) return rule.reason;
  }
  return kUnspecified;
}

// The words to show: a message that says nothing ("Provider returned error") is
// followed by what the vendor behind it said.
std::string Words(const ErrorBody& body) {
  if (body.detail.empty() || body.detail == body.message) return body.message;
  if (body.message.empty()) return body.detail;
  return absl::StrCat(body.message, ": ", body.detail);
}

}  // namespace

ErrorReason ClassifyOpenAiError(const Dialect& dialect, int http_status,
                                const ErrorBody& body) {
  const int status = http_status != 0 ? http_status : body.status;
  ErrorReason reason = ByRules(dialect.errors, status, body);
  if (reason == kUnspecified) reason = ByRules(CommonRules(), status, body);
  if (reason != kUnspecified) return reason;
  const int said = status != 0 ? status : StatusOfType(body.type);
  return said == 0 ? kProviderUnavailable : ReasonForHttpStatus(said);
}

absl::Status ReadOpenAiError(const OpenAiInstance& instance,
                             const HttpResponse& response, absl::Time now) {
  const std::optional<ErrorBody> read = ReadErrorBody(response.body);
  const ErrorBody body = read.value_or(ErrorBody());
  UpstreamFailure failure;
  failure.reason =
      ClassifyOpenAiError(*instance.dialect, response.status, body);
  failure.http_status = response.status;
  std::string words = RedirectWords(response.status, &response.headers);
  if (words.empty()) words = Words(body);
  if (words.empty()) {
    // A page of a proxy, or a shape that nobody knows: its beginning.
    const absl::string_view page = absl::StripAsciiWhitespace(response.body);
    if (!page.empty()) {
      // Cleaned before it is cut: of a key at the cut the beginning would stay.
      const std::string clean =
          instance.redactor.Clean(page.substr(0, kMaxCleanedBytes));
      words = absl::StrCat("HTTP status ", response.status, ": ",
                           absl::string_view(clean).substr(0, kMaxPageBytes),
                           clean.size() > kMaxPageBytes ? "…" : "");
    }
  }
  failure.words = words;
  failure.type = body.type;
  failure.code = body.code;
  failure.param = body.param;
  failure.wait = StatedWait(response.status, response.headers, now);
  return UpstreamError(failure, instance.redactor);
}

absl::Status OpenAiErrorObject(const OpenAiInstance& instance,
                               const ErrorBody& body,
                               absl::string_view credential) {
  const std::string words = Words(body);
  UpstreamFailure failure;
  failure.reason = ClassifyOpenAiError(*instance.dialect, 0, body);
  failure.http_status = body.status;
  failure.words = words;
  failure.type = body.type;
  failure.code = body.code;
  failure.param = body.param;
  return UpstreamError(failure, instance.redactor, credential);
}

}  // namespace aigateway

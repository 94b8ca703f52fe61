#include "plugins/external/external_verdict.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr absl::Duration kMaxRetryAfter = absl::Hours(24);
constexpr int64_t kNanosPerSecond = 1000000000;

absl::Status Malformed(absl::string_view rule) {
  return absl::InvalidArgumentError(rule);
}

// Whether a plugin may refuse for that reason: the caller's fault, or a limit.
bool MayRefuseFor(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_GUARDRAIL_REJECTED:
    case v1::ERROR_REASON_INVALID_REQUEST:
    case v1::ERROR_REASON_UNSUPPORTED_PARAMETER:
    case v1::ERROR_REASON_MODEL_NOT_ALLOWED:
    case v1::ERROR_REASON_RATE_LIMITED:
    case v1::ERROR_REASON_BUDGET_EXCEEDED:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<Verdict> ReadDenial(const v1::PluginDenial& denial) {
  Deny deny;
  if (denial.reason() != v1::ERROR_REASON_UNSPECIFIED) {
    if (!MayRefuseFor(denial.reason())) {
      return Malformed("it refused for a reason that is not a plugin's");
    }
    deny.reason = static_cast<ErrorReason>(denial.reason());
  }
  deny.message = Truncate(denial.message(), kMaxDenialBytes);
  if (deny.message.empty()) deny.message = "this was refused by a plugin";
  if (denial.has_retry_after()) {
    const google::protobuf::Duration& wait = denial.retry_after();
    if (wait.nanos() < 0 || wait.nanos() >= kNanosPerSecond ||
        wait.seconds() < 0 || FromProto(wait) > kMaxRetryAfter) {
      return Malformed("its retry_after is not from 0 to 24 hours");
    }
    deny.retry_after = FromProto(wait);
  }
  return Verdict(std::move(deny));
}

// An answer that a provider could have given.
absl::Status CheckAnswer(const v1::ChatResponse& answer) {
  if (answer.choices().empty()) return Malformed("its answer has no choice");
  for (int i = 0; i < answer.choices_size(); ++i) {
    const v1::Choice& choice = answer.choices(i);
    if (choice.index() != i) {
      return Malformed("its answer's choices are not 0, 1, 2, ...");
    }
    if (choice.finish_reason() == v1::FINISH_REASON_UNSPECIFIED ||
        !v1::FinishReason_IsValid(choice.finish_reason())) {
      return Malformed("a choice of its answer has no finish_reason");
    }
  }
  return absl::OkStatus();
}

// An answer that may stand where `old` did.
absl::Status CheckChange(const v1::ChatResponse& old,
                         const v1::ChatResponse& changed) {
  bool fits = old.choices_size() == changed.choices_size();
  for (int i = 0; fits && i < old.choices_size(); ++i) {
    fits = old.choices(i).index() == changed.choices(i).index();
  }
  if (!fits) return Malformed("it changed which choices an answer has");
  for (const v1::Choice& choice : changed.choices()) {
    if (choice.finish_reason() == v1::FINISH_REASON_UNSPECIFIED ||
        !v1::FinishReason_IsValid(choice.finish_reason())) {
      return Malformed("a choice that it changed has no finish_reason");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Verdict> ReadVerdict(v1::BeforeRequestResponse response) {
  switch (response.verdict_case()) {
    case v1::BeforeRequestResponse::kAllow: {
      Allow allow;
      if (response.allow().has_chat()) {
        allow.chat = std::make_unique<v1::ChatRequest>(
            std::move(*response.mutable_allow()->mutable_chat()));
      }
      return Verdict(std::move(allow));
    }
    case v1::BeforeRequestResponse::kDeny:
      return ReadDenial(response.deny());
    case v1::BeforeRequestResponse::kAnswer: {
      v1::ChatResponse& answer = *response.mutable_answer()->mutable_response();
      const absl::Status status = CheckAnswer(answer);
      if (!status.ok()) return status;
      return Verdict(AnswerInstead{.response = std::move(answer)});
    }
    case v1::BeforeRequestResponse::VERDICT_NOT_SET:
      break;
  }
  return Malformed("it gave no verdict");
}

absl::StatusOr<Verdict> ReadVerdict(v1::AfterRequestResponse response,
                                    v1::ChatResponse& answer) {
  switch (response.verdict_case()) {
    case v1::AfterRequestResponse::kAllow: {
      if (!response.allow().has_response()) return Verdict(Allow{});
      v1::ChatResponse& changed = *response.mutable_allow()->mutable_response();
      const absl::Status status = CheckChange(answer, changed);
      if (!status.ok()) return status;
      answer = std::move(changed);
      return Verdict(Allow{});
    }
    case v1::AfterRequestResponse::kDeny:
      return ReadDenial(response.deny());
    case v1::AfterRequestResponse::VERDICT_NOT_SET:
      break;
  }
  return Malformed("it gave no verdict");
}

}  // namespace aigateway

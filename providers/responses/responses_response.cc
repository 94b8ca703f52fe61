#include "providers/responses/responses_response.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/joined_message.h"
#include "providers/openai_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of the year 9999, the last that a Timestamp can hold.
constexpr int64_t kLastSecond = 253402300799;

}  // namespace

bool IsOverForGood(absl::string_view status) {
  // The last is Perplexity's word for an answer of tool calls.
  return status == "completed" || status == "incomplete" ||
         status == "requires_action";
}

absl::Status ResponsesError(const OpenAiInstance& instance, ErrorBody error,
                            absl::string_view credential) {
  // The event's own type, where its members are not in an object of their own.
  if (error.type == "error") error.type.clear();
  // Of a failed response only the code tells: openai-openapi,
  // ResponseErrorCode.
  if (error.type.empty() && (absl::StartsWith(error.code, "invalid_") ||
                             absl::StartsWith(error.code, "image_") ||
                             absl::StartsWith(error.code, "unsupported_"))) {
    error.type = "invalid_request_error";
  }
  return OpenAiErrorObject(instance, error, credential);
}

absl::Status ErrorOf(const OpenAiInstance& instance, const ResponsesBody& body,
                     absl::string_view credential) {
  const bool has_error = body.error.has_value() && !body.error->empty();
  if (!has_error && body.status != "failed") return absl::OkStatus();
  ErrorBody error = body.error.value_or(ErrorBody());
  if (error.empty()) error.message = "the provider says that it failed";
  return ResponsesError(instance, std::move(error), credential);
}

void FillEnd(ResponsesBody& body, const ResponsesAnswer& answer, v1::End* end) {
  if (!body.id.empty()) end->set_id(std::move(body.id));
  if (!body.model.empty()) end->set_model(std::move(body.model));
  end->set_service_tier(std::move(body.service_tier));
  end->set_system_fingerprint(std::move(body.system_fingerprint));
  if (!body.usage.empty()) {
    body.usage.To(/*reasoning_beside_completion=*/false, end->mutable_usage());
  }
  answer.AddMetadata(&body.metadata);
  if (!body.metadata.empty()) {
    body.metadata.To(end->mutable_provider_metadata());
  }
}

absl::StatusOr<v1::ChatResponse> ReadResponsesResponse(
    const OpenAiInstance& instance, const HttpResponse& response,
    const CallOptions& options) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body,
                            instance.redactor, options.credential);
  };
  if (absl::StripAsciiWhitespace(response.body).empty()) {
    return unreadable("it is empty");
  }
  JsonReader reader;
  ResponsesBody body;
  if (absl::Status status = ReadResponsesBody(response.body, reader, &body);
      !status.ok()) {
    return unreadable(status.message());
  }
  AIGW_RETURN_IF_ERROR(ErrorOf(instance, body, options.credential));
  if (!body.has_output) return unreadable("it has no output");
  // None at all is what servers of one's own say.
  if (body.status.empty()) body.status = "completed";
  if (!IsOverForGood(body.status)) return unreadable("it is not finished");

  ResponsesAnswer answer(options.model, options.warnings);
  answer.Name(body.id, body.model);
  v1::Delta delta;
  v1::Finish finish;
  if (absl::Status status = answer.Finish(body, &delta, &finish);
      !status.ok()) {
    return unreadable(status.message());
  }
  v1::ChatResponse chat;
  v1::Choice& choice = *chat.add_choices();
  choice.set_finish_reason(finish.finish_reason());
  choice.set_provider_finish_reason(finish.provider_finish_reason());
  if (delta.has_logprobs()) {
    choice.mutable_logprobs()->Swap(delta.mutable_logprobs());
  }
  *choice.mutable_message() = JoinedMessage(delta);
  if (body.created > 0 && body.created <= kLastSecond) {
    chat.mutable_create_time()->set_seconds(body.created);
  }
  v1::End end;
  FillEnd(body, answer, &end);
  chat.set_id(std::move(*end.mutable_id()));
  chat.set_model(std::move(*end.mutable_model()));
  chat.set_system_fingerprint(std::move(*end.mutable_system_fingerprint()));
  chat.set_service_tier(std::move(*end.mutable_service_tier()));
  if (end.has_usage()) chat.mutable_usage()->Swap(end.mutable_usage());
  if (end.has_provider_metadata()) {
    chat.mutable_provider_metadata()->Swap(end.mutable_provider_metadata());
  }
  return chat;
}

}  // namespace aigateway

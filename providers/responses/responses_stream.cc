#include "providers/responses/responses_stream.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/sse_framer.h"
#include "providers/error_body.h"
#include "providers/named_event_decoder.h"
#include "providers/responses/responses_answer.h"
#include "providers/responses/responses_body.h"
#include "providers/responses/responses_response.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

using Thought = ResponsesAnswer::Thought;

class ResponsesStreamDecoder : public NamedEventDecoder {
 public:
  ResponsesStreamDecoder(const OpenAiInstance& instance,
                         const HttpHeaders& headers,
                         const v1::ChatRequest& chat,
                         const CallOptions& options)
      : NamedEventDecoder("response.completed", headers, chat, options,
                          instance.redactor),
        instance_(instance),
        answer_(options.model, options.warnings) {}

  v1::End& end() override { return end_; }

 private:
  bool has_calls() const override { return answer_.has_calls(); }

  absl::Status InnerError(const ErrorBody& error) const override {
    return ResponsesError(instance_, error, options().credential);
  }

  absl::Status TakeEvent(const SseEvent& sse, ProviderEvents& events) override {
    event_.Clear();
    event_.type = std::string(sse.type);  // Unless the JSON says it too.
    const absl::Status read = ReadResponsesEvent(sse.data, reader_, &event_);
    if (!read.ok()) return LeaveOut(read.message(), sse.data);
    if (event_.type == "error") {
      return InnerError(ReadErrorBody(sse.data).value_or(ErrorBody()));
    }
    if (event_.error.has_value() && !event_.error->empty()) {
      return InnerError(*event_.error);
    }
    if (event_.response.has_value()) {
      AIGW_RETURN_IF_ERROR(
          ErrorOf(instance_, *event_.response, options().credential));
    }
    if (IsLast(event_.type)) return Stop(sse, events);
    delta_.Clear();
    if (absl::Status status = Apply(); !status.ok()) {
      return UnreadableAnswer(status.message(), /*http_status=*/0, sse.data,
                              redactor(), options().credential);
    }
    return HandOver(delta_, events);
  }

  static bool IsLast(absl::string_view type) {
    return type == "response.completed" || type == "response.incomplete" ||
           type == "response.failed";
  }

  absl::Status Apply() {
    const int64_t index = event_.output_index.value_or(0);
    absl::string_view type = event_.type;
    if (!absl::ConsumePrefix(&type, "response.")) {
      // Sent to keep the connection open.
      if (type != "keepalive" && type != "ping") WarnOfType(type);
      return absl::OkStatus();
    }
    if (type == "output_text.delta") {
      return answer_.AddText(index, event_.delta, &delta_);
    }
    if (type == "function_call_arguments.delta") {
      return answer_.AddArguments(index, event_.delta, &delta_);
    }
    if (type == "reasoning_summary_text.delta") {
      return AddThought(Thought::kSummary);
    }
    if (type == "reasoning_text.delta") return AddThought(Thought::kRaw);
    if (type == "refusal.delta") {
      return answer_.AddRefusal(index, event_.delta, &delta_);
    }
    if (type == "output_item.added" && event_.item.has_value()) {
      return answer_.BeginItem(index, *event_.item, &delta_);
    }
    if (type == "output_item.done" && event_.item.has_value()) {
      return answer_.TakeItem(index, *event_.item, &delta_);
    }
    if (event_.response.has_value()) Begin(*event_.response);
    return absl::OkStatus();
  }

  absl::Status AddThought(Thought thought) {
    return answer_.AddThought(event_.output_index.value_or(0), thought,
                              event_.part_index, event_.delta, &delta_);
  }

  void Begin(const ResponsesBody& body) {
    if (!body.id.empty()) end_.set_id(body.id);
    if (!body.model.empty()) end_.set_model(body.model);
    answer_.Name(end_.id(), end_.model());
  }

  absl::Status Stop(const SseEvent& sse, ProviderEvents& events) {
    if (event_.type == "response.failed") return InnerError(ErrorBody());
    if (!event_.response.has_value()) event_.response.emplace();
    ResponsesBody& body = *event_.response;
    // vLLM ends each stream with "response.completed", also one whose status is
    // "incomplete" or "cancelled". Where there is no status the event is it.
    if (body.status.empty() || body.status == "in_progress" ||
        (body.status == "completed" && event_.type == "response.incomplete")) {
      body.status = event_.type.substr(sizeof("response.") - 1);
    }
    if (!IsOverForGood(body.status)) {
      return UnreadableAnswer("it is not finished", /*http_status=*/0, sse.data,
                              redactor(), options().credential);
    }
    Begin(body);
    delta_.Clear();
    v1::Finish finish;
    if (absl::Status status = answer_.Finish(body, &delta_, &finish);
        !status.ok()) {
      return UnreadableAnswer(status.message(), /*http_status=*/0, sse.data,
                              redactor(), options().credential);
    }
    FillEnd(body, answer_, &end_);
    return Complete(delta_, finish, events);
  }

  const OpenAiInstance& instance_;
  JsonReader reader_;
  ResponsesEvent event_;  // The one that is being read; reused.
  ResponsesAnswer answer_;
  v1::Delta delta_;  // Reused.
  v1::End end_;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewResponsesStreamDecoder(
    const OpenAiInstance& instance, const HttpHeaders& headers,
    const v1::ChatRequest& chat, const CallOptions& options) {
  return std::make_unique<ResponsesStreamDecoder>(instance, headers, chat,
                                                  options);
}

}  // namespace aigateway

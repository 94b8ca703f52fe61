#include "providers/cohere/cohere_stream.h"

#include <string>
#include <utility>

#include "absl/status/status.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/sse_framer.h"
#include "providers/cohere/cohere_answer.h"
#include "providers/cohere/cohere_error.h"
#include "providers/cohere/cohere_event.h"
#include "providers/error_body.h"
#include "providers/named_event_decoder.h"

namespace aigateway {
namespace {

class CohereStreamDecoder : public NamedEventDecoder {
 public:
  CohereStreamDecoder(const HttpHeaders& headers, const v1::ChatRequest& chat,
                      const CallOptions& options, const Redactor& redactor)
      : NamedEventDecoder("message-end", headers, chat, options, redactor),
        answer_(options.model, chat.logprobs(), options.warnings) {
    end_.set_model(options.model);
  }

  v1::End& end() override { return end_; }

 private:
  bool has_calls() const override { return answer_.has_calls(); }

  absl::Status InnerError(const ErrorBody& error) const override {
    return CohereInnerError(error, redactor(), options().credential);
  }

  absl::Status TakeEvent(const SseEvent& sse, ProviderEvents& events) override {
    CohereEvent event;
    event.type = std::string(sse.type);  // Unless the JSON says it too.
    const absl::Status read = ReadCohereEvent(reader_, sse.data, &event);
    if (!read.ok()) return LeaveOut(read.message(), sse.data);
    if (event.has_error || event.type == "error") {
      return InnerError(event.error);
    }
    if (event.type == "message-end") return Stop(event, events);
    if (event.type == "content-delta" && HasNothing(event)) {
      return LeaveOut("a delta has nothing in it", sse.data);
    }
    v1::Delta delta;
    AIGW_RETURN_IF_ERROR(Apply(event, &delta));
    return HandOver(delta, events);
  }

  // Whether it adds nothing to content that is known.
  bool HasNothing(const CohereEvent& event) const {
    const CohereContent& content = event.message.content[0];
    return !content.text.has_value() && !content.thinking.has_value() &&
           !answer_.IsOther(*event.index);
  }

  absl::Status Apply(CohereEvent& event, v1::Delta* delta) {
    if (event.type == "content-delta") {
      answer_.AddLogprobs(event.logprobs, delta);
      if (answer_.IsOther(*event.index)) return absl::OkStatus();
      return answer_.AddContent(event.message.content[0], delta);
    }
    if (event.type == "content-start") {
      return answer_.BeginContent(*event.index, event.message.content[0],
                                  delta);
    }
    if (event.type == "tool-call-delta") {
      return answer_.AddArguments(
          *event.index, *event.message.tool_calls[0].arguments, delta);
    }
    if (event.type == "tool-call-start") {
      return answer_.BeginCall(*event.index,
                               std::move(event.message.tool_calls[0]), delta);
    }
    if (event.type == "tool-call-end") {
      answer_.EndCall(*event.index, delta);
    } else if (event.type == "tool-plan-delta") {
      return answer_.AddPlan(event.message.tool_plan);
    } else if (event.type == "citation-start") {
      for (const std::string& citation : event.message.citations) {
        answer_.AddCitation(citation);
      }
    } else if (event.type == "message-start") {
      end_.set_id(std::move(event.id));
    } else if (event.type != "content-end" && event.type != "citation-end" &&
               event.type != "debug") {
      WarnOfType(event.type);
    }
    return absl::OkStatus();
  }

  absl::Status Stop(const CohereEvent& event, ProviderEvents& events) {
    v1::Usage usage;
    if (answer_.TakeUsage(event.usage, &usage)) *end_.mutable_usage() = usage;
    v1::Delta delta;
    v1::Finish finish;
    AIGW_RETURN_IF_ERROR(answer_.Finish(event.finish_reason, &delta, &finish));
    if (!answer_.metadata().fields().empty()) {
      *end_.mutable_provider_metadata() = answer_.metadata();
    }
    return Complete(delta, finish, events);
  }

  JsonReader reader_;
  CohereAnswer answer_;
  v1::End end_;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewCohereStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  return std::make_unique<CohereStreamDecoder>(headers, chat, options,
                                               redactor);
}

}  // namespace aigateway

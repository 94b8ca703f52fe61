#include "providers/cohere/cohere_stream.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/net/sse_framer.h"
#include "providers/cohere/cohere_answer.h"
#include "providers/cohere/cohere_error.h"
#include "providers/cohere/cohere_event.h"
#include "providers/error_body.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownType = 64;

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.tool_calls().empty() && delta.reasoning_blocks().empty() &&
         !delta.has_logprobs();
}

bool IsEventStream(const HttpHeaders& headers) {
  const absl::string_view type =
      absl::StripLeadingAsciiWhitespace(headers.Get("content-type"));
  return type.empty() || absl::StartsWithIgnoreCase(type, "text/event-stream");
}

class CohereStreamDecoder : public StreamDecoder {
 public:
  CohereStreamDecoder(const HttpHeaders& headers, const v1::ChatRequest& chat,
                      const CallOptions& options, const Redactor& redactor)
      : options_(options),
        redactor_(redactor),
        must_be_json_(chat.response_format().has_json_schema() ||
                      chat.response_format().has_json_object()),
        is_stream_(IsEventStream(headers)),
        answer_(options.model, chat.logprobs(), options.warnings) {
    end_.set_model(options.model);
  }

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    // The beginning of what may turn out to be no stream.
    if (!seen_event_ && page_.size() < kKeptPageBytes) {
      page_.append(bytes.data(),
                   std::min(bytes.size(), kKeptPageBytes - page_.size()));
    }
    return framer_.Feed(
        bytes,
        [&](const SseEvent& event) {
          // What follows the end ([DONE]) is nobody's.
          return done_ ? absl::OkStatus() : TakeEvent(event, events);
        },
        [&] { events.OnLife(); });
  }

  bool done() const override { return done_; }

  absl::Status End(bool clean, ProviderEvents& /*events*/) override {
    if (done_) return absl::OkStatus();
    if (!seen_event_ && clean) return NoStream();
    if (clean) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's stream ended before message-end");
    }
    return Error(ErrorReason::kProviderUnavailable,
                 "the provider's stream was cut before message-end");
  }

  v1::End& end() override { return end_; }

 private:
  // The body ended and had no event in it.
  absl::Status NoStream() const {
    if (const std::optional<ErrorBody> error = ReadErrorBody(page_);
        error.has_value() && !error->message.empty()) {
      return CohereInnerError(*error, redactor_, options_.credential);
    }
    return UnreadableAnswer(
        is_stream_ ? "it has no event" : "it is no event stream",
        /*http_status=*/0, page_, redactor_, options_.credential);
  }

  absl::Status TakeEvent(const SseEvent& sse, ProviderEvents& events) {
    seen_event_ = true;
    page_.clear();
    const absl::string_view data = absl::StripAsciiWhitespace(sse.data);
    // Before the end neither says anything.
    if (data.empty() || data == "[DONE]" || data == "null") {
      events.OnLife();
      return absl::OkStatus();
    }
    CohereEvent event;
    event.type = std::string(sse.type);  // Unless the JSON says it too.
    const absl::Status read = ReadCohereEvent(reader_, sse.data, &event);
    if (!read.ok()) return LeaveOut(read.message(), sse.data);
    if (event.has_error || event.type == "error") {
      return CohereInnerError(event.error, redactor_, options_.credential);
    }
    if (event.type == "message-end") return Stop(event, events);
    if (event.type == "content-delta" && HasNothing(event)) {
      return LeaveOut("a delta has nothing in it", sse.data);
    }
    v1::Delta delta;
    AIGW_RETURN_IF_ERROR(Apply(event, &delta));
    if (unreadable_ && answer_.has_calls()) return TooMuchLost();
    if (!IsEmpty(delta)) return HandOver(delta, events);
    events.OnLife();
    return absl::OkStatus();
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
               event.type != "debug" && !std::exchange(warned_, true)) {
      Warn(absl::StrCat("an event of the type '",
                        Truncate(event.type, kMaxShownType),
                        "' was passed over"));
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
    if (!IsEmpty(delta)) AIGW_RETURN_IF_ERROR(HandOver(delta, events));
    done_ = true;
    return events.OnFinish(finish);
  }

  absl::Status HandOver(v1::Delta& delta, ProviderEvents& events) {
    if (!std::exchange(said_role_, true)) delta.set_role(v1::ROLE_ASSISTANT);
    return events.OnDelta(delta);
  }

  absl::Status LeaveOut(absl::string_view why, absl::string_view data) {
    if (unreadable_ || must_be_json_ || answer_.has_calls()) {
      return UnreadableAnswer(absl::StrCat("an event is broken: ", why),
                              /*http_status=*/0, data, redactor_,
                              options_.credential);
    }
    unreadable_ = true;
    Warn(absl::StrCat(
        "an event of the stream could not be read and was left out: ", why));
    return absl::OkStatus();
  }

  void Warn(absl::string_view text) {
    if (options_.warnings != nullptr) options_.warnings->emplace_back(text);
  }

  static absl::Status TooMuchLost() {
    return Error(ErrorReason::kProviderProtocolError,
                 "the provider's reply could not be read: an event was broken "
                 "that the answer cannot do without");
  }

  const CallOptions& options_;
  const Redactor& redactor_;
  const bool must_be_json_;
  const bool is_stream_;
  SseFramer framer_;
  JsonReader reader_;
  CohereAnswer answer_;
  v1::End end_;
  std::string page_;
  bool seen_event_ = false;
  bool unreadable_ = false;  // One event was left out.
  bool warned_ = false;      // Of an event that is not known.
  bool said_role_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewCohereStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  return std::make_unique<CohereStreamDecoder>(headers, chat, options,
                                               redactor);
}

}  // namespace aigateway

#include "providers/anthropic_stream.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/net/sse_framer.h"
#include "providers/anthropic_answer.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_event.h"
#include "providers/anthropic_metadata.h"
#include "providers/anthropic_usage.h"
#include "providers/error_body.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownType = 64;

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.tool_calls().empty() && delta.reasoning_blocks().empty();
}

class AnthropicStreamDecoder : public StreamDecoder {
 public:
  AnthropicStreamDecoder(const HttpHeaders& headers,
                         const v1::ChatRequest& chat,
                         const CallOptions& options, const Redactor& redactor)
      : options_(options),
        redactor_(redactor),
        must_be_json_(chat.response_format().has_json_schema() ||
                      chat.response_format().has_json_object()),
        // A page of HTML or a whole answer instead of a stream.
        is_stream_(!headers.Has("content-type") ||
                   absl::StartsWithIgnoreCase(absl::StripLeadingAsciiWhitespace(
                                                  headers.Get("content-type")),
                                              "text/event-stream")),
        answer_(&metadata_, options.warnings) {
    metadata_.SetText("request_id", headers.Get("request-id"));
  }

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    KeepPage(bytes);
    return framer_.Feed(
        bytes,
        [&](const SseEvent& event) {
          // What follows the end is nobody's.
          return done_ ? absl::OkStatus() : TakeEvent(event, events);
        },
        [&] { events.OnLife(); });
  }

  bool done() const override { return done_; }

  absl::Status End(bool clean, ProviderEvents& events) override {
    if (done_) return absl::OkStatus();
    if (!seen_event_ && clean) return NoStream();
    if (clean) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's stream ended before message_stop");
    }
    return Error(ErrorReason::kProviderUnavailable,
                 "the provider's stream was cut before message_stop");
  }

  v1::End& end() override {
    if (usage_.service_tier() != end_.service_tier()) {
      end_.set_service_tier(usage_.service_tier());
    }
    v1::Usage usage;
    if (usage_.Write(&usage)) *end_.mutable_usage() = std::move(usage);
    if (!metadata_.empty()) {
      *end_.mutable_provider_metadata() = metadata_.members();
    }
    return end_;
  }

 private:
  // The beginning of what may turn out to be no stream.
  void KeepPage(absl::string_view bytes) {
    if (seen_event_ || page_.size() >= kKeptPageBytes) return;
    page_.append(bytes.data(),
                 std::min(bytes.size(), kKeptPageBytes - page_.size()));
  }

  // The body ended and had no event in it.
  absl::Status NoStream() const {
    if (const std::optional<ErrorBody> error = ReadErrorBody(page_);
        error.has_value() && !error->message.empty()) {
      return AnthropicInnerError(*error, redactor_, options_.credential);
    }
    return UnreadableAnswer(
        is_stream_ ? "it has no event" : "it is no event stream",
        /*http_status=*/0, page_, redactor_, options_.credential);
  }

  absl::Status TakeEvent(const SseEvent& sse, ProviderEvents& events) {
    seen_event_ = true;
    page_.clear();
    const absl::string_view data = absl::StripAsciiWhitespace(sse.data);
    // Proxies say them; neither says anything here.
    if (data.empty() || data == "[DONE]" || data == "null") {
      events.OnLife();
      return absl::OkStatus();
    }
    AnthropicEvent event;
    event.type = std::string(sse.type);  // Unless the JSON says it too.
    const absl::Status read = ReadAnthropicEvent(reader_, sse.data, &event);
    if (!read.ok()) return LeaveOut(read.message(), sse.data);
    if (event.has_error || event.type == "error") {
      return AnthropicInnerError(event.error, redactor_, options_.credential);
    }
    if (event.type == "message_stop") return Stop(events);
    v1::Delta delta;
    AIGW_RETURN_IF_ERROR(Apply(event, &delta));
    if (unreadable_ && answer_.has_calls()) return TooMuchLost();
    if (!IsEmpty(delta)) return HandOver(delta, events);
    events.OnLife();
    return absl::OkStatus();
  }

  absl::Status Apply(AnthropicEvent& event, v1::Delta* delta) {
    if (event.type == "content_block_delta") {
      return answer_.Continue(*event.index, event.delta, delta);
    }
    if (event.type == "content_block_start") {
      return answer_.Begin(*event.index, std::move(event.block), delta);
    }
    if (event.type == "content_block_stop") {
      answer_.End(*event.index, delta);
    } else if (event.type == "message_start") {
      return Start(event.message, delta);
    } else if (event.type == "message_delta") {
      // Each report holds for what it names; none is a step.
      usage_.Update(event.usage);
      if (!event.stop.reason.empty()) stop_ = std::move(event.stop);
      metadata_.Set("container", event.message.container);
    } else if (event.type != "ping" && !std::exchange(warned_of_event_, true)) {
      // The API asks to pass over what is not known; who reads the answer may
      // want to know.
      Warn(absl::StrCat("an event of the type '",
                        Truncate(event.type, kMaxShownType),
                        "' was passed over"));
    }
    return absl::OkStatus();
  }

  absl::Status Start(AnthropicMessage& message, v1::Delta* delta) {
    answer_.set_model(message.model);
    end_.set_id(std::move(message.id));
    end_.set_model(std::move(message.model));
    usage_.Update(message.usage);
    metadata_.Set("container", message.container);
    // Always empty so far.
    for (size_t i = 0; i < message.content.size(); ++i) {
      const auto index = static_cast<int64_t>(i);
      AIGW_RETURN_IF_ERROR(
          answer_.Begin(index, std::move(message.content[i]), delta));
    }
    return absl::OkStatus();
  }

  absl::Status Stop(ProviderEvents& events) {
    // Why it ended may have been in the event that was lost.
    if (unreadable_ && stop_.reason.empty()) return TooMuchLost();
    v1::Delta delta;
    v1::Finish finish;
    AIGW_RETURN_IF_ERROR(answer_.Finish(stop_, &delta, &finish));
    usage_.Write(&metadata_);
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
  AnthropicMetadata metadata_;
  AnthropicAnswer answer_;
  AnthropicUsage usage_;
  AnthropicStop stop_;
  v1::End end_;
  std::string page_;
  bool seen_event_ = false;
  bool unreadable_ = false;  // One event was left out.
  bool warned_of_event_ = false;
  bool said_role_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewAnthropicStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  return std::make_unique<AnthropicStreamDecoder>(headers, chat, options,
                                                  redactor);
}

}  // namespace aigateway

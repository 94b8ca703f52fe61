#include "providers/bedrock/bedrock_stream.h"

#include <algorithm>
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
#include "gateway/net/eventstream_framer.h"
#include "providers/bedrock/bedrock_answer.h"
#include "providers/bedrock/bedrock_error.h"
#include "providers/bedrock/bedrock_event.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownType = 64;

// A page of HTML or a whole answer says that it is none.
bool IsEventStream(const HttpHeaders& headers) {
  const absl::string_view type =
      absl::StripLeadingAsciiWhitespace(headers.Get("content-type"));
  return type.empty() ||
         absl::StartsWithIgnoreCase(type, "application/vnd.amazon.eventstream");
}

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.tool_calls().empty() && delta.reasoning_blocks().empty();
}

class BedrockStreamDecoder final : public StreamDecoder {
 public:
  BedrockStreamDecoder(const HttpHeaders& headers, const CallOptions& options,
                       const Redactor& redactor)
      : options_(options),
        redactor_(redactor),
        is_stream_(IsEventStream(headers)),
        answer_(options.model, options.warnings) {
    end_.set_model(options.model);
    end_.set_id(BedrockRequestId(headers));
  }

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    if (!seen_event_ && page_.size() < kKeptPageBytes) {
      page_.append(bytes.data(),
                   std::min(bytes.size(), kKeptPageBytes - page_.size()));
    }
    if (!is_stream_) return absl::OkStatus();  // End() says what it is.
    return framer_.Feed(bytes, [&](const EventstreamMessage& message) {
      // What follows the end is nobody's.
      if (done_) return absl::OkStatus();
      seen_event_ = true;
      page_.clear();
      return Take(message, events);
    });
  }

  bool done() const override { return done_; }

  absl::Status End(bool clean, ProviderEvents& events) override {
    if (done_) return absl::OkStatus();
    if (!seen_event_ && clean) {
      return UnreadableAnswer(
          is_stream_ ? "it has no event" : "it is no event stream",
          /*http_status=*/0, page_, redactor_, options_.credential);
    }
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider's stream was cut before its metadata");
    }
    if (framer_.pending_bytes() > 0 || !stopped_) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's stream ended before messageStop");
    }
    // The answer is whole, though what it cost was not said.
    Complete();
    return absl::OkStatus();
  }

  v1::End& end() override { return end_; }

 private:
  absl::Status Take(const EventstreamMessage& message, ProviderEvents& events) {
    if (message.message_type == "exception") {
      return BedrockStreamError(message.exception_type, message.payload,
                                redactor_, options_.credential);
    }
    if (message.message_type == "error") {
      return BedrockStreamError(message.error_code, message.error_message,
                                redactor_, options_.credential);
    }
    const absl::string_view type = message.event_type;
    const bool is_delta = type == "contentBlockDelta";
    const bool is_start = type == "contentBlockStart";
    const bool is_end = type == "contentBlockStop";
    const bool is_known = is_delta || is_start || is_end ||
                          type == "messageStop" || type == "metadata";
    if (!is_known) {
      if (type != "messageStart" && type != "initial-response") Pass(type);
      events.OnLife();
      return absl::OkStatus();
    }
    BedrockEvent event;
    const absl::Status read =
        ReadBedrockEvent(reader_, message.payload, &event);
    if (!read.ok()) return Broken(read.message(), message.payload);
    if (type == "metadata") return Report(event, events);
    if (stopped_) return Broken("it comes after messageStop", message.payload);
    if (type == "messageStop") return Stop(event, events);
    if (event.index.value_or(-1) < 0) {
      return Broken("it has no index", message.payload);
    }
    if (is_delta && !event.block.has_value()) {
      return Broken("it has no delta", message.payload);
    }
    v1::Delta delta;
    if (is_end) {
      AIGW_RETURN_IF_ERROR(answer_.EndBlock(*event.index, &delta));
    } else if (is_delta) {
      AIGW_RETURN_IF_ERROR(answer_.Add(*event.index, *event.block, &delta));
    } else if (event.block.has_value()) {
      AIGW_RETURN_IF_ERROR(answer_.Begin(*event.index, *event.block, &delta));
    }
    return HandOver(delta, events);
  }

  absl::Status Stop(BedrockEvent& event, ProviderEvents& events) {
    v1::Delta delta;
    v1::Finish finish;
    AIGW_RETURN_IF_ERROR(answer_.Finish(event.stop_reason, &delta, &finish));
    if (!IsEmpty(delta)) AIGW_RETURN_IF_ERROR(HandOver(delta, events));
    stopped_ = true;
    v1::Usage none;
    answer_.TakeReport(event, &none);
    return events.OnFinish(finish);
  }

  absl::Status Report(BedrockEvent& event, ProviderEvents& events) {
    v1::Usage usage;
    if (answer_.TakeReport(event, &usage)) *end_.mutable_usage() = usage;
    if (!event.service_tier.empty()) {
      end_.set_service_tier(std::move(event.service_tier));
    }
    if (stopped_) {
      Complete();
    } else {
      events.OnLife();
    }
    return absl::OkStatus();
  }

  void Complete() {
    google::protobuf::Struct metadata;
    answer_.WriteMetadata(&metadata);
    if (!metadata.fields().empty()) {
      *end_.mutable_provider_metadata() = std::move(metadata);
    }
    done_ = true;
  }

  absl::Status HandOver(v1::Delta& delta, ProviderEvents& events) {
    if (IsEmpty(delta)) {
      events.OnLife();
      return absl::OkStatus();
    }
    if (!std::exchange(said_role_, true)) delta.set_role(v1::ROLE_ASSISTANT);
    return events.OnDelta(delta);
  }

  absl::Status Broken(absl::string_view why, absl::string_view payload) const {
    return UnreadableAnswer(absl::StrCat("an event is broken: ", why),
                            /*http_status=*/0, payload, redactor_,
                            options_.credential);
  }

  void Pass(absl::string_view type) {
    if (std::exchange(warned_of_type_, true) || options_.warnings == nullptr) {
      return;
    }
    options_.warnings->push_back(absl::StrCat("an event of the type '",
                                              Truncate(type, kMaxShownType),
                                              "' was passed over"));
  }

  const CallOptions& options_;
  const Redactor& redactor_;
  const bool is_stream_;
  EventstreamFramer framer_;
  JsonReader reader_;
  BedrockAnswer answer_;
  v1::End end_;
  std::string page_;  // The beginning of what may turn out to be no stream.
  bool seen_event_ = false;
  bool warned_of_type_ = false;
  bool said_role_ = false;
  bool stopped_ = false;  // messageStop was read.
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewBedrockStreamDecoder(
    const HttpHeaders& headers, const CallOptions& options,
    const Redactor& redactor) {
  return std::make_unique<BedrockStreamDecoder>(headers, options, redactor);
}

}  // namespace aigateway

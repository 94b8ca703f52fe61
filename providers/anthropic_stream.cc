#include "providers/anthropic_stream.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/sse_framer.h"
#include "providers/anthropic_answer.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_event.h"
#include "providers/anthropic_metadata.h"
#include "providers/anthropic_usage.h"
#include "providers/error_body.h"
#include "providers/named_event_decoder.h"

namespace aigateway {
namespace {

class AnthropicStreamDecoder : public NamedEventDecoder {
 public:
  AnthropicStreamDecoder(const HttpHeaders& headers,
                         const v1::ChatRequest& chat,
                         const CallOptions& options, const Redactor& redactor)
      : NamedEventDecoder("message_stop", headers, chat, options, redactor),
        answer_(&metadata_, options.warnings) {
    metadata_.SetText("request_id", headers.Get("request-id"));
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
  bool has_calls() const override { return answer_.has_calls(); }

  absl::Status InnerError(const ErrorBody& error) const override {
    return AnthropicInnerError(error, redactor(), options().credential);
  }

  absl::Status TakeEvent(const SseEvent& sse, ProviderEvents& events) override {
    AnthropicEvent event;
    event.type = std::string(sse.type);  // Unless the JSON says it too.
    const absl::Status read = ReadAnthropicEvent(reader_, sse.data, &event);
    if (!read.ok()) return LeaveOut(read.message(), sse.data);
    if (event.has_error || event.type == "error") {
      return InnerError(event.error);
    }
    if (event.type == "message_stop") return Stop(events);
    v1::Delta delta;
    AIGW_RETURN_IF_ERROR(Apply(event, &delta));
    return HandOver(delta, events);
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
    } else if (event.type != "ping") {
      WarnOfType(event.type);
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
    if (left_out() && stop_.reason.empty()) return TooMuchLost();
    v1::Delta delta;
    v1::Finish finish;
    AIGW_RETURN_IF_ERROR(answer_.Finish(stop_, &delta, &finish));
    usage_.Write(&metadata_);
    return Complete(delta, finish, events);
  }

  JsonReader reader_;
  AnthropicMetadata metadata_;
  AnthropicAnswer answer_;
  AnthropicUsage usage_;
  AnthropicStop stop_;
  v1::End end_;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewAnthropicStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  return std::make_unique<AnthropicStreamDecoder>(headers, chat, options,
                                                  redactor);
}

}  // namespace aigateway

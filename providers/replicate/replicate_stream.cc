#include "providers/replicate/replicate_stream.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/net/sse_framer.h"
#include "providers/error_body.h"
#include "providers/replicate/replicate_answer.h"
#include "providers/replicate/replicate_error.h"
#include "providers/replicate/replicate_prediction.h"
#include "providers/think_tags.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

using State = ReplicatePrediction::State;

constexpr size_t kMaxPredictionBytes = size_t{16} << 20;
constexpr size_t kMaxShownType = 64;

bool IsEventStream(const HttpHeaders& headers) {
  return absl::StartsWithIgnoreCase(
      absl::StripLeadingAsciiWhitespace(headers.Get("content-type")),
      "text/event-stream");
}

class ReplicateStreamDecoder : public StreamDecoder {
 public:
  ReplicateStreamDecoder(const HttpHeaders& headers, const CallOptions& options,
                         const ReplicateInstance& instance)
      : options_(options),
        instance_(instance),
        is_stream_(IsEventStream(headers)) {
    end_.set_model(options.model);
  }

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    if (is_stream_) {
      return framer_.Feed(
          bytes,
          [&](const SseEvent& event) {
            // What follows the end is nobody's.
            return done_ ? absl::OkStatus() : TakeEvent(event, events);
          },
          [&] { events.OnLife(); });
    }
    if (bytes.size() > kMaxPredictionBytes - body_.size()) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's reply could not be read: the prediction is "
                   "larger than 16 MiB");
    }
    absl::StrAppend(&body_, bytes);
    return absl::OkStatus();
  }

  bool done() const override { return done_; }

  absl::Status End(bool clean, ProviderEvents& events) override {
    if (done_) return absl::OkStatus();
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider's stream was cut before done");
    }
    if (is_stream_) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's stream ended before done");
    }
    return TakePrediction(std::exchange(body_, ""), events);
  }

  std::optional<NextExchange> TakeNext() override {
    if (next_.has_value()) is_stream_ = next_->request.stream;
    return std::exchange(next_, std::nullopt);
  }

  v1::End& end() override { return end_; }

 private:
  absl::Status TakePrediction(const std::string& body, ProviderEvents& events) {
    ReplicatePrediction prediction;
    if (const absl::Status read =
            ReadReplicatePrediction(reader_, body, &prediction);
        !read.ok()) {
      return Unreadable(read.message(), body);
    }
    AIGW_RETURN_IF_ERROR(
        CheckReplicatePrediction(prediction, instance_, options_));
    if (prediction.state == State::kWorking) {
      return GoOn(prediction, body, events);
    }
    v1::Delta delta;
    tags_.Add(prediction.output, delta.mutable_reasoning(),
              delta.mutable_text());
    const std::string status = prediction.status;
    FillReplicateEnd(prediction, &end_);
    return Complete(delta, status, events);
  }

  // To its stream, if it has one; else asks again.
  absl::Status GoOn(ReplicatePrediction& prediction, const std::string& body,
                    ProviderEvents& events) {
    if (!prediction.stream_url.empty()) {
      next_ = instance_.Stream(prediction.id, prediction.stream_url,
                               options_.credential);
      if (!next_.has_value() && !std::exchange(warned_of_url_, true)) {
        Warn(
            "the stream is at a place that is not Replicate's; its answer "
            "comes as a whole");
      }
    }
    if (!next_.has_value()) {
      next_ = instance_.Poll(prediction.id, options_.credential);
    }
    if (!next_.has_value()) return Unreadable("it has no id", body);
    FillReplicateEnd(prediction, &end_);
    events.OnLife();
    return absl::OkStatus();
  }

  absl::Status TakeEvent(const SseEvent& event, ProviderEvents& events) {
    if (event.type == "output") {
      v1::Delta delta;
      tags_.Add(ValidUtf8(event.data), delta.mutable_reasoning(),
                delta.mutable_text());
      return HandOver(delta, events);
    }
    if (event.type == "error") return Failure(event.data);
    if (event.type == "done") return TakeDone(event.data, events);
    if (event.type != "logs" && !std::exchange(warned_of_type_, true)) {
      Warn(absl::StrCat("an event of the type '",
                        Truncate(event.type, kMaxShownType),
                        "' was passed over"));
    }
    events.OnLife();
    return absl::OkStatus();
  }

  absl::Status TakeDone(absl::string_view data, ProviderEvents& events) {
    std::string reason;
    const absl::Status read = reader_.Read(data, [&](JsonValue& root) {
      if (root.kind() != JsonValue::Kind::kObject) {
        return absl::InvalidArgumentError("it is not an object");
      }
      return root.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "reason" && !field.is_null()) {
          reason = std::string(field.AsString().value_or("error"));
        }
        return absl::OkStatus();
      });
    });
    if (!read.ok()) {
      return Unreadable(absl::StrCat("its end is broken: ", read.message()),
                        data);
    }
    if (reason == "canceled") return ReplicateCancelled();
    if (!reason.empty()) return Failure(reason);
    v1::Delta delta;
    return Complete(delta, "done", events);
  }

  // `data` is what went wrong, as text or as JSON.
  absl::Status Failure(absl::string_view data) const {
    ErrorBody error = ReadErrorBody(data).value_or(ErrorBody());
    if (error.empty()) error.message = ValidUtf8(data);
    return ReplicateFailure(error, instance_.redactor, options_.credential);
  }

  absl::Status HandOver(v1::Delta& delta, ProviderEvents& events) {
    if (delta.text().empty() && delta.reasoning().empty()) {
      events.OnLife();
      return absl::OkStatus();
    }
    if (!std::exchange(said_role_, true)) delta.set_role(v1::ROLE_ASSISTANT);
    return events.OnDelta(delta);
  }

  absl::Status Complete(v1::Delta& delta, absl::string_view reason,
                        ProviderEvents& events) {
    tags_.Flush(delta.mutable_reasoning(), delta.mutable_text());
    if (!delta.text().empty() || !delta.reasoning().empty()) {
      AIGW_RETURN_IF_ERROR(HandOver(delta, events));
    }
    done_ = true;
    v1::Finish finish;
    finish.set_finish_reason(v1::FINISH_REASON_STOP);
    finish.set_provider_finish_reason(std::string(reason));
    return events.OnFinish(finish);
  }

  absl::Status Unreadable(absl::string_view why, absl::string_view page) const {
    return UnreadableAnswer(why, /*http_status=*/0, page, instance_.redactor,
                            options_.credential);
  }

  void Warn(absl::string_view text) {
    if (options_.warnings != nullptr) options_.warnings->emplace_back(text);
  }

  const CallOptions& options_;
  const ReplicateInstance& instance_;
  bool is_stream_;    // The part that is being read is the event stream.
  std::string body_;  // Of a prediction.
  JsonReader reader_;
  SseFramer framer_;
  ThinkTags tags_;
  std::optional<NextExchange> next_;
  bool warned_of_url_ = false;
  bool warned_of_type_ = false;
  bool said_role_ = false;
  bool done_ = false;
  v1::End end_;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewReplicateStreamDecoder(
    const HttpHeaders& headers, const CallOptions& options,
    const ReplicateInstance& instance) {
  return std::make_unique<ReplicateStreamDecoder>(headers, options, instance);
}

}  // namespace aigateway

#include "providers/ollama/ollama_stream.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/ndjson_framer.h"
#include "providers/ollama/ollama_answer.h"
#include "providers/ollama/ollama_chunk.h"
#include "providers/ollama/ollama_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.tool_calls().empty() && !delta.has_logprobs();
}

class OllamaStreamDecoder : public StreamDecoder {
 public:
  OllamaStreamDecoder(const v1::ChatRequest& chat, const CallOptions& options,
                      const Redactor& redactor)
      : options_(options),
        redactor_(redactor),
        must_be_json_(chat.response_format().has_json_schema() ||
                      chat.response_format().has_json_object()),
        answer_(chat.logprobs()) {
    answer_.end().set_model(options.model);
  }

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    return framer_.Feed(
        bytes,
        [&](absl::string_view line) {
          // What follows the end is nobody's.
          if (done_) return absl::OkStatus();
          OllamaChunk chunk;
          const absl::Status read = ReadOllamaChunk(reader_, line, &chunk);
          return read.ok() ? Take(chunk, events)
                           : LeaveOut(read.message(), line);
        },
        [&] { events.OnLife(); });
  }

  bool done() const override { return done_; }

  absl::Status End(bool clean, ProviderEvents& events) override {
    if (done_) return absl::OkStatus();
    // The last line may have no end; half a line is no JSON.
    AIGW_RETURN_IF_ERROR(framer_.End([&](absl::string_view line) {
      OllamaChunk chunk;
      if (ReadOllamaChunk(reader_, line, &chunk).ok()) {
        return Take(chunk, events);
      }
      return seen_chunk_ || !clean ? absl::OkStatus()
                                   : NoStream("it is no JSON", line);
    }));
    if (done_) return absl::OkStatus();
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider's stream was cut before it was done");
    }
    return Error(ErrorReason::kProviderProtocolError,
                 seen_chunk_
                     ? "the provider's stream ended before it was done"
                     : "the provider's reply could not be read: it is empty");
  }

  v1::End& end() override { return answer_.end(); }

 private:
  absl::Status Take(OllamaChunk& chunk, ProviderEvents& events) {
    seen_chunk_ = true;
    if (chunk.has_error) {
      return OllamaInnerError(chunk.error, redactor_, options_.credential);
    }
    v1::Delta delta;
    AIGW_RETURN_IF_ERROR(answer_.Take(chunk, &delta));
    if (!chunk.done) return HandOver(delta, events);
    v1::Finish finish;
    AIGW_RETURN_IF_ERROR(answer_.Finish(chunk, &delta, &finish));
    if (!IsEmpty(delta)) AIGW_RETURN_IF_ERROR(HandOver(delta, events));
    done_ = true;
    return events.OnFinish(finish);
  }

  absl::Status HandOver(v1::Delta& delta, ProviderEvents& events) {
    if (left_out_ && answer_.has_calls()) {
      return Error(ErrorReason::kProviderProtocolError,
                   "the provider's reply could not be read: a line was broken "
                   "that the answer cannot do without");
    }
    if (IsEmpty(delta)) {
      events.OnLife();
      return absl::OkStatus();
    }
    if (!std::exchange(said_role_, true)) delta.set_role(v1::ROLE_ASSISTANT);
    return events.OnDelta(delta);
  }

  absl::Status LeaveOut(absl::string_view why, absl::string_view line) {
    if (!seen_chunk_) return NoStream(why, line);
    if (left_out_ || must_be_json_ || answer_.has_calls()) {
      return NoStream(absl::StrCat("a line is broken: ", why), line);
    }
    left_out_ = true;
    if (options_.warnings != nullptr) {
      options_.warnings->push_back(absl::StrCat(
          "a line of the stream could not be read and was left out: ", why));
    }
    return absl::OkStatus();
  }

  absl::Status NoStream(absl::string_view why, absl::string_view page) const {
    return UnreadableAnswer(why, /*http_status=*/0, page, redactor_,
                            options_.credential);
  }

  const CallOptions& options_;
  const Redactor& redactor_;
  const bool must_be_json_;
  NdjsonFramer framer_;
  JsonReader reader_;
  OllamaAnswer answer_;
  bool seen_chunk_ = false;
  bool left_out_ = false;
  bool said_role_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamDecoder> NewOllamaStreamDecoder(
    const v1::ChatRequest& chat, const CallOptions& options,
    const Redactor& redactor) {
  return std::make_unique<OllamaStreamDecoder>(chat, options, redactor);
}

}  // namespace aigateway

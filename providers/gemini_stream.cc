#include "providers/gemini_stream.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_chunk.h"
#include "providers/gemini_error.h"
#include "providers/gemini_profile.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr int kOk = 200;
// More bare JSON than this is no error.
constexpr size_t kMaxBareBytes = size_t{64} * 1024;

bool WantsJson(const v1::ChatRequest& chat) {
  return chat.response_format().has_json_object() ||
         chat.response_format().has_json_schema();
}

// How many candidates were asked for.
size_t PlannedChoices(const v1::ChatRequest& chat, absl::string_view model) {
  return chat.n() > 1 && GeminiProfileFor(model).several_choices
             ? static_cast<size_t>(chat.n())
             : 1;
}

}  // namespace

GeminiStreamDecoder::GeminiStreamDecoder(const v1::ChatRequest& chat,
                                         const CallOptions& options,
                                         const Redactor& redactor)
    : options_(options),
      redactor_(redactor),
      wants_json_(WantsJson(chat)),
      planned_choices_(PlannedChoices(chat, options.model)),
      answer_(chat.logprobs(), options.warnings) {}

absl::Status GeminiStreamDecoder::Feed(absl::string_view bytes,
                                       ProviderEvents& events) {
  if (is_bare_) return TakeBare(bytes);
  if (beginning_.size() < kKeptPageBytes) {
    const absl::string_view more =
        bytes.substr(0, kKeptPageBytes - beginning_.size());
    beginning_.append(more.data(), more.size());
  }
  const size_t bare = FindBare(bytes);
  AIGW_RETURN_IF_ERROR(framer_.Feed(
      bytes.substr(0, bare),
      [&](const SseEvent& event) { return TakeData(event.data, events); },
      [&] { events.OnLife(); }));
  if (bare == bytes.npos) return absl::OkStatus();
  is_bare_ = true;
  return TakeBare(bytes.substr(bare));
}

size_t GeminiStreamDecoder::FindBare(absl::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    // No field of an event stream begins like this.
    if (at_line_start_ && (bytes[at] == '{' || bytes[at] == '[')) return at;
    const size_t end = bytes.find('\n', at);
    at_line_start_ = end != bytes.npos;
    if (!at_line_start_) break;
    at = end + 1;
  }
  return bytes.npos;
}

absl::Status GeminiStreamDecoder::TakeBare(absl::string_view bytes) {
  if (bytes.size() > kMaxBareBytes - bare_.size()) {
    return Unreadable("it is no event stream", bare_);
  }
  bare_.append(bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status GeminiStreamDecoder::TakeData(absl::string_view data,
                                           ProviderEvents& events) {
  data = absl::StripAsciiWhitespace(data);
  // Proxies that speak OpenAI's dialect too add its end marker.
  if (data.empty() || data == "[DONE]") {
    events.OnLife();
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<GeminiChunk>> chunks =
      ReadGeminiChunks(reader_, data);
  if (!chunks.ok()) {
    return TakeUnreadable(data, chunks.status().message(), events);
  }
  bool has_deltas = false;
  for (GeminiChunk& chunk : *chunks) {
    if (chunk.is_error) {
      return GeminiError({.body = data}, redactor_, options_.credential);
    }
    absl::Status handed_over;
    const absl::Status status = answer_.Take(chunk, [&](v1::Delta& delta) {
      AIGW_RETURN_IF_ERROR(CheckNothingLost(data));
      has_deltas = true;
      return handed_over = events.OnDelta(delta);
    });
    if (!handed_over.ok()) return handed_over;
    AIGW_RETURN_IF_ERROR(CheckNothingLost(data));
    if (!status.ok()) return TakeUnreadable(data, status.message(), events);
  }
  if (!has_deltas) events.OnLife();
  return absl::OkStatus();
}

absl::Status GeminiStreamDecoder::TakeUnreadable(absl::string_view data,
                                                 absl::string_view why,
                                                 ProviderEvents& events) {
  ++unreadable_;
  unreadable_why_ = std::string(why);
  AIGW_RETURN_IF_ERROR(CheckNothingLost(data));
  options_.warnings->push_back(
      absl::StrCat("an event that could not be read was left out: ", why));
  events.OnLife();
  return absl::OkStatus();
}

// What was left out may have been a call, or a piece of the JSON.
absl::Status GeminiStreamDecoder::CheckNothingLost(
    absl::string_view data) const {
  if (unreadable_ == 0) return absl::OkStatus();
  if (unreadable_ == 1 && !answer_.has_calls() && !wants_json_) {
    return absl::OkStatus();
  }
  return Unreadable(
      absl::StrCat("an event is not what the API promises: ", unreadable_why_),
      data);
}

absl::Status GeminiStreamDecoder::End(bool clean, ProviderEvents& events) {
  if (is_bare_) AIGW_RETURN_IF_ERROR(TakeData(bare_, events));
  const bool in_event = framer_.pending_bytes() > 0;
  const bool complete = answer_.finished() && !in_event;
  // A candidate that is not there in a whole body was refused.
  const bool is_missing =
      answer_.choices() > 0 && answer_.choices() < planned_choices_;
  if (!complete || (!clean && (answer_.goes_on() || is_missing))) {
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider's stream was cut off before its end");
    }
    return Unreadable(in_event ? "the stream ends in the middle of an event"
                      : answer_.empty()
                          ? "the stream has no answer"
                          : "the stream ends without a finish reason",
                      answer_.empty() ? beginning_ : "");
  }
  answer_.WriteMetadata();
  for (v1::Finish& finish : answer_.Finishes()) {
    AIGW_RETURN_IF_ERROR(events.OnFinish(finish));
  }
  return absl::OkStatus();
}

absl::Status GeminiStreamDecoder::Unreadable(absl::string_view what,
                                             absl::string_view page) const {
  return UnreadableAnswer(what, kOk, page, redactor_, options_.credential);
}

}  // namespace aigateway

#include "providers/named_event_decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownType = 64;

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.refusal().empty() && delta.tool_calls().empty() &&
         delta.reasoning_blocks().empty() && !delta.has_logprobs();
}

// A page of HTML or a whole answer says that it is none.
bool IsEventStream(const HttpHeaders& headers) {
  const absl::string_view type =
      absl::StripLeadingAsciiWhitespace(headers.Get("content-type"));
  return type.empty() || absl::StartsWithIgnoreCase(type, "text/event-stream");
}

}  // namespace

NamedEventDecoder::NamedEventDecoder(absl::string_view last_event,
                                     const HttpHeaders& headers,
                                     const v1::ChatRequest& chat,
                                     const CallOptions& options,
                                     const Redactor& redactor)
    : last_event_(last_event),
      options_(options),
      redactor_(redactor),
      must_be_json_(chat.response_format().has_json_schema() ||
                    chat.response_format().has_json_object()),
      is_stream_(IsEventStream(headers)) {}

absl::Status NamedEventDecoder::Feed(absl::string_view bytes,
                                     ProviderEvents& events) {
  if (!seen_event_ && page_.size() < kKeptPageBytes) {
    page_.append(bytes.data(),
                 std::min(bytes.size(), kKeptPageBytes - page_.size()));
  }
  return framer_.Feed(
      bytes,
      [&](const SseEvent& event) {
        // What follows the end is nobody's.
        if (done_) return absl::OkStatus();
        seen_event_ = true;
        page_.clear();
        // Proxies say them; before the end neither says anything.
        const absl::string_view data = absl::StripAsciiWhitespace(event.data);
        if (data.empty() || data == "[DONE]" || data == "null") {
          events.OnLife();
          return absl::OkStatus();
        }
        return TakeEvent(event, events);
      },
      [&] { events.OnLife(); });
}

absl::Status NamedEventDecoder::End(bool clean, ProviderEvents& /*events*/) {
  if (done_) return absl::OkStatus();
  if (!seen_event_ && clean) return NoStream();
  if (clean) {
    return Error(
        ErrorReason::kProviderProtocolError,
        absl::StrCat("the provider's stream ended before ", last_event_));
  }
  return Error(
      ErrorReason::kProviderUnavailable,
      absl::StrCat("the provider's stream was cut before ", last_event_));
}

// The body ended and had no event in it.
absl::Status NamedEventDecoder::NoStream() const {
  if (const std::optional<ErrorBody> error = ReadErrorBody(page_);
      error.has_value() && !error->message.empty()) {
    return InnerError(*error);
  }
  return UnreadableAnswer(
      is_stream_ ? "it has no event" : "it is no event stream",
      /*http_status=*/0, page_, redactor_, options_.credential);
}

absl::Status NamedEventDecoder::LeaveOut(absl::string_view why,
                                         absl::string_view data) {
  if (left_out_ || must_be_json_ || has_calls()) {
    return UnreadableAnswer(absl::StrCat("an event is broken: ", why),
                            /*http_status=*/0, data, redactor_,
                            options_.credential);
  }
  left_out_ = true;
  Warn(absl::StrCat(
      "an event of the stream could not be read and was left out: ", why));
  return absl::OkStatus();
}

absl::Status NamedEventDecoder::TooMuchLost() {
  return Error(ErrorReason::kProviderProtocolError,
               "the provider's reply could not be read: an event was broken "
               "that the answer cannot do without");
}

absl::Status NamedEventDecoder::HandOver(v1::Delta& delta,
                                         ProviderEvents& events) {
  if (left_out_ && has_calls()) return TooMuchLost();
  if (IsEmpty(delta)) {
    events.OnLife();
    return absl::OkStatus();
  }
  if (!std::exchange(said_role_, true)) delta.set_role(v1::ROLE_ASSISTANT);
  return events.OnDelta(delta);
}

absl::Status NamedEventDecoder::Complete(v1::Delta& delta, v1::Finish& finish,
                                         ProviderEvents& events) {
  if (!IsEmpty(delta)) AIGW_RETURN_IF_ERROR(HandOver(delta, events));
  done_ = true;
  return events.OnFinish(finish);
}

void NamedEventDecoder::WarnOfType(absl::string_view type) {
  // The APIs ask to pass over what is not known; who reads the answer may want
  // to know.
  if (std::exchange(warned_of_type_, true)) return;
  Warn(absl::StrCat("an event of the type '", Truncate(type, kMaxShownType),
                    "' was passed over"));
}

void NamedEventDecoder::Warn(absl::string_view text) {
  if (options_.warnings != nullptr) options_.warnings->emplace_back(text);
}

}  // namespace aigateway

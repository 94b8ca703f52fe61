#include "providers/openai_stream.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/error_body.h"
#include "providers/finish_reasons.h"
#include "providers/openai_error.h"
#include "providers/openai_plan.h"
#include "providers/openai_response.h"
#include "providers/upstream_error.h"

namespace aigateway {

OpenAiStreamDecoder::OpenAiStreamDecoder(const OpenAiInstance& instance,
                                         const v1::ChatRequest& chat,
                                         const CallOptions& options)
    : instance_(instance),
      options_(options),
      wants_json_(chat.response_format().has_json_object() ||
                  chat.response_format().has_json_schema()),
      planned_choices_(
          static_cast<size_t>(PlannedChoices(instance, chat, options.model))) {}

absl::Status OpenAiStreamDecoder::Feed(absl::string_view bytes,
                                       ProviderEvents& events) {
  if (form_ == Form::kUnknown) DecideForm(&bytes, events);
  switch (form_) {
    case Form::kUnknown:
      return absl::OkStatus();
    case Form::kEvents:
      return FeedEvents(bytes, events);
    case Form::kWhole:
      if (whole_.size() + bytes.size() > kMaxWholeBytes) {
        return Unreadable(
            absl::StrCat("it is longer than ", kMaxWholeBytes, " bytes"),
            whole_);
      }
      absl::StrAppend(&whole_, bytes);
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

void OpenAiStreamDecoder::DecideForm(absl::string_view* bytes,
                                     ProviderEvents& events) {
  // DeepSeek sends blank lines while a request is queued, also before JSON.
  const absl::string_view rest = absl::StripLeadingAsciiWhitespace(*bytes);
  if (rest.size() < bytes->size()) events.OnLife();
  *bytes = rest;
  if (rest.empty()) return;
  form_ = absl::StrContains("{[<", rest[0]) ? Form::kWhole : Form::kEvents;
}

absl::Status OpenAiStreamDecoder::FeedEvents(absl::string_view bytes,
                                             ProviderEvents& events) {
  if (choices_.empty() && page_.size() < kKeptPageBytes) {
    absl::StrAppend(&page_, bytes.substr(0, kKeptPageBytes - page_.size()));
  }
  return framer_.Feed(
      bytes, [&](const SseEvent& event) { return OnEvent(event, events); },
      [&] {
        if (!done_) events.OnLife();
      });
}

absl::Status OpenAiStreamDecoder::OnEvent(const SseEvent& event,
                                          ProviderEvents& events) {
  if (done_) return absl::OkStatus();  // What follows the end is nobody's.
  const absl::string_view data = absl::StripAsciiWhitespace(event.data);
  if (data == "[DONE]") {
    done_ = true;
    AIGW_RETURN_IF_ERROR(CheckComplete(/*clean=*/true));
    return Complete(events);
  }
  if (data.empty() || data == "null") {
    events.OnLife();
    return absl::OkStatus();
  }
  if (absl::Status status =
          ReadOpenAiChunk(data, OpenAiShape::kChunk, reader_, &chunk_);
      !status.ok()) {
    return OnUnreadable(status.message(), data);
  }
  if (!chunk_.error.has_value() && (chunk_.is_error || event.type == "error")) {
    chunk_.error = ReadErrorBody(data);
  }
  if (chunk_.error.has_value()) {
    return OpenAiErrorObject(instance_, *chunk_.error, options_.credential);
  }
  return TakeChunk(events);
}

absl::Status OpenAiStreamDecoder::OnUnreadable(absl::string_view what,
                                               absl::string_view data) {
  ++unreadable_;
  bool calls_tools = false;
  for (const auto& choice : choices_) {
    calls_tools = calls_tools || choice->has_tool_calls();
  }
  if (unreadable_ > 1 || calls_tools || wants_json_) {
    return Unreadable(absl::StrCat("an event cannot be read: ", what), data);
  }
  if (options_.warnings != nullptr) {
    options_.warnings->push_back(absl::StrCat(
        "an event of the stream could not be read and was left out: ", what));
  }
  return absl::OkStatus();
}

absl::Status OpenAiStreamDecoder::TakeChunk(ProviderEvents& events) {
  if (end_.id().empty()) end_.set_id(chunk_.id);
  if (end_.model().empty()) end_.set_model(chunk_.model);
  if (!chunk_.system_fingerprint.empty()) {
    end_.set_system_fingerprint(chunk_.system_fingerprint);
  }
  if (!chunk_.service_tier.empty()) end_.set_service_tier(chunk_.service_tier);
  // Counts are of the whole so far: the last ones are right.
  if (!chunk_.usage.empty()) usage_ = chunk_.usage;
  if (!chunk_.metadata.empty()) chunk_.metadata.MoveTo(&metadata_);
  bool handed_over = false;
  for (size_t i = 0; i < chunk_.piece_count; ++i) {
    AIGW_RETURN_IF_ERROR(TakePiece(chunk_.pieces[i], events, &handed_over));
  }
  if (!handed_over) events.OnLife();
  return absl::OkStatus();
}

absl::Status OpenAiStreamDecoder::TakePiece(OpenAiPiece& piece,
                                            ProviderEvents& events,
                                            bool* handed_over) {
  OpenAiChoice& choice = ChoiceAt(piece.index);
  delta_.Clear();
  if (!piece.unknown_part.empty() && options_.warnings != nullptr &&
      !std::exchange(warned_of_part_, true)) {
    options_.warnings->push_back(UnknownPartWarning(piece));
  }
  if (absl::Status status = choice.Take(piece, &delta_); !status.ok()) {
    return Unreadable(status.message(), "");
  }
  if (OpenAiChoice::HasContent(delta_)) {
    if (unreadable_ > 0 && choice.has_tool_calls()) {
      return Unreadable("an event of an answer with tool calls cannot be read",
                        "");
    }
    *handed_over = true;
    AIGW_RETURN_IF_ERROR(events.OnDelta(delta_));
  }
  if (!piece.finish_reason.empty()) choice.finish_word = piece.finish_reason;
  return absl::OkStatus();
}

absl::Status OpenAiStreamDecoder::CloseChoice(OpenAiChoice& choice,
                                              ProviderEvents& events) {
  delta_.Clear();
  finish_.Clear();
  if (absl::Status status =
          choice.Close(choice.finish_word, end_.model(), &delta_, &finish_);
      !status.ok()) {
    return Unreadable(status.message(), "");
  }
  if (unreadable_ > 0 &&
      finish_.finish_reason() == v1::FINISH_REASON_TOOL_CALLS) {
    return Unreadable("an event of an answer with tool calls cannot be read",
                      "");
  }
  if (OpenAiChoice::HasContent(delta_)) {
    AIGW_RETURN_IF_ERROR(events.OnDelta(delta_));
  }
  return events.OnFinish(finish_);
}

absl::Status OpenAiStreamDecoder::CheckComplete(bool clean) const {
  if (choices_.empty()) {
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider hung up before its answer began");
    }
    return Unreadable("the stream has no answer in it", page_);
  }
  for (const auto& choice : choices_) {
    if (!choice->finish_word.empty()) continue;
    const bool has_something =
        choice->has_content() || choice->has_tool_calls();
    if (has_something &&
        (done_ || (clean && !instance_.dialect->finish_reason))) {
      continue;
    }
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider hung up in the middle of its answer");
    }
    return Unreadable("the stream ended without a finish reason", "");
  }
  // Nothing but [DONE] tells that a choice will not come: a server may pass
  // over the number.
  if (!done_ && choices_.size() < planned_choices_) {
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable,
                   "the provider hung up before all choices of its answer "
                   "began");
    }
    return Unreadable("the stream ended before all choices began", "");
  }
  return absl::OkStatus();
}

absl::Status OpenAiStreamDecoder::Complete(ProviderEvents& events) {
  if (completed_) return absl::OkStatus();
  completed_ = true;
  for (const auto& choice : choices_) {
    AIGW_RETURN_IF_ERROR(CloseChoice(*choice, events));
  }
  if (!usage_.empty()) {
    usage_.To(instance_.dialect->reasoning_beside_completion,
              end_.mutable_usage());
  }
  if (!metadata_.empty()) metadata_.To(end_.mutable_provider_metadata());
  return absl::OkStatus();
}

absl::Status OpenAiStreamDecoder::End(bool clean, ProviderEvents& events) {
  if (form_ == Form::kWhole) return EndWhole(events);
  if (!done_ && clean && framer_.pending_bytes() > 0) {
    // A server that leaves out the last blank line. What is cut in the middle
    // is no JSON and shows itself.
    if (options_.warnings != nullptr) {
      options_.warnings->push_back(
          "the last event of the stream has no blank line behind it");
    }
    AIGW_RETURN_IF_ERROR(FeedEvents("\n\n", events));
  }
  if (!done_) AIGW_RETURN_IF_ERROR(CheckComplete(clean));
  return Complete(events);
}

absl::Status OpenAiStreamDecoder::EndWhole(ProviderEvents& events) {
  // The status was 2xx; which one nobody told.
  AIGW_RETURN_IF_ERROR(ReadWholeOpenAiAnswer(
      instance_, 0, whole_, options_.credential, reader_, &chunk_));
  AIGW_RETURN_IF_ERROR(TakeChunk(events));
  return Complete(events);
}

OpenAiChoice& OpenAiStreamDecoder::ChoiceAt(int index) {
  for (const auto& choice : choices_) {
    if (choice->index() == index) return *choice;
  }
  choices_.push_back(std::make_unique<OpenAiChoice>(*instance_.dialect, index,
                                                    ToolIdSeed(chunk_)));
  return *choices_.back();
}

absl::Status OpenAiStreamDecoder::Unreadable(absl::string_view what,
                                             absl::string_view page) const {
  return UnreadableAnswer(what, 0, page, instance_.redactor,
                          options_.credential);
}

}  // namespace aigateway

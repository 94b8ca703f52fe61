#include "providers/gemini_response.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_answer.h"
#include "providers/gemini_chunk.h"
#include "providers/gemini_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Appends text where parts have come before it, or may come after.
void AppendText(absl::string_view text, v1::Message* message) {
  if (message->parts().empty()) {
    message->mutable_content()->append(text.data(), text.size());
    return;
  }
  v1::ContentPart* last = message->mutable_parts(message->parts_size() - 1);
  if (!last->has_text()) last = message->add_parts();
  last->mutable_text()->append(text.data(), text.size());
}

void AppendPart(v1::ContentPart part, v1::Message* message) {
  if (message->has_content()) {
    message->add_parts()->set_text(std::move(*message->mutable_content()));
    message->clear_content();
  }
  *message->add_parts() = std::move(part);
}

// Joins a delta to the choice, as chat.proto says of Delta.
void Join(v1::Delta& delta, v1::Choice* choice) {
  v1::Message* const message = choice->mutable_message();
  if (!delta.text().empty()) AppendText(delta.text(), message);
  for (v1::ContentPart& part : *delta.mutable_parts()) {
    AppendPart(std::move(part), message);
  }
  if (!delta.reasoning().empty()) {
    message->mutable_reasoning_content()->append(delta.reasoning());
  }
  for (v1::ReasoningBlock& block : *delta.mutable_reasoning_blocks()) {
    *message->add_reasoning_blocks() = std::move(block);
  }
  // Each comes whole.
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    v1::ToolCall* const call = message->add_tool_calls();
    call->set_id(std::move(*piece.mutable_id()));
    call->set_name(std::move(*piece.mutable_name()));
    call->set_arguments(std::move(*piece.mutable_arguments()));
    if (piece.has_signature()) {
      call->set_signature(std::move(*piece.mutable_signature()));
    }
  }
  if (delta.has_logprobs()) {
    choice->mutable_logprobs()->MergeFrom(delta.logprobs());
  }
}

}  // namespace

absl::StatusOr<v1::ChatResponse> ReadGeminiResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor,
                            options.credential);
  };
  JsonReader reader;
  absl::StatusOr<std::vector<GeminiChunk>> chunks =
      ReadGeminiChunks(reader, response.body);
  if (!chunks.ok()) return unreadable(chunks.status().message());

  GeminiAnswer answer(chat.logprobs(), options.warnings);
  std::map<int, v1::Choice> choices;
  for (GeminiChunk& chunk : *chunks) {
    if (chunk.is_error) {
      return GeminiError({.body = response.body}, redactor, options.credential);
    }
    const absl::Status status = answer.Take(chunk, [&](v1::Delta& delta) {
      Join(delta, &choices[delta.index()]);
      return absl::OkStatus();
    });
    if (!status.ok()) return unreadable(status.message());
  }
  if (answer.empty()) return unreadable("it has no candidate");

  v1::ChatResponse chat_response;
  for (v1::Finish& finish : answer.Finishes()) {
    if (!answer.HasSubstance(finish.index()) && !answer.finished()) {
      return unreadable("a candidate has neither content nor finish reason");
    }
    v1::Choice* const choice = chat_response.add_choices();
    *choice = std::move(choices[finish.index()]);
    choice->set_index(finish.index());
    choice->mutable_message()->set_role(v1::ROLE_ASSISTANT);
    choice->set_finish_reason(finish.finish_reason());
    choice->set_provider_finish_reason(
        std::move(*finish.mutable_provider_finish_reason()));
  }
  answer.WriteMetadata();
  v1::End& end = answer.end();
  chat_response.set_id(std::move(*end.mutable_id()));
  chat_response.set_model(std::move(*end.mutable_model()));
  chat_response.set_service_tier(std::move(*end.mutable_service_tier()));
  if (end.has_usage()) *chat_response.mutable_usage() = end.usage();
  if (end.has_provider_metadata()) {
    chat_response.mutable_provider_metadata()->Swap(
        end.mutable_provider_metadata());
  }
  absl::Time created;
  if (absl::ParseTime(absl::RFC3339_full, answer.create_time(), &created,
                      nullptr)) {
    SetProtoTime(created, chat_response.mutable_create_time());
  }
  return chat_response;
}

}  // namespace aigateway

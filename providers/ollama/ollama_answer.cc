#include "providers/ollama/ollama_answer.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/finish_reasons.h"
#include "providers/ollama/ollama_error.h"
#include "providers/openai_chunk.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of the provider's own word for the end.
constexpr size_t kMaxReasonBytes = 64;

absl::Status Unreadable(const absl::Status& why) {
  return Error(
      ErrorReason::kProviderProtocolError,
      absl::StrCat("the provider's reply could not be read: ", why.message()));
}

// Makes the message that all of `delta` is.
void Join(v1::Delta& delta, v1::Choice* choice) {
  v1::Message& message = *choice->mutable_message();
  message.set_role(v1::ROLE_ASSISTANT);
  if (!delta.text().empty()) message.set_content(delta.text());
  if (!delta.reasoning().empty()) {
    message.set_reasoning_content(delta.reasoning());
  }
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    while (message.tool_calls_size() <= piece.index()) message.add_tool_calls();
    v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
    if (!piece.id().empty()) {
      call.set_id(std::move(*piece.mutable_id()));
      call.set_name(std::move(*piece.mutable_name()));
    }
    absl::StrAppend(call.mutable_arguments(), piece.arguments());
  }
  if (delta.has_logprobs()) {
    *choice->mutable_logprobs() = std::move(*delta.mutable_logprobs());
  }
}

}  // namespace

absl::Status OllamaAnswer::Take(OllamaChunk& chunk, v1::Delta* delta) {
  if (!chunk.model.empty()) end_.set_model(std::move(chunk.model));
  absl::StrAppend(delta->mutable_reasoning(), chunk.thinking);
  tags_.Add(chunk.content, delta->mutable_reasoning(), delta->mutable_text());
  has_content_ |= !chunk.content.empty() || !chunk.thinking.empty();
  for (OllamaToolCall& call : chunk.tool_calls) {
    if (!joiner_.has_value()) joiner_.emplace(chunk.created_at);
    if (!call.id.empty() && !ids_.insert(call.id).second) call.id.clear();
    // Each is another call: an index of theirs counts within one chunk only.
    const OpenAiToolPiece piece = {.index = calls_++,
                                   .id = std::move(call.id),
                                   .name = std::move(call.name),
                                   .arguments = std::move(call.arguments)};
    if (const absl::Status added =
            joiner_->Add(piece, delta->mutable_tool_calls());
        !added.ok()) {
      return Unreadable(added);
    }
  }
  if (wants_logprobs_ && !chunk.logprobs.content().empty()) {
    *delta->mutable_logprobs() = std::move(chunk.logprobs);
  }
  chunk.extras.MoveTo(&metadata_);
  return absl::OkStatus();
}

absl::Status OllamaAnswer::Finish(const OllamaChunk& chunk, v1::Delta* delta,
                                  v1::Finish* finish) {
  tags_.Flush(delta->mutable_reasoning(), delta->mutable_text());
  if (joiner_.has_value()) {
    if (const absl::Status closed =
            joiner_->Close(/*cut=*/false, delta->mutable_tool_calls());
        !closed.ok()) {
      return Unreadable(closed);
    }
  }
  if (chunk.prompt_tokens.has_value()) {
    end_.mutable_usage()->set_prompt_tokens(*chunk.prompt_tokens);
  }
  if (chunk.completion_tokens.has_value()) {
    end_.mutable_usage()->set_completion_tokens(*chunk.completion_tokens);
  }
  if (chunk.prompt_tokens.has_value() && chunk.completion_tokens.has_value()) {
    end_.mutable_usage()->set_total_tokens(*chunk.prompt_tokens +
                                           *chunk.completion_tokens);
  }
  if (!metadata_.empty()) metadata_.To(end_.mutable_provider_metadata());
  finish->set_finish_reason(JudgeFinish(
      chunk.done_reason,
      {.has_content = has_content_, .has_tool_calls = has_calls()}));
  finish->set_provider_finish_reason(
      Truncate(chunk.done_reason, kMaxReasonBytes));
  return absl::OkStatus();
}

absl::StatusOr<v1::ChatResponse> ReadOllamaResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor,
                            options.credential);
  };
  OllamaChunk chunk;
  JsonReader reader;
  if (const absl::Status status =
          ReadOllamaChunk(reader, response.body, &chunk);
      !status.ok()) {
    return unreadable(status.message());
  }
  if (chunk.has_error) {
    return OllamaInnerError(chunk.error, redactor, options.credential);
  }
  if (!chunk.has_message) return unreadable("it has no message");
  if (!chunk.done) return unreadable("it is not done");

  OllamaAnswer answer(chat.logprobs());
  v1::Delta delta;
  v1::Finish finish;
  AIGW_RETURN_IF_ERROR(answer.Take(chunk, &delta));
  AIGW_RETURN_IF_ERROR(answer.Finish(chunk, &delta, &finish));

  v1::ChatResponse made;
  v1::Choice& choice = *made.add_choices();
  Join(delta, &choice);
  choice.set_finish_reason(finish.finish_reason());
  choice.set_provider_finish_reason(finish.provider_finish_reason());
  v1::End& end = answer.end();
  made.set_model(end.model().empty() ? options.model : end.model());
  if (end.has_usage()) made.mutable_usage()->Swap(end.mutable_usage());
  if (end.has_provider_metadata()) {
    made.mutable_provider_metadata()->Swap(end.mutable_provider_metadata());
  }
  absl::Time created;
  if (absl::ParseTime(absl::RFC3339_full, chunk.created_at, &created,
                      nullptr) &&
      created > absl::UnixEpoch()) {
    SetProtoTime(created, made.mutable_create_time());
  }
  return made;
}

}  // namespace aigateway

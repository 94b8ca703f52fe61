#include "providers/openai_response.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "providers/joined_message.h"
#include "providers/openai_choice.h"
#include "providers/openai_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of the year 9999, the last that a Timestamp can hold.
constexpr int64_t kLastSecond = 253402300799;

}  // namespace

absl::Status ReadWholeOpenAiAnswer(const OpenAiInstance& instance,
                                   int http_status, absl::string_view body,
                                   absl::string_view credential,
                                   JsonReader& reader, OpenAiChunk* chunk) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, http_status, body, instance.redactor,
                            credential);
  };
  if (absl::StripAsciiWhitespace(body).empty()) {
    return unreadable("it is empty");
  }
  if (absl::Status status =
          ReadOpenAiChunk(body, OpenAiShape::kWhole, reader, chunk);
      !status.ok()) {
    return unreadable(status.message());
  }
  if (chunk->is_error && !chunk->error.has_value()) {
    chunk->error = ReadErrorBody(body);
  }
  if (chunk->error.has_value()) {
    return OpenAiErrorObject(instance, *chunk->error, credential);
  }
  if (chunk->piece_count == 0) return unreadable("it has no choices");
  return absl::OkStatus();
}

absl::StatusOr<v1::ChatResponse> ReadOpenAiResponse(
    const OpenAiInstance& instance, const HttpResponse& response,
    const CallOptions& options) {
  JsonReader reader;
  OpenAiChunk chunk;
  AIGW_RETURN_IF_ERROR(ReadWholeOpenAiAnswer(instance, response.status,
                                             response.body, options.credential,
                                             reader, &chunk));
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body,
                            instance.redactor, options.credential);
  };
  std::sort(chunk.pieces.begin(), chunk.pieces.begin() + chunk.piece_count,
            [](const OpenAiPiece& a, const OpenAiPiece& b) {
              return a.index < b.index;
            });
  v1::ChatResponse answer;
  for (size_t i = 0; i < chunk.piece_count; ++i) {
    OpenAiPiece& piece = chunk.pieces[i];
    if (i > 0 && piece.index == chunk.pieces[i - 1].index) {
      return unreadable("two choices have one index");
    }
    OpenAiChoice choice(*instance.dialect, piece.index, ToolIdSeed(chunk));
    v1::Delta delta;
    v1::Finish finish;
    absl::Status status = choice.Take(piece, &delta);
    status.Update(
        choice.Close(piece.finish_reason, chunk.model, &delta, &finish));
    if (!status.ok()) return unreadable(status.message());
    if (!piece.unknown_part.empty() && options.warnings != nullptr) {
      options.warnings->push_back(UnknownPartWarning(piece));
    }
    v1::Choice& out = *answer.add_choices();
    out.set_index(piece.index);
    out.set_finish_reason(finish.finish_reason());
    out.set_provider_finish_reason(finish.provider_finish_reason());
    if (delta.has_logprobs())
      out.mutable_logprobs()->Swap(delta.mutable_logprobs());
    *out.mutable_message() = JoinedMessage(delta);
  }
  answer.set_id(std::move(chunk.id));
  answer.set_model(std::move(chunk.model));
  answer.set_system_fingerprint(std::move(chunk.system_fingerprint));
  answer.set_service_tier(std::move(chunk.service_tier));
  if (chunk.created > 0 && chunk.created <= kLastSecond)
    answer.mutable_create_time()->set_seconds(chunk.created);
  if (!chunk.usage.empty()) {
    chunk.usage.To(instance.dialect->reasoning_beside_completion,
                   answer.mutable_usage());
  }
  if (!chunk.metadata.empty()) {
    chunk.metadata.To(answer.mutable_provider_metadata());
  }
  return answer;
}

std::string ToolIdSeed(const OpenAiChunk& chunk) {
  return chunk.id.empty() ? absl::StrCat(chunk.model, "/", chunk.created)
                          : chunk.id;
}

}  // namespace aigateway

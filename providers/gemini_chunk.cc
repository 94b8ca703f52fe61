#include "providers/gemini_chunk.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "gateway/base/status_macros.h"
#include "providers/gemini_part.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

constexpr int kMaxChoices = 128;
// No count of tokens comes near it, and sums of such do not overflow.
constexpr int64_t kMaxCount = int64_t{1} << 53;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// A text, or nothing if it is of another kind.
std::string TextOr(JsonValue& value) {
  return std::string(value.AsString().value_or(""));
}

absl::Status CheckKind(const JsonValue& value, Kind kind,
                       absl::string_view what) {
  if (value.kind() == kind) return absl::OkStatus();
  return Wrong(what);
}

// {"token":"a","logProbability":-0.1}
template <typename Proto>
absl::Status ReadToken(JsonValue& value, Proto* proto) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "token") {
      proto->set_token(TextOr(field));
    } else if (key == "logProbability") {
      proto->set_logprob(field.AsDouble().value_or(0));
    }
    return absl::OkStatus();
  });
}

// {"chosenCandidates":[token],"topCandidates":[{"candidates":[token]}]}: the
// two lists go side by side, and either may come first.
absl::Status ReadLogprobs(JsonValue& result, v1::Logprobs* logprobs) {
  v1::Logprobs chosen;
  std::vector<v1::TokenLogprob> top;
  AIGW_RETURN_IF_ERROR(result.ForEachField([&](absl::string_view key,
                                               JsonValue& list) {
    if (key == "chosenCandidates") {
      return list.ForEachItem([&](JsonValue& token) {
        return ReadToken(token, chosen.add_content());
      });
    }
    if (key != "topCandidates") return absl::OkStatus();
    return list.ForEachItem([&](JsonValue& place) {
      v1::TokenLogprob& tokens = top.emplace_back();
      return place.ForEachField([&](absl::string_view name, JsonValue& items) {
        if (name != "candidates") return absl::OkStatus();
        return items.ForEachItem([&](JsonValue& token) {
          return ReadToken(token, tokens.add_top_logprobs());
        });
      });
    });
  }));
  for (int i = 0; i < chosen.content_size(); ++i) {
    if (static_cast<size_t>(i) < top.size()) {
      chosen.mutable_content(i)->mutable_top_logprobs()->Swap(
          top[i].mutable_top_logprobs());
    }
  }
  logprobs->MergeFrom(chosen);
  return absl::OkStatus();
}

absl::Status ReadContent(JsonValue& content, GeminiCandidate* candidate) {
  AIGW_RETURN_IF_ERROR(
      CheckKind(content, Kind::kObject, "the content is no object"));
  return content.ForEachField([&](absl::string_view key, JsonValue& parts) {
    if (key != "parts" || parts.is_null()) return absl::OkStatus();
    AIGW_RETURN_IF_ERROR(
        CheckKind(parts, Kind::kArray, "the parts are no list"));
    return parts.ForEachItem([&](JsonValue& value) -> absl::Status {
      AIGW_ASSIGN_OR_RETURN(std::optional<GeminiPart> part,
                            ReadGeminiPart(value));
      if (part.has_value()) candidate->parts.push_back(*std::move(part));
      return absl::OkStatus();
    });
  });
}

absl::Status ReadCandidate(JsonValue& value, int position,
                           GeminiCandidate* candidate) {
  AIGW_RETURN_IF_ERROR(
      CheckKind(value, Kind::kObject, "a candidate is no object"));
  candidate->index = position;
  return value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (field.is_null()) return absl::OkStatus();
        if (key == "content") return ReadContent(field, candidate);
        if (key == "logprobsResult") {
          return ReadLogprobs(field, &candidate->logprobs);
        }
        if (key == "index") {
          const int64_t index = field.AsInt().value_or(-1);
          if (index < 0 || index >= kMaxChoices) {
            return Wrong("a candidate's index is out of range");
          }
          candidate->index = static_cast<int>(index);
        } else if (key == "finishReason") {
          // Of another kind it still ends the answer.
          candidate->finish_reason = field.kind() == Kind::kString
                                         ? TextOr(field)
                                         : std::string(field.Raw());
        } else if (key != "tokenCount") {
          candidate->other_fields.emplace_back(key, field.Raw());
        }
        return absl::OkStatus();
      });
}

std::optional<int64_t> Sum(std::optional<int64_t> a, std::optional<int64_t> b) {
  if (!a.has_value()) return b;
  return b.has_value() ? *a + *b : *a;
}

absl::Status ReadUsage(JsonValue& value, GeminiChunk* chunk) {
  std::optional<int64_t> prompt, tool_prompt, answer, thoughts, cached, total;
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        std::optional<int64_t>* const count =
            key == "promptTokenCount"          ? &prompt
            : key == "toolUsePromptTokenCount" ? &tool_prompt
            : key == "candidatesTokenCount"    ? &answer
            : key == "thoughtsTokenCount"      ? &thoughts
            : key == "cachedContentTokenCount" ? &cached
            : key == "totalTokenCount"         ? &total
                                               : nullptr;
        if (count != nullptr) {
          const std::optional<int64_t> number = field.AsInt();
          if (number.has_value() && *number >= 0 && *number <= kMaxCount) {
            *count = number;
          }
        } else if (key == "serviceTier") {
          chunk->service_tier = TextOr(field);
        } else if (!field.is_null()) {
          chunk->other_usage_fields.emplace_back(key, field.Raw());
        }
        return absl::OkStatus();
      }));
  v1::Usage usage;
  const std::optional<int64_t> read = Sum(prompt, tool_prompt);
  const std::optional<int64_t> written = Sum(answer, thoughts);
  if (read.has_value()) usage.set_prompt_tokens(*read);
  if (written.has_value()) usage.set_completion_tokens(*written);
  if (read.has_value() && written.has_value()) {
    usage.set_total_tokens(*read + *written);
  } else if (total.has_value()) {
    usage.set_total_tokens(*total);
  }
  if (cached.has_value()) usage.set_cached_prompt_tokens(*cached);
  if (thoughts.has_value()) usage.set_reasoning_tokens(*thoughts);
  if (read.has_value() || written.has_value() || total.has_value()) {
    chunk->usage = usage;
  }
  return absl::OkStatus();
}

absl::Status ReadBlockReason(JsonValue& feedback, GeminiChunk* chunk) {
  return feedback.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "blockReason") chunk->block_reason = TextOr(field);
    return absl::OkStatus();
  });
}

absl::Status ReadChunk(JsonValue& root, GeminiChunk* chunk) {
  AIGW_RETURN_IF_ERROR(CheckKind(root, Kind::kObject, "it is no object"));
  return root.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (field.is_null()) return absl::OkStatus();
        if (key == "candidates") {
          AIGW_RETURN_IF_ERROR(
              CheckKind(field, Kind::kArray, "the candidates are no list"));
          return field.ForEachItem([&](JsonValue& value) {
            const int position = static_cast<int>(chunk->candidates.size());
            if (position >= kMaxChoices) return Wrong("too many candidates");
            return ReadCandidate(value, position,
                                 &chunk->candidates.emplace_back());
          });
        }
        if (key == "usageMetadata") return ReadUsage(field, chunk);
        if (key == "responseId") {
          chunk->id = TextOr(field);
        } else if (key == "modelVersion") {
          chunk->model = TextOr(field);
        } else if (key == "createTime") {
          chunk->create_time = TextOr(field);
        } else if (key == "error") {
          chunk->is_error = true;
        } else {
          if (key == "promptFeedback") {
            AIGW_RETURN_IF_ERROR(ReadBlockReason(field, chunk));
          }
          chunk->other_fields.emplace_back(key, field.Raw());
        }
        return absl::OkStatus();
      });
}

}  // namespace

absl::StatusOr<std::vector<GeminiChunk>> ReadGeminiChunks(
    JsonReader& reader, absl::string_view json) {
  std::vector<GeminiChunk> chunks;
  AIGW_RETURN_IF_ERROR(reader.Read(json, [&](JsonValue& root) {
    if (root.is_null()) return absl::OkStatus();
    if (root.kind() != Kind::kArray) {
      return ReadChunk(root, &chunks.emplace_back());
    }
    return root.ForEachItem([&](JsonValue& item) {
      return ReadChunk(item, &chunks.emplace_back());
    });
  }));
  return chunks;
}

}  // namespace aigateway

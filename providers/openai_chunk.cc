#include "providers/openai_chunk.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/openai_content.h"
#include "providers/openai_logprobs.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownType = 64;

using Kind = JsonValue::Kind;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Takes a text; null and what is no text leave it empty.
void TakeText(JsonValue& value, std::string* text) {
  if (std::optional<absl::string_view> string = value.AsString()) {
    text->assign(string->data(), string->size());
  }
}

// Whether an `error` member speaks of an error: some send it empty.
bool IsError(JsonValue& value) {
  switch (value.kind()) {
    case Kind::kNull:
    case Kind::kBool:
      return false;
    case Kind::kString:
      return !value.AsString().value_or("").empty();
    case Kind::kObject:
      return value.Raw() != "{}";
    default:
      return true;
  }
}

class ChunkReader {
 public:
  ChunkReader(OpenAiShape shape, OpenAiChunk* chunk)
      : shape_(shape), chunk_(*chunk) {}

  absl::Status Read(JsonValue& root) {
    if (root.kind() != Kind::kObject) return Wrong("it is no JSON object");
    return root.ForEachField([this](absl::string_view key, JsonValue& value) {
      return ReadMember(key, value);
    });
  }

 private:
  absl::Status ReadMember(absl::string_view key, JsonValue& value) {
    if (key == "choices") return ReadChoices(value);
    if (key == "id") {
      TakeText(value, &chunk_.id);
    } else if (key == "model") {
      TakeText(value, &chunk_.model);
    } else if (key == "created") {
      chunk_.created = value.AsInt().value_or(0);
    } else if (key == "usage") {
      return ReadOpenAiUsage(value, &chunk_.usage, &chunk_.metadata);
    } else if (key == "system_fingerprint") {
      TakeText(value, &chunk_.system_fingerprint);
    } else if (key == "service_tier") {
      TakeText(value, &chunk_.service_tier);
    } else if (key == "error") {
      if (IsError(value)) chunk_.error = ReadErrorValue(value);
    } else if (key == "base_resp") {
      ReadBaseResp(value);
    } else if (key == "x_groq") {
      return ReadGroq(value);
    } else if (key == "object") {
      chunk_.is_error = value.AsString() == "error";  // vLLM, Mistral.
    } else if (key != "obfuscation" && key != "p") {
      chunk_.metadata.Set(key, value);
    }
    return absl::OkStatus();
  }

  // MiniMax: an error under status 200 unless its code is 0.
  void ReadBaseResp(JsonValue& value) {
    ErrorBody error = ReadErrorValue(value);
    if (!error.code.empty() && error.code != "0") {
      chunk_.error = std::move(error);
    }
  }

  absl::Status ReadGroq(JsonValue& value) {
    return value.ForEachField(
        [this](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key == "usage") {
            return ReadOpenAiUsage(field, &chunk_.usage, &chunk_.metadata);
          }
          chunk_.metadata.Set("x_groq", key, field);
          return absl::OkStatus();
        });
  }

  absl::Status ReadChoices(JsonValue& value) {
    if (value.is_null()) return absl::OkStatus();
    if (value.kind() != Kind::kArray) return Wrong("choices is no list");
    // Two events run together: other JSON readers would drop one of the lists.
    if (chunk_.has_choices) return Wrong("choices is there twice");
    chunk_.has_choices = true;
    return value.ForEachItem([this](JsonValue& choice) -> absl::Status {
      if (choice.kind() != Kind::kObject) return Wrong("a choice is no object");
      if (chunk_.piece_count == OpenAiChunk::kMaxChoices) {
        return Wrong("it has too many choices");
      }
      if (chunk_.piece_count == chunk_.pieces.size()) {
        chunk_.pieces.emplace_back();
      }
      OpenAiPiece& piece = chunk_.pieces[chunk_.piece_count];
      piece.Clear();
      piece.index = static_cast<int>(chunk_.piece_count);
      ++chunk_.piece_count;
      return ReadChoice(choice, piece);
    });
  }

  absl::Status ReadChoice(JsonValue& choice, OpenAiPiece& piece) {
    // What no field has is kept by the index, which may come last.
    ProviderMetadata extras;
    bool has_message = false;
    AIGW_RETURN_IF_ERROR(choice.ForEachField(
        [&](absl::string_view key, JsonValue& value) -> absl::Status {
          if (key == Body()) {
            if (has_message) return Wrong("a choice has its message twice");
            has_message = !value.is_null();
            return ReadOpenAiMessage(value, &piece, &extras);
          }
          if (key == "index") return ReadIndex(value, piece);
          if (key == "finish_reason") {
            // A number is nobody's word, but it is an end.
            if (value.kind() == Kind::kString) {
              TakeText(value, &piece.finish_reason);
            } else if (!value.is_null()) {
              piece.finish_reason = CompactJson(value.Raw().substr(0, 64));
            }
          } else if (key == "logprobs") {
            return ReadOpenAiLogprobs(value, &piece.logprobs);
          } else if (key == "usage") {  // Moonshot.
            return ReadOpenAiUsage(value, &chunk_.usage, &chunk_.metadata);
          } else if (key != "message" && key != "delta" && key != "text" &&
                     key != "role" && key != "object") {
            extras.Set(key, value);
          }
          return absl::OkStatus();
        }));
    // Azure's content filter ends a choice without a message.
    if (shape_ == OpenAiShape::kWhole && !has_message &&
        piece.finish_reason.empty()) {
      return Wrong("a choice has no message");
    }
    if (!extras.empty()) {
      extras.MoveTo(absl::StrCat("choice_", piece.index), &chunk_.metadata);
    }
    return absl::OkStatus();
  }

  absl::string_view Body() const {
    return shape_ == OpenAiShape::kWhole ? "message" : "delta";
  }

  static absl::Status ReadIndex(JsonValue& value, OpenAiPiece& piece) {
    if (value.is_null()) return absl::OkStatus();
    const std::optional<int64_t> index = value.AsInt();
    if (!index.has_value() || *index < 0 ||
        *index >= OpenAiChunk::kMaxChoices) {
      return Wrong("a choice has an index that is none");
    }
    piece.index = static_cast<int>(*index);
    return absl::OkStatus();
  }

  const OpenAiShape shape_;
  OpenAiChunk& chunk_;
};

}  // namespace

void OpenAiPiece::Clear() {
  index = 0;
  text.clear();
  reasoning_content.clear();
  reasoning.clear();
  refusal.clear();
  tools.clear();
  thoughts.clear();
  images.clear();
  unknown_part.clear();
  audio.clear();
  audio_transcript.clear();
  logprobs.Clear();
  finish_reason.clear();
}

std::string UnknownPartWarning(const OpenAiPiece& piece) {
  return absl::StrCat("a part of the answer has the unknown type '",
                      Truncate(piece.unknown_part, kMaxShownType),
                      "'; its text was taken");
}

void OpenAiChunk::Clear() {
  id.clear();
  model.clear();
  system_fingerprint.clear();
  service_tier.clear();
  created = 0;
  usage = OpenAiUsage();
  error.reset();
  is_error = false;
  has_choices = false;
  piece_count = 0;
  metadata.clear();
}

absl::Status ReadOpenAiChunk(absl::string_view text, OpenAiShape shape,
                             JsonReader& reader, OpenAiChunk* chunk) {
  chunk->Clear();
  return reader.Read(text, [&](JsonValue& root) {
    return ChunkReader(shape, chunk).Read(root);
  });
}

std::string CompactJson(absl::string_view json) {
  std::string compact;
  compact.reserve(json.size());
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      compact.push_back(c);
      if (c == '\\' && i + 1 < json.size()) compact.push_back(json[++i]);
      if (c == '"') in_string = false;
    } else if (!absl::StrContains(" \t\r\n", c)) {
      compact.push_back(c);
      in_string = c == '"';
    }
  }
  return compact;
}

}  // namespace aigateway

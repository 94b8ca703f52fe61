#include "providers/ollama/ollama_chunk.h"

#include <cmath>

#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "providers/openai_logprobs.h"

namespace aigateway {
namespace {

// More tokens than any model has room for.
constexpr double kMostTokens = 1e12;

// How long each step took, in nanoseconds, and who answered behind a server
// that passes requests on.
constexpr absl::string_view kExtras[] = {
    "total_duration", "load_duration", "prompt_eval_duration",
    "eval_duration",  "remote_model",  "remote_host",
};

absl::Status ReadText(absl::string_view name, JsonValue& value,
                      std::string* text) {
  text->clear();
  if (value.is_null()) return absl::OkStatus();
  const std::optional<absl::string_view> found = value.AsString();
  if (!found.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is not a text"));
  }
  text->assign(found->data(), found->size());
  return absl::OkStatus();
}

std::optional<int64_t> CountOf(JsonValue& value) {
  const std::optional<double> count = value.AsDouble();
  if (!count.has_value() || *count < 0 || *count > kMostTokens) {
    return std::nullopt;
  }
  return std::llround(*count);
}

absl::Status ReadArguments(JsonValue& value, std::string* arguments) {
  switch (value.kind()) {
    case JsonValue::Kind::kObject:
      *arguments = std::string(value.Raw());
      return absl::OkStatus();
    case JsonValue::Kind::kString:
    case JsonValue::Kind::kNull:
      return ReadText("arguments", value, arguments);
    default:
      return absl::InvalidArgumentError("arguments are not an object");
  }
}

absl::Status ReadToolCall(JsonValue& value, OllamaToolCall* call) {
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "id") return ReadText(key, field, &call->id);
        if (key != "function") return absl::OkStatus();
        return field.ForEachField([&](absl::string_view name, JsonValue& each) {
          if (name == "name") return ReadText("name", each, &call->name);
          if (name == "arguments") return ReadArguments(each, &call->arguments);
          return absl::OkStatus();
        });
      }));
  return call->name.empty()
             ? absl::InvalidArgumentError("a tool call has no name")
             : absl::OkStatus();
}

absl::Status ReadToolCalls(JsonValue& value,
                           std::vector<OllamaToolCall>* calls) {
  calls->clear();
  if (!value.is_null() && value.kind() != JsonValue::Kind::kArray) {
    return absl::InvalidArgumentError("tool_calls is not a list");
  }
  return value.ForEachItem([&](JsonValue& each) -> absl::Status {
    if (each.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("a tool call is not an object");
    }
    return ReadToolCall(each, &calls->emplace_back());
  });
}

absl::Status ReadMessage(JsonValue& value, OllamaChunk* chunk) {
  chunk->content.clear();
  chunk->thinking.clear();
  chunk->tool_calls.clear();
  chunk->has_message = value.kind() == JsonValue::Kind::kObject;
  if (!chunk->has_message && !value.is_null()) {
    return absl::InvalidArgumentError("message is not an object");
  }
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "content") return ReadText(key, field, &chunk->content);
    if (key == "thinking") return ReadText(key, field, &chunk->thinking);
    if (key == "tool_calls") return ReadToolCalls(field, &chunk->tool_calls);
    return absl::OkStatus();
  });
}

absl::Status ReadField(absl::string_view key, JsonValue& field,
                       OllamaChunk* chunk) {
  if (key == "message") return ReadMessage(field, chunk);
  if (key == "model") return ReadText(key, field, &chunk->model);
  if (key == "created_at") return ReadText(key, field, &chunk->created_at);
  if (key == "done_reason") return ReadText(key, field, &chunk->done_reason);
  if (key == "done") {
    chunk->done = field.AsBool().value_or(false);
  } else if (key == "prompt_eval_count") {
    chunk->prompt_tokens = CountOf(field);
  } else if (key == "eval_count") {
    chunk->completion_tokens = CountOf(field);
  } else if (key == "logprobs") {
    chunk->logprobs.Clear();
    return ReadOpenAiTokenLogprobs(field, chunk->logprobs.mutable_content());
  } else if (key == "error") {
    chunk->has_error = !field.is_null();
    if (chunk->has_error) chunk->error = ReadErrorValue(field);
  } else {
    for (absl::string_view extra : kExtras) {
      if (key == extra) chunk->extras.Set(key, field);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadOllamaChunk(JsonReader& reader, absl::string_view json,
                             OllamaChunk* chunk) {
  return reader.Read(json, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      return ReadField(key, field, chunk);
    });
  });
}

}  // namespace aigateway

#include "providers/responses/responses_body.h"

#include <limits>

#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "providers/openai_chunk.h"
#include "providers/openai_logprobs.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

constexpr size_t kMaxParts = 4096;  // Of one item.

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Takes a text; null and what is no text leave it empty.
void TakeText(JsonValue& value, std::string* text) {
  if (std::optional<absl::string_view> string = value.AsString()) {
    text->assign(string->data(), string->size());
  }
}

// What repeats the request, or says what other members say.
bool IsEcho(absl::string_view key) {
  static constexpr absl::string_view kEchoes[] = {
      "object",
      "created_at",
      "completed_at",
      "background",
      "conversation",
      "frequency_penalty",
      "include",
      "instructions",
      "max_output_tokens",
      "max_tool_calls",
      "metadata",
      "output_text",
      "parallel_tool_calls",
      "presence_penalty",
      "previous_response_id",
      "prompt",
      "prompt_cache_key",
      "prompt_cache_retention",
      "reasoning",
      "safety_identifier",
      "store",
      "temperature",
      "text",
      "tool_choice",
      "tools",
      "top_logprobs",
      "top_p",
      "truncation",
      "user",
  };
  for (absl::string_view echo : kEchoes) {
    if (key == echo) return true;
  }
  return false;
}

// ---- Items.

struct Part {
  std::string type;
  std::string text;
  std::string refusal;
};

absl::Status ReadPart(JsonValue& value, Part* part, ResponsesItem* item) {
  return value.ForEachField([&](absl::string_view key,
                                JsonValue& field) -> absl::Status {
    if (key == "type") {
      TakeText(field, &part->type);
    } else if (key == "text") {
      TakeText(field, &part->text);
    } else if (key == "refusal") {
      TakeText(field, &part->refusal);
    } else if (key == "annotations") {
      return field.ForEachItem([&](JsonValue& annotation) {
        if (item->annotations.size() < kMaxParts) {
          item->annotations.emplace_back(annotation.Raw());
        }
        return absl::OkStatus();
      });
    } else if (key == "logprobs") {
      return ReadOpenAiTokenLogprobs(field, item->logprobs.mutable_content());
    }
    return absl::OkStatus();
  });
}

absl::Status ReadContent(JsonValue& value, ResponsesItem* item) {
  if (value.kind() == Kind::kString) {
    TakeText(value, &item->text);
    return absl::OkStatus();
  }
  if (value.is_null()) return absl::OkStatus();
  if (value.kind() != Kind::kArray) return Wrong("content is no list");
  size_t parts = 0;
  return value.ForEachItem([&](JsonValue& each) -> absl::Status {
    if (each.kind() != Kind::kObject) return Wrong("a part is no object");
    if (++parts > kMaxParts) return Wrong("an item has too many parts");
    Part part;
    AIGW_RETURN_IF_ERROR(ReadPart(each, &part, item));
    if (part.type == "output_text" || part.type == "text") {
      absl::StrAppend(&item->text, part.text);
    } else if (part.type == "refusal") {
      absl::StrAppend(&item->refusal, part.refusal);
    } else if (part.type == "reasoning_text") {
      item->thoughts.push_back(std::move(part.text));
    } else {
      item->unknown_part = std::move(part.type);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadSummary(JsonValue& value, ResponsesItem* item) {
  return value.ForEachItem([&](JsonValue& each) -> absl::Status {
    if (item->summary.size() == kMaxParts) {
      return Wrong("an item has too many parts");
    }
    Part part;
    AIGW_RETURN_IF_ERROR(ReadPart(each, &part, item));
    item->summary.push_back(std::move(part.text));
    return absl::OkStatus();
  });
}

absl::Status ReadItem(JsonValue& value, ResponsesItem* item) {
  if (value.kind() != Kind::kObject) return Wrong("an item is no object");
  AIGW_RETURN_IF_ERROR(value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (key == "content") return ReadContent(field, item);
        if (key == "summary") return ReadSummary(field, item);
        if (key == "type") {
          TakeText(field, &item->type);
        } else if (key == "id") {
          TakeText(field, &item->id);
        } else if (key == "phase") {
          TakeText(field, &item->phase);
        } else if (key == "encrypted_content") {
          item->sealed = !field.AsString().value_or("").empty();
        } else if (key == "call_id") {
          TakeText(field, &item->call_id);
        } else if (key == "name") {
          TakeText(field, &item->name);
        } else if (key == "thought_signature") {
          TakeText(field, &item->signature);
        } else if (key == "arguments") {
          if (field.kind() == Kind::kObject) {
            item->arguments = CompactJson(field.Raw());
          } else {
            TakeText(field, &item->arguments);
          }
        }
        return absl::OkStatus();
      }));
  const bool reasoning = item->type == "reasoning";
  const bool known =
      reasoning || item->type == "message" || item->type == "function_call";
  if ((reasoning && item->sealed) || !known) {
    item->json = std::string(value.Raw());
  }
  return absl::OkStatus();
}

// ---- The answer.

std::optional<int64_t> Count(JsonValue& value) {
  // No conversation has so many tokens; sums of such counts cannot overflow.
  constexpr int64_t kMaxCount = std::numeric_limits<int64_t>::max() / 4;
  const std::optional<int64_t> count = value.AsInt();
  return count.has_value() && *count >= 0 && *count <= kMaxCount ? count
                                                                 : std::nullopt;
}

absl::Status ReadDetails(JsonValue& value, OpenAiUsage* usage) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "cached_tokens") {
      usage->cached = Count(field);
    } else if (key == "cache_write_tokens") {
      usage->cache_write = Count(field);
    } else if (key == "reasoning_tokens") {
      usage->reasoning = Count(field);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadUsage(JsonValue& value, ResponsesBody* body) {
  OpenAiUsage& usage = body->usage;
  return value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (key == "input_tokens") {
          usage.prompt = Count(field);
        } else if (key == "output_tokens") {
          usage.completion = Count(field);
        } else if (key == "total_tokens") {
          usage.total = Count(field);
        } else if (key == "input_tokens_details" ||
                   key == "output_tokens_details") {
          return ReadDetails(field, &usage);
        } else {
          body->metadata.Set("usage", key, field);
        }
        return absl::OkStatus();
      });
}

absl::Status ReadOutput(JsonValue& value, ResponsesBody* body) {
  if (value.is_null()) return absl::OkStatus();
  if (value.kind() != Kind::kArray) return Wrong("output is no list");
  // Two events run together: other JSON readers would drop one of the lists.
  if (body->has_output) return Wrong("output is there twice");
  body->has_output = true;
  return value.ForEachItem([&](JsonValue& item) -> absl::Status {
    if (body->output.size() == ResponsesBody::kMaxItems) {
      return Wrong("it has too many items");
    }
    return ReadItem(item, &body->output.emplace_back());
  });
}

// Takes the text of the member `name` of an object.
absl::Status ReadTextMember(JsonValue& value, absl::string_view name,
                            std::string* text) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == name) TakeText(field, text);
    return absl::OkStatus();
  });
}

absl::Status ReadBody(JsonValue& value, ResponsesBody* body) {
  if (value.kind() != Kind::kObject) return Wrong("it is no JSON object");
  return value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (key == "output") return ReadOutput(field, body);
        if (key == "usage") return ReadUsage(field, body);
        if (key == "id") {
          TakeText(field, &body->id);
        } else if (key == "model") {
          TakeText(field, &body->model);
        } else if (key == "status") {
          TakeText(field, &body->status);
        } else if (key == "service_tier") {
          TakeText(field, &body->service_tier);
        } else if (key == "system_fingerprint") {
          TakeText(field, &body->system_fingerprint);
        } else if (key == "created_at") {
          body->created = field.AsInt().value_or(0);
        } else if (key == "error") {
          if (!field.is_null()) body->error = ReadErrorValue(field);
        } else if (key == "incomplete_details") {
          return ReadTextMember(field, "reason", &body->incomplete_reason);
        } else if (key == "metadata") {
          // xAI has it there.
          return ReadTextMember(field, "system_fingerprint",
                                &body->system_fingerprint);
        } else if (!IsEcho(key)) {
          body->metadata.Set(key, field);
        }
        return absl::OkStatus();
      });
}

absl::Status ReadEventMember(absl::string_view key, JsonValue& value,
                             ResponsesEvent* event) {
  if (key == "type") {
    TakeText(value, &event->type);
  } else if (key == "delta") {
    TakeText(value, &event->delta);
  } else if (key == "output_index") {
    event->output_index = value.AsInt();
  } else if (key == "content_index" || key == "summary_index") {
    event->part_index = value.AsInt().value_or(0);
  } else if (key == "item") {
    return ReadItem(value, &event->item.emplace());
  } else if (key == "response") {
    if (value.is_null()) return absl::OkStatus();
    return ReadBody(value, &event->response.emplace());
  } else if (key == "error") {
    if (!value.is_null()) event->error = ReadErrorValue(value);
  }
  return absl::OkStatus();
}

}  // namespace

void ResponsesEvent::Clear() {
  type.clear();
  delta.clear();
  output_index.reset();
  part_index = 0;
  item.reset();
  response.reset();
  error.reset();
}

absl::Status ReadResponsesBody(absl::string_view text, JsonReader& reader,
                               ResponsesBody* body) {
  return reader.Read(text,
                     [&](JsonValue& root) { return ReadBody(root, body); });
}

absl::Status ReadResponsesEvent(absl::string_view text, JsonReader& reader,
                                ResponsesEvent* event) {
  return reader.Read(text, [&](JsonValue& root) {
    if (root.kind() != Kind::kObject) return Wrong("it is no JSON object");
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      return ReadEventMember(key, value, event);
    });
  });
}

}  // namespace aigateway

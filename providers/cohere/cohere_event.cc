#include "providers/cohere/cohere_event.h"

#include <cmath>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// More tokens than any model has room for.
constexpr double kMostTokens = 1e12;

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

// Calls `item` for each element of a list, or for the one that stands alone.
absl::Status ForEach(absl::string_view name, JsonValue& value,
                     absl::FunctionRef<absl::Status(JsonValue& value)> item) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return absl::OkStatus();
    case JsonValue::Kind::kObject:
      return item(value);
    case JsonValue::Kind::kArray:
      return value.ForEachItem([&](JsonValue& each) -> absl::Status {
        if (each.kind() != JsonValue::Kind::kObject) {
          return absl::InvalidArgumentError(
              absl::StrCat("an entry of ", name, " is not an object"));
        }
        return item(each);
      });
    default:
      return absl::InvalidArgumentError(absl::StrCat(name, " is not a list"));
  }
}

absl::Status ReadContent(JsonValue& value, CohereContent* content) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "type") return ReadText(key, field, &content->type);
    if (key == "text") return ReadText(key, field, &content->text.emplace());
    if (key == "thinking") {
      return ReadText(key, field, &content->thinking.emplace());
    }
    return absl::OkStatus();
  });
}

absl::Status ReadArguments(JsonValue& value, CohereToolCall* call) {
  // A text by the API; its JSON itself is as plain.
  if (value.kind() == JsonValue::Kind::kObject) {
    call->arguments = std::string(value.Raw());
    return absl::OkStatus();
  }
  return ReadText("arguments", value, &call->arguments.emplace());
}

absl::Status ReadToolCall(JsonValue& value, CohereToolCall* call) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "id") return ReadText(key, field, &call->id);
    if (key != "function") return absl::OkStatus();
    return field.ForEachField([&](absl::string_view name, JsonValue& each) {
      if (name == "name") return ReadText("name", each, &call->name);
      if (name == "arguments") return ReadArguments(each, call);
      return absl::OkStatus();
    });
  });
}

absl::Status ReadMessage(JsonValue& value, CohereMessage* message) {
  *message = {};
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "content") {
      message->content.clear();
      if (field.kind() == JsonValue::Kind::kString) {
        CohereContent& content = message->content.emplace_back();
        content.type = "text";
        return ReadText(key, field, &content.text.emplace());
      }
      return ForEach("content", field, [&](JsonValue& each) {
        return ReadContent(each, &message->content.emplace_back());
      });
    }
    if (key == "tool_calls") {
      message->tool_calls.clear();
      return ForEach("tool_calls", field, [&](JsonValue& each) {
        return ReadToolCall(each, &message->tool_calls.emplace_back());
      });
    }
    if (key == "citations") {
      message->citations.clear();
      return ForEach("citations", field, [&](JsonValue& each) {
        message->citations.emplace_back(each.Raw());
        return absl::OkStatus();
      });
    }
    if (key == "tool_plan") {
      message->has_tool_plan = !field.is_null();
      return ReadText(key, field, &message->tool_plan);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadUsage(JsonValue& value, CohereUsage* usage) {
  *usage = {};
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "cached_tokens") usage->cached = CountOf(field);
        if (key != "tokens") return absl::OkStatus();
        return field.ForEachField([&](absl::string_view name, JsonValue& each) {
          if (name == "input_tokens") usage->input = CountOf(each);
          if (name == "output_tokens") usage->output = CountOf(each);
          if (name == "reasoning_tokens") usage->reasoning = CountOf(each);
          return absl::OkStatus();
        });
      }));
  if (value.kind() == JsonValue::Kind::kObject) {
    usage->json = std::string(value.Raw());
  }
  return absl::OkStatus();
}

// One text may be of several tokens: together they are as likely as the
// product of all.
absl::Status ReadLogprob(JsonValue& value,
                         std::vector<CohereLogprob>* logprobs) {
  CohereLogprob read;
  int tokens = 0;
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "text") return ReadText(key, field, &read.text);
        if (key != "logprobs") return absl::OkStatus();
        return field.ForEachItem([&](JsonValue& each) {
          const std::optional<double> logprob = each.AsDouble();
          if (logprob.has_value()) {
            read.logprob += *logprob;
            ++tokens;
          }
          return absl::OkStatus();
        });
      }));
  if (tokens > 0) logprobs->push_back(std::move(read));
  return absl::OkStatus();
}

absl::Status ReadField(absl::string_view key, JsonValue& field,
                       CohereEvent* event) {
  if (key == "id") return ReadText(key, field, &event->id);
  if (key == "finish_reason") {
    return ReadText(key, field, &event->finish_reason);
  }
  if (key == "usage") return ReadUsage(field, &event->usage);
  if (key == "logprobs") {
    event->logprobs.clear();
    return ForEach(key, field, [&](JsonValue& each) {
      return ReadLogprob(each, &event->logprobs);
    });
  }
  if (key == "message" && field.kind() == JsonValue::Kind::kString) {
    event->has_error = true;  // {"id","message"}: what an error looks like.
    return ReadText(key, field, &event->error.message);
  }
  if (key == "message") {
    event->has_message = field.kind() == JsonValue::Kind::kObject;
    return ReadMessage(field, &event->message);
  }
  if (key == "error" && !field.is_null()) {
    event->has_error = true;
    event->error = ReadErrorValue(field);
  }
  return absl::OkStatus();
}

absl::Status CheckEvent(const CohereEvent& event) {
  const bool is_start = event.type == "content-start";
  if (is_start || event.type == "content-delta") {
    if (event.message.content.empty()) {
      return absl::InvalidArgumentError("it has no content");
    }
    const CohereContent& content = event.message.content[0];
    if (is_start && content.type.empty()) {
      return absl::InvalidArgumentError("its content has no type");
    }
  }
  if (event.type == "tool-call-start" || event.type == "tool-call-delta") {
    if (event.message.tool_calls.empty()) {
      return absl::InvalidArgumentError("it has no tool call");
    }
    if (event.type == "tool-call-delta" &&
        !event.message.tool_calls[0].arguments.has_value()) {
      return absl::InvalidArgumentError("it has no arguments");
    }
  }
  const bool is_of_list = is_start || event.type == "content-delta" ||
                          event.type == "tool-call-start" ||
                          event.type == "tool-call-delta" ||
                          event.type == "tool-call-end";
  if (is_of_list && event.index.value_or(-1) < 0) {
    return absl::InvalidArgumentError("it has no index");
  }
  if (event.type == "tool-plan-delta" && !event.message.has_tool_plan) {
    return absl::InvalidArgumentError("it has no tool plan");
  }
  if (event.type == "message-end" && event.finish_reason.empty() &&
      !event.has_error) {
    return absl::InvalidArgumentError("it has no finish reason");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadCohereEvent(JsonReader& reader, absl::string_view json,
                             CohereEvent* event) {
  AIGW_RETURN_IF_ERROR(reader.Read(json, [&](JsonValue& root) {
    event->is_null = root.is_null();
    if (!event->is_null && root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "type") return ReadText(key, field, &event->type);
      if (key == "index") event->index = field.AsInt();
      if (key == "delta") {
        event->message = {};
        event->finish_reason.clear();
        return field.ForEachField([&](absl::string_view name, JsonValue& each) {
          return ReadField(name, each, event);
        });
      }
      return ReadField(key, field, event);
    });
  }));
  return event->is_null ? absl::OkStatus() : CheckEvent(*event);
}

absl::Status ReadCohereAnswer(JsonReader& reader, absl::string_view json,
                              CohereEvent* answer) {
  return reader.Read(json, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      return ReadField(key, field, answer);
    });
  });
}

}  // namespace aigateway

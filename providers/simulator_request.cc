#include "providers/simulator_request.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"
#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

constexpr int kMaxChoices = 16;
constexpr size_t kMaxTools = 1024;
constexpr size_t kMaxStops = 64;
constexpr size_t kMaxKeptText = size_t{16} << 10;
constexpr size_t kMaxShownBytes = 64;
// What a message costs beside its text, and a part that is no text.
constexpr int64_t kTokensPerMessage = 3;
constexpr int64_t kTokensPerPart = 85;

// Members of the body that change nothing here.
constexpr absl::string_view kIgnored[] = {
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "metadata",
    "modalities",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "safety_identifier",
    "seed",
    "store",
    "temperature",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
};

// One message, as far as the answer depends on it.
struct Message {
  std::string role;
  std::string text;  // Joined; its beginning.
  int64_t tokens = kTokensPerMessage;
};

class BodyReader {
 public:
  BodyReader(SimulatorRequest* request, std::vector<FieldViolation>* violations)
      : request_(request), violations_(violations) {}

  // A member of the body.
  void Read(absl::string_view key, JsonValue& value) {
    if (key == "model") {
      Text(key, value, &request_->model);
    } else if (key == "messages") {
      ReadMessages(value);
    } else if (key == "stream") {
      Bool(key, value, &request_->stream);
    } else if (key == "stream_options") {
      (void)value.ForEachField([this](absl::string_view name, JsonValue& each) {
        if (name == "include_usage") {
          Bool("stream_options.include_usage", each, &request_->include_usage);
        }
        return absl::OkStatus();
      });
    } else if (key == "max_tokens" || key == "max_completion_tokens") {
      if (!value.is_null())
        request_->max_tokens = Int(key, value, 1, INT32_MAX);
    } else if (key == "n") {
      if (!value.is_null()) {
        request_->n = static_cast<int>(Int(key, value, 1, kMaxChoices));
      }
    } else if (key == "stop") {
      ReadStop(value);
    } else if (key == "tools") {
      ReadTools(value);
    } else if (key == "tool_choice") {
      ReadToolChoice(value);
    } else if (key == "parallel_tool_calls") {
      Bool(key, value, &request_->parallel_tool_calls);
    } else if (key == "response_format") {
      ReadResponseFormat(value);
    } else if (key == "logprobs") {
      Bool(key, value, &request_->logprobs);
    } else if (key == "top_logprobs") {
      if (!value.is_null()) request_->top_logprobs = Int(key, value, 0, 20);
    } else if (key == "reasoning_effort") {
      Text(key, value, &request_->reasoning_effort);
    } else if (key == "service_tier") {
      Text(key, value, &request_->service_tier);
    } else if (!ReadSimulatorOption(key, value, key, &request_->options,
                                    violations_) &&
               std::find(std::begin(kIgnored), std::end(kIgnored), key) ==
                   std::end(kIgnored)) {
      violations_->push_back(
          UnknownSimulatorOption(key, Truncate(key, kMaxShownBytes)));
    }
  }

  void Finish() {
    if (request_->model.empty()) Refuse("model", "is required");
    if (!has_messages_) Refuse("messages", "must have at least one message");
    if (request_->tool_choice == SimulatorRequest::ToolChoice::kNamed &&
        std::none_of(request_->tools.begin(), request_->tools.end(),
                     [this](const SimulatorRequest::Tool& tool) {
                       return tool.name == request_->tool_name;
                     })) {
      Refuse("tool_choice", "names a tool that is not in 'tools'");
    }
    if (request_->tool_choice == SimulatorRequest::ToolChoice::kRequired &&
        request_->tools.empty()) {
      Refuse("tool_choice", "requires a tool, and there is none in 'tools'");
    }
  }

 private:
  void Refuse(absl::string_view path, absl::string_view description) {
    violations_->push_back({std::string(path), std::string(description)});
  }

  // Null is as good as absent.
  void Text(absl::string_view path, JsonValue& value, std::string* text) {
    if (value.is_null()) return;
    const std::optional<absl::string_view> read = value.AsString();
    if (read.has_value()) {
      *text = std::string(*read);
    } else {
      Refuse(path, "must be a text");
    }
  }

  void Bool(absl::string_view path, JsonValue& value, bool* flag) {
    if (value.is_null()) return;
    const std::optional<bool> read = value.AsBool();
    if (read.has_value()) {
      *flag = *read;
    } else {
      Refuse(path, "must be true or false");
    }
  }

  int64_t Int(absl::string_view path, JsonValue& value, int64_t least,
              int64_t most) {
    const std::optional<int64_t> read = value.AsInt();
    if (read.has_value() && *read >= least && *read <= most) return *read;
    Refuse(path,
           absl::StrCat("must be a whole number from ", least, " to ", most));
    return least;
  }

  void ReadMessages(JsonValue& value) {
    if (value.kind() != Kind::kArray)
      return Refuse("messages", "must be a list");
    Message last;
    (void)value.ForEachItem([&](JsonValue& item) {
      has_messages_ = true;
      last = Message();
      ReadMessage(item, &last);
      request_->prompt_tokens += last.tokens;
      if (last.role == "user") request_->user_text = last.text;
      return absl::OkStatus();
    });
    if (last.role == "tool") {
      request_->ends_with_tool = true;
      request_->tool_result = std::move(last.text);
    } else if (last.role == "assistant") {
      request_->ends_with_assistant = true;
      request_->prefill = std::move(last.text);
    }
  }

  void ReadMessage(JsonValue& value, Message* message) {
    (void)value.ForEachField([&](absl::string_view key, JsonValue& member) {
      if (key == "role") message->role = std::string(AsText(member));
      if (key == "content") ReadContent(member, message);
      if (key == "tool_calls") {
        message->tokens += CountSimulatorTokens(member.Raw());
      }
      return absl::OkStatus();
    });
    if (message->role.empty()) Refuse("messages", "must each have a role");
  }

  void ReadContent(JsonValue& value, Message* message) {
    if (value.kind() != Kind::kArray) {
      AddText(AsText(value), message);
      return;
    }
    (void)value.ForEachItem([&](JsonValue& part) {
      bool is_text = false;
      (void)part.ForEachField([&](absl::string_view key, JsonValue& member) {
        if (key == "text" && member.kind() == Kind::kString) {
          is_text = true;
          AddText(AsText(member), message);
        }
        return absl::OkStatus();
      });
      if (!is_text) message->tokens += kTokensPerPart;
      return absl::OkStatus();
    });
  }

  void CountPrompt(absl::string_view text) {
    request_->prompt_tokens += CountSimulatorTokens(text);
  }

  static absl::string_view AsText(JsonValue& value) {
    return value.AsString().value_or(absl::string_view());
  }

  static void AddText(absl::string_view text, Message* message) {
    message->tokens += CountSimulatorTokens(text);
    if (message->text.size() >= kMaxKeptText) return;
    absl::StrAppend(&message->text,
                    text.substr(0, kMaxKeptText - message->text.size()));
  }

  void ReadStop(JsonValue& value) {
    if (value.kind() == Kind::kString) {
      const absl::string_view text = AsText(value);
      if (!text.empty()) request_->stop.emplace_back(text);
      return;
    }
    (void)value.ForEachItem([this](JsonValue& item) {
      if (request_->stop.size() < kMaxStops) {
        request_->stop.emplace_back(AsText(item));
      }
      return absl::OkStatus();
    });
    std::erase(request_->stop, std::string());
  }

  void ReadTools(JsonValue& value) {
    (void)value.ForEachItem([this](JsonValue& item) {
      SimulatorRequest::Tool tool;
      (void)item.ForEachField([&](absl::string_view key, JsonValue& function) {
        if (key != "function") return absl::OkStatus();
        return function.ForEachField(
            [&](absl::string_view name, JsonValue& member) {
              if (name == "parameters") {
                tool.parameters = std::string(member.Raw());
                CountPrompt(tool.parameters);
              } else {
                const absl::string_view text = AsText(member);
                CountPrompt(text);
                if (name == "name") tool.name = std::string(text);
              }
              return absl::OkStatus();
            });
      });
      if (tool.name.empty())
        Refuse("tools", "must each have a function's name");
      if (request_->tools.size() < kMaxTools) {
        request_->tools.push_back(std::move(tool));
      }
      return absl::OkStatus();
    });
  }

  void ReadToolChoice(JsonValue& value) {
    using ToolChoice = SimulatorRequest::ToolChoice;
    if (value.kind() == Kind::kString) {
      const absl::string_view word = AsText(value);
      if (word == "none") {
        request_->tool_choice = ToolChoice::kNone;
      } else if (word == "required") {
        request_->tool_choice = ToolChoice::kRequired;
      } else if (word != "auto") {
        Refuse("tool_choice", "must be none, auto, required or a function");
      }
      return;
    }
    (void)value.ForEachField([&](absl::string_view key, JsonValue& function) {
      if (key != "function") return absl::OkStatus();
      return function.ForEachField(
          [&](absl::string_view name, JsonValue& member) {
            if (name == "name") {
              request_->tool_choice = ToolChoice::kNamed;
              request_->tool_name = std::string(AsText(member));
            }
            return absl::OkStatus();
          });
    });
  }

  void ReadResponseFormat(JsonValue& value) {
    using Format = SimulatorRequest::Format;
    std::string type;
    (void)value.ForEachField([&](absl::string_view key, JsonValue& member) {
      if (key == "type") type = std::string(AsText(member));
      if (key != "json_schema") return absl::OkStatus();
      return member.ForEachField([&](absl::string_view name, JsonValue& each) {
        if (name == "schema") request_->schema = std::string(each.Raw());
        return absl::OkStatus();
      });
    });
    if (type == "json_object") {
      request_->format = Format::kJsonObject;
    } else if (type == "json_schema") {
      request_->format = Format::kJsonSchema;
    } else if (type != "text" && !value.is_null()) {
      Refuse("response_format.type",
             "must be text, json_object or json_schema");
    }
  }

  SimulatorRequest* const request_;
  std::vector<FieldViolation>* const violations_;
  bool has_messages_ = false;
};

}  // namespace

SimulatorRequest ReadSimulatorRequest(absl::string_view body,
                                      std::vector<FieldViolation>* violations) {
  SimulatorRequest request;
  BodyReader fields(&request, violations);
  JsonReader reader;
  const absl::Status read = reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      fields.Read(key, value);
      return absl::OkStatus();
    });
  });
  if (!read.ok()) {
    violations->push_back(
        {"body", absl::StrCat("is no JSON: ", read.message())});
    return request;
  }
  fields.Finish();
  return request;
}

}  // namespace aigateway

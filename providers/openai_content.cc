#include "providers/openai_content.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Takes a text or null; anything else is wrong.
absl::Status TakeText(JsonValue& value, absl::string_view wrong,
                      std::string* text) {
  if (value.is_null()) return absl::OkStatus();
  const std::optional<absl::string_view> string = value.AsString();
  if (!string.has_value()) return Wrong(wrong);
  absl::StrAppend(text, *string);
  return absl::OkStatus();
}

// Appends the texts of [{"type":"text","text":"..."}], also of one alone, and
// takes the signature that stands among them.
absl::Status ReadTexts(JsonValue& value, std::string* text,
                       std::string* signature) {
  if (std::optional<absl::string_view> string = value.AsString()) {
    absl::StrAppend(text, *string);
    return absl::OkStatus();
  }
  const auto read_object = [&](JsonValue& object) {
    return object.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "text") {
        absl::StrAppend(text, field.AsString().value_or(""));
      } else if (key == "signature") {
        absl::StrAppend(signature, field.AsString().value_or(""));
      }
      return absl::OkStatus();
    });
  };
  if (value.kind() == Kind::kObject) return read_object(value);
  return value.ForEachItem(read_object);
}

absl::Status ReadUrl(JsonValue& value, std::string* url) {
  if (std::optional<absl::string_view> string = value.AsString()) {
    *url = std::string(*string);
    return absl::OkStatus();
  }
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "url") *url = std::string(field.AsString().value_or(""));
    return absl::OkStatus();
  });
}

class MessageReader {
 public:
  MessageReader(OpenAiPiece* piece, ProviderMetadata* extras)
      : piece_(*piece), extras_(*extras) {}

  absl::Status ReadMember(absl::string_view key, JsonValue& value) {
    if (key == "content") return ReadContent(value);
    if (key == "reasoning_content") {
      return ReadReasoning(value, &piece_.reasoning_content);
    }
    if (key == "reasoning") return ReadReasoning(value, &piece_.reasoning);
    if (key == "tool_calls") return ReadToolCalls(value);
    if (key == "refusal") {
      return TakeText(value, "refusal is no text", &piece_.refusal);
    }
    if (key == "reasoning_details") return ReadDetails(value);
    if (key == "function_call") return ReadFunctionCall(value);
    if (key == "audio") return ReadAudio(value);
    if (key == "images")
      return value.ForEachItem(
          [this](JsonValue& image) { return ReadPart(image); });
    // Citations, of which a delta has some. Of "role", "channel", "token_id"
    // and the like nobody wants to hear.
    if (key == "annotations" || key == "citations") {
      return extras_.Append(key, value);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadContent(JsonValue& value) {
    if (has_content_) return Wrong("content is there twice");
    has_content_ = !value.is_null();
    if (value.kind() != Kind::kArray) {
      return TakeText(value, "content is no text", &piece_.text);
    }
    return value.ForEachItem(
        [this](JsonValue& part) { return ReadPart(part); });
  }

  // Reasoning as a text; where it is an object or a list, its texts.
  static absl::Status ReadReasoning(JsonValue& value, std::string* text) {
    std::string signature;
    return ReadTexts(value, text, &signature);
  }

  // Members may come in any order, so that all are read before the type tells
  // what they mean.
  absl::Status ReadPart(JsonValue& part) {
    if (part.is_null()) return absl::OkStatus();
    if (std::optional<absl::string_view> text = part.AsString()) {
      absl::StrAppend(&piece_.text, *text);
      return absl::OkStatus();
    }
    if (part.kind() != Kind::kObject) return Wrong("a part is no object");
    std::string text;
    std::string image_url;
    OpenAiThoughtPiece thought;
    thought.in_content = true;
    AIGW_RETURN_IF_ERROR(part.ForEachField(
        [&](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key == "type") {
            return TakeText(field, "the type of a part is no text",
                            &thought.type);
          }
          if (key == "text") {
            return TakeText(field, "the text of a part is none", &text);
          }
          if (key == "refusal") {
            return TakeText(field, "refusal is no text", &piece_.refusal);
          }
          if (key == "thinking" || key == "summary") {
            return ReadTexts(field, &thought.text, &thought.signature);
          }
          if (key == "signature") {
            return TakeText(field, "signature is no text", &thought.signature);
          }
          if (key == "image_url") return ReadUrl(field, &image_url);
          return absl::OkStatus();
        }));
    if (thought.type == "thinking" || thought.type == "reasoning") {
      if (thought.text.empty()) thought.text = std::move(text);
      absl::StrAppend(&piece_.reasoning_content, thought.text);
      piece_.thoughts.push_back(std::move(thought));
    } else if (thought.type == "image_url" && !image_url.empty()) {
      piece_.images.emplace_back().mutable_image()->set_url(image_url);
    } else if (!text.empty()) {
      absl::StrAppend(&piece_.text, text);
      if (!thought.type.empty() && thought.type != "text" &&
          thought.type != "output_text") {
        piece_.unknown_part = std::move(thought.type);
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadDetails(JsonValue& value) {
    return value.ForEachItem([this](JsonValue& entry) -> absl::Status {
      if (entry.kind() != Kind::kObject) return absl::OkStatus();
      OpenAiThoughtPiece& thought = piece_.thoughts.emplace_back();
      return entry.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "index") {
          thought.index = field.AsInt();
        } else if (key == "id") {
          thought.id = std::string(field.AsString().value_or(""));
        } else if (key == "type") {
          thought.type = std::string(field.AsString().value_or(""));
        } else if (key == "text" || key == "summary") {
          absl::StrAppend(&thought.text, field.AsString().value_or(""));
        } else if (key == "signature") {
          thought.signature = std::string(field.AsString().value_or(""));
        }
        thought.members.emplace_back(std::string(key),
                                     std::string(field.Raw()));
        return absl::OkStatus();
      });
    });
  }

  absl::Status ReadToolCalls(JsonValue& value) {
    if (value.is_null()) return absl::OkStatus();
    if (value.kind() != Kind::kArray) return Wrong("tool_calls is no list");
    return value.ForEachItem([this](JsonValue& call) -> absl::Status {
      if (call.is_null()) return absl::OkStatus();
      if (call.kind() != Kind::kObject)
        return Wrong("a tool call is no object");
      if (piece_.tools.size() >= OpenAiChunk::kMaxToolCalls) {
        return Wrong("it has too many tool calls");
      }
      OpenAiToolPiece tool;
      AIGW_RETURN_IF_ERROR(call.ForEachField(
          [&](absl::string_view key, JsonValue& field) -> absl::Status {
            if (key == "index") {
              tool.index = field.AsInt();
              return absl::OkStatus();
            }
            if (key == "id") {
              return TakeText(field, "the id of a tool call is no text",
                              &tool.id);
            }
            if (key == "function") return ReadFunction(field, &tool);
            // Workers AI leaves the "function" around them out.
            if (key == "name" || key == "arguments") {
              return ReadFunctionMember(key, field, &tool);
            }
            return absl::OkStatus();
          }));
      // Workers AI ends with a piece that says nothing; Mistral writes "null"
      // for no id.
      if (tool.id == "null") tool.id.clear();
      if (!tool.empty()) piece_.tools.push_back(std::move(tool));
      return absl::OkStatus();
    });
  }

  // The older form, of one call alone; Snowflake sends it empty.
  absl::Status ReadFunctionCall(JsonValue& value) {
    OpenAiToolPiece tool;
    AIGW_RETURN_IF_ERROR(ReadFunction(value, &tool));
    if (!tool.empty()) piece_.tools.push_back(std::move(tool));
    return absl::OkStatus();
  }

  static absl::Status ReadFunction(JsonValue& value, OpenAiToolPiece* tool) {
    if (value.is_null()) return absl::OkStatus();
    if (value.kind() != Kind::kObject) return Wrong("a function is no object");
    return value.ForEachField([&](absl::string_view key, JsonValue& field) {
      return ReadFunctionMember(key, field, tool);
    });
  }

  static absl::Status ReadFunctionMember(absl::string_view key,
                                         JsonValue& field,
                                         OpenAiToolPiece* tool) {
    if (key == "name") {
      return TakeText(field, "the name of a function is no text", &tool->name);
    }
    if (key != "arguments" || field.is_null()) return absl::OkStatus();
    if (std::optional<absl::string_view> text = field.AsString()) {
      tool->arguments = std::string(*text);
    } else {
      tool->arguments = CompactJson(field.Raw());
    }
    return absl::OkStatus();
  }

  absl::Status ReadAudio(JsonValue& value) {
    return value.ForEachField([this](absl::string_view key, JsonValue& field) {
      if (key == "data") {
        absl::StrAppend(&piece_.audio, field.AsString().value_or(""));
      } else if (key == "transcript") {
        absl::StrAppend(&piece_.audio_transcript,
                        field.AsString().value_or(""));
      }
      return absl::OkStatus();
    });
  }

  OpenAiPiece& piece_;
  ProviderMetadata& extras_;
  bool has_content_ = false;
};

}  // namespace

absl::Status ReadOpenAiMessage(JsonValue& value, OpenAiPiece* piece,
                               ProviderMetadata* extras) {
  if (value.is_null()) return absl::OkStatus();
  if (value.kind() != Kind::kObject) return Wrong("a message is no object");
  MessageReader reader(piece, extras);
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    return reader.ReadMember(key, field);
  });
}

}  // namespace aigateway

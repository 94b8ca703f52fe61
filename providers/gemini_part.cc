#include "providers/gemini_part.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using Kind = GeminiPart::Kind;

// A text; empty if it is of another kind.
std::string TextOf(JsonValue& value) {
  return std::string(value.AsString().value_or(""));
}

// `json` without the white space between its tokens, so that a whole answer,
// which is indented, and a streamed one give the same arguments.
std::string Compact(absl::string_view json) {
  std::string compact;
  compact.reserve(json.size());
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\' && i + 1 < json.size()) {
      compact.push_back(c);
      compact.push_back(json[++i]);
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
      continue;
    }
    compact.push_back(c);
  }
  return compact;
}

absl::Status ReadCall(JsonValue& value, GeminiPart* part) {
  part->kind = Kind::kCall;
  part->arguments = "{}";
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "name") {
          part->name = TextOf(field);
        } else if (key == "id") {
          part->call_id = TextOf(field);
        } else if (key == "args" && !field.is_null()) {
          part->arguments = Compact(field.Raw());
        }
        return absl::OkStatus();
      }));
  if (part->name.empty()) {
    return absl::InvalidArgumentError("a function call has no name");
  }
  return absl::OkStatus();
}

// Of inlineData and fileData.
absl::Status ReadMedia(JsonValue& value, GeminiPart* part) {
  bool whole = false;
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "mimeType") {
          part->media_type = TextOf(field);
        } else if (key == "data") {
          const absl::string_view data = field.AsString().value_or("");
          part->kind = Kind::kMedia;
          whole = absl::Base64Unescape(data, &part->bytes) ||
                  absl::WebSafeBase64Unescape(data, &part->bytes);
        } else if (key == "fileUri") {
          part->kind = Kind::kMediaUrl;
          part->text = TextOf(field);
          whole = !part->text.empty();
        }
        return absl::OkStatus();
      }));
  if (whole) return absl::OkStatus();
  return absl::InvalidArgumentError("a part's data cannot be read");
}

}  // namespace

absl::StatusOr<std::optional<GeminiPart>> ReadGeminiPart(JsonValue& value) {
  if (value.kind() != JsonValue::Kind::kObject) {
    return absl::InvalidArgumentError("a part is no object");
  }
  GeminiPart part;
  bool is_thought = false;
  bool has_content = false;
  bool has_other = false;
  AIGW_RETURN_IF_ERROR(value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (field.is_null()) return absl::OkStatus();
        if (key == "text") {
          if (field.kind() != JsonValue::Kind::kString) {
            return absl::InvalidArgumentError("a part's text is no text");
          }
          part.text = TextOf(field);
          has_content = true;
        } else if (key == "functionCall") {
          has_content = true;
          return ReadCall(field, &part);
        } else if (key == "inlineData" || key == "fileData") {
          has_content = true;
          return ReadMedia(field, &part);
        } else if (key == "thought") {
          is_thought = field.AsBool().value_or(false);
        } else if (key == "thoughtSignature") {
          part.signature = TextOf(field);
        } else if (key != "videoMetadata" && key != "partMetadata" &&
                   key != "mediaResolution") {
          has_other = true;
        }
        return absl::OkStatus();
      }));
  if (!has_content && has_other) {
    part.kind = Kind::kOther;
    part.raw = Compact(value.Raw());
  } else if (is_thought && part.kind == Kind::kText) {
    part.kind = Kind::kThought;
  } else if (is_thought && part.kind != Kind::kCall) {
    part.kind = Kind::kThoughtMedia;
    part.bytes.clear();
  }
  const bool is_empty = part.kind == Kind::kText || part.kind == Kind::kThought
                            ? part.text.empty()
                            : false;
  if (is_empty && part.signature.empty()) return std::nullopt;
  return part;
}

}  // namespace aigateway

#include "providers/error_body.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

// Errors lie in errors: {"error":{"error":{...}}}. Deeper ones are not looked
// for.
constexpr int kMaxDepth = 4;
// More of one text is never shown.
constexpr size_t kMaxTextBytes = size_t{16} * 1024;

bool IsOneOf(absl::string_view key, absl::Span<const absl::string_view> names) {
  for (absl::string_view name : names) {
    if (absl::EqualsIgnoreCase(key, name)) return true;
  }
  return false;
}

// A text, number or whatever else stands there, as text; null is empty.
std::string TextOf(JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return "";
    case JsonValue::Kind::kString:
      return Truncate(value.AsString().value_or(""), kMaxTextBytes);
    default:
      return Truncate(value.Raw(), kMaxTextBytes);
  }
}

// A list of faults: [{"loc":["body","n"],"msg":"too large"}],
// [{"message":...}],
// ["text"].
std::string TextOfList(JsonValue& list) {
  std::string text;
  const absl::Status status =
      list.ForEachItem([&](JsonValue& item) -> absl::Status {
        std::string place;
        std::string words;
        if (item.kind() != JsonValue::Kind::kObject) {
          words = TextOf(item);
        } else {
          AIGW_RETURN_IF_ERROR(item.ForEachField([&](absl::string_view key,
                                                     JsonValue& field) {
            if (IsOneOf(key, {"msg", "message"})) {
              words = TextOf(field);
            } else if (key == "loc") {
              return field.ForEachItem([&](JsonValue& step) {
                absl::StrAppend(&place, place.empty() ? "" : ".", TextOf(step));
                return absl::OkStatus();
              });
            }
            return absl::OkStatus();
          }));
        }
        if (words.empty() || text.size() > kMaxTextBytes) {
          return absl::OkStatus();
        }
        absl::StrAppend(&text, text.empty() ? "" : "; ", place,
                        place.empty() ? "" : ": ", words);
        return absl::OkStatus();
      });
  return status.ok() ? text : "";
}

// Lets `better` stand wherever it says something.
void Overlay(ErrorBody better, ErrorBody* body) {
  if (!better.message.empty()) body->message = std::move(better.message);
  if (!better.type.empty()) body->type = std::move(better.type);
  if (!better.code.empty()) body->code = std::move(better.code);
  if (!better.param.empty()) body->param = std::move(better.param);
  if (!better.detail.empty()) body->detail = std::move(better.detail);
  if (better.status != 0) body->status = better.status;
}

int StatusFromCode(absl::string_view code) {
  int status = 0;
  return absl::SimpleAtoi(code, &status) && status >= 400 && status < 600
             ? status
             : 0;
}

class Reader {
 public:
  explicit Reader(int depth) : depth_(depth) {}

  ErrorBody Read(JsonValue& value) {
    switch (value.kind()) {
      case JsonValue::Kind::kObject:
        // A text that breaks off later still says what it said so far.
        value
            .ForEachField([this](absl::string_view key, JsonValue& field) {
              TakeField(key, field);
              return absl::OkStatus();
            })
            .IgnoreError();
        break;
      case JsonValue::Kind::kArray:
        TakeList(value);
        break;
      case JsonValue::Kind::kString:
        body_.message = TextOf(value);
        break;
      default:
        break;
    }
    return Finish();
  }

 private:
  void TakeField(absl::string_view key, JsonValue& field) {
    if (field.is_null()) return;
    if (IsOneOf(key, {"error", "errors", "external_model_message"})) {
      TakeError(field);
    } else if (IsOneOf(key, {"message", "msg", "status_msg", "error_msg",
                             "error_message"})) {
      // Also [{...}], and an object where a text should be.
      body_.message = field.kind() == JsonValue::Kind::kArray
                          ? TextOfList(field)
                          : TextOf(field);
    } else if (key == "detail") {
      detail_ = field.kind() == JsonValue::Kind::kArray ? TextOfList(field)
                                                        : TextOf(field);
    } else if (key == "title") {
      title_ = TextOf(field);
    } else if (IsOneOf(key, {"type", "error_type", "__type"})) {
      body_.type = TextOf(field);
    } else if (IsOneOf(key, {"code", "error_code"})) {
      body_.code = TextOf(field);
    } else if (IsOneOf(key, {"param", "parameter"})) {
      body_.param = TextOf(field);
    } else if (IsOneOf(key, {"status", "status_code"})) {
      TakeStatus(field);
    } else if (key == "raw") {
      body_.detail = TextOf(field);
    } else if (IsOneOf(key, {"metadata", "base_resp"})) {
      if (depth_ < kMaxDepth) Overlay(Reader(depth_ + 1).Read(field), &body_);
    }
  }

  void TakeError(JsonValue& field) {
    if (field.kind() == JsonValue::Kind::kString) {
      error_text_ = TextOf(field);
    } else if (depth_ < kMaxDepth) {
      inner_ = Reader(depth_ + 1).Read(field);
    }
  }

  // The first entry that says something stands for the list.
  void TakeList(JsonValue& list) {
    list.ForEachItem([this](JsonValue& item) {
          if (inner_.empty() && depth_ < kMaxDepth) {
            inner_ = Reader(depth_ + 1).Read(item);
          }
          return absl::OkStatus();
        })
        .IgnoreError();
  }

  void TakeStatus(JsonValue& field) {
    const std::string text = TextOf(field);
    body_.status = StatusFromCode(text);
    if (field.kind() == JsonValue::Kind::kString) {
      status_name_ = text;  // Gemini: "INVALID_ARGUMENT".
    } else if (body_.status == 0) {
      body_.code = text;  // MiniMax: 1004.
    }
  }

  ErrorBody Finish() {
    Overlay(std::move(inner_), &body_);
    if (body_.type.empty() && StatusFromCode(status_name_) == 0) {
      body_.type = std::move(status_name_);
    }
    // {"error":"not_found","message":"..."} names the kind, {"error":"..."} has
    // the words.
    if (body_.message.empty()) {
      body_.message = std::move(error_text_);
    } else if (body_.type.empty() && !absl::StrContains(error_text_, ' ')) {
      body_.type = std::move(error_text_);
    }
    if (body_.message.empty()) body_.message = std::move(detail_);
    if (body_.message.empty()) body_.message = std::move(title_);
    if (body_.detail.empty()) body_.detail = std::move(detail_);
    if (body_.status == 0) body_.status = StatusFromCode(body_.code);
    Unwrap();
    return std::move(body_);
  }

  // Databricks: the message is another body as JSON text.
  void Unwrap() {
    if (depth_ >= kMaxDepth || !absl::StartsWith(body_.message, "{")) return;
    ErrorBody within;
    JsonReader reader;
    const absl::Status status =
        reader.Read(body_.message, [&](JsonValue& value) {
          within = Reader(kMaxDepth).Read(value);
          return absl::OkStatus();
        });
    if (!status.ok() || within.message.empty()) return;
    body_.message = std::move(within.message);
    if (body_.type.empty()) body_.type = std::move(within.type);
    if (body_.code.empty()) body_.code = std::move(within.code);
  }

  const int depth_;
  ErrorBody body_;
  ErrorBody inner_;         // Of `error`, where it is an object.
  std::string error_text_;  // Of `error`, where it is a text.
  std::string detail_;
  std::string title_;
  std::string status_name_;
};

}  // namespace

std::optional<ErrorBody> ReadErrorBody(absl::string_view body) {
  ErrorBody error;
  JsonReader reader;
  const absl::Status status = reader.Read(body, [&](JsonValue& value) {
    error = ReadErrorValue(value);
    return absl::OkStatus();
  });
  if (!status.ok()) return std::nullopt;
  return error;
}

ErrorBody ReadErrorValue(JsonValue& value) {
  return Reader(/*depth=*/0).Read(value);
}

}  // namespace aigateway

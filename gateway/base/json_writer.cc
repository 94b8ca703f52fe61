#include "gateway/base/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/check.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// Whether one of eight bytes may need an escape; it is not missed if it does.
bool MayNeedEscape(const char* eight) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  uint64_t word;
  std::memcpy(&word, eight, sizeof(word));
  const uint64_t controls = (word - kOnes * 0x20) & ~word;
  const uint64_t quotes = word ^ (kOnes * '"');
  const uint64_t backslashes = word ^ (kOnes * '\\');
  return ((controls | ((quotes - kOnes) & ~quotes) |
           ((backslashes - kOnes) & ~backslashes)) &
          kHighBits) != 0;
}

// How many bytes at the beginning of `text` can stand in a string as they are.
size_t PlainPrefix(absl::string_view text) {
  size_t plain = 0;
  while (plain + 8 <= text.size() && !MayNeedEscape(text.data() + plain)) {
    plain += 8;
  }
  while (plain < text.size() && !NeedsEscape(text[plain])) ++plain;
  return plain;
}

void AppendEscape(char c, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out->push_back('\\');
  switch (c) {
    case '"':
    case '\\':
      return out->push_back(c);
    case '\b':
      return out->push_back('b');
    case '\f':
      return out->push_back('f');
    case '\n':
      return out->push_back('n');
    case '\r':
      return out->push_back('r');
    case '\t':
      return out->push_back('t');
    default:
      out->append("u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
  }
}

void AppendEscaped(absl::string_view text, std::string* out) {
  while (true) {
    const size_t plain = PlainPrefix(text);
    out->append(text.data(), plain);
    if (plain == text.size()) return;
    AppendEscape(text[plain], out);
    text.remove_prefix(plain + 1);
  }
}

}  // namespace

void JsonWriter::BeginValue() {
  if (levels_.empty()) {
    AIGW_CHECK(!has_root_);
    has_root_ = true;
    return;
  }
  Next& next = levels_.back();
  AIGW_CHECK(next != Next::kFirstKey && next != Next::kKey);
  if (next == Next::kItem) out_->push_back(',');
  next = next == Next::kValue ? Next::kKey : Next::kItem;
}

void JsonWriter::BeginKey() {
  AIGW_CHECK(!levels_.empty());
  Next& next = levels_.back();
  AIGW_CHECK(next == Next::kFirstKey || next == Next::kKey);
  if (next == Next::kKey) out_->push_back(',');
  next = Next::kValue;
}

void JsonWriter::End(bool may_end, char bracket) {
  AIGW_CHECK(may_end);
  levels_.pop_back();
  out_->push_back(bracket);
}

void JsonWriter::Quoted(absl::string_view text) {
  out_->push_back('"');
  if (IsValidUtf8(text)) {
    AppendEscaped(text, out_);
  } else {
    AppendEscaped(ValidUtf8(text), out_);
  }
  out_->push_back('"');
}

void JsonWriter::StartObject() {
  BeginValue();
  out_->push_back('{');
  levels_.push_back(Next::kFirstKey);
}

void JsonWriter::EndObject() {
  // Not between a key and its value.
  End(!levels_.empty() &&
          (levels_.back() == Next::kFirstKey || levels_.back() == Next::kKey),
      '}');
}

void JsonWriter::StartArray() {
  BeginValue();
  out_->push_back('[');
  levels_.push_back(Next::kFirstItem);
}

void JsonWriter::EndArray() {
  End(!levels_.empty() &&
          (levels_.back() == Next::kFirstItem || levels_.back() == Next::kItem),
      ']');
}

void JsonWriter::Key(absl::string_view key) {
  BeginKey();
  Quoted(key);
  out_->push_back(':');
}

void JsonWriter::String(absl::string_view value) {
  BeginValue();
  Quoted(value);
}

void JsonWriter::Int(int64_t value) {
  BeginValue();
  absl::StrAppend(out_, value);
}

void JsonWriter::Bool(bool value) {
  BeginValue();
  out_->append(value ? "true" : "false");
}

void JsonWriter::Null() {
  BeginValue();
  out_->append("null");
}

void JsonWriter::Double(double value) {
  // Between these every whole double is an int64.
  constexpr double kIntLimit = 0x1p63;
  if (!std::isfinite(value)) return Null();
  if (value >= -kIntLimit && value < kIntLimit && std::trunc(value) == value) {
    return Int(static_cast<int64_t>(value));
  }
  char text[32];  // The longest is -1.7976931348623157e+308.
  const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  AIGW_CHECK(error == std::errc());
  BeginValue();
  out_->append(text, end);
}

void JsonWriter::Raw(absl::string_view json) {
  if (!IsJson(json)) return Null();
  BeginValue();
  out_->append(json.data(), json.size());
}

void JsonWriter::Struct(const google::protobuf::Struct& value) {
  // The order of a proto's map is not even the same within one process.
  std::vector<const std::string*> keys;
  keys.reserve(value.fields().size());
  for (const auto& [key, member] : value.fields()) keys.push_back(&key);
  std::sort(keys.begin(), keys.end(),
            [](const std::string* a, const std::string* b) { return *a < *b; });
  StartObject();
  for (const std::string* key : keys) {
    Key(*key);
    Value(value.fields().at(*key));
  }
  EndObject();
}

void JsonWriter::Value(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET:
      return Null();
    case google::protobuf::Value::kNumberValue:
      return Double(value.number_value());
    case google::protobuf::Value::kStringValue:
      return String(value.string_value());
    case google::protobuf::Value::kBoolValue:
      return Bool(value.bool_value());
    case google::protobuf::Value::kStructValue:
      return Struct(value.struct_value());
    case google::protobuf::Value::kListValue:
      StartArray();
      for (const auto& item : value.list_value().values()) Value(item);
      return EndArray();
  }
}

}  // namespace aigateway

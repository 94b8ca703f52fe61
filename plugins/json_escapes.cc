#include "plugins/json_escapes.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// An escape at the beginning of a text.
struct Decoded {
  size_t length = 0;  // 0: it may go on behind the end.
  std::string text;
};

void AppendUtf8(uint32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The number in "\uXXXX" at the beginning of `json`; nullopt if it is none or
// does not end within.
std::optional<uint32_t> CodeUnit(absl::string_view json) {
  if (json.size() < 6 || json[0] != '\\' || json[1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (const char c : json.substr(2, 4)) {
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      unit = unit * 16 + static_cast<uint32_t>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      unit = unit * 16 + static_cast<uint32_t>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return unit;
}

Decoded DecodeUnicode(absl::string_view json, bool complete) {
  const std::optional<uint32_t> unit = CodeUnit(json);
  if (!unit.has_value()) {
    if (json.size() < 6 && !complete) return {};
    return {1, "\\"};
  }
  Decoded decoded = {6, ""};
  uint32_t c = *unit;
  if (c >= 0xD800 && c < 0xDC00) {
    const absl::string_view rest = json.substr(6);
    const std::optional<uint32_t> low = CodeUnit(rest);
    if (low.has_value() && *low >= 0xDC00 && *low < 0xE000) {
      decoded.length = 12;
      c = 0x10000 + ((c - 0xD800) << 10) + (*low - 0xDC00);
    } else if (!complete && !low.has_value() && rest.size() < 6) {
      return {};
    }
  }
  if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;
  AppendUtf8(c, decoded.text);
  return decoded;
}

// `json` begins with a backslash.
Decoded Decode(absl::string_view json, bool complete) {
  if (json.size() == 1) return complete ? Decoded{1, "\\"} : Decoded{};
  switch (json[1]) {
    case 'u':
      return DecodeUnicode(json, complete);
    case '"':
    case '\\':
    case '/':
      return {2, std::string(1, json[1])};
    case 'b':
      return {2, "\b"};
    case 'f':
      return {2, "\f"};
    case 'n':
      return {2, "\n"};
    case 'r':
      return {2, "\r"};
    case 't':
      return {2, "\t"};
    default:
      return {1, "\\"};
  }
}

}  // namespace

UnescapedJson::UnescapedJson(absl::string_view json, bool complete) {
  size_t at = 0;
  while (at < json.size()) {
    const size_t next = std::min(json.find('\\', at), json.size());
    text_.append(json.data() + at, next - at);
    at = next;
    if (at == json.size()) break;
    const Decoded decoded = Decode(json.substr(at), complete);
    if (decoded.length == 0) break;
    escapes_.push_back({text_.size(), text_.size() + decoded.text.size(), at,
                        at + decoded.length});
    text_ += decoded.text;
    at += decoded.length;
  }
}

const UnescapedJson::Escape* UnescapedJson::Before(size_t place) const {
  const auto after = std::upper_bound(
      escapes_.begin(), escapes_.end(), place,
      [](size_t p, const Escape& escape) { return p < escape.begin; });
  return after == escapes_.begin() ? nullptr : &*std::prev(after);
}

size_t UnescapedJson::SourceOf(size_t place) const {
  const Escape* escape = Before(place);
  if (escape == nullptr) return place;
  if (place < escape->end) return escape->source_begin;
  return escape->source_end + (place - escape->end);
}

size_t UnescapedJson::SourceOfEnd(size_t place) const {
  const Escape* escape = Before(place);
  if (escape == nullptr) return place;
  if (place == escape->begin) return escape->source_begin;
  if (place < escape->end) return escape->source_end;
  return escape->source_end + (place - escape->end);
}

std::string EscapeJson(absl::string_view text) {
  std::string quoted;
  JsonWriter(&quoted).String(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace aigateway

#include "gateway/base/json_walker.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "simdjson.h"

#include "gateway/base/check.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_text.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

namespace ondemand = simdjson::ondemand;

using Kind = JsonValue::Kind;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr absl::string_view kReplacementEscape = "\\ufffd";
// simdjson counts in 32 bits.
constexpr size_t kMaxText = std::numeric_limits<uint32_t>::max() - 4096;
// Buffers that one text made larger than this are not kept for the next.
constexpr size_t kKeptBytes = 256 * 1024;
constexpr size_t kFirstCapacity = 4096;

absl::string_view WithoutTrailingSpace(absl::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' ||
                           text.back() == '\r' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Cuts the text from a key's first letter to its value down to the key.
// On-Demand saw that only a quote, a colon and white space follow it.
bool CutToKey(absl::string_view* text) {
  *text = WithoutTrailingSpace(*text);
  if (!absl::ConsumeSuffix(text, ":")) return false;
  *text = WithoutTrailingSpace(*text);
  return absl::ConsumeSuffix(text, "\"");
}

// Where simdjson's first stage, which does not tell, found a string at fault:
// a control character in it, or where it begins if it never ends.
size_t FindBrokenString(absl::string_view text) {
  size_t begin = absl::string_view::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside = begin != absl::string_view::npos;
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      begin = inside ? absl::string_view::npos : i;
    } else if (inside && static_cast<unsigned char>(text[i]) < 0x20) {
      return i;
    }
  }
  return std::min(begin, text.size());
}

}  // namespace

class JsonWalker::Session {
 public:
  explicit Session(JsonWalker& walker) : walker_(walker) {
    AIGW_CHECK(!walker_.reading_);
    walker_.reading_ = true;
    walker_.failure_ = absl::OkStatus();
  }
  ~Session() {
    walker_.reading_ = false;
    walker_.text_ = "";
    walker_.arena_.Clear();
    if (walker_.buffer_.capacity() <= kKeptBytes) return;
    walker_.parser_ = ondemand::parser();
    std::string().swap(walker_.buffer_);
  }

 private:
  JsonWalker& walker_;
};

void JsonWalker::Load(absl::string_view text) {
  buffer_.clear();
  buffer_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  buffer_.append(text.data(), text.size());
  // Not blanks, which a token could be taken to go on in.
  buffer_.append(simdjson::SIMDJSON_PADDING, '\0');
  text_ = absl::string_view(buffer_.data(), text.size());
}

void JsonWalker::ReplaceLoneSurrogates() {
  size_t at = 0;
  while ((at = FindLoneSurrogate(text_, at)) != absl::string_view::npos) {
    buffer_.replace(at, kReplacementEscape.size(), kReplacementEscape.data(),
                    kReplacementEscape.size());
    at += kReplacementEscape.size();
  }
}

simdjson::error_code JsonWalker::FindTokens() {
  if (text_.size() > kMaxText) return simdjson::CAPACITY;
  if (parser_.capacity() < text_.size()) {
    // In powers of two, lest every text a little longer than the last pay.
    size_t capacity = kFirstCapacity;
    while (capacity < text_.size()) capacity *= 2;
    const auto error =
        parser_.allocate(std::min(capacity, kMaxText), parser_.max_depth());
    if (error != simdjson::SUCCESS) return error;
  }
  return parser_
      .iterate(simdjson::padded_string_view(text_.data(), text_.size(),
                                            buffer_.size()))
      .get(document_);
}

absl::Status JsonWalker::Read(absl::string_view text, ItemCallback root) {
  const Session session(*this);
  skipped_ =
      absl::ConsumePrefix(&text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  Load(text);
  ReplaceLoneSurrogates();
  simdjson::error_code error = FindTokens();
  if (error == simdjson::UTF8_ERROR) {
    Load(ValidUtf8(text));
    ReplaceLoneSurrogates();
    error = FindTokens();
  }
  if (error != simdjson::SUCCESS) return FailTokens(error);
  return WalkRoot(&root);
}

bool JsonWalker::IsJson(absl::string_view text) {
  const Session session(*this);
  Load(text);
  return FindTokens() == simdjson::SUCCESS && WalkRoot(nullptr).ok();
}

absl::Status JsonWalker::WalkRoot(const ItemCallback* callback) {
  JsonValue::Node node;
  AIGW_RETURN_IF_ERROR(OpenRoot(node));
  if (callback != nullptr) {
    JsonValue value(&node);
    AIGW_RETURN_IF_ERROR(Heed((*callback)(value)));
  }
  AIGW_RETURN_IF_ERROR(Walk(node));
  // A scalar's end was checked when it was opened.
  const bool is_container =
      node.kind == Kind::kObject || node.kind == Kind::kArray;
  if (is_container && Here() != text_.data() + text_.size()) {
    return Fail("there is more after the value", Here());
  }
  return absl::OkStatus();
}

absl::Status JsonWalker::OpenRoot(JsonValue::Node& node) {
  node.walker = this;
  node.depth = 1;
  node.begin = Here();
  // The document itself opens a root, since it alone looks at the last token.
  if (*node.begin == '{') {
    if (document_.get_object().get(node.object)) return FailStructure();
    node.kind = Kind::kObject;
    return absl::OkStatus();
  }
  if (*node.begin == '[') {
    if (document_.get_array().get(node.array)) return FailStructure();
    node.kind = Kind::kArray;
    return absl::OkStatus();
  }
  std::string_view token;
  if (document_.raw_json_token().get(token)) return FailStructure();
  const char* const end = token.data() + token.size();
  if (end != text_.data() + text_.size()) {
    return Fail("there is more after the value", end);
  }
  return OpenScalar({token.data(), token.size()}, node);
}

absl::Status JsonWalker::OpenChild(ondemand::value value, int depth,
                                   JsonValue::Node& node) {
  const std::string_view token = value.raw_json_token();
  node.walker = this;
  node.depth = depth;
  node.begin = token.data();
  const char first = token.empty() ? '\0' : token[0];
  if ((first == '{' || first == '[') && depth > JsonReader::kMaxDepth) {
    return Fail(
        absl::StrCat("it is nested deeper than ", JsonReader::kMaxDepth),
        node.begin);
  }
  if (first == '{') {
    if (value.get_object().get(node.object)) return FailStructure();
    node.kind = Kind::kObject;
    return absl::OkStatus();
  }
  if (first == '[') {
    if (value.get_array().get(node.array)) return FailStructure();
    node.kind = Kind::kArray;
    return absl::OkStatus();
  }
  if (first == '"') {
    // Or On-Demand takes `"a":"b":` for the beginning of an object.
    ondemand::raw_json_string consumed;
    if (value.get_raw_json_string().get(consumed)) return FailStructure();
  }
  return OpenScalar({token.data(), token.size()}, node);
}

absl::Status JsonWalker::OpenScalar(absl::string_view token,
                                    JsonValue::Node& node) {
  token = WithoutTrailingSpace(token);
  node.raw = token;
  node.walked = true;
  const char first = token.empty() ? '\0' : token[0];
  if (first == '"' && token.size() >= 2 && token.back() == '"') {
    if (!CheckEscapes(token.substr(1, token.size() - 2), &node.has_escapes)) {
      return Fail("an escape is malformed in the string", node.begin);
    }
    node.kind = Kind::kString;
  } else if (first == '-' || absl::ascii_isdigit(first)) {
    if (!IsJsonNumber(token)) {
      return Fail("a number is malformed", node.begin);
    }
    node.kind = Kind::kNumber;
  } else if (token == "true" || token == "false") {
    node.kind = Kind::kBool;
  } else if (token == "null") {
    node.kind = Kind::kNull;
  } else {
    return Fail("a value is missing or malformed", node.begin);
  }
  return absl::OkStatus();
}

absl::Status JsonWalker::Walk(JsonValue::Node& node) {
  if (node.walked) return absl::OkStatus();
  return node.kind == Kind::kObject ? WalkObject(node, nullptr)
                                    : WalkArray(node, nullptr);
}

absl::Status JsonWalker::BeginWalk(JsonValue::Node& node) {
  if (!failure_.ok()) return failure_;
  // A callback walks the value it was given, not the one that holds it.
  AIGW_CHECK(!node.walking);
  node.walking = true;
  return absl::OkStatus();
}

void JsonWalker::EndWalk(JsonValue::Node& node) {
  node.raw = WithoutTrailingSpace(
      {node.begin, static_cast<size_t>(Here() - node.begin)});
  node.walking = false;
  node.walked = true;
}

absl::Status JsonWalker::WalkObject(JsonValue::Node& node,
                                    const FieldCallback* callback) {
  AIGW_RETURN_IF_ERROR(BeginWalk(node));
  if (node.walked && node.object.reset().error()) return FailStructure();
  for (auto result : node.object) {
    ondemand::field field;
    if (std::move(result).get(field)) return FailStructure();
    const char* const key_begin = field.key().raw();
    JsonValue::Node child;
    AIGW_RETURN_IF_ERROR(OpenChild(field.value(), node.depth + 1, child));
    absl::string_view key(key_begin,
                          static_cast<size_t>(child.begin - key_begin));
    if (!CutToKey(&key)) return FailStructure();
    bool has_escapes = false;
    if (!CheckEscapes(key, &has_escapes)) {
      return Fail("an escape is malformed in the key", key_begin);
    }
    if (callback != nullptr) {
      JsonValue value(&child);
      AIGW_RETURN_IF_ERROR(
          Heed((*callback)(has_escapes ? Decode(key) : key, value)));
    }
    AIGW_RETURN_IF_ERROR(Walk(child));
  }
  EndWalk(node);
  return absl::OkStatus();
}

absl::Status JsonWalker::WalkArray(JsonValue::Node& node,
                                   const ItemCallback* callback) {
  AIGW_RETURN_IF_ERROR(BeginWalk(node));
  if (node.walked && node.array.reset().error()) return FailStructure();
  for (auto result : node.array) {
    ondemand::value item;
    if (std::move(result).get(item)) return FailStructure();
    JsonValue::Node child;
    AIGW_RETURN_IF_ERROR(OpenChild(item, node.depth + 1, child));
    if (callback != nullptr) {
      JsonValue value(&child);
      AIGW_RETURN_IF_ERROR(Heed((*callback)(value)));
    }
    AIGW_RETURN_IF_ERROR(Walk(child));
  }
  EndWalk(node);
  return absl::OkStatus();
}

absl::Status JsonWalker::Heed(absl::Status status) {
  if (failure_.ok()) failure_ = std::move(status);
  return failure_;
}

absl::string_view JsonWalker::Decode(absl::string_view content) {
  uint8_t* const begin =
      arena_.Reserve(content.size() + simdjson::SIMDJSON_PADDING);
  uint8_t* end = begin;
  std::string_view decoded;
  const auto error =
      parser_
          .unescape(ondemand::raw_json_string(
                        reinterpret_cast<const uint8_t*>(content.data())),
                    end)
          .get(decoded);
  if (error != simdjson::SUCCESS) {
    // Not to be seen: escapes were checked and lone surrogates replaced.
    (void)Fail("a string cannot be decoded", content.data());
    return "";
  }
  arena_.Keep(static_cast<size_t>(end - begin));
  return {decoded.data(), decoded.size()};
}

const char* JsonWalker::Here() {
  const char* here = nullptr;
  return document_.current_location().get(here) == simdjson::SUCCESS
             ? here
             : text_.data() + text_.size();
}

absl::Status JsonWalker::Fail(absl::string_view what, const char* where) {
  const size_t offset =
      skipped_ +
      std::min(static_cast<size_t>(where - text_.data()), text_.size());
  return Heed(absl::InvalidArgumentError(
      absl::StrCat("not valid JSON: ", what, " at byte ", offset)));
}

absl::Status JsonWalker::FailTokens(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return Heed(absl::InvalidArgumentError("not valid JSON: it is empty"));
    case simdjson::UNCLOSED_STRING:
      return Fail("a string does not end, begun",
                  text_.data() + FindBrokenString(text_));
    case simdjson::UNESCAPED_CHARS:
      return Fail("a string has a control character",
                  text_.data() + FindBrokenString(text_));
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return Heed(
          absl::InvalidArgumentError("not valid JSON: it is too large"));
    default:
      return Heed(absl::InvalidArgumentError("not valid JSON"));
  }
}

}  // namespace aigateway

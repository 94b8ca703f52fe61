#include "gateway/base/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/check.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"

// RapidJSON checks the nesting with this. Its templates are instantiated below
// with types of ours only, so that no other file's idea of it can meet this.
#define RAPIDJSON_ASSERT(condition) AIGW_CHECK(condition)
#include "rapidjson/allocators.h"
#include "rapidjson/encodings.h"
#include "rapidjson/rapidjson.h"
#include "rapidjson/writer.h"

namespace aigateway {
namespace {

// RapidJSON's idea of an output.
class StringStream {
 public:
  using Ch = char;

  explicit StringStream(std::string* out) : out_(out) {}
  void Put(char c) { out_->push_back(c); }
  void Flush() {}
  void Append(absl::string_view text) {
    out_->append(text.data(), text.size());
  }

 private:
  std::string* const out_;
};

struct Heap : rapidjson::CrtAllocator {};
using Pool = rapidjson::MemoryPoolAllocator<Heap>;

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

void AppendEscape(char c, StringStream& out) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      return out.Append("\\\"");
    case '\\':
      return out.Append("\\\\");
    case '\b':
      return out.Append("\\b");
    case '\f':
      return out.Append("\\f");
    case '\n':
      return out.Append("\\n");
    case '\r':
      return out.Append("\\r");
    case '\t':
      return out.Append("\\t");
    default:
      out.Append("\\u00");
      out.Put(kHex[byte >> 4]);
      out.Put(kHex[byte & 15]);
  }
}

// RapidJSON keeps commas, colons and nesting; texts are written in runs, where
// it would go byte by byte, and doubles in the way that our peers want.
class RunWriter : public rapidjson::Writer<StringStream, rapidjson::UTF8<>,
                                           rapidjson::UTF8<>, Pool> {
 public:
  RunWriter(StringStream& stream, Pool* pool) : Writer(stream, pool) {}

  void Key(absl::string_view key) {
    AIGW_CHECK(AwaitsKey());
    Quoted(key);
  }
  void String(absl::string_view value) {
    CheckValueMayCome();
    Quoted(value);
  }
  // `type` is what `text` is; it is valid JSON.
  void Text(absl::string_view text, rapidjson::Type type) {
    CheckValueMayCome();
    Prefix(type);
    os_->Append(text);
    EndValue(true);
  }
  void EndObject() {
    // Not between a key and its value.
    AIGW_CHECK(AwaitsKey());
    Writer::EndObject();
  }

 private:
  bool AwaitsKey() {
    if (level_stack_.Empty()) return false;
    const Level* const level = level_stack_.template Top<Level>();
    return !level->inArray && level->valueCount % 2 == 0;
  }
  void CheckValueMayCome() { AIGW_CHECK(!AwaitsKey()); }

  void Quoted(absl::string_view text) {
    Prefix(rapidjson::kStringType);
    os_->Put('"');
    if (IsValidUtf8(text)) {
      AppendEscaped(text);
    } else {
      AppendEscaped(ValidUtf8(text));
    }
    os_->Put('"');
    EndValue(true);
  }
  void AppendEscaped(absl::string_view text) {
    while (true) {
      const size_t plain = PlainPrefix(text);
      os_->Append(text.substr(0, plain));
      if (plain == text.size()) return;
      AppendEscape(text[plain], *os_);
      text.remove_prefix(plain + 1);
    }
  }
};

}  // namespace

struct JsonWriter::Impl {
  explicit Impl(std::string* out) : stream(out) {}

  StringStream stream;
  // Room for the pool's header and 32 levels of nesting, the least it takes.
  alignas(std::max_align_t) unsigned char buffer[576];
  Pool pool{buffer, sizeof(buffer)};
  RunWriter writer{stream, &pool};
};

JsonWriter::JsonWriter(std::string* out) {
  static_assert(sizeof(Impl) <= sizeof(storage_));
  static_assert(alignof(Impl) <= alignof(std::max_align_t));
  new (storage_) Impl(out);
}

JsonWriter::~JsonWriter() { impl().~Impl(); }

JsonWriter::Impl& JsonWriter::impl() {
  return *std::launder(reinterpret_cast<Impl*>(storage_));
}

void JsonWriter::StartObject() { impl().writer.StartObject(); }
void JsonWriter::EndObject() { impl().writer.EndObject(); }
void JsonWriter::StartArray() { impl().writer.StartArray(); }
void JsonWriter::EndArray() { impl().writer.EndArray(); }
void JsonWriter::Key(absl::string_view key) { impl().writer.Key(key); }
void JsonWriter::String(absl::string_view value) {
  impl().writer.String(value);
}
void JsonWriter::Int(int64_t value) { impl().writer.Int64(value); }
void JsonWriter::Bool(bool value) { impl().writer.Bool(value); }
void JsonWriter::Null() { impl().writer.Null(); }

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
  impl().writer.Text({text, static_cast<size_t>(end - text)},
                     rapidjson::kNumberType);
}

void JsonWriter::Raw(absl::string_view json) {
  if (!IsJson(json)) return Null();
  impl().writer.Text(json, rapidjson::kObjectType);
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

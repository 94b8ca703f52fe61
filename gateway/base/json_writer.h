#ifndef AIGATEWAY_GATEWAY_BASE_JSON_WRITER_H_
#define AIGATEWAY_GATEWAY_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

namespace aigateway {

// Writes one JSON value, without a DOM and, up to 32 levels, without an
// allocation of its own.
//
// Whole doubles are written as integers, a double that is not finite as null.
// Bytes of a string or key that are not UTF-8 become U+FFFD. The caller keeps
// the nesting right (checked by AIGW_CHECK).
class JsonWriter {
 public:
  // Appends to `out`, which must outlive this object.
  explicit JsonWriter(std::string* out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void StartObject();
  void EndObject();
  void StartArray();
  void EndArray();
  void Key(absl::string_view key);

  void String(absl::string_view value);
  void Int(int64_t value);
  void Double(double value);
  void Bool(bool value);
  void Null();
  // JSON text that belongs to the caller, as it is. It must be valid: ask
  // IsJson() where it comes in. Text that is not valid is written as null.
  void Raw(absl::string_view json);
  // Keys sorted; whole numbers as integers; a Value that is not set as null.
  void Struct(const google::protobuf::Struct& value);
  void Value(const google::protobuf::Value& value);

  // Key and value in one.
  void Field(absl::string_view key, absl::string_view value) {
    Key(key);
    String(value);
  }
  void Field(absl::string_view key, const char* value) {
    Key(key);
    String(value);
  }
  void IntField(absl::string_view key, int64_t value) {
    Key(key);
    Int(value);
  }
  void DoubleField(absl::string_view key, double value) {
    Key(key);
    Double(value);
  }
  void BoolField(absl::string_view key, bool value) {
    Key(key);
    Bool(value);
  }
  void RawField(absl::string_view key, absl::string_view json) {
    Key(key);
    Raw(json);
  }

 private:
  // What may come next inside an array or object.
  enum class Next : uint8_t {
    kFirstItem,
    kItem,
    kFirstKey,
    kKey,
    kValue,  // Of the key that was written.
  };

  // Writes the comma before a value, if one is due.
  void BeginValue();
  void BeginKey();
  void End(bool may_end, char bracket);
  void Quoted(absl::string_view text);

  std::string* const out_;
  absl::InlinedVector<Next, 32> levels_;  // The innermost is the last.
  bool has_root_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_JSON_WRITER_H_

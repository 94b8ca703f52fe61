#ifndef AIGATEWAY_GATEWAY_BASE_JSON_READER_H_
#define AIGATEWAY_GATEWAY_BASE_JSON_READER_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace aigateway {

class JsonWalker;

// One value of a JSON text, to be looked at while its callback runs.
//
// Getters are lenient: they return nullopt if the value is of another kind, so
// that a provider's odd shape is a decision of the codec, not an exception.
// What a callback does not look at is still walked, so that a broken text is
// never taken for a whole one. Strings are valid UTF-8.
class JsonValue {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  JsonValue(const JsonValue&) = delete;
  JsonValue& operator=(const JsonValue&) = delete;

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }

  std::optional<bool> AsBool();
  // A whole number within int64, also written 5.0 or 5e0.
  std::optional<int64_t> AsInt();
  // nullopt also for a number that no finite double is near (1e400).
  std::optional<double> AsDouble();
  // Decoded. Valid until the whole text was read; copy what is to stay.
  std::optional<absl::string_view> AsString();
  // The value's own text, as it was sent but for white space around it:
  // numbers and order of keys untouched. Valid JSON, as long as AsString().
  // Empty if an array or object turns out to be broken; reading then fails.
  absl::string_view Raw();

  // Calls `field` for each member, in order; of two with one key, for both. OK
  // without a call if this is no object. A status that is not OK ends the
  // reading with it.
  absl::Status ForEachField(
      absl::FunctionRef<absl::Status(absl::string_view key, JsonValue& value)>
          field);
  // The same for the elements of an array.
  absl::Status ForEachItem(
      absl::FunctionRef<absl::Status(JsonValue& value)> item);

 private:
  friend class JsonWalker;
  struct Node;

  explicit JsonValue(Node* node);

  const Kind kind_;
  Node* const node_;
};

// Reads JSON that is not trusted: simdjson behind one door.
//
// Bounds: `kMaxDepth` of nesting. Bytes that are not UTF-8, and lone surrogate
// escapes, become U+FFFD; a byte order mark is skipped. The parser and its
// buffers belong to the thread and are lent for the time of one Read(), so that
// a reader costs nothing while it waits for text, as in each open stream.
class JsonReader {
 public:
  static constexpr int kMaxDepth = 128;

  // Reads `text`, one JSON value with nothing after it, and calls `root` with
  // it, once or, if the text is seen at once to be broken, not at all. What the
  // callback has done counts only if this returns OK. Fails with a plain
  // InvalidArgument whose message says what is wrong and at which byte, never
  // quoting the text; or with what a callback returned. A callback may read
  // another text.
  absl::Status Read(absl::string_view text,
                    absl::FunctionRef<absl::Status(JsonValue& value)> root);
};

// Whether `text` is one well-formed JSON value (RFC 8259), nested no deeper
// than JsonReader::kMaxDepth, so that it can be put into another text as it is.
// A lone surrogate escape is well-formed; a byte that is not UTF-8 is not.
bool IsJson(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_JSON_READER_H_

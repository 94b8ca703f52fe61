#ifndef AIGATEWAY_GATEWAY_BASE_JSON_WALKER_H_
#define AIGATEWAY_GATEWAY_BASE_JSON_WALKER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

#include "gateway/base/json_reader.h"

// What is behind JsonReader's door; for json_reader.cc alone.
namespace aigateway {

// Where decoded strings live until their text was read.
class JsonStringArena {
 public:
  // Room for `size` bytes, of which Keep() says how many were used.
  uint8_t* Reserve(size_t size) {
    if (size > left_) {
      left_ = std::max(size, kBlock);
      blocks_.push_back(std::make_unique<uint8_t[]>(left_));
      next_ = blocks_.back().get();
    }
    return next_;
  }
  void Keep(size_t size) {
    next_ += size;
    left_ -= size;
  }
  void Clear() {
    blocks_.clear();
    next_ = first_;
    left_ = sizeof(first_);
  }

 private:
  static constexpr size_t kBlock = 16 * 1024;
  uint8_t first_[4096];
  uint8_t* next_ = first_;
  size_t left_ = sizeof(first_);
  std::vector<std::unique_ptr<uint8_t[]>> blocks_;
};

struct JsonValue::Node {
  JsonWalker* walker = nullptr;
  Kind kind = Kind::kNull;
  int depth = 0;
  // A scalar's text, or, once it was walked, that of an array or object.
  absl::string_view raw;
  bool has_escapes = false;
  std::optional<absl::string_view> decoded;

  const char* begin = nullptr;
  simdjson::ondemand::object object;
  simdjson::ondemand::array array;
  bool walking = false;
  bool walked = false;
};

// Drives simdjson's On-Demand over one text at a time. What On-Demand does not
// check by itself is checked here: scalars nobody asked for, the end of the
// text, the depth.
class JsonWalker {
 public:
  using ItemCallback = absl::FunctionRef<absl::Status(JsonValue&)>;
  using FieldCallback =
      absl::FunctionRef<absl::Status(absl::string_view, JsonValue&)>;

  absl::Status Read(absl::string_view text, ItemCallback root);
  bool IsJson(absl::string_view text);

  absl::Status WalkObject(JsonValue::Node& node, const FieldCallback* callback);
  absl::Status WalkArray(JsonValue::Node& node, const ItemCallback* callback);
  absl::Status Walk(JsonValue::Node& node);
  absl::string_view Decode(absl::string_view content);

 private:
  // Buffers of one text; given back, or up if too large, at the end.
  class Session;

  void Load(absl::string_view text);
  void ReplaceLoneSurrogates();
  simdjson::error_code FindTokens();
  absl::Status WalkRoot(const ItemCallback* callback);

  absl::Status OpenRoot(JsonValue::Node& node);
  absl::Status OpenChild(simdjson::ondemand::value value, int depth,
                         JsonValue::Node& node);
  absl::Status OpenScalar(absl::string_view token, JsonValue::Node& node);
  absl::Status BeginWalk(JsonValue::Node& node);
  void EndWalk(JsonValue::Node& node);
  // Takes what a callback returned.
  absl::Status Heed(absl::Status status);

  // The next token, or the end of the text.
  const char* Here();
  absl::Status Fail(absl::string_view what, const char* where);
  absl::Status FailTokens(simdjson::error_code error);
  absl::Status FailStructure() {
    return Fail("a value, comma, colon or bracket is missing or misplaced",
                Here());
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string buffer_;      // The text and simdjson's padding.
  absl::string_view text_;  // Within `buffer_`.
  size_t skipped_ = 0;      // What came before it.
  JsonStringArena arena_;
  bool reading_ = false;
  // The first failure. It stays, so that none is lost in a callback.
  absl::Status failure_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_JSON_WALKER_H_

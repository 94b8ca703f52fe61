#ifndef AIGATEWAY_PLUGINS_JSON_SCHEMA_H_
#define AIGATEWAY_PLUGINS_JSON_SCHEMA_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// A JSON Schema of draft 7 and JSON held against it: Valijson behind one door.
// Immutable and thread-safe.
//
// Nothing in it fetches anything, and expressions are RE2's, not the library's
// std::regex. What Create() does not take could only be passed over, or would
// cost more than its text is long. But each value is compared with all of an
// `enum`, so a long one with long answers takes its time: bound the answers.
class JsonSchema {
 public:
  // What JSON may be, whatever the schema.
  struct Limits {
    size_t max_bytes = 256 * 1024;
    int max_depth = 32;  // Of arrays and objects; at most 64.
  };

  // INVALID_ARGUMENT with what is wrong and where in the schema.
  static absl::StatusOr<std::unique_ptr<JsonSchema>> Create(
      absl::string_view schema);

  ~JsonSchema();

  // FAILED_PRECONDITION if `json` does not fit, is no JSON or past a limit; the
  // message has nothing of it.
  absl::Status Check(absl::string_view json, const Limits& limits) const;

 private:
  struct Compiled;

  explicit JsonSchema(std::unique_ptr<const Compiled> compiled);

  const std::unique_ptr<const Compiled> compiled_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_JSON_SCHEMA_H_

#include "providers/tool_arguments.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

// Of an id that an error quotes.
constexpr size_t kMaxShownId = 64;

}  // namespace

absl::StatusOr<std::string> ToolArgumentsObject(const v1::ToolCall& call,
                                                absl::string_view path) {
  const absl::string_view arguments =
      absl::StripAsciiWhitespace(call.arguments());
  if (arguments.empty() || arguments == "null") return std::string("{}");
  bool is_object = false;
  JsonReader reader;
  const absl::Status status = reader.Read(arguments, [&](JsonValue& value) {
    is_object = value.kind() == JsonValue::Kind::kObject;
    return absl::OkStatus();
  });
  if (!status.ok() || !is_object) {
    return FieldError(
        absl::StrCat(path, ".arguments"),
        absl::StrCat(
            "of the call '", Truncate(call.id(), kMaxShownId),
            status.ok() ? "' are not a JSON object" : "' are not JSON"));
  }
  return std::string(arguments);
}

}  // namespace aigateway

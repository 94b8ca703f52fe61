#include "strategies/request_field.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"

namespace aigateway {

absl::StatusOr<RequestField> RequestField::Make(absl::string_view field,
                                                absl::string_view path) {
  if (field.empty() || field == "user") {
    return RequestField(Kind::kUser, "user");
  }
  if (field == "tag") return RequestField(Kind::kTag, field);
  if (field == "key") return RequestField(Kind::kKey, field);
  absl::string_view metadata = field;
  if (absl::ConsumePrefix(&metadata, "metadata.") && !metadata.empty()) {
    return RequestField(Kind::kMetadata, field, metadata);
  }
  return FieldError(
      path,
      absl::StrCat("no mode can tell users by '", field,
                   "': write 'user', 'metadata.NAME', 'tag' or 'key'"),
      ErrorReason::kInvalidConfig);
}

std::optional<absl::string_view> RequestField::Of(
    const RequestView& request) const {
  absl::string_view value;
  switch (kind_) {
    case Kind::kUser:
      value = request.chat.user();
      break;
    case Kind::kKey:
      value = request.key;
      break;
    case Kind::kTag:
      if (request.options.tags_size() > 0) value = request.options.tags(0);
      break;
    case Kind::kMetadata: {
      const auto it = request.chat.metadata().find(metadata_);
      if (it != request.chat.metadata().end()) value = it->second;
      break;
    }
  }
  if (value.empty()) return std::nullopt;
  return value;
}

}  // namespace aigateway

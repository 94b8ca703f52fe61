#ifndef AIGATEWAY_STRATEGIES_REQUEST_FIELD_H_
#define AIGATEWAY_STRATEGIES_REQUEST_FIELD_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "strategies/strategy.h"

namespace aigateway {

// What of a request says whose it is, for modes that treat one user alike:
// `user`, `metadata.NAME`, `tag` (the first one) or `key` (the name of the
// caller's key).
class RequestField {
 public:
  // INVALID_CONFIG with a violation at `path` if there is no such field.
  static absl::StatusOr<RequestField> Make(absl::string_view field,
                                           absl::string_view path);

  // Nullopt if the request does not have it, or it is empty. Valid as long as
  // the request.
  std::optional<absl::string_view> Of(const RequestView& request) const;

  // As the config writes it.
  const std::string& name() const { return name_; }

 private:
  enum class Kind { kUser, kMetadata, kTag, kKey };

  RequestField(Kind kind, absl::string_view name,
               absl::string_view metadata = "")
      : kind_(kind), name_(name), metadata_(metadata) {}

  Kind kind_;
  std::string name_;
  std::string metadata_;  // The key in the request's metadata.
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_REQUEST_FIELD_H_

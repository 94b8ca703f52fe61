#ifndef AIGATEWAY_PROVIDERS_PROVIDER_METADATA_H_
#define AIGATEWAY_PROVIDERS_PROVIDER_METADATA_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/json_reader.h"

namespace aigateway {

// Gathers what a provider said that no field of v1 has, to become
// `provider_metadata`. Bounded: what does not fit is left out whole.
class ProviderMetadata {
 public:
  // Of all JSON text together.
  static constexpr size_t kMaxBytes = size_t{64} * 1024;

  // Keeps `value` under `name`, or under `name` of the object `group`. The last
  // one counts. Null and what is empty say nothing and are passed over.
  void Set(absl::string_view name, JsonValue& value);
  void Set(absl::string_view group, absl::string_view name, JsonValue& value);

  // Keeps the entries of a list under `name`, behind those that are there and
  // without those that are there already. What is no list is Set(). Fails if
  // `list` cannot be read.
  absl::Status Append(absl::string_view name, JsonValue& list);

  // The same as Set() for JSON text that is valid.
  void SetText(absl::string_view group, absl::string_view name,
               absl::string_view json);

  // Gives all that it has without a group to `other`, under `group`.
  void MoveTo(absl::string_view group, ProviderMetadata* other);
  // Gives all that it has to `other`.
  void MoveTo(ProviderMetadata* other);

  bool empty() const { return members_.empty(); }
  void clear();

  // Writes all of it.
  void To(google::protobuf::Struct* out) const;

 private:
  struct Member {
    std::string text;
    // Of a list that is appended to; then there is no text.
    std::vector<std::string> entries;
  };

  void AppendText(absl::string_view group, absl::string_view name,
                  absl::string_view entry);
  static void Give(const std::map<std::string, Member>& members,
                   absl::string_view group, ProviderMetadata* other);

  // By group ("" for none) and name.
  std::map<std::string, std::map<std::string, Member>> members_;
  size_t bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_PROVIDER_METADATA_H_

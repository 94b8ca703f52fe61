#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_METADATA_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_METADATA_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

namespace aigateway {

// Gathers the provider_metadata of one answer, within a bound.
class AnthropicMetadata {
 public:
  // The most JSON text that is kept of one answer.
  static constexpr size_t kMaxBytes = size_t{256} * 1024;

  // Sets a member to a value, replacing an earlier one. What is null, not JSON
  // or beyond the bound is left out.
  void Set(absl::string_view key, absl::string_view json);
  void SetText(absl::string_view key, absl::string_view text);
  // Appends to a list.
  void Append(absl::string_view list, absl::string_view json);

  bool empty() const { return members_.fields().empty(); }
  // Whether something did not fit.
  bool overflowed() const { return overflowed_; }
  const google::protobuf::Struct& members() const { return members_; }

 private:
  bool Fits(size_t bytes);

  google::protobuf::Struct members_;
  size_t bytes_ = 0;
  bool overflowed_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_METADATA_H_

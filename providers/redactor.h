#ifndef AIGATEWAY_PROVIDERS_REDACTOR_H_
#define AIGATEWAY_PROVIDERS_REDACTOR_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/secret.h"

namespace aigateway {

// Takes credentials out of text that a provider wrote, before anyone reads it.
//
// What goes: the credentials of the instance, also percent-encoded and in
// base64, and whatever looks like a credential of the known vendors ("sk-...",
// "Bearer ...", "key=..."). Each becomes "[redacted]". Immutable.
class Redactor {
 public:
  // Knows no credential, only their looks.
  Redactor() = default;
  // Knows the instance's keys, the values of its headers, and the user and
  // password of its base URL.
  explicit Redactor(const config::v1::ProviderConfig& config);

  // A copy of `text` without credentials. `credential` is one more that is
  // known; empty if there is none.
  std::string Clean(absl::string_view text,
                    absl::string_view credential = {}) const;

 private:
  void Add(absl::string_view secret, size_t min_bytes);

  std::vector<Secret> secrets_;  // In every spelling that is looked for.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REDACTOR_H_

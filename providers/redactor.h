#ifndef AIGATEWAY_PROVIDERS_REDACTOR_H_
#define AIGATEWAY_PROVIDERS_REDACTOR_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/secret.h"

namespace aigateway {

class CredentialSource;

// Takes credentials out of text that a provider wrote, before anyone reads it.
//
// What goes: the credentials of the instance, those of its config and those
// that were fetched for it, also percent-encoded and in base64, and whatever
// looks like a credential of the known vendors ("sk-...", "Bearer ...",
// "key=..."). Each becomes "[redacted]". Immutable but for what is fetched.
class Redactor {
 public:
  // Knows no credential, only their looks.
  Redactor() = default;
  // Knows the instance's keys, the values of its headers, and the user and
  // password of its base URL.
  explicit Redactor(const config::v1::ProviderConfig& config);
  // Knows `secrets`.
  explicit Redactor(const std::vector<Secret>& secrets);

  // The same, which also knows what `source` has fetched by the time that a
  // text is cleaned. `source` must outlive it; null: nothing is fetched.
  Redactor With(const CredentialSource* source) const;

  // A copy of `text` without credentials. `credential` is one more that is
  // known; empty if there is none. Of that and of what was fetched, which may
  // be long, also the beginning goes that `text` ends in where it was cut.
  std::string Clean(absl::string_view text,
                    absl::string_view credential = {}) const;

 private:
  void Add(absl::string_view secret, size_t min_bytes);
  void SortByLength();

  std::vector<Secret> secrets_;  // In every spelling that is looked for.
  const CredentialSource* source_ = nullptr;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REDACTOR_H_

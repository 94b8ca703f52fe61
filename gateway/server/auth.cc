#include "gateway/server/auth.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr absl::string_view kScheme = "bearer ";  // RFC 9110 11.1: any case.

}  // namespace

absl::StatusOr<CallerIdentity> CheckKey(const AuthTable* keys,
                                        WithoutKeys without_keys,
                                        const ClientMetadata& metadata,
                                        KeyScope scope) {
  if (keys == nullptr) {
    if (without_keys == WithoutKeys::kAdmitAll) return CallerIdentity();
    return Error(ErrorReason::kInvalidApiKey,
                 "the gateway's config has no keys any more, and it listens "
                 "beyond loopback: put auth.keys back and reload");
  }
  const std::vector<absl::string_view> values =
      ValuesOf(metadata, "authorization");
  if (values.empty()) {
    return Error(ErrorReason::kInvalidApiKey,
                 "there is no gateway key: send the metadata "
                 "'authorization: Bearer KEY'");
  }
  if (values.size() > 1) {
    return Error(ErrorReason::kInvalidApiKey,
                 "the metadata 'authorization' is there more than once");
  }
  if (!absl::StartsWithIgnoreCase(values[0], kScheme)) {
    return Error(ErrorReason::kInvalidApiKey,
                 "the metadata 'authorization' is not 'Bearer KEY'");
  }
  const KeyRights* rights =
      keys->Find(absl::StripAsciiWhitespace(values[0].substr(kScheme.size())));
  if (rights == nullptr) {
    return Error(ErrorReason::kInvalidApiKey,
                 "the gateway key is not known: see auth.keys in its config");
  }
  const bool admin = scope == KeyScope::kAdmin;
  if (admin ? !rights->admin : !rights->route) {
    const absl::string_view word = admin ? "admin" : "route";
    return Error(
        ErrorReason::kScopeMissing,
        absl::StrCat("the key of '", rights->caller.name,
                     "' has not the scope '", word, "', which this call needs"),
        {{"key", rights->caller.name}, {"scope", word}});
  }
  return rights->caller;
}

}  // namespace aigateway

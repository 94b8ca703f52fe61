#include "providers/credential_identity.h"

#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/sha256.h"

namespace aigateway {

std::string CredentialIdentity(absl::Span<const absl::string_view> parts) {
  // Each with its length, so that no part can end like the beginning of the
  // next.
  std::vector<std::string> lengths;
  for (const absl::string_view part : parts) {
    lengths.push_back(absl::StrCat(part.size(), ":"));
  }
  std::vector<absl::string_view> hashed;
  for (size_t i = 0; i < parts.size(); ++i) {
    hashed.push_back(lengths[i]);
    hashed.push_back(parts[i]);
  }
  return HexSha256(hashed);
}

}  // namespace aigateway

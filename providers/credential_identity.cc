#include "providers/credential_identity.h"

#include <memory>
#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"

namespace aigateway {

std::string CredentialIdentity(absl::Span<const absl::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  AIGW_CHECK(context != nullptr);
  AIGW_CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (const absl::string_view part : parts) {
    // With its length, so that no part can end like the beginning of the next.
    const std::string length = absl::StrCat(part.size(), ":");
    AIGW_CHECK(EVP_DigestUpdate(context.get(), length.data(), length.size()) ==
               1);
    AIGW_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  AIGW_CHECK(EVP_DigestFinal_ex(context.get(), digest, &size) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace aigateway

#include "gateway/base/sha256.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "gateway/base/check.h"
#include "openssl/evp.h"

namespace aigateway {
namespace {

// Looked up once: by its name OpenSSL 3 looks for it at each use.
const EVP_MD* Algorithm() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  AIGW_CHECK(md != nullptr);
  return md;
}

}  // namespace

Sha256Digest Sha256(absl::Span<const absl::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  AIGW_CHECK(context != nullptr);
  AIGW_CHECK(EVP_DigestInit_ex(context.get(), Algorithm(), nullptr) == 1);
  for (const absl::string_view part : parts) {
    AIGW_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  Sha256Digest digest;
  unsigned int size = 0;
  AIGW_CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1);
  AIGW_CHECK(size == digest.size());
  return digest;
}

std::string HexSha256(absl::Span<const absl::string_view> parts) {
  const Sha256Digest digest = Sha256(parts);
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string CanonicalBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace aigateway

#include "providers/vertex/jwt.h"

#include <cstddef>
#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

constexpr size_t kMaxKeyBytes = size_t{32} * 1024;
// RFC 7518, 3.3 wants 2048 at least. More than the upper one would hold up the
// loop.
constexpr int kMinKeyBits = 2048;
constexpr int kMaxKeyBits = 8192;

template <typename T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* object) const { kFree(object); }
};
void FreeBio(BIO* bio) { BIO_free(bio); }
using BioPtr = std::unique_ptr<BIO, Freer<BIO, FreeBio>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using DigestPtr =
    std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>>;

// OpenSSL would ask the terminal for a password.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/,
               void* /*context*/) {
  return -1;
}

// What failed left its traces in this thread's queue, for others to stumble on.
absl::Status Wrong(absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<KeyPtr> ReadKey(const Secret& key) {
  const absl::string_view pem = key.Reveal();
  if (pem.size() > kMaxKeyBytes) return Wrong("the private key is too long");
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr read(bio == nullptr ? nullptr
                             : PEM_read_bio_PrivateKey(bio.get(), nullptr,
                                                       &NoPassword, nullptr));
  if (read == nullptr) {
    return Wrong("the private key is no PEM that can be read without password");
  }
  if (EVP_PKEY_base_id(read.get()) != EVP_PKEY_RSA) {
    return Wrong("the private key is no RSA key");
  }
  const int bits = EVP_PKEY_bits(read.get());
  if (bits < kMinKeyBits || bits > kMaxKeyBits) {
    return Wrong(absl::StrCat("the private key has ", bits, " bits, not ",
                              kMinKeyBits, " to ", kMaxKeyBits));
  }
  return read;
}

}  // namespace

absl::StatusOr<std::string> SignJwt(const Secret& key, absl::string_view header,
                                    absl::string_view claims) {
  const absl::StatusOr<KeyPtr> read = ReadKey(key);
  if (!read.ok()) return read.status();
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(header), ".",
                                        absl::WebSafeBase64Escape(claims));
  const DigestPtr digest(EVP_MD_CTX_new());
  std::string signature(static_cast<size_t>(EVP_PKEY_size(read->get())), '\0');
  size_t size = signature.size();
  // PKCS #1 version 1.5 is OpenSSL's usual padding.
  if (digest == nullptr ||
      EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr,
                         read->get()) != 1 ||
      EVP_DigestSign(digest.get(),
                     reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()),
                     text.size()) != 1) {
    return Wrong("the private key cannot sign");
  }
  signature.resize(size);
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(signature));
}

}  // namespace aigateway

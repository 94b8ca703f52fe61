#include "tests/fakes/test_certificate.h"

#include <memory>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"

namespace aigateway {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const {
    X509_EXTENSION_free(extension);
  }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::string Text(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  AIGW_CHECK(extension != nullptr);
  AIGW_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

bool IsAddress(absl::string_view name) {
  return name.find_first_not_of("0123456789.:") == absl::string_view::npos;
}

std::string WriteNew(absl::string_view suffix, const std::string& text) {
  const char* directory = getenv("TEST_TMPDIR");
  std::string path = absl::StrCat(directory == nullptr ? "/tmp" : directory,
                                  "/XXXXXX", suffix);
  const int fd = mkstemps(path.data(), static_cast<int>(suffix.size()));
  AIGW_CHECK(fd >= 0);
  AIGW_CHECK(write(fd, text.data(), text.size()) ==
             static_cast<ssize_t>(text.size()));
  close(fd);
  return path;
}

}  // namespace

TestCertificate TestCertificate::For(absl::string_view name) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate(X509_new());
  AIGW_CHECK(key != nullptr && certificate != nullptr);
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
  X509_set_pubkey(x509, key.get());
  X509_NAME* const subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>("aigateway test"), -1, -1, 0);
  X509_set_issuer_name(x509, subject);
  AddExtension(x509, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(x509, NID_subject_alt_name,
               absl::StrCat(IsAddress(name) ? "IP:" : "DNS:", name));
  AIGW_CHECK(X509_sign(x509, key.get(), EVP_sha256()) > 0);

  const Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
  const Owned<BIO> key_text(BIO_new(BIO_s_mem()));
  AIGW_CHECK(PEM_write_bio_X509(certificate_text.get(), x509) == 1);
  AIGW_CHECK(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr,
                                      nullptr, 0, nullptr, nullptr) == 1);
  return {.certificate_pem = Text(certificate_text.get()),
          .key_pem = Text(key_text.get())};
}

std::string TestCertificate::WriteCertificate() const {
  return WriteNew(".crt", certificate_pem);
}

std::string TestCertificate::WriteKey() const {
  return WriteNew(".key", key_pem);
}

}  // namespace aigateway

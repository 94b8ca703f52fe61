#ifndef AIGATEWAY_TESTS_FAKES_TEST_CERTIFICATE_H_
#define AIGATEWAY_TESTS_FAKES_TEST_CERTIFICATE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// A certificate that vouches for itself, for one run of a test.
struct TestCertificate {
  std::string certificate_pem;
  std::string key_pem;

  // Makes one for `name`, a host name or an IP address; it has been valid for
  // an hour and is for one more.
  static TestCertificate For(absl::string_view name);

  // Writes the certificate, and the key, into new files of the test's own
  // directory. Return their paths.
  std::string WriteCertificate() const;
  std::string WriteKey() const;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_TEST_CERTIFICATE_H_

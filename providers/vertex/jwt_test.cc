#include "providers/vertex/jwt.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "providers/vertex/rsa_test_key.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

constexpr char kHeader[] = R"({"alg":"RS256"})";

// RFC 7515, A.2.
constexpr char kVectorClaims[] =
    "{\"iss\":\"joe\",\r\n"
    " \"exp\":1300819380,\r\n"
    " \"http://example.com/is_root\":true}";
constexpr char kVectorToken[] =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODA"
    "sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Ee"
    "tdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Q"
    "c_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--"
    "f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN"
    "9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6I"
    "eYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypG"
    "lUPQGe77Rw";

constexpr char kEllipticKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbtsNIw6BVIMff3Ql\n"
    "+BvLSKqcypJRWCkOv6tdTg+wYhahRANCAARnKUus5vYbTNxYZ7rq8jOJFhb1LnD2\n"
    "S6JqFt27ODaIxozXNC8rTpJ+nCmSUW/9Y+vkVXe6Sapo05SSQXI5ynHG\n"
    "-----END PRIVATE KEY-----\n";

// The key of the RFC with a password.
constexpr char kEncryptedKey[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIIFNTBfBgkqhkiG9w0BBQ0wUjAxBgkqhkiG9w0BBQwwJAQQ381PE6tcD8IO4hXo\n"
    "Yjd9DgICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMoJfJ5/r7HzdG3V\n"
    "YBT+XBMEggTQvJ3OEmtumIziCVm2lUQKp8bIsJk2G6jLKvgBF6d2xgRGrzj25mFr\n"
    "sAU+vlOk22xjUf+OCguGyo/8CWyy4B8oJotl2vMVTMp2gyds2MKZmOvkhgimrDkw\n"
    "Hvu5wycvfaFayvLRMZ597t/qgFVR1TQzHMdveG7EYM/FN24vic/y4uVuGRW7qTne\n"
    "GEZ2IdvB1xI4pXPirxoS32FrVhNhCHfLPmRp7LqIjUosedkUdCzaKegX/3KsIJBZ\n"
    "jysFNKFS70hldfnfBAZufF6/rGYFUPvTvDxeX7qfCcCLC+gJo0w6JNG/5AguMCR5\n"
    "DR1bH2/TC+I3+KQVb5e2ruhh1yMzg74UvpGtKBy28Hm8LvGaYsJVIgu7gaVpigRI\n"
    "JVoC8bqFI4yZB0ZXnHNLTbzjURbP5hsfeiIehZw+7kRxcMiXYjEPRI7mfSGMha11\n"
    "AxCdJoID4wK/nkoV8IrnXWF1hC6hjU9ArLBtWZHaWlUwL8uG9/p0f7P8CYR4RMAT\n"
    "Hhxy68FnFb0upve8yNAUVjg1u9TZHJpRXJ7wzKaPMEu1GReOobCnRICz/BLpsIuG\n"
    "y6WAIX6LXinss/eEFzJFa+U/m6ibXSU55pj+vs/kPRnDu7+nD3UEh4NMOV0nc2CO\n"
    "1aBeNSSIwhVgAJeEJNcaJg0HO2kZZ0pHNlDMDhFuyyCb/fe417tKykGIDi4ASoaM\n"
    "SFWgnp2LyfyOTdWKrnwAwaA17V4G0MCC/R1IkR95VTjWDDqXZTmT7jTjhYaR0nxM\n"
    "39HvEjPWNLF9/bgL8d03IxwBkVx4qDoTihy5xCjuOFULPNE7B130Ilq1Cxzt3vcV\n"
    "AwHXRmTOHCb3hrMhnovNE9GZHOVMiqe1tu7qf7u6o8ff3RGW9kOeGQ6f0bZWYZJa\n"
    "DrTJf0Da7bTDv5qQHehPknVHWc0fC4jKXu9BBKT5v6WLPZbTTY0FQXvuw2JINNNl\n"
    "lkoK9MeaUP7ti2KTvK1L+FddxukIDzgqQ4H/Mfn3sCs4djDkioIAKseTfR0JywWW\n"
    "Wj8my5KZSfGiz5MGSFpzHke/d3NuCH2+KES6EoaA8tP1YG7Ag3ete0079k6I/4Wx\n"
    "qv1Gn66IJqZIgtgMZNqw9i+kFFoNmUXkRCvqzgaok7SsVwrmG7fLZ4cWWOCq0KnP\n"
    "C/lal8Cq9zvLLl3ecpBcLa2m8vfZP3B3CoNzYFyQ9CAJu7bShp1Qhh+CpxkgKPCs\n"
    "UgW6lE3XwR7rk6SwPnlGm7cHdM5vy38VaA2/D/roTJrwyspX3rZ2SHk/DfdWuXds\n"
    "8PiPuyaR728wHqVSa51jvSmxOd++qbBvusx5c0YzxX1cl1JUWIQOPXm3QdjnHVML\n"
    "JE3GXW/A0RIetG4a8H2HWrlRJ31WXc2u6kD5yqAuukrQ21rVtxGbkrgfO98dPFhE\n"
    "9W2dSZzxcRukDKy38G/aBG8wGsC5b4i7o78iI6cJawebI1mkN7xJhAlibGtepjaO\n"
    "aT0E1pWOPOpddexue5GcvqkbbX/ddw4/XoBP1blZxeZLs3bhgwk6Tuw/Xivev5PT\n"
    "31wCPn5AJD9cO05pJvtRYc4H0WiQYs3iCVhvELJaYAT0Wdh/RC2nAj9dvzcdrF7Z\n"
    "OVNw1lBgCcRVPTVtGCigdD9TmTebgXsVW6JjvPTJk1lt/9uTJcnJT4E=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

TEST(JwtTest, SignsAsTheVectorOfTheRfc) {
  EXPECT_THAT(SignJwt(Secret(kRsaTestKey), kHeader, kVectorClaims),
              IsOkAndHolds(std::string(kVectorToken)));
}

TEST(JwtTest, RefusesWhatIsNoRsaKey) {
  const auto message = [](absl::string_view key) {
    const auto token = SignJwt(Secret(key), kHeader, "{}");
    EXPECT_EQ(token.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(token.status().message());
  };
  EXPECT_THAT(message(kEllipticKey), HasSubstr("no RSA key"));
  // It must not ask the terminal either.
  EXPECT_THAT(message(kEncryptedKey), HasSubstr("without password"));
  EXPECT_THAT(message(""), HasSubstr("no PEM"));
  EXPECT_THAT(message("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                      "-----END PRIVATE KEY-----\n"),
              HasSubstr("no PEM"));
  EXPECT_THAT(message(std::string(size_t{40} * 1024, 'x')),
              HasSubstr("too long"));
}

}  // namespace
}  // namespace aigateway

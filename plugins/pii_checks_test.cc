#include "plugins/pii_checks.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

// The numbers are those that issuers and standards give as examples.

TEST(PiiChecksTest, KnowsCards) {
  for (const char* card :
       {"4111 1111 1111 1111", "5555-5555-5555-4444", "2223003122003222",
        "3782 822463 10005", "30569309025904", "3530111333300000",
        "6011111111111117", "6759649826438453"}) {
    EXPECT_TRUE(IsCardNumber(card)) << card;
  }
  for (const char* other :
       {"4111 1111 1111 1112", "1111111111111117", "411111111111111",
        "0000 0000 0000 0000", "7000000000000005"}) {
    EXPECT_FALSE(IsCardNumber(other)) << other;
  }
}

TEST(PiiChecksTest, KnowsIbans) {
  for (const char* iban :
       {"DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819",
        "NO93 8601 1117 947", "mt84MALT011000012345MTLCAST001S"}) {
    EXPECT_TRUE(IsIban(iban)) << iban;
  }
  EXPECT_FALSE(IsIban("DE89 3704 0044 0532 0130 01"));
  EXPECT_FALSE(IsIban("DE89 3704 0044 0532 0130"));
  EXPECT_FALSE(IsIban("QQ89 3704 0044 0532 0130 00"));
}

TEST(PiiChecksTest, KnowsPhones) {
  EXPECT_TRUE(IsInternationalPhone("+49 30 12345678"));
  EXPECT_TRUE(IsInternationalPhone("+1 (212) 555-0123"));
  EXPECT_TRUE(IsInternationalPhone("+353 1 234 5678"));
  EXPECT_FALSE(IsInternationalPhone("49 30 12345678"));
  EXPECT_FALSE(IsInternationalPhone("+0 30 12345678"));
  EXPECT_FALSE(IsInternationalPhone("+999 12345678"));
  EXPECT_FALSE(IsInternationalPhone("+49 12345"));
  EXPECT_FALSE(IsInternationalPhone("+49 1234567890 12345"));
}

TEST(PiiChecksTest, KnowsAddresses) {
  EXPECT_TRUE(IsIpv4("192.168.0.1"));
  EXPECT_FALSE(IsIpv4("1.2.3"));
  EXPECT_FALSE(IsIpv4("1.2.3.4.5"));
  EXPECT_FALSE(IsIpv4("1.2.3.256"));
  EXPECT_FALSE(IsIpv4("01.2.3.4"));
  EXPECT_TRUE(IsIpv6("2001:db8::1"));
  EXPECT_TRUE(IsIpv6("::ffff:192.0.2.1"));
  EXPECT_FALSE(IsIpv6("::"));
  EXPECT_FALSE(IsIpv6("abc::def"));
  EXPECT_FALSE(IsIpv6("12:34:56"));
}

TEST(PiiChecksTest, KnowsIdsOfNations) {
  EXPECT_TRUE(IsUsSsn("219-09-9999"));
  EXPECT_FALSE(IsUsSsn("666-12-3456"));
  EXPECT_FALSE(IsUsSsn("900-12-3456"));
  EXPECT_FALSE(IsUsSsn("219-00-9999"));
  EXPECT_TRUE(IsUkNino("AB 12 34 56 C"));
  EXPECT_FALSE(IsUkNino("GB 12 34 56 C"));
  EXPECT_FALSE(IsUkNino("AB 12 34 56 E"));
  EXPECT_TRUE(IsGermanTaxId("86 095 742 719"));
  EXPECT_FALSE(IsGermanTaxId("86095742718"));
  EXPECT_FALSE(IsGermanTaxId("12345678901"));
  EXPECT_TRUE(IsFrenchNir("2 55 08 14 168 025 38"));
  EXPECT_FALSE(IsFrenchNir("2 55 08 14 168 025 39"));
  EXPECT_FALSE(IsFrenchNir("2 55 13 14 168 025 21"));
  EXPECT_TRUE(IsSpanishId("12345678Z"));
  EXPECT_TRUE(IsSpanishId("X1234567L"));
  EXPECT_FALSE(IsSpanishId("12345678A"));
  EXPECT_TRUE(IsDutchBsn("111222333"));
  EXPECT_FALSE(IsDutchBsn("111222334"));
  EXPECT_FALSE(IsDutchBsn("000000000"));
}

}  // namespace
}  // namespace aigateway

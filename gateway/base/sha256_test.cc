#include "gateway/base/sha256.h"

#include <string>

#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256Test, GivesWhatTheStandardGives) {
  EXPECT_EQ(HexSha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      HexSha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HexSha256(absl::string_view()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, TakesPartsAsOneText) {
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
  EXPECT_NE(Sha256({"a", "b", ""}), Sha256("abc"));
}

TEST(Sha256Test, WritesMapsInTheOrderOfTheirKeys) {
  google::protobuf::Struct one;
  google::protobuf::Struct other;
  for (int i = 0; i < 20; ++i) {
    (*one.mutable_fields())[std::to_string(i)].set_number_value(i);
    (*other.mutable_fields())[std::to_string(19 - i)].set_number_value(19 - i);
  }
  EXPECT_EQ(CanonicalBytes(one), CanonicalBytes(other));
  (*other.mutable_fields())["0"].set_number_value(7);
  EXPECT_NE(CanonicalBytes(one), CanonicalBytes(other));
}

}  // namespace
}  // namespace aigateway

#include "gateway/server/listen_address.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ListenAddressTest, ReadsHostAndPort) {
  const auto address = ParseListenAddress("127.0.0.1:50051");

  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->text, "127.0.0.1:50051");
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 50051);
}

TEST(ListenAddressTest, ReadsIpv6InBrackets) {
  const auto address = ParseListenAddress("[::1]:0");

  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->text, "[::1]:0");
  EXPECT_EQ(address->host, "::1");
}

TEST(ListenAddressTest, TakesAPortAloneForEveryInterface) {
  const auto address = ParseListenAddress(":9464");

  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->text, "[::]:9464");
  EXPECT_FALSE(address->loopback);
}

TEST(ListenAddressTest, KnowsLoopback) {
  for (const char* text :
       {"127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "localhost:1", "LOCALHOST:1",
        "unix:/run/a.sock", "unix-abstract:a"}) {
    ASSERT_THAT(ParseListenAddress(text), IsOk()) << text;
    EXPECT_TRUE(ParseListenAddress(text)->loopback) << text;
  }
  // "127.1" and "0177.0.0.1" are loopback to some resolvers and names to
  // others.
  for (const char* text :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "[fe80::1]:1",
        "[::ffff:127.0.0.1]:1", "example.com:1", ":1",
        "localhost.example.com:1", "127.1:1", "0177.0.0.1:1", "128.0.0.1:1"}) {
    ASSERT_THAT(ParseListenAddress(text), IsOk()) << text;
    EXPECT_FALSE(ParseListenAddress(text)->loopback) << text;
  }
}

TEST(ListenAddressTest, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
        "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 1",
        "::1:50051", "[::1:1", "[abc]:1", "dns:///a:1", "http://a:1",
        "unix:", "a b:1", "127.0.0.1\n:1"}) {
    EXPECT_THAT(ParseListenAddress(text),
                HasReason(ErrorReason::kInvalidRequest))
        << text;
  }
}

class ExposureTest : public ::testing::Test {
 protected:
  const ListenAddress local_ = *ParseListenAddress("127.0.0.1:1");
  const ListenAddress open_ = *ParseListenAddress("0.0.0.0:1");
};

TEST_F(ExposureTest, AllowsLoopbackWithoutKeys) {
  EXPECT_THAT(CheckExposure("listen", local_, false, false), IsOk());
}

TEST_F(ExposureTest, AllowsMoreWithKeysOrTheWord) {
  EXPECT_THAT(CheckExposure("listen", open_, true, false), IsOk());
  EXPECT_THAT(CheckExposure("listen", open_, false, true), IsOk());
}

TEST_F(ExposureTest, RefusesMoreWithoutAndSaysTheWaysOut) {
  EXPECT_THAT(CheckExposure("admin_listen", open_, false, false),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--admin_listen is 0.0.0.0:1"),
                             HasSubstr("auth.keys"), HasSubstr("127.0.0.1"),
                             HasSubstr("--allow_unauthenticated"))));
}

}  // namespace
}  // namespace aigateway

#include "gateway/config/revision.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"

namespace aigateway {
namespace {

config::v1::GatewayConfig Aliases(int from, int to, int step) {
  config::v1::GatewayConfig config;
  for (int i = from; i != to; i += step) {
    (*config.mutable_aliases())[absl::StrCat("alias", i)] = absl::StrCat(i);
  }
  return config;
}

TEST(RevisionOfTest, IsSixteenHexDigits) {
  EXPECT_THAT(RevisionOf({}), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(RevisionOfTest, IsTheSameInEveryProcess) {
  // The SHA-256 of nothing.
  EXPECT_EQ(RevisionOf({}), "e3b0c44298fc1c14");
}

TEST(RevisionOfTest, DoesNotDependOnTheOrderOfMaps) {
  EXPECT_EQ(RevisionOf(Aliases(0, 500, 1)), RevisionOf(Aliases(499, -1, -1)));
}

TEST(RevisionOfTest, DiffersWithTheContent) {
  config::v1::GatewayConfig config;
  config.add_providers()->set_api_key("a");
  const std::string before = RevisionOf(config);
  config.mutable_providers(0)->set_api_key("b");
  EXPECT_NE(RevisionOf(config), before);
}

}  // namespace
}  // namespace aigateway

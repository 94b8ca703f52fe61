#include "gateway/base/edit_distance.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(EditDistanceTest, CountsEachKindOfSlip) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("abc", "abc"), 0);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("abc", "abxc"), 1);
  EXPECT_EQ(EditDistance("abc", "ac"), 1);
  EXPECT_EQ(EditDistance("abc", "axc"), 1);
  EXPECT_EQ(EditDistance("abcd", "acbd"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("abc", "ABC"), 3);
}

TEST(NearestTest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> keys = {"targets",  "providers", "plugins",
                                         "base_url", "api_key",   "api_keys"};
  EXPECT_EQ(Nearest("target", keys), "targets");
  EXPECT_EQ(Nearest("plugin", keys), "plugins");
  EXPECT_EQ(Nearest("provdiers", keys), "providers");
  EXPECT_EQ(Nearest("baseUrl", keys), "base_url");
  EXPECT_EQ(Nearest("API_KEY", keys), "api_key");
  EXPECT_EQ(Nearest("apikeys", keys), "api_keys");
}

TEST(NearestTest, TakesTheFirstOfEquals) {
  EXPECT_EQ(Nearest("modex", {"model", "modes"}), "model");
  EXPECT_EQ(Nearest("modex", {"modes", "model"}), "modes");
}

TEST(NearestTest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(Nearest("weight", {"targets", "plugins"}), "");
  EXPECT_EQ(Nearest("a", {"b"}), "");
  EXPECT_EQ(Nearest("", {"ab"}), "");
  EXPECT_EQ(Nearest("targets", {}), "");
}

TEST(NearestTest, SpendsNothingOnVeryLongWords) {
  const std::string huge(1 << 20, 'a');
  EXPECT_EQ(Nearest(huge, {huge}), "");
  EXPECT_EQ(Nearest("targets", {huge, "targets"}), "targets");
}

}  // namespace
}  // namespace aigateway

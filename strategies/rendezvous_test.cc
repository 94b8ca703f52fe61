#include "strategies/rendezvous.h"

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

constexpr int kKeys = 100000;

using Names = std::vector<std::pair<std::string, double>>;

std::string WinnerOf(const std::string& key, const Names& names) {
  std::pair<double, std::string> best{HUGE_VAL, ""};
  for (const auto& [name, weight] : names) {
    best =
        std::min(best, std::pair(RendezvousDistance(key, name, weight), name));
  }
  return best.second;
}

std::string Key(int i) { return "user-" + std::to_string(i); }

// Five standard deviations of a share.
double Slack(double share) {
  return 5 * std::sqrt(share * (1 - share) / kKeys);
}

TEST(RendezvousTest, GivesEachNameTheShareOfItsWeight) {
  const Names names = {{"a", 1}, {"b", 2}, {"c", 7}};
  std::map<std::string, double> shares;
  for (int i = 0; i < kKeys; ++i) {
    shares[WinnerOf(Key(i), names)] += 1.0 / kKeys;
  }
  EXPECT_NEAR(shares["a"], 0.1, Slack(0.1));
  EXPECT_NEAR(shares["b"], 0.2, Slack(0.2));
  EXPECT_NEAR(shares["c"], 0.7, Slack(0.7));
}

TEST(RendezvousTest, MovesOnlyTheShareOfANameThatGoes) {
  const Names before = {{"a", 1}, {"b", 1}, {"c", 2}, {"d", 1}};
  const Names after = {{"a", 1}, {"b", 1}, {"d", 1}};
  std::map<std::string, double> heirs;
  double moved = 0;
  for (int i = 0; i < kKeys; ++i) {
    const std::string was = WinnerOf(Key(i), before);
    const std::string is = WinnerOf(Key(i), after);
    if (was != "c") {
      EXPECT_EQ(is, was);
      continue;
    }
    ++moved;
    ++heirs[is];
  }
  EXPECT_NEAR(moved / kKeys, 0.4, Slack(0.4));
  // And what it had goes to no one neighbour.
  for (const auto& [name, count] : heirs) {
    EXPECT_NEAR(count / moved, 1.0 / 3, 0.01) << name;
  }
}

TEST(RendezvousTest, AHeavierNameTakesFromOthersAndGivesNothingAway) {
  for (int i = 0; i < kKeys / 10; ++i) {
    const std::string was = WinnerOf(Key(i), {{"a", 1}, {"b", 1}});
    const std::string is = WinnerOf(Key(i), {{"a", 1}, {"b", 3}});
    if (is != was) EXPECT_EQ(is, "b");
  }
}

}  // namespace
}  // namespace aigateway

#include "gateway/config/served.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/config_text.h"
#include "gateway/config/faults.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Refused(absl::string_view text) {
  Faults faults("f");
  const auto loaded = ReadConfig(text, FullVocabulary(), faults);
  EXPECT_TRUE(faults.empty());
  RefuseUnserved(loaded->config, loaded->places, faults);
  return FaultsIn(faults.ToStatus());
}

TEST(RefuseUnservedTest, RefusesEachPartThatNothingActsOnWithItsLine) {
  EXPECT_THAT(
      Refused(*ReadConfigFile("gateway/config/testdata/full.yaml")),
      ElementsAre(
          HasSubstr("targets[0].timeouts.first_token: 26:42"),
          HasSubstr("targets[0].concurrency: 35:5: is not served by this "
                    "version: remove it (a bound that is not there must not "
                    "be believed in)"),
          HasSubstr("strategy.on_interruption: 60:20"),
          HasSubstr("strategy.hold_back: 61:3"),
          HasSubstr("strategy.hedge: 62:3")));
}

TEST(RefuseUnservedTest, RefusesABlockWithNothingInIt) {
  EXPECT_THAT(Refused("targets: [{virtual_key: a, concurrency: {}}]"),
              ElementsAre(HasSubstr("targets[0].concurrency: 1:28")));
  EXPECT_THAT(Refused("targets: [{virtual_key: a, concurrency: ~}]"),
              IsEmpty());
}

TEST(RefuseUnservedTest, ServesTheOneWayToEndAStream) {
  EXPECT_THAT(Refused("strategy: {on_interruption: fail}"), IsEmpty());
  EXPECT_THAT(Refused("strategy: {on_interruption: restart}"),
              ElementsAre(HasSubstr("strategy.on_interruption: 1:29")));
}

TEST(RefuseUnservedTest, ServesTheRest) {
  EXPECT_THAT(Refused(*ReadConfigFile("gateway/config/testdata/served.yaml")),
              IsEmpty());
}

TEST(AnnouncedTest, KnowsTheNamesOfTheDocs) {
  for (const char* mode : {"single", "fallback", "loadbalance", "conditional",
                           "least-latency", "ab-test", "sticky"}) {
    EXPECT_TRUE(IsAnnouncedMode(mode)) << mode;
  }
  EXPECT_FALSE(IsAnnouncedMode("random"));
  for (const char* plugin : {"word-filter", "max-token", "response-cache",
                             "request-logger", "rate-limit", "budget"}) {
    EXPECT_TRUE(IsAnnouncedPlugin(plugin)) << plugin;
  }
  EXPECT_FALSE(IsAnnouncedPlugin("cache"));
  for (const char* type :
       {"openai", "vertex-ai", "llama.cpp", "zai", "simulator", "anthropic"}) {
    EXPECT_TRUE(IsAnnouncedProviderType(type)) << type;
  }
  EXPECT_FALSE(IsAnnouncedProviderType("ai21"));
}

}  // namespace
}  // namespace aigateway

#include "gateway/config/announced.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

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

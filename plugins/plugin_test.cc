#include "plugins/plugin.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(PluginTest, FindsEachStageByTheWordOfTheConfig) {
  for (Stage stage : {Stage::kBeforeRequest, Stage::kAfterRequest,
                      Stage::kOnChunk, Stage::kOnError}) {
    EXPECT_EQ(StageByName(NameOf(stage)), stage);
  }
  EXPECT_EQ(StageByName("before-request"), std::nullopt);
}

}  // namespace
}  // namespace aigateway

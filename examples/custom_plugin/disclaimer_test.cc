#include "examples/custom_plugin/disclaimer.h"

#include <string>

#include "gtest/gtest.h"

#include "disclaimer.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class DisclaimerTest : public PluginFixture {
 protected:
  Disclaimer plugin_{"No advice."};
};

TEST_F(DisclaimerTest, StandsBelowAWholeAnswer) {
  v1::ChatResponse response;
  response.add_choices()->mutable_message()->set_content("Buy.");
  response.add_choices()->mutable_message()->add_tool_calls();
  EXPECT_THAT(After(plugin_, response), IsOk());
  EXPECT_EQ(response.choices(0).message().content(), "Buy.\n\nNo advice.");
  EXPECT_EQ(response.choices(1).message().content(), "");
}

TEST_F(DisclaimerTest, StandsBelowAStream) {
  EXPECT_EQ(Stream(plugin_, {"B", "uy", "."}), "Buy.\n\nNo advice.");
  EXPECT_EQ(Stream(plugin_, {}), "");
}

TEST_F(DisclaimerTest, WantsASentence) {
  examples::DisclaimerSettings settings;
  EXPECT_THAT(Disclaimer::Create(settings),
              HasReason(ErrorReason::kInvalidConfig));
  settings.set_text("No advice.");
  EXPECT_THAT(Disclaimer::Create(settings), IsOk());
}

}  // namespace
}  // namespace aigateway
